import type { Command } from 'commander';
import { field, SymlossError } from '../core/index.ts';
import { checkSource } from '../data/formats/index.ts';
import { dataHash, queueExecutor } from '../experiments/executors/queue/index.ts';
import type { Executor, LocalOptions, PlannedRun } from '../experiments/index.ts';
import { DatasetCache, poolExecutor, shareOut } from '../experiments/index.ts';
import type { ResultsFolder } from '../experiments/results/folder.ts';
import { queueKey, queueKeyOption, queueUrl } from './commands/queue.ts';
import { number } from './ui/arguments.ts';
import { writeLine } from './ui/lines.ts';
import { addFields } from './ui/options.ts';
import type { Screen } from './ui/progress.ts';
import { Progress } from './ui/progress.ts';

export interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: Screen;
  readonly signal?: AbortSignal | undefined;
}

/** Where and how a command has its runs made: nothing about their results. */
export interface MakingOptions extends Omit<LocalOptions, 'checkpoints' | 'models'> {
  /** URL of a queue; `true` for that of the variable SYMLOSS_QUEUE. Default: processes of this machine. */
  readonly queue?: string | boolean | undefined;
  readonly queueName?: string | undefined;
  /** File with the key that jobs and results are signed with. */
  readonly queueKey?: string | undefined;
  readonly keepModels?: boolean | undefined;
}

/** The options of `MakingOptions`. */
export function addMaking(command: Command): Command {
  command
    .option('--jobs <count>', 'runs at the same time; default: one per core', number)
    .option('--keep-models', 'keep the model of every run, in models/<id of the run>', false)
    .option(
      '--queue [url]',
      'let workers make the runs: redis://host, rediss://user:password@host; default: SYMLOSS_QUEUE',
    )
    .option('--queue-name <name>', 'which queue there (runs)')
    .addOption(queueKeyOption());
  const own = {
    threads: 'the cores shared among the runs at the same time, more than one where they are fewer',
  };
  return addFields(command, ['machine'], { own });
}

/** A run that takes long leaves a checkpoint this often. */
const checkpointEvery = 30; // seconds

/**
 * What makes runs into a folder of results, in processes of this machine or by the workers of a queue:
 * those that are recorded there are not made again, and progress is shown.
 * @param total runs of the whole experiment, over which the cores are shared out: the number of threads
 * moves the last bits of a result
 */
export async function chooseExecutor(
  results: ResultsFolder,
  total: number,
  { queue, queueName, queueKey: keyFile, keepModels = false, ...local }: MakingOptions,
  { err }: Streams,
): Promise<Executor> {
  const shared = shareOut(total, local);
  if (queue !== undefined && queue !== false) {
    if (keepModels) {
      throw new SymlossError(field('keepModels'), `nothing beside ${field('queue')}`, 'both', {
        hint: 'models stay on the machines of the workers',
      });
    }
    const url = queueUrl({ queue });
    const hash = dataHash(new DatasetCache(local));
    const onNotice = (line: string) => writeLine(err, line);
    const key = await queueKey(keyFile);
    const execute = queueExecutor(url, { name: queueName, key, hash, onNotice });
    return results.executor(withProgress(execute, results, { total, jobs: shared.jobs, err }));
  }
  const execute = poolExecutor({
    ...local,
    ...shared,
    checkpoints: { folder: results.checkpoints, seconds: checkpointEvery },
    ...(keepModels && { models: { folder: results.models } }),
  });
  const checked = withSources(execute, local.folder);
  return results.executor(withProgress(checked, results, { total, jobs: shared.jobs, err }));
}

/**
 * An executor that makes no run where the data of one are not there: each of them would fail, with the same words.
 * @param folder where data that are given by name lie, as in the field
 */
export function withSources(execute: Executor, folder: string | undefined): Executor {
  return async (runs, events) => {
    const sources = new Map<string, string | undefined>();
    for (const { data } of runs.map(({ config }) => config)) {
      for (const source of [data.source, data.test]) {
        if (source !== undefined) sources.set(source, data.folder ?? folder);
      }
    }
    const { signal } = events;
    for (const [source, own] of sources) await checkSource(source, { folder: own, signal });
    await execute(runs, events);
  };
}

/** An executor that shows how far it is. */
export function withProgress(
  execute: Executor,
  results: ResultsFolder,
  { total, jobs, err }: { readonly total: number; readonly jobs: number; readonly err: Screen },
): Executor {
  return async (runs, events) => {
    const progress = new Progress(err, { total, runs, earlier: results.store.all(), jobs });
    const own = {
      ...events,
      onRecord: async (record: Parameters<typeof events.onRecord>[0]) => {
        await events.onRecord(record);
        progress.record(record);
      },
      onEpoch: progress.epoch.bind(progress),
      onRetry: progress.retry.bind(progress),
    };
    await execute(runs, own).finally(() => progress.clear());
  };
}

/** `8 runs, 2 of them recorded already` */
export function startLine(total: number, open: readonly PlannedRun[]): string {
  const done = total - open.length;
  const runs = `${total} run${total === 1 ? '' : 's'}`;
  if (done === 0) return runs;
  return done === total ? `${runs}, recorded already` : `${runs}, ${done} of them recorded already`;
}
