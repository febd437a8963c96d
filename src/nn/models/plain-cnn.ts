import { field, SymlossError } from '../../core/index.ts';
import { relu } from '../../graph/index.ts';
import { batchNorm } from '../batch-norm.ts';
import { dense } from '../dense.ts';
import { maxPool } from '../pool.ts';
import type { Layer } from '../scope.ts';
import { flatten, named, sequential } from '../sequential.ts';
import { convNorm } from './conv-norm.ts';
import type { Model } from './model.ts';

/**
 * A convolutional network without shortcuts: 3 × 3 convolutions with batch norm and relu, 2 × 2 max
 * pooling at the end of each stage, then one hidden dense layer with batch norm and relu.
 * @param stages channels of each convolution, by stage
 * @param hidden units of the dense layer
 */
export function plainCnn(
  spec: string,
  stages: readonly (readonly number[])[],
  hidden: number,
): Model {
  let count = 0;
  const layers = stages.flatMap((channels) =>
    channels.map((c, i) => {
      count++;
      // relu and maximum commute; after pooling relu has a quarter of the elements to do
      const pool = i === channels.length - 1 ? [maxPool(2)] : [];
      return named(`conv${count}`, sequential(convNorm(c, 3), ...pool, relu));
    }),
  );
  const head = sequential(dense(hidden, 'xavier', { bias: false }), batchNorm(), relu);
  return {
    spec,
    network: (k) =>
      sequential(
        atLeast(spec, 2 ** stages.length),
        ...layers,
        flatten,
        named('hidden', head),
        named('output', dense(k, 'xavier')),
      ),
  };
}

/** Passes images on. @throws SymlossError for images that pooling would leave nothing of */
function atLeast(spec: string, side: number): Layer {
  return (x) => {
    const [, , h = side, w = side] = x.shape;
    if (h >= side && w >= side) return x;
    const expected = `images of at least ${side} × ${side} pixels`;
    throw new SymlossError(spec, expected, `${h} × ${w}`, {
      hint: `scale them (${field('imageSize', '32')}), or take another network (${field('model', 'mlp')})`,
    });
  };
}
