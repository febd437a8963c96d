import type { Device } from '../runtime/index.ts';
import { Divergence } from '../train/endings.ts';
import type { EpochMetrics, Trained, TrainOptions } from '../train/index.ts';
import { columnNoise, train } from '../train/index.ts';
import { trainResuming } from './checkpoints.ts';
import type { DatasetCache } from './datasets.ts';
import { environment } from './environment.ts';
import type { PlannedRun } from './executor.ts';
import { loadLossModules } from './loss-modules.ts';
import { checkNoiseFile } from './noise-file.ts';
import type { Environment, RunRecord } from './record.ts';
import { trainingData } from './subset.ts';

export interface ExecuteOptions {
  /** Shared by the runs of a process. */
  readonly datasets: DatasetCache;
  /** Default: 1. */
  readonly threads?: number | undefined;
  /** Default: `cpu`. */
  readonly device?: Device | undefined;
  /** A folder in which the run leaves what it needs to go on, if it takes long or is aborted. */
  readonly checkpoints?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: ((metrics: EpochMetrics) => void) | undefined;
}

/**
 * Makes one run through `train()`.
 * @returns what was measured; a run that diverged, or whose settings or data are wrong, as `failed`
 * with the message
 * @throws the signal's reason when it is aborted
 */
export async function executeRun(run: PlannedRun, options: ExecuteOptions): Promise<RunRecord> {
  const { threads = 1, device = 'cpu', signal, onEpoch } = options;
  signal?.throwIfAborted();
  const made = { environment: await environment(threads, device), started: new Date() };
  const epochs: EpochMetrics[] = [];
  try {
    const { trained, sha256 } = await trainRun(run, {
      ...options,
      onEpoch: (metrics) => {
        epochs.push(metrics);
        onEpoch?.(metrics);
      },
    });
    return doneRecord(run, trained, sha256, made);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    return failedRecord(run, { ...made, error, epochs });
  }
}

async function trainRun(
  { id, config }: PlannedRun,
  { datasets, threads, device, checkpoints, signal, onEpoch }: ExecuteOptions,
): Promise<{ trained: Trained; sha256: string }> {
  const { data, model, noise, loss, seed, training, modules } = config;
  const columns = columnNoise({ noise, label: data.label, nameOf: (name) => `data, ${name}` });
  if (config.noiseSha256 !== undefined) checkNoiseFile(noise, config.noiseSha256);
  const opened = await datasets.open(data, columns);
  const parts = trainingData(opened, data, seed);
  if (modules !== undefined) await loadLossModules(modules);
  const options: TrainOptions = {
    ...withoutUndefined(training),
    ...parts,
    validation: data.validation,
    model,
    loss,
    seed,
    ...(columns === undefined && { noise }),
    ...withoutUndefined({ threads, device, signal, onEpoch }),
  };
  const trained =
    checkpoints === undefined
      ? await train(options)
      : await trainResuming({ folder: checkpoints, id }, (checkpoint) =>
          train({ ...options, checkpoint }),
        );
  return { trained, sha256: opened.sha256 };
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Settings that are left out take their defaults; given as `undefined` the types refuse them. */
function withoutUndefined<T extends object>(settings: T): Partial<Defined<T>> {
  return Object.fromEntries(
    Object.entries(settings).filter(([, value]) => value !== undefined),
  ) as Partial<Defined<T>>;
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

function doneRecord(run: PlannedRun, trained: Trained, sha256: string, made: Made): RunRecord {
  const { metrics, settings, classes } = trained;
  const { rows, wrongShare, calibration, epochs, final } = metrics;
  const chosen = bestOnValidation(epochs);
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
    last: final,
    ...(chosen && { chosen }),
    calibration: {
      temperature: calibration.temperature,
      ...(calibration.testError !== undefined && { testError: calibration.testError }),
    },
  };
}

/** The epoch with the best accuracy on noisy validation labels, the first of equal ones. */
export function bestOnValidation(epochs: readonly EpochMetrics[]): EpochMetrics | undefined {
  return epochs.reduce<EpochMetrics | undefined>((best, epoch) => {
    if (epoch.validationAccuracy === undefined) return best;
    return epoch.validationAccuracy > (best?.validationAccuracy ?? -1) ? epoch : best;
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
