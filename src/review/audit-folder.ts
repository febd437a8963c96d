import { join } from 'node:path';
import { z } from 'zod';
import { parquetBytes, readParquetColumns } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { rowNumber } from '../data/index.ts';
import { readJson } from '../io/index.ts';
import { parsed } from '../run/faults.ts';
import type { DatasetAudit } from '../run/index.ts';
import type { AuditedRow } from './audited-rows.ts';
import { checkAuditedRows } from './audited-rows.ts';
import type { AuditConfig } from './config.ts';
import { auditConfigSchema } from './config.ts';

/** The files of an audit's folder. */
export const auditFiles = {
  estimates: 'audit.json',
  /** The suspects, most suspect first, for people. */
  suspects: 'suspects.csv',
  /** The same, for programs. */
  suspectsParquet: 'suspects.parquet',
  /** Every row that was audited. */
  rows: 'rows.parquet',
  /** For people, to pass on. */
  report: 'report.html',
} as const;

/** An audit that ended. */
export interface AuditFolder {
  readonly folder: string;
  readonly config: AuditConfig;
  /** Of the data, see `hashOfData`. */
  readonly sha256: string;
  /** The classes that rows are labelled with. */
  readonly classes: readonly string[];
  readonly rows: readonly AuditedRow[];
}

const columnTypes = {
  row: 'integer',
  given: 'text',
  suggested: 'text',
  pWrong: 'double',
  pSuggested: 'double',
  rank: 'integer',
} as const satisfies { readonly [K in keyof AuditedRow]: 'integer' | 'double' | 'text' };

const columnNames = Object.keys(columnTypes) as (keyof AuditedRow)[];

/** The content of `rows.parquet`. */
export function auditedRows(audit: DatasetAudit, data: Pick<Dataset, 'sourceRows'>): AuditedRow[] {
  const { classes, labels, suggested, pWrong, pSuggested, suspects } = audit;
  const ranks = new Map(Array.from(suspects.rows, (row, i) => [row, i + 1]));
  return Array.from(labels, (label, row) => ({
    row: rowNumber(data, row),
    given: classes[label] as string,
    suggested: classes[suggested[row] as number] as string,
    pWrong: pWrong[row] as number,
    pSuggested: pSuggested[row] as number,
    rank: ranks.get(row) ?? null,
  }));
}

export function rowsParquet(rows: readonly AuditedRow[]): Promise<Uint8Array> {
  return parquetBytes(
    columnNames.map((name) => {
      const values = rows.map((row) => row[name]);
      return { name, type: columnTypes[name], values } as Parameters<typeof parquetBytes>[0][0];
    }),
  );
}

/** What is read of `audit.json`. */
const estimatesSchema = z.object({
  format: z.literal('symloss-audit'),
  version: z.literal(1),
  config: auditConfigSchema,
  data: z.object({ sha256: z.string(), classes: z.array(z.string()) }),
});

/**
 * Reads the folder of an audit.
 * @throws SymlossError if there is none, or its files are no audit's
 */
export async function readAuditFolder(folder: string): Promise<AuditFolder> {
  const path = join(folder, auditFiles.estimates);
  const expected = 'the estimates of an audit, as symloss audit writes them';
  const { config, data } = parsed(estimatesSchema, await readJson(path, { expected }), path);
  const file = join(folder, auditFiles.rows);
  const columns = await readParquetColumns(file, columnNames);
  const rows = Array.from(columns[0] ?? [], (_, i) => {
    const cells = columnNames.map((name, column) => [name, columns[column]?.[i]]);
    return Object.fromEntries(cells) as { [K in keyof AuditedRow]: unknown };
  });
  checkAuditedRows(file, rows, data.classes);
  return { folder, config, sha256: data.sha256, classes: data.classes, rows };
}
