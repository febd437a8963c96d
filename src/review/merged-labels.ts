import { join } from 'node:path';
import type { Dataset } from '../data/index.ts';
import type { AuditFolder } from './audit-folder.ts';
import { auditFiles } from './audit-folder.ts';

/** Labels of an audit that no row of the data has for its own, so that none can be corrected there. */
export interface MergedLabels {
  /** What the data have instead. */
  readonly of: 'labels of several annotators' | 'shares of classes';
  /** What can be done. */
  readonly hint: string;
}

/** Whether the labels of an audit are made of several of a row; `undefined` where rows have a label of their own. */
export function mergedLabels(
  { folder }: Pick<AuditFolder, 'folder'>,
  { annotations, softLabels }: Pick<Dataset, 'annotations' | 'softLabels'>,
): MergedLabels | undefined {
  if (annotations === undefined && softLabels === undefined) return undefined;
  const [of, what] = annotations
    ? (['labels of several annotators', 'their consensus'] as const)
    : (['shares of classes', 'the most probable class of each row'] as const);
  const hint = `${what} is the column "given" of ${join(folder, auditFiles.rows)}: add it to the data as a column, and audit that`;
  return { of, hint };
}
