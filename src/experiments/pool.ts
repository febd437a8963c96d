import { availableParallelism } from 'node:os';
import { checkInteger, SymlossError } from '../core/index.ts';
import type { Device } from '../runtime/index.ts';
import type { EpochMetrics } from '../train/index.ts';
import { environment } from './environment.ts';
import type { Executor, ExecutorEvents, PlannedRun } from './executor.ts';
import type { RunRecord } from './record.ts';
import { failedRecord } from './run.ts';
import { WorkerProcess } from './worker-process.ts';

export interface LocalOptions {
  /** Runs at the same time, each in a process of its own. */
  readonly jobs?: number | undefined;
  /** Threads of one run. */
  readonly threads?: number | undefined;
  /** Default: `cpu`. */
  readonly device?: Device | undefined;
  /** Where data sets that are given by name are looked for first. */
  readonly folder?: string | undefined;
  /** Where runs leave what they need to go on, see `ExecuteOptions`. */
  readonly checkpoints?: string | undefined;
}

/**
 * Jobs and threads whose product is at most the number of cores, unless both are given: one thread
 * a run, since small runs are fastest so, and more where there are fewer runs than cores.
 */
export function shareOut(
  runs: number,
  { jobs, threads }: Pick<LocalOptions, 'jobs' | 'threads'>,
  cores = availableParallelism(),
): { jobs: number; threads: number } {
  if (jobs !== undefined) checkInteger('jobs', jobs, { min: 1 });
  if (threads !== undefined) checkInteger('threads', threads, { min: 1 });
  const atOnce = jobs ?? Math.max(1, Math.min(runs, Math.floor(cores / (threads ?? 1))));
  return { jobs: atOnce, threads: threads ?? Math.max(1, Math.floor(cores / atOnce)) };
}

/**
 * Runs in processes of this machine. A run whose process is lost is started once more in another one,
 * then recorded as failed; the others go on. When the signal aborts, or a listener throws, the runs are
 * stopped first.
 */
export function localExecutor(options: LocalOptions = {}): Executor {
  return async (runs, events) => {
    const { jobs, threads } = shareOut(runs.length, options);
    const { device = 'cpu', folder, checkpoints } = options;
    const stop = new AbortController();
    const signal = events.signal ? AbortSignal.any([events.signal, stop.signal]) : stop.signal;
    signal.throwIfAborted();
    const queue = runs.values();
    const lane = async (): Promise<void> => {
      const place = new Place({ threads, device, folder, checkpoints }, events, signal);
      try {
        for (const run of queue) await events.onRecord(await place.make(run));
      } finally {
        await place.leave();
      }
    };
    const lanes = Array.from({ length: Math.min(jobs, runs.length) }, lane);
    try {
      await Promise.all(lanes);
    } catch (error) {
      stop.abort(error);
      await Promise.allSettled(lanes);
      throw error;
    }
  };
}

/** What every run of an executor is given. */
interface Shared {
  readonly threads: number;
  readonly device: Device;
  readonly folder: string | undefined;
  readonly checkpoints: string | undefined;
}

/** A run whose process is lost is started so often in all. */
const attempts = 2;

/** A place for one run at a time, with a process that is replaced when it is lost. */
class Place {
  readonly #shared: Shared;
  readonly #events: ExecutorEvents;
  readonly #signal: AbortSignal;
  #worker: WorkerProcess | undefined;

  constructor(shared: Shared, events: ExecutorEvents, signal: AbortSignal) {
    this.#shared = shared;
    this.#events = events;
    this.#signal = signal;
  }

  async make(run: PlannedRun): Promise<RunRecord> {
    const started = new Date();
    for (let attempt = 1; ; attempt++) {
      const epochs: EpochMetrics[] = [];
      this.#signal.throwIfAborted();
      this.#worker ??= new WorkerProcess();
      const message = { type: 'run', run, ...this.#shared } as const;
      const { record, lost } = await this.#worker.execute(message, this.#signal, (metrics) => {
        epochs.push(metrics);
        this.#events.onEpoch?.(run, metrics);
      });
      if (record !== undefined) return record;
      this.#worker = undefined;
      if (attempt < attempts) {
        this.#events.onRetry?.(run, lost);
        continue;
      }
      const error = new SymlossError('worker process', 'to end the run', `${lost}, twice`);
      const { threads, device } = this.#shared;
      return failedRecord(run, {
        environment: await environment(threads, device),
        started,
        error,
        epochs,
      });
    }
  }

  async leave(): Promise<void> {
    await this.#worker?.stop();
  }
}
