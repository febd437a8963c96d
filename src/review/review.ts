import { join } from 'node:path';
import { SymlossError, show } from '../core/index.ts';
import type { OpenOptions } from '../data/formats/index.ts';
import { readParquetColumns } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import type { AuditFolder } from './audit-folder.ts';
import { auditFiles, readAuditFolder } from './audit-folder.ts';
import type { AuditedRow } from './audited-rows.ts';
import { contentHash } from './content.ts';
import { openAuditedData, withAuditedLabels } from './data.ts';
import { decisionsFile } from './decisions.ts';

/** A row of the list of suspects. */
export interface Suspect extends AuditedRow {
  readonly rank: number;
  /** Why it is suspect, in words, where the audit wrote it down. */
  readonly reason: string | undefined;
}

/** An audit with its data, ready to be decided on. */
export interface Review {
  readonly audit: AuditFolder;
  /** Where the decisions are. */
  readonly decisionsPath: string;
  /** Most suspect first. */
  readonly suspects: readonly Suspect[];
  /** The rows as people see them: texts and images are no vectors. */
  readonly data: Dataset;
  /** The same rows as models are trained on: with vectors where pretrained models made them. */
  readonly audited: Dataset;
  /** @param row its number in the source @returns its place in the data, from 0; `undefined` if it was not audited */
  placeOf(row: number): number | undefined;
  /** Of an audited row, see `contentHash`. */
  contentOf(row: number): string;
}

/**
 * Opens an audit to decide on its suspects.
 * @throws SymlossError if the folder is no audit's, its data cannot be read, or are not those that were audited
 */
export async function openReview(
  folder: string,
  signal?: AbortSignal,
  onProgress?: OpenOptions['onProgress'],
): Promise<Review> {
  const audit = await readAuditFolder(folder);
  const audited = await openAuditedData(audit.config, signal, onProgress);
  if (audited.sha256 !== audit.sha256) throw changed(audit, 'others');
  checkLabels(audit, withAuditedLabels(audited));
  const { embed, ...plain } = audit.config;
  const shown =
    embed === undefined ? audited.data : (await openAuditedData(plain, signal, onProgress)).data;
  return {
    audit,
    decisionsPath: join(folder, decisionsFile),
    suspects: await suspectsOf(audit, audited.data),
    data: shown,
    audited: audited.data,
    ...rowsByNumber(audit, audited.data),
  };
}

/** Finds the rows of an audit, and what they hold, by their numbers in the source. @param data the audited rows, as they are read */
export function rowsByNumber(
  { rows }: Pick<AuditFolder, 'rows'>,
  data: Dataset,
): Pick<Review, 'placeOf' | 'contentOf'> {
  const places = new Map(rows.map(({ row }, i) => [row, i]));
  return {
    placeOf: (row) => places.get(row),
    contentOf: (row) => contentHash(data, places.get(row) as number),
  };
}

/** The hash of the data knows numbers of classes only. @throws SymlossError where labels have other names by now */
function checkLabels(audit: AuditFolder, { labels, classes }: Dataset): void {
  if (audit.rows.length !== labels.length) throw changed(audit, `${labels.length} rows`);
  for (const [i, { row, given }] of audit.rows.entries()) {
    const label = classes[labels[i] as number];
    if (label !== given)
      throw changed(audit, `row ${row} labelled ${show(label)}, not ${show(given)}`);
  }
}

function changed({ config }: AuditFolder, received: string): SymlossError {
  return new SymlossError(config.source, 'the data that were audited', received, {
    hint: 'they have changed since: audit them again',
  });
}

async function suspectsOf({ folder, rows }: AuditFolder, data: Dataset): Promise<Suspect[]> {
  const suspects = rows.flatMap((row) => (row.rank === null ? [] : [{ ...row, rank: row.rank }]));
  suspects.sort((a, b) => a.rank - b.rank);
  const reasons = await readReasons(folder, data);
  return suspects.map((suspect) => ({ ...suspect, reason: reasons.get(suspect.row) }));
}

/** The reasons of the list by row; none where an id column has that name. */
async function readReasons(
  folder: string,
  { rowIds = [] }: Dataset,
): Promise<ReadonlyMap<number, string>> {
  if (rowIds.some(({ name }) => name.toLowerCase() === 'reason')) return new Map();
  const path = join(folder, auditFiles.suspectsParquet);
  const [rows = [], reasons = []] = await readParquetColumns(path, ['row', 'reason']);
  return new Map(
    rows.flatMap((row, i) => {
      const reason = reasons[i];
      return typeof reason === 'string' ? [[Number(row), reason] as const] : [];
    }),
  );
}
