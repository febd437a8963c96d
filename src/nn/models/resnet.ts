import { relu } from '../../graph/index.ts';
import { dense } from '../dense.ts';
import { globalAvgPool, maxPool } from '../pool.ts';
import type { Layer } from '../scope.ts';
import { named, residual, sequential } from '../sequential.ts';
import { convNorm } from './conv-norm.ts';
import type { Model } from './model.ts';
import { modelForm } from './model.ts';

/**
 * Residual networks: 18 and 34 layers of basic blocks with a 3 × 3 stem for images of 32 × 32, and 50
 * layers of bottleneck blocks with the 7 × 7 stem of stride 2 and 3 × 3 pooling for large images.
 *
 * Source: He, Zhang, Ren, Sun, *Deep residual learning for image recognition*, CVPR 2016, Table 1.
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

// The costs are worked out from the multiplications at the speed of cnn8, not measured.

export const resnet18Form = modelForm({
  about: 'residual network of 18 layers for images of 32 × 32',
  example: 'resnet18',
  parameters: {},
  images: true,
  cost: { milliseconds: 2_600, size: 32 * 32 },
  build: () => resnet(18),
});

export const resnet34Form = modelForm({
  about: 'residual network of 34 layers for images of 32 × 32',
  example: 'resnet34',
  parameters: {},
  images: true,
  cost: { milliseconds: 5_400, size: 32 * 32 },
  build: () => resnet(34),
});

export const resnet50Form = modelForm({
  about: 'residual network of 50 layers for large images',
  example: 'resnet50',
  parameters: {},
  images: true,
  cost: { milliseconds: 19_000, size: 224 * 224 },
  build: () => resnet(50),
});
