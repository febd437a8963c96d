import type { RunConfig } from '../experiments/index.ts';
import { DatasetCache, executeRun } from '../experiments/index.ts';
import type { DataHash, Execute } from '../experiments/queue/index.ts';
import { localData } from '../experiments/queue/index.ts';
import type { Device } from '../runtime/index.ts';
import { columnNoise } from '../train/index.ts';

/** What makes the runs of a queue on this machine. */
export function executeHere({
  folder,
  ...how
}: {
  readonly threads: number;
  readonly device: Device;
  /** Where data sets given by name, and data given by relative paths, are looked for. */
  readonly folder: string | undefined;
}): { readonly execute: Execute; readonly hash: DataHash } {
  const datasets = new DatasetCache();
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
  return async ({ data, noise }) => {
    const columns = columnNoise({ noise, label: data.label, nameOf: (name) => `data, ${name}` });
    return (await datasets.open(data, columns)).sha256;
  };
}
