import { matrixRows } from '../../core/index.ts';
import type { Resolved } from '../resolve.ts';
import type { Tried } from './compare-losses.ts';
import { commonEpoch, difference } from './compare-losses.ts';
import type { AutoDecision, LossTried } from './decision.ts';
import type { Folds } from './folds.ts';
import type { Comparison, LossFits } from './halving.ts';
import { triedOf } from './halving.ts';
import type { Effort } from './plans.ts';
import { wordsOf } from './words.ts';

export interface DecideOptions {
  readonly effort: Effort;
  readonly comparison: Comparison;
  readonly folds: Folds;
  readonly classes: readonly string[];
  settingsOf(loss: Pick<LossFits, 'loss' | 'transition'>): Resolved;
}

/** Puts down what a comparison found, and why its first loss was chosen. */
export function decide({
  effort,
  comparison,
  folds,
  classes,
  settingsOf,
}: DecideOptions): AutoDecision {
  const { losses: compared, order, noise, inverse } = comparison;
  const chosen = order[0] as number;
  const all = compared.map(({ fits, diverged }) => (diverged ? undefined : triedOf(fits, inverse)));
  const best = all[chosen] as Tried;
  const losses = compared.map((own, i): LossTried => {
    const { fits } = own;
    const { loss, learningRate, weightDecay } = settingsOf(own);
    const tried = all[i];
    return {
      loss: loss.spec,
      learningRate,
      ...(weightDecay !== undefined && { weightDecay }),
      models: fits.length,
      accuracy: tried === undefined ? 0 : commonEpoch(tried).accuracy,
      ...(tried && inverse && { trueAccuracy: tried.accuracy }),
      ...(tried && i !== chosen && { behind: difference(best, tried) }),
      ...(tried === undefined && { diverged: true as const }),
    };
  });
  const ahead = order.find((i) => (all[i] as Tried).accuracy > best.accuracy);
  const reason: AutoDecision['reason'] =
    ahead === undefined ? 'most accurate' : ahead < chosen ? 'more robust' : 'plainer';
  const transition = compared.find((one) => one.transition !== undefined)?.transition;
  const decision = {
    effort,
    folds: folds.folds.length,
    rows: folds.predicted.labels.length,
    ...{ noise, losses, chosen, reason },
    members: (compared[chosen] as LossFits).fits.length,
    ...(transition && { transition: matrixRows(transition, classes.length) }),
  } as const;
  return { ...decision, words: wordsOf(decision, folds.predicted.labels, classes) };
}
