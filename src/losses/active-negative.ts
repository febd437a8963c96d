import { sumDefinition } from './combine.ts';
import type { LossDefinition } from './definition.ts';

/**
 * The definition of an active negative loss, `alpha·normalised + beta·normalised negative`, with
 * the penalty `delta·Σ|w|` on the network's weights (Ye et al. 2023). The penalty is no
 * part of the class loss; its published strength depends on data and network, so it is 0 unless given.
 */
export function activeNegative(
  name: string,
  parts: readonly [LossDefinition, LossDefinition],
): LossDefinition {
  const sum = sumDefinition(
    name,
    parts,
    { alpha: 5, beta: 5 },
    'Ye, Li, Dai, Liu, Sun and Tong 2023',
  );
  return {
    ...sum,
    formula: `${sum.formula}, and delta sum |w| on the weights`,
    parameters: {
      ...sum.parameters,
      delta: {
        kind: 'number',
        default: 0,
        range: { min: 0 },
        about: 'strength of the L1 penalty on the weights',
      },
    },
    penalties: ({ delta }) => (delta === 0 ? [] : [{ kind: 'l1', weight: delta as number }]),
  };
}
