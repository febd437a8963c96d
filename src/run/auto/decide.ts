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
  const losses = compared.map(({ loss: own, fits, diverged, logLikelihood }): LossTried => {
    const { loss, learningRate, weightDecay } = settingsOf(own);
    const tried = triedOf(fits);
    return {
      loss: loss.spec,
      learningRate,
      ...(weightDecay !== undefined && { weightDecay }),
      models: fits.length,
      accuracy: diverged ? 0 : commonEpoch(tried).accuracy,
      ...(logLikelihood !== undefined && { logLikelihood }),
      ...(!diverged && fits !== compared[chosen]?.fits && { behind: difference(best, tried) }),
      ...(diverged && { diverged: true as const }),
    };
  });
  const reason = reasonOf(losses, order);
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

function reasonOf(losses: readonly LossTried[], order: readonly number[]): AutoDecision['reason'] {
  const [chosen, ...others] = order as readonly [number, ...number[]];
  const measureOf = (i: number): number => {
    const { accuracy, logLikelihood = accuracy } = losses[i] as LossTried;
    return logLikelihood;
  };
  const ahead = others.find((i) => measureOf(i) > measureOf(chosen));
  if (ahead !== undefined) return ahead < chosen ? 'more robust' : 'plainer';
  return losses[chosen]?.logLikelihood === undefined ? 'most accurate' : 'most likely';
}
