import { join } from 'node:path';
import type { RunRecord } from '../../experiments/index.ts';
import { aggregate } from '../../experiments/results/aggregate.ts';
import { summaryFiles } from '../../experiments/results/table-files.ts';
import { writeWhole } from '../../io/index.ts';
import { writeReport } from '../../report/index.ts';

export interface ResultsFiles {
  readonly title: string;
  readonly folder: string;
}

const reportFile = 'report.html';

/** Names of the files that `writeResultsFiles` writes. */
export const resultsFileNames: readonly string[] = [
  ...Object.keys(summaryFiles('', [])),
  reportFile,
];

/**
 * Writes `summary.md`, `.csv`, `.json`, `.tex` and `report.html` about records.
 * @returns the paths of what was written
 */
export async function writeResultsFiles(
  records: readonly RunRecord[],
  { title, folder }: ResultsFiles,
): Promise<string[]> {
  const written: string[] = [];
  for (const [name, text] of Object.entries(summaryFiles(title, aggregate(records)))) {
    await writeWhole(join(folder, name), text);
    written.push(join(folder, name));
  }
  const report = join(folder, reportFile);
  await writeReport(records, { title, file: report });
  return [...written, report];
}
