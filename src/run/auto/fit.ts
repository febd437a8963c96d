import type { Tensor } from '../../core/index.ts';
import { pause } from '../../core/index.ts';
import type { Dataset } from '../../data/index.ts';
import type { Lowering } from '../../runtime/portable.ts';
import type { EpochMetrics } from '../../train/epoch-metrics.ts';
import type { JobResult } from '../../train/job.ts';
import type { JobOptions } from '../../train/job-options.ts';
import { predictedClasses } from '../../train/metrics.ts';
import type { Prepared } from '../../train/prepare.ts';
import type { WeightOptions } from '../../train/row-weights.ts';
import { buildJob, networkValues } from '../build-job.ts';
import type { Platform } from '../platform.ts';
import type { Resolved } from '../resolve.ts';
import type { Fold } from './folds.ts';

/** A network that was trained without the rows of a fold. */
export interface Fit extends Pick<JobResult, 'stateCopied'> {
  /** Its variables. */
  readonly values: Readonly<Record<string, Tensor>>;
  /** For the rows of the fold, [n, k]. */
  readonly heldScores: Float32Array;
  /** For the rows of the fold whether the class that is predicted is the label as given. */
  readonly right: Uint8Array;
  /** For the test part, if there is one. */
  readonly testScores: Float32Array | undefined;
  readonly epochs: readonly EpochMetrics[];
}

export interface FitOptions extends JobOptions {
  readonly platform: Platform;
  readonly data: Dataset;
  readonly prepared: Prepared;
  readonly weighting: WeightOptions;
  readonly lowering: Lowering;
  /** Trainings at a time. */
  readonly atOnce: number;
}

/** Trains one network for a fold. */
export async function fitFold(
  settings: Resolved,
  fold: Fold,
  { platform, data, prepared, weighting, lowering, atOnce, ...options }: FitOptions,
): Promise<Fit> {
  const parts = fold.parts();
  const { labels } = parts.validation;
  const split = { ...prepared.split, train: fold.rows };
  await pause();
  const job = buildJob(data, { ...prepared, parts, split }, settings, weighting, lowering, {
    memory: platform.memory,
    atOnce,
  });
  const { values, scores, epochs, stateCopied } = await platform.runJob(job, options);
  const heldScores = scores.validation as Float32Array;
  const predicted = predictedClasses(heldScores, data.classes.length);
  return {
    values: networkValues(job, values),
    heldScores,
    right: Uint8Array.from(predicted, (index, row) => Number(index === labels[row])),
    testScores: scores.test,
    epochs,
    ...(stateCopied !== undefined && { stateCopied }),
  };
}
