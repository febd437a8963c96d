import type { RunConfig } from '../../../run/config.ts';
import { DatasetCache } from '../../../run/datasets.ts';
import { executeRun } from '../../../run/execute.ts';
import type { FieldValues } from '../../../run/fields.ts';
import { localData } from './local-data.ts';
import type { DataHash } from './request.ts';
import type { Execute } from './worker.ts';

/**
 * What makes the runs of a queue on this machine.
 * @param machine its `folder` is where data sets given by name, and data given by relative paths, are
 */
export function executeHere({ folder, memoryLimit, cache, ...how }: FieldValues<'machine'>): {
  readonly execute: Execute;
  readonly hash: DataHash;
} {
  const datasets = new DatasetCache({ memoryLimit, cache });
  const hash = dataHash(datasets);
  const here = (config: RunConfig) => ({ ...config, data: localData(config.data, folder) });
  return {
    execute: (run, { signal, onEpoch }) =>
      executeRun({ ...run, config: here(run.config) }, { datasets, signal, onEpoch, ...how }),
    hash: (config) => hash(here(config)),
  };
}

/** SHA-256 of the data of a run, as its record will name it. */
export function dataHash(datasets: DatasetCache): DataHash {
  return async (config) => (await datasets.open(config)).sha256;
}
