import { checkNumber, field, invariant, meanAndStd, SymlossError } from '../../core/index.ts';
import { parseLoss } from '../../losses/index.ts';
import type { PlannedRun } from '../../run/config.ts';
import { planRun } from '../../run/plan.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Executor } from '../executors/executor.ts';
import { mostRuns } from '../grid/expand.ts';
import type { DataEntry, Grid, SomeTraining } from '../grid/schema.ts';
import type { Candidate, TuneSpace } from './tune-space.ts';
import { defaultSpace, edgesOf, gridCandidates, randomCandidates } from './tune-space.ts';

export interface TuneOptions {
  readonly name: string;
  readonly data: DataEntry;
  readonly model: string;
  readonly losses: readonly string[];
  /** A setting is judged by its mean over these. */
  readonly noises: readonly string[];
  /** Not those that the tuned losses are compared with afterwards. */
  readonly seeds: readonly number[];
  /** What is not tuned. */
  readonly training: SomeTraining;
  /** Default: rate and weight decay. */
  readonly space?: TuneSpace;
  /** Default: `random`. */
  readonly search?: 'random' | 'grid';
  /** Settings of each loss that are drawn. Default: 20. */
  readonly trials?: number;
  /** Of the draws. Default: 1. */
  readonly seed?: number;
  readonly signal?: AbortSignal;
  readonly onRecord?: (record: RunRecord) => void | Promise<void>;
}

export interface Trial extends Candidate {
  /** Mean accuracy on the noisy validation labels after the last epoch, over noises and seeds. */
  readonly score: number;
  /** √(score·(1 − score)/rows) over all validation rows: how far chance may move it. */
  readonly standardError: number;
  /** Runs that diverged, each counted with accuracy 0. */
  readonly diverged: number;
}

export interface TunedLoss {
  /** As it was given. */
  readonly loss: string;
  /** The trial with the highest score, the first of equal ones. */
  readonly best: Trial;
  /** All, as they were drawn. */
  readonly trials: readonly Trial[];
  /** What lies at the edge of its range in the best trial. */
  readonly atEdge: readonly string[];
}

/** All runs of a tuning, loss by loss: what the executor will be given. */
export function planTuning(options: TuneOptions): PlannedRun[] {
  const all = candidatesOf(options);
  const count = all.flat().length * options.noises.length * options.seeds.length;
  if (count > mostRuns) {
    throw new SymlossError('tuning', `at most ${mostRuns} runs`, String(count), {
      hint: `take fewer ${field('trials')}, noises or seeds`,
    });
  }
  const runs = all.flatMap((candidates) =>
    candidates.flatMap((candidate) => runsOf(candidate, options)),
  );
  return [...new Map(runs.map((run) => [run.id, run])).values()];
}

/**
 * Chooses rate, weight decay and parameters of each loss by the accuracy on noisy validation labels,
 * with as many trials for each loss. No clean label is looked at: under uniform noise accuracy on
 * noisy labels ranks models as clean labels do (docs/theory.md); under other noise it may not.
 * @throws SymlossError for options that are wrong, data without a validation part, or a run that
 * failed for another reason than divergence
 */
export async function tune(options: TuneOptions, execute: Executor): Promise<TunedLoss[]> {
  const { losses, space = defaultSpace, signal, onRecord } = options;
  const candidates = candidatesOf(options);
  const records = new Map<string, RunRecord>();
  await execute(planTuning(options), {
    onRecord: async (record) => {
      records.set(record.id, record);
      await onRecord?.(record);
      checkResult(record); // what one run cannot do, the others cannot either
    },
    ...(signal && { signal }),
  });
  return losses.map((loss, i) => {
    const trials = (candidates[i] ?? []).map((candidate) =>
      scored(
        candidate,
        runsOf(candidate, options).map((run) => recordOf(run, records)),
      ),
    );
    const best = trials.reduce((a, b) => (b.score > a.score ? b : a));
    return { loss: parseLoss(loss).spec, best, trials, atEdge: edgesOf(best, space) };
  });
}

function candidatesOf({
  losses,
  space = defaultSpace,
  search = 'random',
  trials,
  seed = 1,
}: TuneOptions): Candidate[][] {
  if (losses.length === 0) throw new SymlossError('losses', 'losses to tune', 'none');
  if (search === 'random') return randomCandidates(losses, space, trials ?? 20, seed);
  if (trials !== undefined) {
    throw new SymlossError('trials', 'nothing: a grid search tries everything', String(trials));
  }
  return gridCandidates(losses, space);
}

function runsOf(candidate: Candidate, options: TuneOptions): PlannedRun[] {
  const { name, model, noises, seeds, data: entry } = options;
  const { name: _, model: _m, models: _ms, noises: _n, training: own, ...data } = entry;
  const training = { ...options.training, ...own, ...candidate.training };
  const { loss } = candidate;
  return noises.flatMap((noise) =>
    seeds.map((seed) => planRun(name, { data, model, noise, loss, seed, training })),
  );
}

function recordOf({ id }: PlannedRun, records: ReadonlyMap<string, RunRecord>): RunRecord {
  const record = records.get(id);
  invariant(record !== undefined, `the executor has no record of run ${id}`);
  return checkResult(record);
}

/** @throws SymlossError for a run that failed for another reason than divergence */
function checkResult(record: RunRecord): RunRecord {
  if (record.status === 'done' || record.diverged) return record;
  const { loss, noise, seed } = record.config;
  const expected = `a result of ${loss}, ${noise}, seed ${seed}`;
  throw new SymlossError(`run ${record.id}`, expected, record.error, { kind: 'failure' });
}

function scored(candidate: Candidate, records: readonly RunRecord[]): Trial {
  const score = meanAndStd(records.map(accuracyOf)).mean;
  const rows = records.reduce(
    (sum, record) => sum + (record.status === 'done' ? record.data.rows.validation : 0),
    0,
  );
  return {
    ...candidate,
    score,
    standardError: Math.sqrt((score * (1 - score)) / Math.max(1, rows)),
    diverged: records.filter((record) => record.status === 'failed').length,
  };
}

/** A run that diverged has learnt nothing. */
function accuracyOf(record: RunRecord): number {
  if (record.status === 'failed') return 0;
  const { validationAccuracy } = record.last;
  if (validationAccuracy !== undefined) return validationAccuracy;
  throw new SymlossError('tuning', 'data with a validation part', 'none', {
    hint: 'set validation above 0',
  });
}

/** How a tuning was made, in words. */
export function describeTuning(options: TuneOptions): string {
  const { search = 'random', seeds, noises, seed = 1 } = options;
  const count = candidatesOf(options)[0]?.length ?? 0;
  const how = search === 'random' ? `random trials (seed ${seed})` : 'trials, a full grid';
  return (
    `each loss had ${count} ${how} with ${seeds.length} ${seeds.length === 1 ? 'seed' : 'seeds'} ` +
    `on ${noises.join(', ')}; chosen by mean accuracy on noisy validation labels after the last epoch`
  );
}

/**
 * A grid with the tuned losses, to be run with other seeds than those they were tuned with.
 * @throws SymlossError if a seed is among those
 */
export function tunedGrid(
  tuned: readonly TunedLoss[],
  options: TuneOptions,
  seeds: readonly number[],
): Grid {
  const used = seeds.find((seed) => options.seeds.includes(seed));
  if (used !== undefined) {
    throw new SymlossError('seeds', 'others than those of the tuning', String(used));
  }
  return {
    name: options.name,
    description: `Tuned by symloss tune: ${describeTuning(options)}.`,
    data: [options.data],
    models: [options.model],
    noises: [...options.noises],
    losses: tuned.map(({ best: { loss, training, score } }) => ({
      loss,
      training: { ...training },
      source: `symloss tune: validation accuracy ${(100 * checkNumber('score', score)).toFixed(1)} % on noisy labels`,
    })),
    seeds: [...seeds],
    training: options.training,
  };
}
