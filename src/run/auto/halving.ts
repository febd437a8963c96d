import type { SymlossError } from '../../core/index.ts';
import { Divergence } from '../../train/endings.ts';
import { inLanes } from '../lanes.ts';
import type { Tried } from './compare-losses.ts';
import { ranked, rankedBy, rowDifference } from './compare-losses.ts';
import type { NoiseFound } from './decision.ts';
import type { Fit } from './fit.ts';
import type { Folds } from './folds.ts';
import type { Plan } from './plans.ts';
import { noiseLoss } from './plans.ts';

/** A loss with what was trained of it, one model for each of the first folds. */
export interface LossFits {
  readonly loss: string;
  readonly fits: readonly Fit[];
  readonly diverged?: SymlossError;
  /** What losses were compared by, where that is not their accuracy: see `logProbsOf`. */
  readonly logLikelihood?: number;
}

export interface HalvingOptions {
  readonly plan: Plan;
  readonly folds: Folds;
  /** Trainings at the same time. */
  readonly lanes: number;
  readonly signal: AbortSignal | undefined;
  trainFold(loss: string, fold: number, signal: AbortSignal): Promise<Fit>;
  /**
   * The log probability of each label as given, by the scores of models, to compare losses by. Default: they are compared by
   * accuracy.
   */
  logProbsOf?: ((fits: readonly Fit[]) => Promise<Float64Array>) | undefined;
  /** What the scores of models say about the labels of the first folds. */
  noiseOf(fits: readonly Fit[]): Promise<NoiseFound>;
  /**
   * The loss that is corrected for the noise, as these scores of all folds tell it, if that is worth trying.
   * @param least share of wrong labels among the rows that models are surest of
   */
  corrected(fits: readonly Fit[], least: number): string | undefined;
}

/** What the comparison ended with. */
export interface Comparison {
  /** In the order of the plan; then the one that is corrected for the noise, if one was tried. */
  readonly losses: readonly LossFits[];
  /** Places of those that went through all folds, from the best on. */
  readonly order: readonly number[];
  readonly noise: NoiseFound;
}

/** From this share of wrong labels on, of equal losses the more robust one is taken. */
export const noisyFrom = 0.05;

/**
 * Trains with several losses, fold by fold, fewer in each round: those that were best in the rounds before (successive halving, as in
 * Jamieson and Talwalkar, *Non-stochastic best arm identification and hyperparameter optimization*, AISTATS 2016).
 * @throws SymlossError of one of them if the training of all of them diverges
 */
export async function successiveHalving(options: HalvingOptions): Promise<Comparison> {
  const { plan, folds } = options;
  const entries: Entry[] = plan.losses.map((loss) => ({ loss, fits: [] }));
  let remaining = entries;
  let noise: NoiseFound | undefined;
  let done = 0;
  for (const round of plan.rounds) {
    const next = Math.min(folds.folds.length, done + round.folds);
    if (next === done) break;
    for (const { fits } of remaining.slice(round.keep)) forget(fits);
    remaining = remaining.slice(0, round.keep);
    await trainFolds(remaining, { from: done, to: next }, options);
    ({ remaining, noise } = await order(entries, remaining, options));
    done = next;
  }
  // scores can be unsure where labels are wrong, so that the estimate finds no noise; what is counted tells it
  const isNoisy = noise !== undefined && noise.rate >= noisyFrom;
  const corrected = options.corrected(toldBest(remaining).fits, isNoisy ? 0 : noisyFrom);
  if (corrected !== undefined) {
    const entry: Entry = { loss: corrected, fits: [] };
    entries.push(entry);
    await trainFolds([entry], { from: 0, to: done }, options);
    ({ remaining, noise } = await order(entries, [...remaining, entry], options));
    if (remaining[0] === entry) noise = await options.noiseOf(entry.fits);
  }
  return {
    losses: entries,
    order: remaining.map((entry) => entries.indexOf(entry)),
    noise: noise as NoiseFound,
  };
}

interface Entry extends LossFits {
  readonly fits: Fit[];
  diverged?: SymlossError;
  logLikelihood?: number;
}

async function trainFolds(
  remaining: readonly Entry[],
  { from, to }: { readonly from: number; readonly to: number },
  { lanes, signal, trainFold }: HalvingOptions,
): Promise<void> {
  const tasks = remaining.flatMap((entry) =>
    Array.from({ length: to - from }, (_, f) => ({ entry, fold: from + f })),
  );
  await inLanes(tasks, { lanes, signal }, (own) => ({
    work: async ({ entry, fold }) => {
      if (entry.diverged !== undefined) return;
      try {
        entry.fits[fold] = await trainFold(entry.loss, fold, own);
      } catch (error) {
        if (!(error instanceof Divergence)) throw error;
        entry.diverged = error;
      }
    },
  }));
}

/** Those whose training did not diverge, from the best on, and the noise. */
async function order(
  entries: readonly Entry[],
  remaining: readonly Entry[],
  { noiseOf, logProbsOf }: HalvingOptions,
): Promise<{ remaining: Entry[]; noise: NoiseFound }> {
  const sound = entries.filter(
    (entry) => remaining.includes(entry) && entry.diverged === undefined,
  );
  if (sound.length === 0) throw (remaining[0] as Entry).diverged;
  const noise = await noiseOf(toldBest(sound).fits);
  const areWrong = noise.rate >= noisyFrom;
  const places =
    logProbsOf === undefined
      ? ranked(
          sound.map(({ fits }) => triedOf(fits)),
          areWrong,
        )
      : await rankedByLikelihood(sound, logProbsOf, areWrong);
  return { remaining: places.map((place) => sound[place] as Entry), noise };
}

async function rankedByLikelihood(
  entries: readonly Entry[],
  logProbsOf: NonNullable<HalvingOptions['logProbsOf']>,
  areWrong: boolean,
): Promise<number[]> {
  const logProbs: Float64Array[] = [];
  for (const entry of entries) {
    const own = await logProbsOf(entry.fits);
    entry.logLikelihood = own.reduce((sum, value) => sum + value, 0) / own.length;
    logProbs.push(own);
  }
  const standardError = (a: number, b: number) =>
    rowDifference(logProbs[a] as Float64Array, logProbs[b] as Float64Array).standardError;
  const means = entries.map(({ logLikelihood }) => logLikelihood as number);
  return rankedBy(means, standardError, areWrong);
}

/** The entry whose scores tell the noise best, if it still takes part: scores of a part of the rows tell less. */
function toldBest(entries: readonly Entry[]): Entry {
  return entries.find(({ loss }) => loss === noiseLoss) ?? (entries[0] as Entry);
}

/** Frees the networks of a loss that is out: what it predicted stays. */
function forget(fits: Fit[]): void {
  for (const [i, fit] of fits.entries()) fits[i] = { ...fit, values: {} };
}

/** What fits say of a loss. */
export function triedOf(fits: readonly Fit[]): Tried {
  return {
    rows: fits.map(({ right }) => right.length),
    curves: fits.map(({ epochs }) =>
      epochs.map(({ validationAccuracy }) => validationAccuracy ?? Number.NaN),
    ),
    right: fits.map(({ right }) => right),
  };
}
