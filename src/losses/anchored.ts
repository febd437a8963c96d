import { alphaMae } from './alpha-mae.ts';
import type { ClassLoss } from './class-loss.ts';
import { sumOf } from './combine.ts';
import { crossEntropy } from './cross-entropy.ts';
import { defineLoss } from './definition.ts';
import { maeSmoothness } from './mae.ts';
import { fractionParameter } from './parameters.ts';
import { sgce, sgceSmoothness } from './sgce.ts';
import { unitSlope } from './unit-slope.ts';

/**
 * A symmetric loss held to cross-entropy by a small share of it, `(1 − ce)·S/m + ce·CE`, where m is the slope of S at equal
 * scores (`unitSlope`): its slope there is that of cross-entropy, whatever `ce` and the number of classes. A bounded symmetric
 * loss hardly moves a row whose label has a small probability, so classes can stay unlearnt; cross-entropy moves just these.
 *
 * Only the class-insensitive part of cross-entropy, `ce·(ln Σ_j e^z_j − mean(z))`, is not symmetric: uniform noise of rate η
 * acts as if that part weighed 1/(1 − ηk/(k−1)) times as much (docs/theory.md).
 * @param symmetric a symmetric loss
 * @param ce share of cross-entropy, in [0, 1]
 */
export function anchored(symmetric: ClassLoss, ce: number): ClassLoss {
  return sumOf([
    [1 - ce, unitSlope(symmetric)],
    [ce, crossEntropy],
  ]);
}

export const anchoredDefinition = defineLoss({
  name: 'anchored',
  formula: '(1 - ce) S/m + ce CE, m the slope of the symmetric loss S at equal scores',
  parameters: {
    loss: {
      kind: 'choice',
      default: 'sgce',
      options: ['sgce', 'alpha-mae'],
      about: 'the symmetric loss; alpha-mae by scaling',
    },
    q: fractionParameter(0.7, 'q of sgce; nothing with alpha-mae'),
    alpha: fractionParameter(0.1, 'alpha of alpha-mae; nothing with sgce'),
    ce: {
      kind: 'number',
      default: 0.1,
      range: { min: 0, max: 1 },
      about: 'share of cross-entropy',
    },
  },
  fromPaper: true,
  symmetric: ({ ce }) => (ce === 0 ? 'yes' : 'no'),
  isBounded: ({ ce }) => ce === 0,
  // the triangle inequality, with m = k^−q and 1/k
  smoothness: ({ loss, q, alpha, ce }, k) => {
    const own = loss === 'sgce' ? sgceSmoothness(q, k) * k ** q : alpha * maeSmoothness * k;
    return (1 - ce) * own + ce / 2;
  },
  reference: 'Lemire Paquin, Chaib-draa and Giguère 2026, held to cross-entropy',
  build: ({ loss, q, alpha, ce }) =>
    anchored(loss === 'sgce' ? sgce(q) : alphaMae(alpha, 'scale'), ce),
});
