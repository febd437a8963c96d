import type { Dataset } from '../../data/index.ts';
import { rowIds, rowNumber } from '../../data/index.ts';
import type { DatasetAudit, DatasetFindings } from '../../run/index.ts';

/** What the page of an audit is made of. */
export interface AuditReport {
  /** The audited rows. */
  readonly data: Dataset;
  readonly audit: DatasetAudit;
  readonly findings: DatasetFindings;
  /** The rows of the test part, where there is one. */
  readonly test?: Dataset | undefined;
  /** Heading and title of the page. */
  readonly title: string;
  /** What the estimates are made from: `models of … that were trained without the rows that they judge`. */
  readonly basis: string;
  /** What the list is measured against, where that is known: `the added noise, symmetric:0.2`. */
  readonly against?: string | undefined;
  /** Why the label of a row is suspect, in words. */
  readonly reasonOf: (row: number) => string;
  /** How it was made, by name. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** `row 17`, and what the id columns have: `row 17 · k17`. */
export function rowName(data: Pick<Dataset, 'sourceRows' | 'rowIds'>, row: number): string {
  return [`row ${rowNumber(data, row).toLocaleString('en-US')}`, ...rowIds(data, row)].join(' · ');
}
