import { Command, Option } from 'commander';
import { field, oneLine, SymlossError } from '../../core/index.ts';
import type { QueueKey, QueueStatus } from '../../experiments/executors/queue/index.ts';
import {
  drainQueue,
  queueStatus,
  queueUrlForm,
  readQueueKey,
} from '../../experiments/executors/queue/index.ts';
import { formatCount, formatDuration, formatTable } from '../ui/format.ts';

export interface QueueCommandOptions {
  readonly queue?: string;
  readonly queueName?: string;
  /** `status`: print JSON. */
  readonly json?: boolean;
  /** `drain`: also forget the ended runs. */
  readonly results?: boolean;
}

interface Streams {
  readonly out: { write(text: string): unknown };
}

/** `symloss queue`: what a queue holds, and emptying it. */
export function queueCommand(streams: Streams): Command {
  const status = new Command('status')
    .description('What waits, what runs where, and what has ended.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .option('--json', 'print it as JSON', false)
    .action((options: QueueCommandOptions) => runQueueStatus(options, streams));
  const drain = new Command('drain')
    .description('Take the runs that wait off; those that run are finished.')
    .addOption(queueOption())
    .option('--queue-name <name>', 'which queue there (runs)')
    .option('--results', 'also forget ended runs, which are kept for a week', false)
    .action((options: QueueCommandOptions) => runQueueDrain(options, streams));
  return new Command('queue')
    .description('Look into a queue of runs, or empty it.')
    .addCommand(status)
    .addCommand(drain);
}

const variable = 'SYMLOSS_QUEUE';
const urlOfVariable = process.env[variable];

/** Takes the URL, which has a password, out of the variables that code of others finds: modules of a grid. */
export function hideQueueUrl(): void {
  delete process.env[variable];
}

/** Where the queue is, from the command line or the environment. */
export function queueOption(): Option {
  return new Option('--queue <url>', `${queueUrlForm}; rediss:// for TLS`).env(variable);
}

/** The file of the key that jobs and results are signed with: its name may be a variable, the key itself never is. */
export function queueKeyOption(): Option {
  return new Option(
    '--queue-key <file>',
    'sign runs and results with the key in this file, and take no others',
  ).env('SYMLOSS_QUEUE_KEY');
}

/** The key of the queue, if one is named. @throws SymlossError as `readQueueKey` does */
export async function queueKey(file: string | undefined): Promise<QueueKey | undefined> {
  return file === undefined || file === '' ? undefined : readQueueKey(file);
}

/**
 * The URL of the queue.
 * @param options.queue `true` for that of the variable SYMLOSS_QUEUE
 * @throws SymlossError without one
 */
export function queueUrl(options: { readonly queue?: string | boolean | undefined }): string {
  const queue = options.queue === true ? urlOfVariable : options.queue;
  if (typeof queue === 'string' && queue !== '') return queue;
  throw new SymlossError(field('queue'), 'the URL of a queue', 'nothing', {
    hint: 'give redis://host or rediss://host, or set SYMLOSS_QUEUE, which shows no password to others',
  });
}

/** Prints what a queue holds, who works on what, and what the server's settings put at risk. */
export async function runQueueStatus(options: QueueCommandOptions, { out }: Streams) {
  const status = await queueStatus(queueUrl(options), options.queueName);
  out.write(options.json ? `${JSON.stringify(status, null, 2)}\n` : `${statusText(status)}\n`);
}

function statusText({ active, workers, notices, ...status }: QueueStatus): string {
  const counts = [
    `${formatCount(status.waiting)} waiting`,
    `${formatCount(active.length)} running`,
    `${formatCount(status.done)} done`,
    `${formatCount(status.failed)} failed`,
  ];
  const rows = active.map((run) => [
    run.id,
    run.run,
    run.epoch === undefined ? `- / ${run.epochs}` : `${run.epoch} / ${run.epochs}`,
    formatDuration(run.seconds),
    run.worker,
  ]);
  const table = formatTable([['running', 'what', 'epoch', 'for', 'worker'], ...rows]);
  return [
    `${status.queue}, queue ${status.name}: ${counts.join(', ')}`,
    oneLine(`workers: ${workers.length === 0 ? 'none' : workers.join(', ')}`),
    ...(rows.length === 0 ? [] : ['', table]),
    ...(notices.length === 0 ? [] : ['', ...notices]),
  ].join('\n');
}

/** Takes the runs that wait off a queue. */
export async function runQueueDrain(options: QueueCommandOptions, { out }: Streams) {
  const { queueName: name, results } = options;
  const gone = await drainQueue(queueUrl(options), { name, results });
  const forgotten = results ? `, ${formatCount(gone.results)} ended ones forgotten` : '';
  out.write(
    `${formatCount(gone.waiting)} waiting runs taken off${forgotten}; those that run are finished\n`,
  );
}
