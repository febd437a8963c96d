import { z } from 'zod';
import type { Spec, SymlossError } from '../core/index.ts';
import { checkInteger, checkList } from '../core/index.ts';
import type { ClassLoss, LossName } from '../losses/index.ts';
import { Divergence } from '../train/endings.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import type { Probed } from '../train/progress.ts';
import { checkEffort, settingsOf } from './effort.ts';
import { parsed } from './faults.ts';
import { inLanes } from './lanes.ts';
import type { Trained } from './trained.ts';
import type { TrainingOptions } from './training-options.ts';
import { watchers } from './training-options.ts';

/** Losses and seeds to compare, and the settings that are the same for all. */
export interface ComparisonOptions
  extends Omit<TrainingOptions, 'loss' | 'seed' | 'onEpoch' | 'onStep'> {
  /** Specs, or functions as `loss` of `train` may be; the settings are the same for all. */
  readonly losses: readonly (Spec<LossName | 'auto'> | ClassLoss)[];
  /** Each loss is trained once per seed. Runs of one seed share split, noise and first weights. */
  readonly seeds: readonly number[];
  /** Runs at the same time, each in a thread of its own. Default: 1. */
  readonly jobs?: number | undefined;
  readonly onEpoch?: EpochOfRunCallback | undefined;
  readonly onRun?: ((run: Run) => void) | undefined;
}

/** `stop`, or a promise of it, ends this run after the epoch; the others go on. */
export type EpochOfRunCallback =
  | ((run: RunKey, metrics: EpochMetrics, probed: Probed) => void)
  | ((run: RunKey, metrics: EpochMetrics, probed: Probed) => 'stop' | undefined)
  | ((run: RunKey, metrics: EpochMetrics, probed: Probed) => Promise<unknown>);

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

/** Trains one of the runs. */
export type TrainRun = (run: RunKey, options: TrainingOptions) => Promise<Trained>;

/** `compare`, with what trains its runs. */
export async function compareWith(train: TrainRun, options: ComparisonOptions): Promise<Run[]> {
  const { losses, seeds, jobs = 1, onEpoch, onRun, signal, ...shared } = options;
  parsed(z.object({ ...watchers, onRun: watchers.onEpoch }), { onEpoch, onRun, signal });
  checkInteger('jobs', jobs, { min: 1 });
  checkEffort(shared, losses);
  const names = namesOfLosses(losses);
  checkList('seeds', seeds);
  const keys = losses.flatMap((loss, i) =>
    seeds.map((seed) => ({ loss, key: { loss: names[i] as string, seed } })),
  );
  const runs: Run[] = [];
  await inLanes([...keys.entries()], { lanes: jobs, signal }, (own) => ({
    work: async ([i, { loss, key }]) => {
      const each = {
        onEpoch: (metrics: EpochMetrics, probed: Probed) => onEpoch?.(key, metrics, probed),
      };
      const { seed } = key;
      const run = await runOne(train, key, {
        ...settingsOf(loss, shared),
        ...each,
        loss,
        seed,
        signal: own,
      });
      runs[i] = run;
      onRun?.(run);
    },
  }));
  return runs;
}

/** What runs call their losses: specs as given, functions `custom`, or `custom 1`, `custom 2`, … if there are more. */
export function namesOfLosses(losses: ComparisonOptions['losses']): string[] {
  checkList('losses', losses);
  const isAlone = losses.filter((loss) => typeof loss !== 'string').length < 2;
  let count = 0;
  return losses.map((loss) => {
    if (typeof loss === 'string') return loss;
    return isAlone ? 'custom' : `custom ${++count}`;
  });
}

async function runOne(train: TrainRun, key: RunKey, options: TrainingOptions): Promise<Run> {
  try {
    return { ...key, trained: await train(key, options) };
  } catch (error) {
    if (error instanceof Divergence) return { ...key, error };
    throw error;
  }
}
