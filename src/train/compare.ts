import { checkInteger, SymlossError } from '../core/index.ts';
import type { EpochMetrics } from './job.ts';
import type { Trained, TrainOptions } from './train.ts';
import { train } from './train.ts';

export interface CompareOptions extends Omit<TrainOptions, 'loss' | 'seed' | 'onEpoch'> {
  /** Loss specs; the settings are the same for all. */
  readonly losses: readonly string[];
  /** Each loss is trained once per seed. Runs of one seed share split, noise and first weights. */
  readonly seeds: readonly number[];
  /** Runs at the same time, each in a thread of its own. Default: 1. */
  readonly jobs?: number;
  readonly onEpoch?: (run: RunKey, metrics: EpochMetrics) => void;
  readonly onRun?: (run: Run) => void;
}

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
 * @returns the runs, seeds within losses, in the given order; one that diverged carries its error
 * @throws whatever else `train` throws
 */
export async function compare(options: CompareOptions): Promise<Run[]> {
  const { losses, seeds, jobs = 1, onEpoch, onRun, ...shared } = options;
  checkInteger('jobs', jobs, { min: 1 });
  const keys = losses.flatMap((loss) => seeds.map((seed) => ({ loss, seed })));
  const runs: Run[] = [];
  const queue = keys.entries();
  const stop = new AbortController();
  const signal = shared.signal ? AbortSignal.any([shared.signal, stop.signal]) : stop.signal;
  const work = async (): Promise<void> => {
    for (const [i, key] of queue) {
      const run = await runOne({ ...shared, ...key, signal }, (metrics) => onEpoch?.(key, metrics));
      runs[i] = run;
      onRun?.(run);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(jobs, keys.length) }, work));
  } catch (error) {
    stop.abort(error); // the other runs of a comparison that cannot be finished
    throw error;
  }
  return runs;
}

async function runOne(
  options: TrainOptions & { readonly loss: string; readonly seed: number },
  onEpoch: (metrics: EpochMetrics) => void,
): Promise<Run> {
  const { loss, seed } = options;
  try {
    return { loss, seed, trained: await train({ ...options, onEpoch }) };
  } catch (error) {
    if (error instanceof SymlossError && error.kind === 'failure') return { loss, seed, error };
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
