import type { Resolved } from '../resolve.ts';
import { commonEpoch, difference } from './compare-losses.ts';
import type { AutoDecision, LossTried } from './decision.ts';
import type { Folds } from './folds.ts';
import type { Effort } from './plans.ts';
import type { Finish, Runner } from './race.ts';
import { triedOf } from './race.ts';
import { wordsOf } from './words.ts';

export interface DecideOptions {
  readonly effort: Effort;
  readonly finish: Finish;
  readonly folds: Folds;
  readonly classes: readonly string[];
  settingsOf(loss: string): Resolved;
}

/** Puts down what a race found, and why its first was chosen. */
export function decide({
  effort,
  finish,
  folds,
  classes,
  settingsOf,
}: DecideOptions): AutoDecision {
  const { runners, order, noise } = finish;
  const chosen = order[0] as number;
  const best = triedOf((runners[chosen] as Runner).fits);
  const losses = runners.map(({ loss: own, fits, diverged }): LossTried => {
    const { loss, learningRate, weightDecay } = settingsOf(own);
    const tried = triedOf(fits);
    return {
      loss: loss.spec,
      learningRate,
      ...(weightDecay !== undefined && { weightDecay }),
      models: fits.length,
      accuracy: diverged ? 0 : commonEpoch(tried).accuracy,
      ...(!diverged && fits !== runners[chosen]?.fits && { behind: difference(best, tried) }),
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
    members: (runners[chosen] as Runner).fits.length,
  } as const;
  return { ...decision, words: wordsOf(decision, folds.predicted.labels, classes) };
}
