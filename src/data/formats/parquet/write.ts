import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { removeTemporary, temporaryFolder } from '../shared/temporary-folder.ts';
import { loadDuckDb, quoteName, quotePath } from './duckdb.ts';

type DuckDb = Awaited<ReturnType<typeof loadDuckDb>>;

/** A column to write; `null` is a missing value. */
export type WrittenColumn = { readonly name: string } & (
  | { readonly type: 'integer' | 'double'; readonly values: ArrayLike<number | null> }
  | { readonly type: 'text'; readonly values: ArrayLike<string | null> }
  | { readonly type: 'bytes'; readonly values: ArrayLike<Uint8Array | null> }
);

/** Rows that DuckDB takes at once, at most. */
const chunkRows = 2048;

/**
 * A table as the bytes of a Parquet file.
 * @param columns of equal length; to DuckDB, names that differ in case only are one, so that the second is refused
 * @throws SymlossError (failure) if DuckDB does not load here
 */
export async function parquetBytes(columns: readonly WrittenColumn[]): Promise<Uint8Array> {
  const duckdb = await loadDuckDb('Parquet');
  const folder = await temporaryFolder(tmpdir(), 'symloss-parquet');
  const instance = await duckdb.DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const types = columns.map(({ type }) => typesOf(duckdb)[type]);
    const list = columns.map(({ name }, i) => `${quoteName(name)} ${types[i]}`);
    await connection.run(`CREATE TABLE written (${list.join(', ')})`);
    const appender = await connection.createAppender('written');
    const rows = columns[0]?.values.length ?? 0;
    for (let start = 0; start < rows; start += chunkRows) {
      const count = Math.min(chunkRows, rows - start);
      const chunk = duckdb.DuckDBDataChunk.create(types, count);
      chunk.setColumns(columns.map((column) => part(duckdb, column, start, count)));
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    const file = join(folder, 'written.parquet');
    await connection.run(`COPY written TO ${quotePath(file)} (FORMAT parquet, COMPRESSION zstd)`);
    return await readFile(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await removeTemporary(folder);
  }
}

function typesOf({
  INTEGER,
  DOUBLE,
  VARCHAR,
  BLOB,
}: DuckDb): Record<WrittenColumn['type'], DuckDBType> {
  return { integer: INTEGER, double: DOUBLE, text: VARCHAR, bytes: BLOB };
}

function part(
  { DuckDBBlobValue }: DuckDb,
  { values }: WrittenColumn,
  start: number,
  count: number,
): DuckDBValue[] {
  return Array.from({ length: count }, (_, i) => {
    const value = values[start + i] ?? null;
    return value instanceof Uint8Array ? new DuckDBBlobValue(value) : value;
  });
}
