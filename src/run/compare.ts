import { checkInteger, SymlossError } from '../core/index.ts';
import type { ClassLoss } from '../losses/index.ts';
import type { CheckpointFolder } from '../train/checkpoint/index.ts';
import { checkpointFile } from '../train/checkpoint/index.ts';
import { Divergence } from '../train/endings.ts';
import type { EpochMetrics } from '../train/index.ts';
import { inLanes } from './lanes.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';

export interface CompareOptions
  extends Omit<TrainOptions, 'loss' | 'seed' | 'checkpoint' | 'onEpoch'> {
  /** Specs, or functions as `loss` of `train` may be; the settings are the same for all. */
  readonly losses: readonly (string | ClassLoss)[];
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
  const { losses, seeds, jobs = 1, checkpoints, onEpoch, onRun, signal, ...shared } = options;
  checkInteger('jobs', jobs, { min: 1 });
  const names = namesOfLosses(losses);
  if (checkpoints !== undefined && new Set(names).size < names.length) {
    throw new SymlossError('losses', 'each once, since each has its checkpoint', names.join(', '));
  }
  const keys = losses.flatMap((loss, i) =>
    seeds.map((seed) => ({ loss, key: { loss: names[i] as string, seed } })),
  );
  const runs: Run[] = [];
  await inLanes([...keys.entries()], { lanes: jobs, signal }, (own) => ({
    work: async ([i, { loss, key }]) => {
      const checkpoint = checkpointOf(checkpoints, key);
      const each = { onEpoch: (metrics: EpochMetrics) => onEpoch?.(key, metrics) };
      const { seed } = key;
      const run = await runOne(key, { ...shared, ...each, loss, seed, checkpoint, signal: own });
      runs[i] = run;
      onRun?.(run);
    },
  }));
  return runs;
}

/** What runs call their losses: specs as given, functions `custom`, or `custom 1`, `custom 2`, … if there are more. */
function namesOfLosses(losses: CompareOptions['losses']): string[] {
  const isAlone = losses.filter((loss) => typeof loss !== 'string').length < 2;
  let count = 0;
  return losses.map((loss) => {
    if (typeof loss === 'string') return loss;
    return isAlone ? 'custom' : `custom ${++count}`;
  });
}

function checkpointOf(checkpoints: CompareOptions['checkpoints'], { loss, seed }: RunKey) {
  if (checkpoints === undefined) return undefined;
  const { folder, ...rest } =
    typeof checkpoints === 'string' ? { folder: checkpoints } : checkpoints;
  return { ...rest, file: checkpointFile(folder, loss, seed) };
}

async function runOne(key: RunKey, options: TrainOptions): Promise<Run> {
  try {
    return { ...key, trained: await train(options) };
  } catch (error) {
    if (error instanceof Divergence) return { ...key, error };
    throw error;
  }
}
