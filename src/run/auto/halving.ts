import type { SymlossError } from '../../core/index.ts';
import { inverse } from '../../losses/inverse.ts';
import type { ConfidentRows } from '../../noise/index.ts';
import { Divergence } from '../../train/endings.ts';
import { inLanes } from '../lanes.ts';
import type { Tried } from './compare-losses.ts';
import { commonEpoch, ranked } from './compare-losses.ts';
import type { NoiseFound } from './decision.ts';
import type { Fit } from './fit.ts';
import type { Folds } from './folds.ts';
import type { Plan } from './plans.ts';
import { correctedLoss, noiseLoss } from './plans.ts';
import { rightByLabels, rightByNoise } from './rightness.ts';

/** A loss with what was trained of it, one model for each of the first folds. */
export interface LossFits {
  readonly loss: string;
  /** [k·k], of the noise that the loss is corrected for. */
  readonly transition?: Float64Array;
  readonly fits: readonly Fit[];
  readonly diverged?: SymlossError;
}

export interface HalvingOptions {
  readonly plan: Plan;
  readonly folds: Folds;
  /** Trainings at the same time. */
  readonly lanes: number;
  readonly signal: AbortSignal | undefined;
  trainFold(
    loss: Pick<LossFits, 'loss' | 'transition'>,
    fold: number,
    signal: AbortSignal,
  ): Promise<Fit>;
  /** What the scores of models say about the labels of the first folds. @param transition where it was counted */
  noiseOf(fits: readonly Fit[], transition?: Float64Array): Promise<NoiseFound>;
  /** What the labels say of rows that these models of all folds are surest of; `undefined` if no loss is to be corrected. */
  counted(fits: readonly Fit[]): ConfidentRows | undefined;
}

/** What the comparison ended with. */
export interface Comparison {
  /** In the order of the plan; then the one that is corrected for the noise, if one was tried. */
  readonly losses: readonly LossFits[];
  /** Places of those that went through all folds, from the best on. */
  readonly order: readonly number[];
  readonly noise: NoiseFound;
  /** [k·k], T⁻¹ of the corrected loss: where one was tried, losses are ranked by `rightByNoise`. */
  readonly inverse: Float64Array | undefined;
}

/** From this share of wrong labels on, of equal losses the more robust one is taken. */
const noisyFrom = 0.05;

/** Times that the noise is counted and cross-entropy corrected for it: first by models without a correction, then by those that had one. */
const corrections = 2;

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
  const corrected = await correct(toldBest(remaining), done, options);
  let inverted: Float64Array | undefined;
  if (corrected !== undefined) {
    entries.push(corrected);
    inverted = inverse(corrected.transition, Math.sqrt(corrected.transition.length));
    ({ remaining, noise } = await order(entries, [...remaining, corrected], options, inverted));
    const { fits, transition } = corrected;
    if (remaining[0] === corrected) noise = await options.noiseOf(fits, transition);
  }
  return {
    losses: entries,
    order: remaining.map((entry) => entries.indexOf(entry)),
    noise: noise as NoiseFound,
    inverse: inverted,
  };
}

/**
 * Cross-entropy that is corrected for the noise, where labels are wrong more often for some classes. Models that were trained with a correction are
 * right more often about the rows they are surest of, so that the noise is counted again by them.
 */
async function correct(
  told: Entry,
  folds: number,
  options: HalvingOptions,
): Promise<Corrected | undefined> {
  let last: Corrected | undefined;
  for (let time = 0; time < corrections; time++) {
    const counted = options.counted((last ?? told).fits);
    if (counted === undefined || !counted.isUneven || counted.wrong < noisyFrom) break;
    const { transition } = counted;
    const entry: Corrected = { loss: correctedLoss, transition, fits: [] };
    await trainFolds([entry], { from: 0, to: folds }, options);
    if (entry.diverged !== undefined) return last ?? entry;
    if (last) forget(last.fits);
    last = entry;
  }
  return last;
}

interface Corrected extends Entry {
  readonly transition: Float64Array;
}

interface Entry extends LossFits {
  readonly fits: Fit[];
  diverged?: SymlossError;
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
        entry.fits[fold] = await trainFold(entry, fold, own);
      } catch (error) {
        if (!(error instanceof Divergence)) throw error;
        entry.diverged = error;
      }
    },
  }));
}

/** Those whose training did not diverge, from the best on, and the noise. @param inverted of the noise, if it was counted */
async function order(
  entries: readonly Entry[],
  remaining: readonly Entry[],
  { noiseOf }: HalvingOptions,
  inverted?: Float64Array,
): Promise<{ remaining: Entry[]; noise: NoiseFound }> {
  const sound = entries.filter(
    (entry) => remaining.includes(entry) && entry.diverged === undefined,
  );
  if (sound.length === 0) throw (remaining[0] as Entry).diverged;
  const tried = sound.map(({ fits }) => triedOf(fits, inverted));
  const noise = await noiseOf(toldBest(sound).fits);
  const areWrong = inverted !== undefined || noise.rate >= noisyFrom;
  const places = ranked(tried, areWrong);
  return { remaining: places.map((place) => sound[place] as Entry), noise };
}

/** The entry whose scores tell the noise best, if it still takes part: scores of a part of the rows tell less. */
function toldBest(entries: readonly Entry[]): Entry {
  return entries.find(({ loss }) => loss === noiseLoss) ?? (entries[0] as Entry);
}

/** Frees the networks of a loss that is out: what it predicted stays. */
function forget(fits: Fit[]): void {
  for (const [i, fit] of fits.entries()) fits[i] = { ...fit, values: {} };
}

/** What fits say of a loss. @param inverted [k·k], T⁻¹ of noise that is to be allowed for */
export function triedOf(fits: readonly Fit[], inverted?: Float64Array): Tried {
  const rows = fits.map(({ labels }) => labels.length);
  const curves = fits.map(({ epochs }) =>
    epochs.map(({ validationAccuracy }) => validationAccuracy ?? Number.NaN),
  );
  const right = fits.map(({ predicted, labels }) =>
    inverted === undefined
      ? rightByLabels(predicted, labels)
      : rightByNoise(predicted, labels, inverted, Math.sqrt(inverted.length)),
  );
  const accuracy =
    inverted === undefined
      ? commonEpoch({ rows, curves }).accuracy
      : meanOf(right.flatMap((own) => [...own]));
  return { rows, curves, right, accuracy };
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
