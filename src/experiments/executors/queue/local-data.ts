import { isAbsolute, join } from 'node:path';
import { datasetNames } from '../../../data/formats/index.ts';
import type { DataConfig } from '../../../run/config.ts';

/**
 * Where a worker finds the data of a run: data sets given by name are looked for in its folder, and
 * relative paths start there. Without a folder nothing changes.
 */
export function localData(data: DataConfig, folder: string | undefined): DataConfig {
  if (folder === undefined) return data;
  const { source, test } = data;
  return {
    ...data,
    source: localPath(source, folder),
    ...(isNamed(source) && { folder }),
    ...(test !== undefined && { test: localPath(test, folder) }),
  };
}

function localPath(source: string, folder: string): string {
  return source === 'digits' || isNamed(source) || isAbsolute(source)
    ? source
    : join(folder, source);
}

function isNamed(source: string): boolean {
  return (datasetNames as readonly string[]).includes(source);
}
