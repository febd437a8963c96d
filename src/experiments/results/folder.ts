import { join } from 'node:path';
import type { FolderLock } from '../../io/index.ts';
import { checkNoLink, exists, lockFolder } from '../../io/index.ts';
import { forgetCheckpoint } from '../../run/checkpoints.ts';
import type { PlannedRun } from '../../run/config.ts';
import type { RunRecord } from '../../run/record.ts';
import type { Executor } from '../executors/executor.ts';
import { RecordStore } from './records.ts';

const modelsFolder = 'models';

export interface OpenFolderOptions {
  readonly checkpoints?: string;
  readonly prepare?: () => Promise<void>;
}

/**
 * A folder of results while a command makes runs for it: nobody else may, until it is closed. It holds
 * `records.jsonl`, while runs are made `checkpoints/`, and the models that are kept in `models/`.
 */
export class ResultsFolder {
  readonly path: string;
  readonly store: RecordStore;
  /** Where runs leave what they need to go on. */
  readonly checkpoints: string;
  readonly #lock: FolderLock;

  private constructor(path: string, checkpoints: string, store: RecordStore, lock: FolderLock) {
    this.path = path;
    this.checkpoints = checkpoints;
    this.store = store;
    this.#lock = lock;
  }

  /**
   * Opens a folder, making it if needed.
   * @param options.checkpoints default: `checkpoints` in it
   * @param options.prepare is called before anything is read, when nobody else has the folder
   * @throws SymlossError while another command is at work there, for records that cannot be read, or where a symbolic link
   * has the name of checkpoints or models
   */
  static async open(
    path: string,
    { checkpoints = join(path, 'checkpoints'), prepare }: OpenFolderOptions = {},
  ): Promise<ResultsFolder> {
    // checkpoints and models are removed
    for (const place of [checkpoints, join(path, modelsFolder)]) {
      await checkNoLink(place, 'a folder');
    }
    const lock = await lockFolder(path);
    try {
      await prepare?.();
      return new ResultsFolder(path, checkpoints, await RecordStore.open(path), lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get models(): string {
    return join(this.path, modelsFolder);
  }

  /** Those of the runs that have no record yet. */
  open(runs: readonly PlannedRun[]): PlannedRun[] {
    return runs.filter(({ id }) => !this.store.has(id));
  }

  /** The records of some runs, in their order. */
  recordsOf(runs: readonly PlannedRun[]): RunRecord[] {
    const byId = new Map(this.store.all().map((record) => [record.id, record]));
    return runs.flatMap(({ id }) => byId.get(id) ?? []);
  }

  /**
   * An executor that takes the runs that are recorded from here, has the others made, records those
   * and forgets their checkpoints.
   * @param keepCheckpoints of runs that have ended
   */
  executor(execute: Executor, keepCheckpoints = false): Executor {
    return async (runs, events) => {
      const open = this.open(runs);
      const openIds = new Set(open.map(({ id }) => id));
      for (const record of this.recordsOf(runs)) {
        if (!openIds.has(record.id)) await events.onRecord(record);
      }
      // a kill may have come between a record and this
      if (!keepCheckpoints && (await exists(this.checkpoints))) {
        for (const { id } of runs) {
          if (!openIds.has(id)) await forgetCheckpoint(this.checkpoints, id);
        }
      }
      if (open.length === 0) return;
      await execute(open, {
        ...events,
        onRecord: async (record) => {
          this.check();
          await this.store.append(record);
          const isOver = this.store.has(record.id) && !keepCheckpoints;
          if (isOver) await forgetCheckpoint(this.checkpoints, record.id);
          await events.onRecord(record);
        },
      });
    };
  }

  /** @throws SymlossError (failure) where another command has the folder by now */
  check(): void {
    this.#lock.check();
  }

  /** Lets others use the folder. */
  close(): void {
    this.#lock.release();
  }
}
