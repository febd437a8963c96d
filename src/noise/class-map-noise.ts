import { checkLabels } from '../core/index.ts';
import type { ClassNoise, NoiseContext } from './noise.ts';
import { describeCorruption } from './noise.ts';
import { identityTransition } from './transition.ts';

/**
 * Noise that sends each class to one other: T[i][target i] = η and T[i][i] = 1 − η.
 * @param where what messages call it
 * @param noiseRate η in [0, 1]
 * @param targetsOf the class [k] that each class goes to, itself where it keeps its labels
 */
export function classMapNoise(
  where: string,
  { spec, kind }: Pick<ClassNoise, 'spec' | 'kind'>,
  noiseRate: number,
  targetsOf: (k: number, context?: NoiseContext) => Int32Array,
): ClassNoise {
  return {
    spec,
    kind,
    transition(k, context) {
      const transition = identityTransition(k);
      for (const [from, to] of targetsOf(k, context).entries()) {
        if (from === to) continue;
        transition[from * k + from] = 1 - noiseRate;
        transition[from * k + to] = noiseRate;
      }
      return transition;
    },
    corrupt(labels, k, rng, context) {
      checkLabels(`${where}, labels`, labels, k);
      const targets = targetsOf(k, context);
      // one number for every row, changed or not, so that noise is nested over rates
      const noisy = labels.map((label) =>
        rng.uniform() < noiseRate ? (targets[label] as number) : label,
      );
      return describeCorruption(labels, noisy, k);
    },
  };
}
