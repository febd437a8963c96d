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

/** Audited rows by columns. */
export type AuditedColumns = { readonly [K in keyof AuditedRow]: ArrayLike<AuditedRow[K]> };

/** The content of `rows.parquet`. */
export function auditedColumns(
  audit: DatasetAudit,
  data: Pick<Dataset, 'sourceRows'>,
): AuditedColumns {
  const { classes, labels, suggested, pWrong, pSuggested, suspects } = audit;
  const rank = new Array<number | null>(labels.length).fill(null);
  for (const [i, row] of suspects.rows.entries()) rank[row] = i + 1;
  const names = (indices: Int32Array) => Array.from(indices, (c) => classes[c] as string);
  return {
    row: Int32Array.from(labels, (_, row) => rowNumber(data, row)),
    ...{ given: names(labels), suggested: names(suggested) },
    ...{ pWrong, pSuggested, rank },
  };
}

export function rowsParquet(columns: AuditedColumns): Promise<Uint8Array> {
  return parquetBytes(
    columnNames.map((name) => {
      const [type, values] = [columnTypes[name], columns[name]];
      return { name, type, values } as Parameters<typeof parquetBytes>[0][0];
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
