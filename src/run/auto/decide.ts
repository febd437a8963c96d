import { matrixRows } from '../../core/index.ts';
import type { Resolved } from '../resolve.ts';
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
  /** [k·k], of the loss that was corrected for it, if one was tried. */
  readonly transition: Float64Array | undefined;
  readonly folds: Folds;
  readonly classes: readonly string[];
  settingsOf(loss: string): Resolved;
}

/** Puts down what a comparison found, and why its first loss was chosen. */
export function decide({
  effort,
  comparison,
  transition,
  folds,
  classes,
  settingsOf,
}: DecideOptions): AutoDecision {
  const { losses: compared, order, noise } = comparison;
  const chosen = order[0] as number;
  const best = triedOf((compared[chosen] as LossFits).fits);
  const losses = compared.map(({ loss: own, fits, diverged }): LossTried => {
    const { loss, learningRate, weightDecay } = settingsOf(own);
    const tried = triedOf(fits);
    return {
      loss: loss.spec,
      learningRate,
      ...(weightDecay !== undefined && { weightDecay }),
      models: fits.length,
      accuracy: diverged ? 0 : commonEpoch(tried).accuracy,
      ...(!diverged && fits !== compared[chosen]?.fits && { behind: difference(best, tried) }),
      ...(diverged && { diverged: true as const }),
    };
  });
  const { accuracy } = losses[chosen] as LossTried;
  const inFinal = order
    .filter((i) => i !== chosen)
    .map((i) => ({ i, ...(losses[i] as LossTried) }));
  const ahead = inFinal.find((one) => one.accuracy > accuracy);
  const reason: AutoDecision['reason'] =
    ahead === undefined ? 'most accurate' : ahead.i < chosen ? 'more robust' : 'plainer';
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
