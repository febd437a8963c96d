import { availableParallelism } from 'node:os';
import { checkInteger, SymlossError } from '../core/index.ts';
import { environment } from '../experiments/environment.ts';
import { runQueueWorker } from '../experiments/queue/index.ts';
import type { Device } from '../runtime/index.ts';
import { executeHere } from './execute.ts';
import { queueUrl } from './queue.ts';

export interface WorkerCommandOptions {
  readonly queue?: string;
  readonly queueName?: string;
  /** Runs at the same time. Default: 1. */
  readonly concurrency?: number;
  /** Of one run. Default: the cores, shared among the runs. */
  readonly threads?: number;
  readonly device?: Device;
  /** Folder of the data. */
  readonly data?: string;
  /** Seconds that current runs have to finish when the worker is stopped. */
  readonly grace?: number;
  /** Seconds of silence after which a worker counts as lost. */
  readonly lostAfter?: number;
}

interface Streams {
  readonly out: { write(text: string): unknown };
  readonly signal?: AbortSignal;
}

/** Makes the runs of a queue until it is stopped; a second signal gives current runs back at once. */
export async function runWorker(
  options: WorkerCommandOptions,
  { out, signal }: Streams,
): Promise<void> {
  const { concurrency = 1, device = 'cpu', grace = 5, lostAfter = 60 } = options;
  const url = queueUrl(options);
  checkInteger('option --concurrency', concurrency, { min: 1 });
  const { threads = Math.max(1, Math.floor(availableParallelism() / concurrency)) } = options;
  checkInteger('option --threads', threads, { min: 1 });
  checkSeconds('option --grace', grace, 0);
  checkSeconds('option --lost-after', lostAfter, 1);
  const { execute, hash } = executeHere({ threads, device, folder: options.data });
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
    onLine: (line) => out.write(`${new Date().toISOString()} ${line}\n`),
  });
  process.off('SIGINT', again).off('SIGTERM', again);
  out.write(`stopped: ${totals.ended} runs ended, ${totals.returned} given back\n`);
}

function checkSeconds(where: string, seconds: number, min: number): void {
  if (Number.isFinite(seconds) && seconds >= min) return;
  throw new SymlossError(where, `a number of seconds from ${min}`, String(seconds));
}
