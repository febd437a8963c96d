import type { RunConfig } from '../../../run/config.ts';
import { DatasetCache } from '../../../run/datasets.ts';
import { executeRun } from '../../../run/execute.ts';
import type { FieldValues } from '../../../run/fields.ts';
import type { RunRoots } from '../../../run/roots.ts';
import { checkFiles, localRun } from '../../../run/roots.ts';
import { ModulePlaces } from './module-places.ts';
import type { DataHash } from './request.ts';
import type { Execute } from './worker.ts';

/** How the runs of a queue are made on this machine. */
export interface HereOptions extends Omit<FieldValues<'machine'>, 'folder'> {
  /** The only folders that runs may read from. */
  readonly roots: RunRoots;
}

/** What makes the runs of a queue on this machine. */
export interface ExecutesHere {
  /** @throws SymlossError where a run names files that it may not read */
  readonly check: (config: RunConfig) => void;
  readonly execute: Execute;
  readonly hash: DataHash;
  /** Ends the processes that wait for more runs. */
  readonly close: () => Promise<void>;
}

/** Runs with losses of modules are made in processes of their own, the others here. */
export function executeHere({ threads = 1, device = 'cpu', ...rest }: HereOptions): ExecutesHere {
  const { roots, ...machine } = rest;
  const datasets = new DatasetCache(machine);
  const hash = dataHash(datasets);
  const shared = { ...rest, threads, device };
  const places = new ModulePlaces(shared);
  return {
    check: (config) => checkFiles(config, roots),
    execute: (run, { signal, onEpoch }) =>
      run.config.modules === undefined
        ? executeRun(run, { ...shared, datasets, signal, onEpoch })
        : places.make(run, { signal, onEpoch: (_, ...told) => onEpoch(...told) }),
    hash: async (config) => hash(await localRun(config, roots)),
    close: () => places.close(),
  };
}

/** SHA-256 of the data of a run, as its record will name it. */
export function dataHash(datasets: DatasetCache): DataHash {
  return async (config) => (await datasets.open(config)).sha256;
}
