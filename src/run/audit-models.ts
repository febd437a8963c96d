import type { Dataset } from '../data/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import { predictedClasses } from '../train/metrics.ts';
import { chooseLoss } from './auto/index.ts';
import { noiseLoss } from './auto/plans.ts';
import { settingsOf } from './effort.ts';
import { autoLoss } from './loss-spec.ts';
import type { FoldTraining, Train } from './out-of-fold.ts';
import { outOfFold } from './out-of-fold.ts';
import type { Platform } from './platform.ts';
import { trainOn } from './train-on.ts';
import type { RunMetrics, Trained } from './trained.ts';
import { TrainingMeans } from './training-means.ts';
import { checkTrainingOptions } from './training-options.ts';

/** The loss of the models, unless another is asked for: of those tried it found most wrong labels. */
export const auditLoss = 'sgce:q=0.7';

/** It learns small classes before all others do. */
const plainLoss = 'ce';

/** Other losses memorize mistakes in the end: of their models the epoch is kept that is best on so many of their rows. */
const leastValidation = 0.1;

/**
 * Models of the loss that is asked for; `auto` is chosen once, on all rows, for all folds. Where none is asked for, those of
 * `auditLoss`, unless they give up classes, as symmetric losses do with small ones.
 */
export async function auditModels(
  platform: Platform,
  training: FoldTraining & { readonly seed: number },
  repeats: number,
  options: FoldOptions,
): Promise<Predicted> {
  const { data, loss } = training;
  if (loss === autoLoss) {
    const train = Uint32Array.from(data.labels, (_, row) => row);
    const chosen = await chooseLoss(platform, { ...training, split: { train } });
    const own = { ...settingsOf(chosen.loss, training), loss: chosen.loss };
    return predicted(platform, own, repeats, options);
  }
  if (loss !== undefined) return predicted(platform, training, repeats, options);
  const first = await predicted(platform, { ...training, loss: auditLoss }, repeats, options);
  const givenUp = neverPredicted(first.probs, data);
  if (givenUp.length === 0) return first;
  const validation = Math.max(options.validation, leastValidation);
  const withOther = (other: string) =>
    predicted(platform, { ...training, loss: other }, repeats, { ...options, validation });
  const second = await withOther(noiseLoss);
  const isEnough = neverPredicted(second.probs, data).length === 0;
  return { ...(isEnough ? second : await withOther(plainLoss)), givenUp };
}

/** Nobody can learn a class of fewer rows. */
const fewRows = 10;

/** Classes that are the most probable one of no row, although rows enough are labelled with them. */
function neverPredicted(probs: Float64Array, { labels, classes }: Dataset): string[] {
  const most = new Set(predictedClasses(probs, classes.length));
  const counts = new Int32Array(classes.length);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return classes.filter((_, c) => (counts[c] as number) >= fewRows && !most.has(c));
}

export interface FoldOptions {
  readonly folds: number;
  readonly validation: number;
  /** @param run from 0, over the folds of all repeats */
  readonly onEpoch: ((run: number, metrics: EpochMetrics) => unknown) | undefined;
}

/** What models say of rows. */
export interface Predicted {
  /** [n, k], of each row by models that were trained without it. */
  readonly probs: Float64Array;
  /** The same by models that were trained with it, while they were trained. */
  readonly trainingProbs?: Float64Array;
  /** What their loss remembers of it, where it has a memory about classes. */
  readonly memoryProbs?: Float64Array;
  readonly runs: readonly RunMetrics[];
  readonly settings: Trained['settings'];
  readonly givenUp?: readonly string[];
}

async function predicted(
  platform: Platform,
  training: FoldTraining & { readonly seed: number },
  repeats: number,
  { onEpoch, ...options }: FoldOptions,
): Promise<Predicted> {
  const { data, seed } = training;
  const [n, k] = [data.labels.length, data.classes.length];
  const probs = new Float64Array(n * k);
  const trainingMeans = new TrainingMeans(n, k);
  const runs: RunMetrics[] = [];
  let settings: Trained['settings'] = {};
  const train: Train = async (own) => {
    checkTrainingOptions(own);
    return trainOn(platform, own);
  };
  for (let repeat = 0; repeat < repeats; repeat++) {
    const done = runs.length;
    const made = await outOfFold(
      train,
      { ...training, seed: seed + repeat },
      {
        ...options,
        trainingMeans,
        onEpoch: onEpoch && ((fold, metrics) => onEpoch(done + fold, metrics)),
      },
    );
    for (const [i, p] of made.probs.entries()) probs[i] = (probs[i] as number) + p / repeats;
    runs.push(...made.runs);
    settings = { ...made.settings, seed };
  }
  const memoryProbs = trainingMeans.memory();
  return {
    probs,
    trainingProbs: trainingMeans.probs(probs),
    ...(memoryProbs && { memoryProbs }),
    ...{ runs, settings },
  };
}
