import { checkInteger, SymlossError } from '../core/index.ts';
import type { CheckpointFolder } from './checkpoint/index.ts';
import { checkpointFile } from './checkpoint/index.ts';
import { Divergence } from './endings.ts';
import type { EpochCallback } from './epoch-callback.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import type { TrainOptions } from './train.ts';
import { train } from './train.ts';
import type { Trained } from './trained.ts';

export interface CompareOptions
  extends Omit<TrainOptions, 'loss' | 'seed' | 'checkpoint' | 'onEpoch'> {
  /** Loss specs; the settings are the same for all. */
  readonly losses: readonly string[];
  /** Each loss is trained once per seed. Runs of one seed share split, noise and first weights. */
  readonly seeds: readonly number[];
  /** Runs at the same time, each in a thread of its own. Default: 1. */
  readonly jobs?: number;
  /**
   * A folder, which must be there, for a checkpoint of every run; with `resume` the runs that have
   * one go on, those that had ended are only measured.
   */
  readonly checkpoints?: string | CheckpointFolder | undefined;
  readonly onEpoch?: EpochOfRunCallback;
  readonly onRun?: (run: Run) => void;
}

/** `stop`, or a promise of it, ends this run after the epoch; the others go on. */
export type EpochOfRunCallback =
  | ((run: RunKey, metrics: EpochMetrics) => void)
  | ((run: RunKey, metrics: EpochMetrics) => 'stop' | undefined)
  | ((run: RunKey, metrics: EpochMetrics) => Promise<unknown>);

export interface RunKey {
  readonly loss: string;
  readonly seed: number;
}

/** A run that ended: with a model, or because training diverged. */
export type Run = RunKey &
  (
    | { readonly trained: Trained; readonly error?: never }
    | { readonly trained?: never; readonly error: SymlossError }
  );

/**
 * Trains every loss with every seed, several runs at a time.
 * An error other than a divergence stops the others, which still write their checkpoints.
 * @returns the runs, seeds within losses, in the given order; one that diverged carries its error
 * @throws whatever else `train` throws
 */
export async function compare(options: CompareOptions): Promise<Run[]> {
  const { losses, seeds, jobs = 1, checkpoints, onEpoch, onRun, ...shared } = options;
  checkInteger('jobs', jobs, { min: 1 });
  const keys = losses.flatMap((loss) => seeds.map((seed) => ({ loss, seed })));
  if (checkpoints !== undefined && new Set(losses).size < losses.length) {
    throw new SymlossError('losses', 'each once, since each has its checkpoint', losses.join(', '));
  }
  const runs: Run[] = [];
  const queue = keys.entries();
  const stop = new AbortController();
  const signal = shared.signal ? AbortSignal.any([shared.signal, stop.signal]) : stop.signal;
  const work = async (): Promise<void> => {
    for (const [i, key] of queue) {
      const checkpoint = checkpointOf(checkpoints, key);
      const run = await runOne({ ...shared, ...key, checkpoint, signal }, (metrics) =>
        onEpoch?.(key, metrics),
      );
      runs[i] = run;
      onRun?.(run);
    }
  };
  const works = Array.from({ length: Math.min(jobs, keys.length) }, work);
  try {
    await Promise.all(works);
  } catch (error) {
    stop.abort(error); // the other runs of a comparison that cannot be finished
    await Promise.allSettled(works); // they may be writing their checkpoints
    throw error;
  }
  return runs;
}

function checkpointOf(checkpoints: CompareOptions['checkpoints'], { loss, seed }: RunKey) {
  if (checkpoints === undefined) return undefined;
  const { folder, ...rest } =
    typeof checkpoints === 'string' ? { folder: checkpoints } : checkpoints;
  return { ...rest, file: checkpointFile(folder, loss, seed) };
}

async function runOne(
  options: TrainOptions & { readonly loss: string; readonly seed: number },
  onEpoch: EpochCallback,
): Promise<Run> {
  const { loss, seed } = options;
  try {
    return { loss, seed, trained: await train({ ...options, onEpoch }) };
  } catch (error) {
    if (error instanceof Divergence) return { loss, seed, error };
    throw error;
  }
}

/** Mean and standard deviation (n − 1; 0 for one value) of the values there are. */
export function meanAndStd(values: readonly number[]): { mean: number; std: number } {
  const n = values.length;
  const mean = values.reduce((total, v) => total + v, 0) / n;
  const squares = values.reduce((total, v) => total + (v - mean) ** 2, 0);
  return { mean, std: n > 1 ? Math.sqrt(squares / (n - 1)) : 0 };
}
