import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import { checkInteger, field, SymlossError } from '../../core/index.ts';
import { executeHere, runQueueWorker } from '../../experiments/executors/queue/index.ts';
import { pickFields } from '../../run/config.ts';
import { environment } from '../../run/environment.ts';
import type { FieldValues } from '../../run/fields.ts';
import type { Streams } from '../make-runs.ts';
import { number } from '../ui/arguments.ts';
import { writeLine } from '../ui/lines.ts';
import { addFields, fieldsOf } from '../ui/options.ts';
import { queueOption, queueUrl } from './queue.ts';

export interface WorkerCommandOptions extends FieldValues<'machine'> {
  readonly queue?: string;
  readonly queueName?: string;
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
    .option('--concurrency <count>', 'runs at the same time (1)', number);
  return addFields(command, ['machine'])
    .option('--grace <seconds>', 'when stopped, time for current runs to finish (5)', number)
    .option('--lost-after <seconds>', 'silence after which a worker counts as lost (60)', number)
    .action((options: WorkerCommandOptions) =>
      runWorker({ ...options, ...fieldsOf({ ...options }) }, streams),
    );
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
  const { execute, hash } = executeHere({
    ...pickFields({ ...options }, 'machine'),
    threads,
    device,
  });
  const hurry = new AbortController();
  const again = () => hurry.abort();
  signal?.addEventListener('abort', () => {
    process.once('SIGINT', again).once('SIGTERM', again);
  });
  const totals = await runQueueWorker(url, {
    name: options.queueName,
    execute,
    hash,
    environment: await environment(threads, device),
    concurrency,
    signal,
    hurry: hurry.signal,
    grace,
    lostAfter,
    onLine: (line) => writeLine(out, `${new Date().toISOString()} ${line}`),
  });
  process.off('SIGINT', again).off('SIGTERM', again);
  out.write(`stopped: ${totals.ended} runs ended, ${totals.returned} given back\n`);
}

function checkSeconds(where: string, seconds: number, min: number): void {
  if (Number.isFinite(seconds) && seconds >= min) return;
  throw new SymlossError(where, `a number of seconds from ${min}`, String(seconds));
}
