import { SymlossError } from '../../../core/index.ts';
import type { PlannedRun } from '../../../run/config.ts';
import { environment } from '../../../run/environment.ts';
import { failedRecord } from '../../../run/execute.ts';
import type { RunRecord } from '../../../run/record.ts';
import type { EpochMetrics } from '../../../train/index.ts';
import type { ExecutorEvents } from '../executor.ts';
import type { PoolShared } from './pool-worker.ts';
import { WorkerProcess } from './worker-process.ts';

/** A run whose process is lost is started so often in all. */
const attempts = 2;

/** What a place tells of a run. */
export interface PlaceEvents extends Pick<ExecutorEvents, 'onEpoch' | 'onRetry'> {
  readonly signal: AbortSignal;
}

/** A place for one run at a time, with a process that is replaced when it is lost. */
export class Place {
  readonly #shared: PoolShared;
  #worker: WorkerProcess | undefined;

  constructor(shared: PoolShared) {
    this.#shared = shared;
  }

  /** @throws the signal's reason when it is aborted; the place makes no more runs then */
  async make(run: PlannedRun, { signal, onEpoch, onRetry }: PlaceEvents): Promise<RunRecord> {
    const started = new Date();
    for (let attempt = 1; ; attempt++) {
      const epochs: EpochMetrics[] = [];
      signal.throwIfAborted();
      this.#worker ??= new WorkerProcess();
      const message = { type: 'run', run, ...this.#shared } as const;
      const { record, lost } = await this.#worker.execute(message, signal, (metrics, fold) => {
        if (fold === undefined) epochs.push(metrics);
        onEpoch?.(run, metrics, fold);
      });
      if (record !== undefined) return record;
      this.#worker = undefined;
      if (attempt < attempts) {
        onRetry?.(run, `its worker was lost (${lost})`);
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
