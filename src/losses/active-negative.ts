import type { NumberParameter, Parameters } from '../core/index.ts';
import { sumDefinition } from './combine.ts';
import type { LossDefinition } from './definition.ts';
import { defineLoss } from './definition.ts';
import { nceDefinition } from './nce.ts';
import { nflDefinition } from './nfl.ts';
import { nnceDefinition } from './nnce.ts';
import { nnflDefinition } from './nnfl.ts';

/**
 * The definition of an active negative loss, `alpha·normalised + beta·normalised negative`, with
 * the penalty `delta·Σ|w|` on the network's weights (Ye et al. 2023). The penalty is no
 * part of the class loss; its published strength depends on data and network, so it is 0 unless given.
 */
function activeNegative<const N extends string>(
  name: N,
  terms: readonly [LossDefinition, LossDefinition],
): LossDefinition<Parameters, N> {
  const sum = sumDefinition(
    name,
    terms,
    { alpha: 5, beta: 5 },
    'Ye, Li, Dai, Liu, Sun and Tong 2023',
  );
  return defineLoss<Parameters & { readonly delta: NumberParameter }, N>({
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
    penalties: ({ delta }) => (delta === 0 ? [] : [{ kind: 'l1', weight: delta }]),
  });
}

export const anlCeDefinition = activeNegative('anl-ce', [nceDefinition, nnceDefinition]);
export const anlFlDefinition = activeNegative('anl-fl', [nflDefinition, nnflDefinition]);
