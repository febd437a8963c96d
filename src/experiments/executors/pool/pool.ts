import { SymlossError } from '../../../core/index.ts';
import type { PlannedRun } from '../../../run/config.ts';
import { environment } from '../../../run/environment.ts';
import { failedRecord } from '../../../run/execute.ts';
import { inLanes } from '../../../run/lanes.ts';
import type { RunRecord } from '../../../run/record.ts';
import type { EpochMetrics } from '../../../train/index.ts';
import type { Executor, ExecutorEvents, LocalOptions } from '../executor.ts';
import { shareOut } from '../executor.ts';
import type { PoolShared } from './pool-worker.ts';
import { WorkerProcess } from './worker-process.ts';

/**
 * Runs in processes of this machine. A run whose process is lost is started once more in another one,
 * then recorded as failed; the others go on. When the signal aborts, or a listener throws, the runs are
 * stopped first.
 */
export function poolExecutor(options: LocalOptions = {}): Executor {
  return async (runs, events) => {
    const { jobs, threads } = shareOut(runs.length, options);
    const { jobs: _, device = 'cpu', ...rest } = options;
    const shared = { ...rest, threads, device };
    await inLanes(runs, { lanes: jobs, signal: events.signal }, (signal) => {
      const place = new Place(shared, events, signal);
      return {
        work: async (run) => events.onRecord(await place.make(run)),
        close: () => place.leave(),
      };
    });
  };
}

/** A run whose process is lost is started so often in all. */
const attempts = 2;

/** A place for one run at a time, with a process that is replaced when it is lost. */
class Place {
  readonly #shared: PoolShared;
  readonly #events: ExecutorEvents;
  readonly #signal: AbortSignal;
  #worker: WorkerProcess | undefined;

  constructor(shared: PoolShared, events: ExecutorEvents, signal: AbortSignal) {
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
