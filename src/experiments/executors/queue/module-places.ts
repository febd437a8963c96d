import type { PlannedRun } from '../../../run/config.ts';
import type { RunRecord } from '../../../run/record.ts';
import type { PlaceEvents } from '../pool/place.ts';
import { Place } from '../pool/place.ts';
import type { PoolShared } from '../pool/pool-worker.ts';

/**
 * Processes with the losses of modules. Each loads one set of modules: those of another grid may give a loss the same
 * name, and no code of theirs runs in the worker, which knows the password of the queue.
 */
export class ModulePlaces {
  readonly #shared: PoolShared;
  /** The one that was used last at the end. */
  readonly #idle: { readonly key: string; readonly place: Place }[] = [];

  constructor(shared: PoolShared) {
    this.#shared = shared;
  }

  async make(run: PlannedRun, events: PlaceEvents): Promise<RunRecord> {
    const key = JSON.stringify(run.config.modules?.map(({ sha256 }) => sha256).sort());
    const known = this.#idle.findIndex((one) => one.key === key);
    // one that waits makes room for one that works
    const [one] = known >= 0 ? this.#idle.splice(known, 1) : [];
    if (one === undefined) void this.#idle.shift()?.place.leave();
    const place = one?.place ?? new Place(this.#shared);
    try {
      const record = await place.make(run, events);
      this.#idle.push({ key, place });
      return record;
    } catch (error) {
      await place.leave();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(({ place }) => place.leave()));
  }
}
