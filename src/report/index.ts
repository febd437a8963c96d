import { dirname } from 'node:path';
import { SymlossError } from '../core/index.ts';
import { makeFolder, writeWhole } from '../io/index.ts';
import type { RunRecord } from '../run/record.ts';
import { clientAssets } from './assets.ts';
import type { AuditReport } from './audit/audit-report.ts';
import { renderAuditPage } from './audit/page.ts';
import type { KeptModel } from './model-section.ts';
import { renderPage } from './page.ts';

export type { AuditReport } from './audit/audit-report.ts';
export type { KeptModel } from './model-section.ts';

export interface ReportOptions {
  /** Heading and title of the page, plain text. Default: the name of the first record's grid. */
  readonly title?: string;
  /** The model that is kept of these runs, described before all else. Default: the runs are compared only. */
  readonly model?: KeptModel;
}

/**
 * Runs as one self-contained HTML page: tables, accuracy over noise rate, learning curves,
 * sensitivity, configuration and provenance. It opens from disk and fetches nothing. The same
 * records give the same bytes.
 * @param records as they stand in `records.jsonl`: of a run that is there more than once the last counts
 * @throws SymlossError without records
 */
export async function renderReport(
  records: readonly RunRecord[],
  { title, model }: ReportOptions = {},
): Promise<string> {
  const first = records[0];
  if (first === undefined) {
    throw new SymlossError('report', 'at least one record', 'none', { hint: 'run the grid first' });
  }
  const last = [...new Map(records.map((record) => [record.id, record])).values()];
  return renderPage(last, { title: title ?? first.grid, model, assets: await clientAssets() });
}

/**
 * Writes the page of `renderReport`, whole or not at all, and makes its folder if needed.
 * @throws SymlossError without records, or if the file cannot be written
 */
export async function writeReport(
  records: readonly RunRecord[],
  {
    file,
    ...options
  }: ReportOptions & {
    /** Where to, such as `report.html`. */
    readonly file: string;
  },
): Promise<void> {
  const page = await renderReport(records, options);
  await makeFolder(dirname(file));
  await writeWhole(file, page);
}

/**
 * An audit as one self-contained HTML page: how many labels look wrong, the suspects with their content, the noise matrix, the
 * precision of longer and shorter lists, classes, rows that are the same, annotators. It opens from disk and fetches nothing. The
 * same audit gives the same bytes.
 * @throws SymlossError if rows lie in a file that cannot be read, or, for images, sharp does not load
 */
export async function renderAuditReport(report: AuditReport): Promise<string> {
  return renderAuditPage(report, await clientAssets());
}
