import { hostname } from 'node:os';
import type { Job, Worker as QueueWorker } from 'bullmq';
import { oneLine, SymlossError } from '../../../core/index.ts';
import type { PlannedRun, RunConfig } from '../../../run/config.ts';
import type { EpochListener } from '../../../run/execute.ts';
import type { Environment, RunRecord } from '../../../run/record.ts';
import type { QueueAddress } from './address.ts';
import { parseQueueUrl } from './address.ts';
import { checkQueueName, checkServer, defaultQueueName, queueOptions } from './connect.ts';
import { Deferred, pause } from './deferred.ts';
import type { QueueKey, Signed } from './key.ts';
import { checkQueueKey, signatureState, signed } from './key.ts';
import { mostLosses } from './lost.ts';
import { loadBullmq } from './packages.ts';
import { defaultPatience, isPassing, patiently, serverReason } from './patience.ts';
import { Refusal } from './refusal.ts';
import type { DataHash, RunProgress, RunRequest } from './request.ts';
import { describeRun, parseRequest } from './request.ts';

/** Makes one run; rejects when its signal aborts. */
export type Execute = (
  run: PlannedRun,
  how: { readonly signal: AbortSignal; readonly onEpoch: EpochListener },
) => Promise<RunRecord>;

export interface QueueWorkerOptions {
  /** Of the queue. Default: `runs`. */
  readonly name?: string | undefined;
  readonly execute: Execute;
  /** Takes only runs that are signed with it, and signs what it makes. */
  readonly key?: QueueKey | undefined;
  /** Throws a SymlossError for a run that this machine refuses. */
  readonly check?: ((config: RunConfig) => void) | undefined;
  /** Refuses runs whose data differ here; without it data are not compared. */
  readonly hash?: DataHash | undefined;
  /** What the runs are made with: it is named where one is lost. */
  readonly environment: Environment;
  /** Runs at the same time. Default: 1. */
  readonly concurrency?: number | undefined;
  /** Ends the worker: no more runs are taken, current ones are finished or given back. */
  readonly signal?: AbortSignal | undefined;
  /** Ends the time that current runs have to finish. */
  readonly hurry?: AbortSignal | undefined;
  /** That time, in seconds. Default: 5. */
  readonly grace?: number | undefined;
  /**
   * A worker that is silent for so many seconds counts as lost, and its runs go to others. Default:
   * 60, at least 1. It is less than the shortest silence that a healthy worker may have.
   */
  readonly lostAfter?: number | undefined;
  /** A server that takes no commands is waited for so many seconds. Default: 60. */
  readonly patience?: number | undefined;
  /** Takes a line about what happens. */
  readonly onLine?: ((line: string) => void) | undefined;
}

/** How many runs a worker ended, and how many it gave back. */
export interface WorkerTotals {
  readonly ended: number;
  readonly returned: number;
}

/** The most often that a run tells its epochs, in milliseconds. */
const progressEvery = 1000;
/** How long the connections may take to close; without Redis they would not. */
const closeLimit = 3000; // milliseconds

/**
 * Takes runs from a queue and makes them, until `signal` aborts. What is no run, is not signed where it must be, or names
 * files that this machine does not give, is refused, and the next run is taken.
 * @throws SymlossError if the queue cannot be reached at the start or takes no results for long, or the data of a run are
 * missing here or others: that run is given back, current ones are finished, and no more are taken
 */
export async function runQueueWorker(
  url: string,
  options: QueueWorkerOptions,
): Promise<WorkerTotals> {
  const address = parseQueueUrl(url);
  checkQueueName(options.name ?? defaultQueueName);
  if (options.key !== undefined) checkQueueKey(options.key);
  for (const notice of await checkServer(address)) options.onLine?.(notice);
  options.signal?.throwIfAborted();
  return new RunWorker(address, options).work();
}

class RunWorker {
  readonly #address: QueueAddress;
  readonly #options: QueueWorkerOptions;
  readonly #current = new Map<string, AbortController>();
  readonly #ending = new Deferred();
  /** Aborts when connections are no longer wanted. */
  readonly #over = new AbortController();
  #isEnding = false;
  #fault: SymlossError | undefined;
  #ended = 0;
  #returned = 0;
  #lastTrouble = '';

  constructor(address: QueueAddress, options: QueueWorkerOptions) {
    this.#address = address;
    this.#options = options;
  }

  async work(): Promise<WorkerTotals> {
    const { signal, hurry, name = defaultQueueName, concurrency = 1 } = this.#options;
    const { Worker } = await loadBullmq();
    const lockDuration = 1000 * (this.#options.lostAfter ?? 60);
    /** Without Redis, `close` never comes to the end, and these timers would keep the process alive. */
    class StoppableWorker extends Worker {
      async stopTimers(): Promise<void> {
        await this.pause(true);
        await this.lockManager.close();
      }
    }
    const worker = new StoppableWorker(name, (job, token) => this.#process(job, token ?? ''), {
      ...queueOptions(this.#address, this.#over.signal),
      name: `${hostname()}-${process.pid}`,
      concurrency,
      lockDuration,
      stalledInterval: lockDuration / 2,
      maxStalledCount: mostLosses,
      autorun: false,
    });
    worker.on('error', (error) => this.#trouble(error));
    // Redis was away for long, or this process slept: somebody else may be making the run by now.
    worker.on('lockRenewalFailed', (ids) => {
      for (const id of ids) this.#current.get(id)?.abort(new LostClaim());
    });
    const stop = () => this.#end(this.#options.grace ?? 5);
    const hasten = () => this.#returnAll();
    signal?.addEventListener('abort', stop);
    hurry?.addEventListener('abort', hasten);
    try {
      const running = worker.run().catch((error: unknown) => this.#trouble(error));
      const which = this.#options.key === undefined ? '' : ', signed ones only';
      this.#line(`waiting for runs at ${this.#address.shown}, queue ${name}${which}`);
      if (signal?.aborted) stop();
      await this.#ending.promise;
      await this.#close(worker, running, () => worker.stopTimers());
    } finally {
      signal?.removeEventListener('abort', stop);
      hurry?.removeEventListener('abort', hasten);
    }
    if (this.#fault !== undefined) throw this.#fault;
    return { ended: this.#ended, returned: this.#returned };
  }

  /** Waits for current runs, and then a little for what they have to tell the queue. */
  async #close(
    worker: QueueWorker,
    running: Promise<void>,
    stopTimers: () => Promise<void>,
  ): Promise<void> {
    const closing = worker.close().catch(() => {}); // what it says went to `error`
    const ended = Promise.all([closing, running]);
    while (this.#current.size > 0) await pause(200, ended);
    await pause(closeLimit, ended);
    this.#over.abort();
    await stopTimers();
    await pause(closeLimit, worker.disconnect());
  }

  /** @param grace seconds that current runs have */
  #end(grace: number): void {
    if (this.#isEnding) return;
    this.#isEnding = true;
    const count = this.#current.size;
    if (count > 0 && Number.isFinite(grace)) {
      this.#line(
        `stopping: ${count} ${count === 1 ? 'run has' : 'runs have'} ${grace} s to finish`,
      );
      setTimeout(() => this.#returnAll(), 1000 * grace).unref();
    }
    if (this.#options.hurry?.aborted) this.#returnAll();
    this.#ending.resolve();
  }

  #returnAll(): void {
    if (!this.#isEnding) return;
    for (const stop of this.#current.values()) stop.abort(new Error('it was stopped'));
  }

  async #process(job: Job, token: string): Promise<never> {
    job.opts.attempts = 1; // whatever is said by who added it
    const request = this.#accept(job);
    const run = request.run as PlannedRun;
    const stop = new AbortController();
    const id = job.id as string;
    this.#current.get(id)?.abort(new LostClaim()); // it came back before this worker noticed
    this.#current.set(id, stop);
    this.#lastTrouble = '';
    try {
      await this.#checkData(request);
      const record = await this.#execute(job, run, stop.signal);
      await this.#handIn(job, token, record, stop.signal);
      this.#ended++;
      this.#line(`${run.id} ${describeRun(run)}: ${outcome(record)}`);
    } catch (error) {
      const isOurs = !(stop.signal.reason instanceof LostClaim);
      if (isOurs && (stop.signal.aborted || error === this.#fault)) {
        await this.#giveBack(job, run, token, error);
      } else {
        this.#line(`${run.id} ${describeRun(run)}: ${this.#clean(error)}`);
        // BullMQ would record a failed run; one whose claim is lost is somebody else's
        if (isOurs && error !== this.#fault) throw error;
      }
    } finally {
      if (this.#current.get(id) === stop) this.#current.delete(id);
    }
    const { WaitingError } = await loadBullmq();
    throw new WaitingError(); // the job is where it belongs already
  }

  /** @throws Refusal of what this worker does not make */
  #accept(job: Job): RunRequest {
    const { key, check } = this.#options;
    try {
      if (key !== undefined) checkSignature(key, this.#signs('job', job), job.data);
      const request = parseRequest(job.data);
      check?.(request.run.config);
      return request;
    } catch (error) {
      const refused = new Refusal(this.#clean(error));
      this.#line(`${job.id}: ${refused.message}`);
      throw refused;
    }
  }

  #signs(what: Signed['what'], { id }: Job): Signed {
    return { what, queue: this.#options.name ?? defaultQueueName, id: id as string };
  }

  async #execute(job: Job, run: PlannedRun, signal: AbortSignal): Promise<RunRecord> {
    signal.throwIfAborted();
    const started = new Date();
    const { environment, execute } = this.#options;
    const progress: RunProgress = { kind: 'started', started: started.toISOString(), environment };
    await job.updateProgress(progress).catch((error: unknown) => {
      if (!isPassing(error)) throw error;
      this.#trouble(error); // the run need not wait for a Redis that is full
    });
    this.#line(`${run.id} ${describeRun(run)}: started`);
    const record = await execute(run, { signal, onEpoch: epochReporter(job) });
    if (signal.aborted && record.status === 'failed') throw signal.reason;
    // Paths may be others here: the record names the run as the grid asked for it.
    return { ...record, id: run.id, grid: run.grid, config: run.config };
  }

  /** Puts a record where who asked for the run finds it; BullMQ would take a full Redis for a failed run. */
  async #handIn(job: Job, token: string, record: RunRecord, signal: AbortSignal): Promise<void> {
    const result = signed(this.#options.key, this.#signs('result', job), record);
    try {
      await patiently(() => job.moveToCompleted(result, token, false), {
        where: `queue ${this.#address.shown}`,
        limit: this.#options.patience ?? defaultPatience,
        onTrouble: (error) => this.#trouble(error),
        until: aborted(signal),
      });
    } catch (error) {
      if (error instanceof SymlossError) {
        this.#fault = error;
        this.#end(Number.POSITIVE_INFINITY);
      }
      throw error;
    }
  }

  /** @throws SymlossError, and the worker ends, if the data are missing here or others */
  async #checkData({ run, dataSha256 }: RunRequest): Promise<void> {
    const { hash } = this.#options;
    if (dataSha256 === undefined || hash === undefined) return;
    const { source } = run.config.data;
    const hint = 'start it with the folder of the same data: symloss worker --data <folder>';
    const found = await hash(run.config).catch((cause: unknown) => {
      throw this.#unfit(source, 'data that can be read here', `(${this.#clean(cause)})`, hint);
    });
    if (found === dataSha256) return;
    const expected = `SHA-256 ${dataSha256.slice(0, 16)}… as on the grid's machine`;
    throw this.#unfit(source, expected, 'others', hint);
  }

  #unfit(source: string, expected: string, received: string, hint: string): SymlossError {
    const where = `data ${source}`;
    this.#fault ??= new SymlossError(where, expected, received, { hint, kind: 'failure' });
    return this.#fault;
  }

  /** Puts a run back where it is the next to be taken. */
  async #giveBack(job: Job, run: PlannedRun, token: string, error: unknown): Promise<void> {
    const reason = this.#clean(error);
    if (error === this.#fault) this.#end(Number.POSITIVE_INFINITY);
    try {
      await job.updateProgress({ kind: 'returned', reason } satisfies RunProgress).catch(() => {});
      await job.moveToWait(token);
    } catch (cause) {
      if (!isPassing(cause)) throw cause;
      this.#line(
        `${run.id} ${describeRun(run)}: left to others when this claim runs out, ${reason}`,
      );
      return;
    }
    this.#returned++;
    this.#line(`${run.id} ${describeRun(run)}: given back, ${reason}`);
  }

  #trouble(error: unknown): void {
    const text = this.#clean(error);
    if (text === this.#lastTrouble || this.#isEnding) return;
    this.#lastTrouble = text;
    this.#line(`queue ${this.#address.shown}: ${text}; trying again`);
  }

  #clean(error: unknown): string {
    return this.#address.redact(serverReason(error));
  }

  #line(text: string): void {
    this.#options.onLine?.(oneLine(text)); // texts of a job are whatever somebody wrote to the queue
  }
}

/** The run was taken from this worker, since it was silent for too long. */
class LostClaim extends Error {
  constructor() {
    super('taken over by another worker, since the queue heard nothing from this one');
  }
}

/** @throws SymlossError unless a job is signed */
function checkSignature(key: QueueKey, of: Signed, data: unknown): void {
  const state = signatureState(key, of, data);
  if (state === 'right') return;
  throw new SymlossError(
    'job of the queue',
    'one that is signed with the key of this worker',
    state === 'none' ? 'one without a signature' : 'one of another key, or that was changed',
    { hint: 'start the grid with the same key (--queue-key)', kind: 'failure' },
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Tells the queue of epochs, not too often, and never waits for it. */
function epochReporter(job: Job): EpochListener {
  let last = Number.NEGATIVE_INFINITY;
  let isSending = false;
  return (metrics, fold) => {
    if (isSending || performance.now() - last < progressEvery) return;
    last = performance.now();
    isSending = true;
    job
      .updateProgress({ kind: 'epoch', metrics, fold } satisfies RunProgress)
      .catch(() => {}) // the job may be gone; the run's end will tell
      .finally(() => {
        isSending = false;
      });
  };
}

function outcome(record: RunRecord): string {
  const { seconds } = record;
  if (record.status === 'failed') return `failed after ${seconds.toFixed(0)} s, ${record.error}`;
  const { testAccuracy } = record.last;
  const test = testAccuracy === undefined ? '' : `, test ${(100 * testAccuracy).toFixed(2)} %`;
  return `done in ${seconds.toFixed(0)} s${test}`;
}
