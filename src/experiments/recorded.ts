import type { Executor } from './executor.ts';
import type { RunRecord } from './record.ts';

/** What keeps records: `RecordStore` is one. */
export interface Records {
  has(id: string): boolean;
  all(): Iterable<RunRecord>;
  append(record: RunRecord): void | Promise<void>;
}

/** An executor that takes the runs that are recorded from there, and records those that it makes. */
export function recordedExecutor(execute: Executor, records: Records): Executor {
  return async (runs, events) => {
    const known = new Map(Array.from(records.all(), (record) => [record.id, record]));
    for (const { id } of runs) {
      const record = records.has(id) ? known.get(id) : undefined;
      if (record !== undefined) await events.onRecord(record);
    }
    const open = runs.filter(({ id }) => !records.has(id));
    if (open.length === 0) return;
    await execute(open, {
      ...events,
      onRecord: async (record) => {
        await records.append(record);
        await events.onRecord(record);
      },
    });
  };
}
