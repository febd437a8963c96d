import { join } from 'node:path';
import { Divergence } from '../train/endings.ts';
import { listening } from '../train/epoch-callback.ts';
import type { EpochMetrics } from '../train/index.ts';
import type { RunCheckpoints } from './checkpoints.ts';
import { trainResuming } from './checkpoints.ts';
import { columnNoise } from './column-noise.ts';
import type { PlannedRun } from './config.ts';
import { trainCrowd } from './crowd.ts';
import type { DatasetCache } from './datasets.ts';
import { environment } from './environment.ts';
import type { RunEvaluation } from './evaluation.ts';
import type { FieldValues } from './fields.ts';
import { loadLossModules } from './loss-modules.ts';
import { readNoise } from './noise-files.ts';
import type { DoneRecord, Environment, RunRecord } from './record.ts';
import type { RunRoots } from './roots.ts';
import { localRun, noiseFiles } from './roots.ts';
import { trainingData } from './subset.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';

export interface ModelsOutput {
  readonly folder: string;
  /** Ids of the runs whose models are kept. Default: all. */
  readonly only?: readonly string[];
}

/** What runs leave beside their records. */
export interface RunOutputs {
  /** Where runs leave what they need to go on, if they are stopped. Default: nowhere. */
  readonly checkpoints?: RunCheckpoints | undefined;
  /** Where models are kept, each in a folder with the run's id. Default: none are. */
  readonly models?: ModelsOutput | undefined;
}

/**
 * Told of an epoch.
 * @param fold of a model that predicts a part of the rows, for the consensus of a crowd: which part, from 0
 */
export type EpochListener = (metrics: EpochMetrics, fold?: number) => void;

export interface ExecuteOptions
  extends Pick<FieldValues<'machine'>, 'threads' | 'device'>,
    RunOutputs {
  /** Shared by the runs of a process. */
  readonly datasets: DatasetCache;
  /** The only folders that files are read from. Default: paths are taken as they are. */
  readonly roots?: RunRoots | undefined;
  /** Throw what went wrong, but for divergence, instead of recording it. Default: false. */
  readonly throwFailures?: boolean;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: EpochListener | undefined;
}

/**
 * Makes one run through `train()`. Its model, if it is to be kept, is there before the record is.
 * @returns what was measured; a run that diverged, or whose settings or data are wrong, as `failed`
 * with the message
 * @throws the signal's reason when it is aborted
 */
export async function executeRun(run: PlannedRun, options: ExecuteOptions): Promise<RunRecord> {
  const { threads = 1, device = 'cpu', models, signal, onEpoch } = options;
  signal?.throwIfAborted();
  const made = { environment: await environment(threads, device), started: new Date() };
  const epochs: EpochMetrics[] = [];
  try {
    const { trained, sha256 } = await trainRun(run, {
      ...options,
      onEpoch: (metrics, fold) => {
        if (fold === undefined) epochs.push(metrics);
        onEpoch?.(metrics, fold);
      },
    });
    if (models && (models.only?.includes(run.id) ?? true)) {
      await trained.save(join(models.folder, run.id));
    }
    return doneRecord(run, trained, sha256, made);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (options.throwFailures && !(error instanceof Divergence)) throw error;
    return failedRecord(run, { ...made, error, epochs });
  }
}

async function trainRun(
  { id, config: asked }: PlannedRun,
  { datasets, roots, threads, device, checkpoints, signal, onEpoch }: ExecuteOptions,
): Promise<{ trained: Trained; sha256: string }> {
  const config = roots === undefined ? asked : await localRun(asked, roots);
  const { data, model, loss, seed, training, modules } = config;
  // the data have the labels of the other column then
  const isColumn = columnNoise(config.noise, data) !== undefined;
  const noise = isColumn ? undefined : readNoise(config.noise, noiseFiles(config, roots));
  const opened = await datasets.open(config, signal);
  if (modules !== undefined) await loadLossModules(modules);
  const options: TrainOptions = {
    ...training,
    ...trainingData(opened, data, seed),
    validation: data.validation,
    model,
    loss,
    seed,
    noise,
    threads,
    device,
    signal,
    onEpoch: onEpoch && listening((metrics) => onEpoch(metrics)),
  };
  const onFoldEpoch = onEpoch && ((fold: number, metrics: EpochMetrics) => onEpoch(metrics, fold));
  const make = (own: TrainOptions) =>
    data.consensus === 'crowd' ? trainCrowd({ ...own, onFoldEpoch }) : train(own);
  const trained =
    checkpoints === undefined
      ? await make(options)
      : await trainResuming(checkpoints, id, (checkpoint) => make({ ...options, checkpoint }));
  return { trained, sha256: opened.sha256 };
}

interface Made {
  readonly environment: Environment;
  readonly started: Date;
}

function commonOf({ id, grid, config }: PlannedRun, { environment, started }: Made) {
  return {
    format: 'symloss-run',
    version: 1,
    id,
    grid,
    config,
    environment,
    started: started.toISOString(),
    seconds: (Date.now() - started.getTime()) / 1000,
  } as const;
}

/** A record has what is known of each class, and of each pair of them, for at most so many. */
const mostClasses = 32;

function doneRecord(run: PlannedRun, trained: Trained, sha256: string, made: Made): RunRecord {
  const { metrics, settings, classes } = trained;
  const { rows, wrongShare, calibration, evaluation, epochs, stateCopied } = metrics;
  const best = bestOnValidation(epochs);
  const isKept = best !== undefined && best.epoch === metrics.model.epoch;
  // epochs of an average are means over its networks: which of them are kept was chosen already, and the average is better than they are
  const chosen = metrics.auto || isKept ? metrics.model : best;
  const { matrix, classShares, ...rest } = calibration;
  return {
    ...commonOf(run, made),
    seconds: metrics.seconds, // with those before it was stopped
    status: 'done',
    settings: { ...settings },
    data: {
      sha256,
      classes: [...classes],
      rows: { train: rows.train, validation: rows.validation, test: rows.test },
    },
    noise: { ...(wrongShare !== undefined && { realised: wrongShare }) },
    epochs: [...epochs],
    last: metrics.model,
    ...(stateCopied !== undefined && { stateCopied }),
    ...(metrics.auto && { auto: metrics.auto }),
    ...(chosen && { chosen }),
    calibration: { ...rest, ...(classes.length <= mostClasses && { matrix, classShares }) },
    ...(evaluation && { evaluation: recorded(evaluation) }),
  };
}

function recorded({ confusion, ...measured }: RunEvaluation): DoneRecord['evaluation'] {
  return { ...measured, ...(confusion.length <= mostClasses && { confusion }) };
}

/** The epoch with the best accuracy on noisy validation labels, the last of equal ones. */
export function bestOnValidation(epochs: readonly EpochMetrics[]): EpochMetrics | undefined {
  return epochs.reduce<EpochMetrics | undefined>((best, epoch) => {
    if (epoch.validationAccuracy === undefined) return best;
    return epoch.validationAccuracy >= (best?.validationAccuracy ?? -1) ? epoch : best;
  }, undefined);
}

export interface Failure extends Made {
  readonly error: unknown;
  /** Those that were over. */
  readonly epochs: readonly EpochMetrics[];
}

/** The record of a run that failed. */
export function failedRecord(run: PlannedRun, { error, epochs, ...made }: Failure): RunRecord {
  return {
    ...commonOf(run, made),
    status: 'failed',
    error: error instanceof Error ? error.message : String(error),
    diverged: error instanceof Divergence,
    epochs: [...epochs],
  };
}
