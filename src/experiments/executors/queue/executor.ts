import type { Job, Queue, QueueEvents } from 'bullmq';
import type { Redis as Client } from 'ioredis';
import { oneLine, SymlossError } from '../../../core/index.ts';
import type { PlannedRun } from '../../../run/config.ts';
import { environment } from '../../../run/environment.ts';
import type { Environment, RunRecord } from '../../../run/record.ts';
import { runRecordSchema } from '../../../run/record.ts';
import { canonical } from '../../../run/run-id.ts';
import type { Executor, ExecutorEvents } from '../executor.ts';
import type { QueueAddress } from './address.ts';
import { parseQueueUrl } from './address.ts';
import {
  checkQueueName,
  checkServer,
  connectionOptions,
  defaultQueueName,
  queueOptions,
} from './connect.ts';
import { Deferred, pause } from './deferred.ts';
import { readDrains } from './drains.ts';
import { GridSignatures } from './grid-signatures.ts';
import type { QueueKey } from './key.ts';
import { checkQueueKey } from './key.ts';
import { lostRecord, mostLosses } from './lost.ts';
import { loadBullmq, loadRedis } from './packages.ts';
import { defaultPatience, patiently, serverReason } from './patience.ts';
import { refusedReason } from './refusal.ts';
import type { DataHash, RunRequest } from './request.ts';
import { jobIdOf, metricsOf, parseProgress, requestOf } from './request.ts';

export interface QueueExecutorOptions {
  /** Of the queue: letters, digits, . _ and -. Default: `runs`. */
  readonly name?: string | undefined;
  /** Makes workers check that their data are these; without it data are not compared. */
  readonly hash?: DataHash | undefined;
  /** Signs the runs with it, and takes only results that are signed with it. */
  readonly key?: QueueKey | undefined;
  /** A server that takes no commands is waited for so many seconds. Default: 60. */
  readonly patience?: number | undefined;
  /** How long finished runs stay in Redis, in days, for who asks for them later. Default: 7. */
  readonly keepDays?: number | undefined;
  /** Seconds between two looks at all runs that are under way, beside the queue's messages. Default: 5. */
  readonly lookEvery?: number | undefined;
  /** Takes lines such as that no worker is connected. */
  readonly onNotice?: ((line: string) => void) | undefined;
}

/** Jobs that are asked about or added at once. */
const chunk = 200;
/** Redis keeps about so many messages, and a finished run's record is one. */
const keptMessages = 1000;
const closeLimit = 1000; // milliseconds
/** What is kept of an error that a worker tells. */
const longestReason = 2000; // characters

/**
 * An executor whose runs are made by the workers of a queue (`symloss worker`), on any machine that
 * reaches the Redis or Valkey server.
 *
 * A run that waits or is being made already, for whomever, is not added again, and one that ended in
 * the last days is collected at once, unless it failed for another reason than divergence. Aborting
 * leaves the runs to the workers: ask for them again to collect them, or empty the queue.
 * @param url `redis://[[user]:password@]host[:port][/database]`, `rediss://` for TLS
 * @throws SymlossError if the URL or the queue's name is none; the executor itself rejects with one if
 * the server cannot be reached or takes no runs for long, somebody empties the queue, a worker refuses a run, or a result is
 * not signed where it must be
 */
export function queueExecutor(url: string, options: QueueExecutorOptions = {}): Executor {
  const address = parseQueueUrl(url);
  checkQueueName(options.name ?? defaultQueueName);
  if (options.key !== undefined) checkQueueKey(options.key);
  return async (runs, events) => {
    events.signal?.throwIfAborted();
    if (runs.length === 0) return;
    for (const notice of await checkServer(address)) options.onNotice?.(notice);
    const requests = await withHashes(runs, options.hash, events.signal);
    await new Collector(address, requests, options, events).collect();
  };
}

/** Data are read once per configuration. */
async function withHashes(
  runs: readonly PlannedRun[],
  hash: DataHash | undefined,
  signal: AbortSignal | undefined,
): Promise<RunRequest[]> {
  if (hash === undefined) return runs.map((run) => requestOf(run, undefined));
  const known = new Map<string, Promise<string>>();
  const requests: RunRequest[] = [];
  for (const run of runs) {
    signal?.throwIfAborted();
    const { data, noise } = run.config;
    const key = canonical({ data, noise });
    const sha256 = known.get(key) ?? hash(run.config);
    known.set(key, sha256);
    requests.push(requestOf(run, await sha256));
  }
  return requests;
}

type Find = (id: string) => Promise<Job | undefined>;

class Collector {
  readonly #address: QueueAddress;
  readonly #options: QueueExecutorOptions;
  readonly #events: ExecutorEvents;
  readonly #name: string;
  readonly #signatures: GridSignatures;
  /** By job id: what has not ended yet. */
  readonly #open: Map<string, RunRequest>;
  /** By job id: what the worker that has the run, or had it last, told. */
  readonly #told = new Map<string, { started: Date; environment: Environment }>();
  readonly #settled = new Deferred();
  /** Aborts when connections are no longer wanted. */
  readonly #over = new AbortController();
  #isCut = false;
  /** Looks in a row that found no worker. */
  #lonely = 0;
  #drains = '';
  /** Records are handed on one after the other. */
  #handing: Promise<void> = Promise.resolve();

  constructor(
    address: QueueAddress,
    requests: readonly RunRequest[],
    options: QueueExecutorOptions,
    events: ExecutorEvents,
  ) {
    this.#address = address;
    this.#options = options;
    this.#events = events;
    this.#name = options.name ?? defaultQueueName;
    this.#signatures = new GridSignatures(this.#name, options.key);
    this.#open = new Map(requests.map((request) => [jobIdOf(request), request]));
  }

  async collect(): Promise<void> {
    const { signal } = this.#events;
    const { Job, Queue, QueueEvents } = await loadBullmq();
    const { Redis } = await loadRedis();
    const client = new Redis(connectionOptions(this.#address, this.#over.signal));
    const settings = queueOptions(this.#address, this.#over.signal);
    const queue = new Queue(this.#name, {
      ...settings,
      streams: { events: { maxLen: keptMessages } },
    });
    const messages = new QueueEvents(this.#name, settings);
    const abort = () => this.#settled.reject(signal?.reason);
    signal?.addEventListener('abort', abort);
    try {
      client.on('error', () => {}); // the queue's connection says the same
      queue.on('error', (error) => this.#cut(error));
      messages.on('error', (error) => this.#cut(error));
      // one that is no JSON is removed: then it is missing, and added again
      const find: Find = (id) =>
        Job.fromId(queue, id).catch(async (error: unknown) => {
          if (!(error instanceof SyntaxError)) throw error;
          await queue.remove(id);
          return undefined;
        });
      this.#listen(messages, find);
      if (signal?.aborted) abort();
      this.#look(queue, client, find).catch((error: unknown) => this.#settled.reject(error));
      await this.#settled.promise;
    } finally {
      signal?.removeEventListener('abort', abort);
      await this.#handing; // a record that is being written
      this.#over.abort();
      await closeAll([queue, messages]);
      client.disconnect();
    }
  }

  /** Adds what is not there, and then looks at all runs again and again: messages may be lost. */
  async #look(queue: Queue, client: Client, find: Find): Promise<void> {
    await this.#patiently(async () => {
      this.#drains = await readDrains(client, this.#name);
      await this.#removeFailed(find);
      await this.#add(queue, [...this.#open.values()]);
    });
    while (!this.#settled.isSettled) {
      await this.#patiently(() => this.#lookOnce(queue, client, find));
      if (this.#settled.isSettled) return;
      this.#isCut = false;
      await pause(1000 * (this.#options.lookEvery ?? 5), this.#settled.promise);
    }
  }

  async #lookOnce(queue: Queue, client: Client, find: Find): Promise<void> {
    const missing: RunRequest[] = [];
    await this.#eachOpen(find, async (request, job) => {
      if (job === undefined) missing.push(request);
      else if (job.finishedOn !== undefined) this.#take(job);
    });
    await this.#handing;
    if (this.#settled.isSettled) return;
    if (missing.length > 0) await this.#addMissing(queue, client, missing);
    await this.#checkWorkers(queue);
  }

  #patiently(work: () => Promise<void>): Promise<void> {
    return patiently(work, {
      where: `queue ${this.#address.shown}`,
      limit: this.#options.patience ?? defaultPatience,
      onTrouble: (error) => this.#cut(error),
      until: this.#settled.promise,
    });
  }

  async #eachOpen(
    find: Find,
    use: (request: RunRequest, job: Job | undefined) => Promise<void>,
  ): Promise<void> {
    const ids = [...this.#open.keys()];
    for (let start = 0; start < ids.length && !this.#settled.isSettled; start += chunk) {
      const part = ids.slice(start, start + chunk);
      const jobs = await Promise.all(part.map(find));
      for (const [i, id] of part.entries()) {
        const request = this.#open.get(id);
        if (request !== undefined) await use(request, jobs[i]);
      }
    }
  }

  /** Runs that failed earlier are made again, and those that wait with another key; divergence is a result. */
  async #removeFailed(find: Find): Promise<void> {
    await this.#eachOpen(find, async (_, job) => {
      if (job === undefined) return;
      if (job.finishedOn === undefined) {
        if (!this.#signatures.isOurs(job)) await job.remove().catch(() => {}); // a worker is refusing it
        return;
      }
      const { data } = runRecordSchema.safeParse(job.returnvalue);
      const isResult =
        data !== undefined &&
        (data.status === 'done' || data.diverged) &&
        this.#signatures.isResultSigned(job);
      if (!isResult) await job.remove().catch(() => {}); // another grid was quicker, and it runs
    });
  }

  async #add(queue: Queue, requests: readonly RunRequest[]): Promise<void> {
    const age = 86_400 * (this.#options.keepDays ?? 7); // seconds
    for (let start = 0; start < requests.length && !this.#settled.isSettled; start += chunk) {
      await queue.addBulk(
        requests.slice(start, start + chunk).map((request) => ({
          name: 'run',
          data: this.#signatures.sign(request),
          opts: {
            jobId: jobIdOf(request),
            attempts: 1,
            removeOnComplete: { age },
            removeOnFail: { age },
          },
        })),
      );
    }
  }

  /** Redis may have lost them; but where somebody emptied the queue, they are not wanted. */
  async #addMissing(queue: Queue, client: Client, missing: readonly RunRequest[]): Promise<void> {
    if ((await readDrains(client, this.#name)) !== this.#drains) {
      throw new SymlossError(
        `queue ${this.#address.shown}`,
        `the ${missing.length} runs that were waiting`,
        'an emptied queue',
        { hint: 'ask for the runs again to go on', kind: 'failure' },
      );
    }
    for (const { run } of missing) this.#events.onRetry?.(run, 'the queue no longer had it');
    await this.#add(queue, missing);
  }

  #listen(messages: QueueEvents, find: Find): void {
    const ended = ({ jobId }: { jobId: string }) => {
      if (!this.#open.has(jobId)) return;
      find(jobId).then(
        (job) => job?.finishedOn !== undefined && this.#take(job),
        () => {}, // the next look finds it
      );
    };
    messages.on('completed', ended);
    messages.on('failed', ended);
    messages.on('stalled', ({ jobId }) => {
      if (!this.#open.has(jobId)) return;
      find(jobId).then(
        (job) => job !== undefined && this.#tellLost(job),
        () => {}, // then nobody is told: the run starts again all the same
      );
    });
    messages.on('progress', ({ jobId, data }) => this.#hear(jobId, data));
  }

  /** One whose workers were lost too often starts no more: its record comes. */
  #tellLost({ id = '', stalledCounter }: Job): void {
    const run = this.#open.get(id)?.run;
    if (run !== undefined && stalledCounter <= mostLosses) {
      this.#events.onRetry?.(run, 'its worker was lost');
    }
  }

  #hear(id: string, data: unknown): void {
    const run = this.#open.get(id)?.run;
    const progress = parseProgress(data);
    if (run === undefined || progress === undefined) return;
    if (progress.kind === 'epoch') {
      this.#events.onEpoch?.(run, metricsOf(progress), progress.fold);
    } else if (progress.kind === 'returned') {
      this.#events.onRetry?.(run, `its worker gave it back (${progress.reason})`);
    } else {
      const { environment: where, started } = progress;
      this.#told.set(id, { started: new Date(started), environment: where });
    }
  }

  /** Hands on the record of a job that ended, once per run. */
  #take(job: Job): void {
    const id = job.id as string;
    const request = this.#open.get(id);
    if (request === undefined || this.#settled.isSettled) return;
    if (refusedReason(job.failedReason) !== undefined && !this.#signatures.isOurs(job)) {
      job.remove().catch(() => {}); // then it is missing, and added again
      return;
    }
    this.#open.delete(id);
    this.#handing = this.#handing
      .then(async () => this.#events.onRecord(await this.#recordOf(request.run, job)))
      .then(
        () => {
          if (this.#open.size === 0) this.#settled.resolve();
        },
        (error: unknown) => this.#settled.reject(error),
      );
  }

  async #recordOf(run: PlannedRun, job: Job): Promise<RunRecord> {
    this.#signatures.checkResult(run, job);
    const parsed = runRecordSchema.safeParse(job.returnvalue);
    if (parsed.success && parsed.data.id === run.id) {
      return { ...parsed.data, grid: run.grid, config: run.config }; // what was asked for, not what came back
    }
    const isLost = /stalled more than/.test(job.failedReason ?? '');
    const error = isLost
      ? 'its workers were lost one after the other'
      : (job.failedReason?.slice(0, longestReason) ??
        'the worker gave back no record of a run: is it of another version?');
    const told = this.#told.get(job.id as string);
    return lostRecord(run, error, {
      environment: told?.environment ?? (await environment(1, 'cpu')),
      started: told?.started ?? new Date(job.processedOn ?? job.timestamp),
      ended: new Date(job.finishedOn ?? Date.now()),
    });
  }

  async #checkWorkers(queue: Queue): Promise<void> {
    const count = await queue.getWorkersCount().catch(() => 1); // not every account may ask
    this.#lonely = count === 0 ? this.#lonely + 1 : 0;
    if (this.#lonely !== 2) return; // after a restart of Redis they need a moment
    const waiting = this.#open.size === 1 ? '1 run waits' : `${this.#open.size} runs wait`;
    this.#notice(`${waiting}, and no worker is connected: start symloss worker`);
  }

  /** The connection comes back by itself; it is enough to say once that it is away. */
  #cut(error: unknown): void {
    if (this.#isCut || this.#settled.isSettled) return;
    this.#isCut = true;
    this.#notice(`${serverReason(error)}; trying again`);
  }

  #notice(text: string): void {
    const line = this.#address.redact(`queue ${this.#address.shown}: ${text}`);
    this.#options.onNotice?.(oneLine(line));
  }
}

/** Without Redis, connections would not close in order: then they are cut. */
async function closeAll(connections: readonly (Queue | QueueEvents)[]): Promise<void> {
  const all = (work: (connection: Queue | QueueEvents) => Promise<unknown>) =>
    Promise.race([
      Promise.allSettled(connections.map(work)),
      new Promise((resolve) => setTimeout(resolve, closeLimit).unref()),
    ]);
  await all((connection) => connection.close());
  await all((connection) => connection.disconnect());
}
