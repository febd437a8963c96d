import type { Resolved } from '../resolve.ts';
import type { Candidate, Effort } from './candidates.ts';
import { commonEpoch, difference } from './compare-candidates.ts';
import type { AutoDecision, CandidateTried } from './decision.ts';
import type { Folds } from './folds.ts';
import type { Finish, Runner } from './race.ts';
import { triedOf } from './race.ts';
import { wordsOf } from './words.ts';

export interface DecideOptions {
  readonly effort: Effort;
  readonly finish: Finish;
  readonly folds: Folds;
  readonly classes: readonly string[];
  settingsOf(candidate: Candidate): Resolved;
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
  const candidates = runners.map(({ candidate, fits, diverged }): CandidateTried => {
    const { loss, learningRate, weightDecay } = settingsOf(candidate);
    const own = triedOf(fits);
    return {
      loss: loss.spec,
      learningRate,
      ...(weightDecay !== undefined && { weightDecay }),
      models: fits.length,
      accuracy: diverged ? 0 : commonEpoch(own).accuracy,
      ...(!diverged && fits !== runners[chosen]?.fits && { behind: difference(best, own) }),
      ...(diverged && { diverged: true as const }),
    };
  });
  const { accuracy } = candidates[chosen] as CandidateTried;
  const inFinal = order
    .filter((i) => i !== chosen)
    .map((i) => ({ i, ...(candidates[i] as CandidateTried) }));
  const ahead = inFinal.find((one) => one.accuracy > accuracy);
  const reason: AutoDecision['reason'] =
    ahead === undefined ? 'most accurate' : ahead.i < chosen ? 'more robust' : 'plainer';
  const decision = {
    effort,
    folds: folds.folds.length,
    rows: folds.predicted.labels.length,
    ...{ noise, candidates, chosen, reason },
    members: (runners[chosen] as Runner).fits.length,
  } as const;
  return { ...decision, words: wordsOf(decision, folds.predicted.labels, classes) };
}
