import { relu } from '../graph/index.ts';
import { batchNorm } from './batch-norm.ts';
import { conv } from './conv.ts';
import { dense } from './dense.ts';
import type { Model } from './model.ts';
import { globalAvgPool, maxPool } from './pool.ts';
import type { Layer } from './scope.ts';
import { flatten, named, residual, sequential } from './sequential.ts';

/**
 * The four-layer network that comparisons of robust losses train on MNIST (Ma et al. 2020): 3 × 3
 * convolutions of 32 and 64 channels, each with batch norm, relu and 2 × 2 pooling, a dense layer
 * of 128 units.
 */
export function cnn4(): Model {
  return plainNetwork('cnn4', [[32], [64]], 128);
}

/**
 * Their eight-layer network for CIFAR-10: pairs of 3 × 3 convolutions of 64, 128 and 196 channels,
 * each with batch norm and relu, pooled after each pair; a dense layer of 256 units.
 */
export function cnn8(): Model {
  return plainNetwork(
    'cnn8',
    [
      [64, 64],
      [128, 128],
      [196, 196],
    ],
    256,
  );
}

/**
 * Residual networks (He et al. 2016): 18 and 34 layers of basic blocks with the 3 × 3 stem for images
 * of 32 × 32, and 50 layers of bottleneck blocks with the 7 × 7/2 stem and 3 × 3/2 pooling for large
 * ones.
 */
export function resnet(depth: 18 | 34 | 50): Model {
  const counts = depth === 18 ? [2, 2, 2, 2] : [3, 4, 6, 3];
  const block = depth === 50 ? bottleneck : basicBlock;
  const stem =
    depth === 50
      ? sequential(convNorm(64, 7, 2), maxPool(3, { stride: 2, padding: 1 }), relu)
      : sequential(convNorm(64, 3), relu);
  const blocks = counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, i) => {
      const stride = stage > 0 && i === 0 ? 2 : 1;
      return named(`stage${stage + 1}/block${i + 1}`, block(64 * 2 ** stage, stride));
    }),
  );
  return {
    spec: `resnet${depth}`,
    network: (k) =>
      sequential(
        named('stem', stem),
        ...blocks,
        globalAvgPool,
        named('output', dense(k, 'xavier')),
      ),
  };
}

/** Stages of convolutions, each stage pooled at its end, and one hidden dense layer. */
function plainNetwork(spec: string, stages: readonly (readonly number[])[], hidden: number): Model {
  let count = 0;
  const layers = stages.flatMap((channels) =>
    channels.map((c, i) => {
      count++;
      // relu and maximum commute; after pooling it has a quarter of the elements to do
      const pool = i === channels.length - 1 ? [maxPool(2)] : [];
      return named(`conv${count}`, sequential(convNorm(c, 3), ...pool, relu));
    }),
  );
  const head = sequential(dense(hidden, 'xavier', { bias: false }), batchNorm(), relu);
  return {
    spec,
    network: (k) =>
      sequential(...layers, flatten, named('hidden', head), named('output', dense(k, 'xavier'))),
  };
}

function basicBlock(channels: number, stride: number): Layer {
  const body = sequential(
    named('conv1', sequential(convNorm(channels, 3, stride), relu)),
    named('conv2', convNorm(channels, 3)),
  );
  return sequential(residual(body, shortcut(channels, stride)), relu);
}

function bottleneck(channels: number, stride: number): Layer {
  const body = sequential(
    named('conv1', sequential(convNorm(channels, 1), relu)),
    named('conv2', sequential(convNorm(channels, 3, stride), relu)),
    named('conv3', convNorm(4 * channels, 1)),
  );
  return sequential(residual(body, shortcut(4 * channels, stride)), relu);
}

/** The identity, or a 1 × 1 convolution where the shape changes. */
function shortcut(channels: number, stride: number): Layer {
  const projection = named('shortcut', convNorm(channels, 1, stride));
  return (x, scope) => (x.shape[1] === channels && stride === 1 ? x : projection(x, scope));
}

function convNorm(channels: number, kernel: number, stride = 1): Layer {
  return sequential(conv(channels, kernel, { stride, bias: false }), batchNorm());
}
