import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { checkInteger, field, SymlossError } from '../../core/index.ts';
import { executeHere, runQueueWorker } from '../../experiments/executors/queue/index.ts';
import { environment } from '../../run/environment.ts';
import type { FieldValues } from '../../run/fields.ts';
import type { RunRoots } from '../../run/roots.ts';
import { runRoots } from '../../run/roots.ts';
import type { Streams } from '../make-runs.ts';
import { number } from '../ui/arguments.ts';
import { writeLine } from '../ui/lines.ts';
import { addFields } from '../ui/options.ts';
import { queueKey, queueKeyOption, queueOption, queueUrl } from './queue.ts';

export interface WorkerCommandOptions extends Omit<FieldValues<'machine'>, 'folder'> {
  readonly queue?: string;
  readonly queueName?: string;
  /** File with the key that jobs and results are signed with. */
  readonly queueKey?: string;
  /** The only folders that runs may read data from. Default: the one that the worker is started in. */
  readonly data?: readonly string[];
  /** The only folders that modules with losses are loaded from. Default: none. */
  readonly modules?: readonly string[];
  /** Runs at the same time. Default: 1. */
  readonly concurrency?: number;
  /** Seconds that current runs have to finish when the worker is stopped. */
  readonly grace?: number;
  /** Seconds of silence after which a worker counts as lost. */
  readonly lostAfter?: number;
}

/** `symloss worker`: makes the runs of a queue. */
export function workerCommand(streams: Streams): Command {
  const command = new Command('worker')
    .description('Make the runs of a queue, which bench --queue fills, until it is stopped.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .addOption(queueKeyOption())
    .option(
      '--data <folder>',
      'only data below it are read, may be repeated (the folder that the worker is started in)',
      collect,
    )
    .option(
      '--modules <folder>',
      'only modules with losses below it are run, may be repeated (none)',
      collect,
    )
    .option('--concurrency <count>', 'runs at the same time (1)', number);
  const own = { threads: 'the cores shared among the runs at the same time' };
  return addFields(command, ['machine'], { except: ['folder'], own })
    .option('--grace <seconds>', 'when stopped, time for current runs to finish (5)', number)
    .option('--lost-after <seconds>', 'silence after which a worker counts as lost (60)', number)
    .action((options: WorkerCommandOptions) => runWorker(options, streams));
}

/** Makes the runs of a queue until it is stopped; a second signal gives current runs back at once. */
export async function runWorker(
  options: WorkerCommandOptions,
  { out, signal }: Streams,
): Promise<void> {
  const { concurrency = 1, device = 'cpu', grace = 5, lostAfter = 60 } = options;
  const url = queueUrl(options);
  checkInteger(field('concurrency'), concurrency, { min: 1 });
  const { threads = Math.max(1, Math.floor(availableParallelism() / concurrency)) } = options;
  checkInteger(field('threads'), threads, { min: 1 });
  checkSeconds(field('grace'), grace, 0);
  checkSeconds(field('lostAfter'), lostAfter, 1);
  const roots = runRoots(options.data, options.modules);
  const key = await queueKey(options.queueKey);
  const { memoryLimit, cache } = options;
  const here = executeHere({ memoryLimit, cache, threads, device, roots });
  const { check, execute, hash } = here;
  const hurry = new AbortController();
  const again = () => hurry.abort();
  signal?.addEventListener('abort', () => {
    process.once('SIGINT', again).once('SIGTERM', again);
  });
  writeLine(out, rootsLine(roots));
  const totals = await runQueueWorker(url, {
    name: options.queueName,
    key,
    check,
    execute,
    hash,
    environment: await environment(threads, device),
    concurrency,
    signal,
    hurry: hurry.signal,
    grace,
    lostAfter,
    onLine: (line) => writeLine(out, `${new Date().toISOString()} ${line}`),
  }).finally(here.close);
  process.off('SIGINT', again).off('SIGTERM', again);
  out.write(`stopped: ${totals.ended} runs ended, ${totals.returned} given back\n`);
}

function rootsLine({ data, modules }: RunRoots): string {
  const listed = (roots: readonly string[]) => (roots.length === 0 ? 'none' : roots.join(', '));
  return `data below: ${listed(data)}; modules below: ${listed(modules)}`;
}

function collect(folder: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, folder];
}

function checkSeconds(where: string, seconds: number, min: number): void {
  if (Number.isFinite(seconds) && seconds >= min) return;
  throw new SymlossError(where, `a number of seconds from ${min}`, String(seconds));
}
