import { inLanes } from '../../../run/lanes.ts';
import type { Executor, LocalOptions } from '../executor.ts';
import { shareOut } from '../executor.ts';
import { Place } from './place.ts';

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
      const place = new Place(shared);
      return {
        work: async (run) => events.onRecord(await place.make(run, { ...events, signal })),
        close: () => place.leave(),
      };
    });
  };
}
