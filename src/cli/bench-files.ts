import { join } from 'node:path';
import { aggregate } from '../experiments/aggregate.ts';
import type { RunRecord } from '../experiments/index.ts';
import { summaryFiles } from '../experiments/table-files.ts';
import { writeWhole } from '../io/index.ts';
import { writeReport } from '../report/index.ts';

export interface BenchFiles {
  readonly title: string;
  readonly folder: string;
}

/**
 * Writes `summary.md`, `.csv`, `.json`, `.tex` and `report.html` about records.
 * @returns the paths of what was written
 */
export async function writeBenchFiles(
  records: readonly RunRecord[],
  { title, folder }: BenchFiles,
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of Object.entries(summaryFiles(title, aggregate(records)))) {
    await writeWhole(join(folder, name), text);
    written.push(join(folder, name));
  }
  const report = join(folder, 'report.html');
  await writeReport(records, { title, file: report });
  return [...written, report];
}
