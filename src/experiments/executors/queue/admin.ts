import type { Job, Queue } from 'bullmq';
import type { PlannedRun } from '../../../run/config.ts';
import type { QueueAddress } from './address.ts';
import { parseQueueUrl } from './address.ts';
import {
  checkQueueName,
  checkServer,
  defaultQueueName,
  queueOptions,
  withClient,
} from './connect.ts';
import { countDrain } from './drains.ts';
import { loadBullmq } from './packages.ts';
import { isPassing } from './patience.ts';
import { describeRun, parseProgress, parseRequest } from './request.ts';

/** A run that a worker has. */
export interface ActiveRun {
  readonly id: string;
  readonly run: string;
  readonly worker: string;
  readonly seconds: number;
  /** The last epoch that was told of. */
  readonly epoch?: number;
  readonly epochs: number;
}

export interface QueueStatus {
  readonly queue: string;
  readonly name: string;
  readonly waiting: number;
  readonly active: readonly ActiveRun[];
  /** Ended runs that are kept for who asks for them. */
  readonly done: number;
  readonly failed: number;
  /** Names of the connected workers: host and process id. */
  readonly workers: readonly string[];
  /** What is to be said about the server's settings. */
  readonly notices: readonly string[];
}

/** @throws SymlossError if the queue cannot be reached */
export async function queueStatus(url: string, name = defaultQueueName): Promise<QueueStatus> {
  return withQueue(url, name, async (queue, address, notices) => {
    const counts = await queue.getJobCounts('waiting', 'active', 'completed', 'failed');
    const jobs = await queue.getJobs(['active']).catch(() => []); // somebody wrote what is no JSON
    const clients = await queue.getWorkers().catch(() => []); // not every account may ask
    return {
      queue: address.shown,
      name,
      waiting: counts['waiting'] ?? 0,
      active: jobs.map(activeRun),
      done: counts['completed'] ?? 0,
      failed: counts['failed'] ?? 0,
      workers: clients
        .map(({ rawname }) => rawname?.split(':w:')[1] ?? 'unnamed')
        .sort((a, b) => (a < b ? -1 : 1)),
      notices,
    };
  });
}

function activeRun(job: Job): ActiveRun {
  const common = {
    worker: job.processedBy ?? 'unknown',
    seconds: (Date.now() - (job.processedOn ?? Date.now())) / 1000,
  };
  let run: PlannedRun;
  try {
    run = parseRequest(job.data).run as PlannedRun;
  } catch {
    return { ...common, id: job.id ?? 'unknown', run: 'no run of this version', epochs: 0 };
  }
  const progress = parseProgress(job.progress);
  return {
    ...common,
    id: run.id,
    run: describeRun(run),
    ...(progress?.kind === 'epoch' && { epoch: progress.metrics.epoch }),
    epochs: run.config.training.epochs,
  };
}

/**
 * Takes the runs that wait off a queue; those that workers have are finished.
 * @param options.results also forget the ended runs that are kept
 * @returns how many were taken off, and forgotten
 * @throws SymlossError if the queue cannot be reached
 */
export async function drainQueue(
  url: string,
  options: { readonly name?: string | undefined; readonly results?: boolean | undefined } = {},
): Promise<{ readonly waiting: number; readonly results: number }> {
  const { name = defaultQueueName, results = false } = options;
  return withQueue(url, name, async (queue, address) => {
    const counts = await queue.getJobCounts('completed', 'failed');
    let forgotten = 0;
    // first, and only where there are any: a Redis that is full takes nothing else
    for (const state of results ? (['completed', 'failed'] as const) : []) {
      if (counts[state] !== 0) forgotten += (await queue.clean(0, 0, state)).length;
    }
    const count = () => withClient(address, (client) => countDrain(client, name));
    // before: who misses a run must find it counted
    const isCounted = await count().then(
      () => true,
      (error: unknown) => {
        if (isPassing(error)) return false;
        throw error;
      },
    );
    const { waiting = 0 } = await queue.getJobCounts('waiting');
    if (waiting !== 0) await queue.drain(true);
    if (!isCounted) await count(); // now there is room for it
    return { waiting, results: forgotten };
  });
}

async function withQueue<T>(
  url: string,
  name: string,
  use: (queue: Queue, address: QueueAddress, notices: readonly string[]) => Promise<T>,
): Promise<T> {
  const address = parseQueueUrl(url);
  checkQueueName(name);
  const notices = await checkServer(address);
  const { Queue } = await loadBullmq();
  const queue = new Queue(name, queueOptions(address));
  queue.on('error', () => {}); // commands tell
  try {
    return await use(queue, address, notices);
  } finally {
    await queue.close();
  }
}
