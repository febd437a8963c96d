import { createReadStream } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DuckDBAppender, DuckDBType, DuckDBValue } from '@duckdb/node-api';
import { removeTemporary, temporaryFolder } from '../shared/temporary-folder.ts';
import { loadDuckDb, quoteName, quotePath } from './duckdb.ts';

type DuckDb = Awaited<ReturnType<typeof loadDuckDb>>;

/** Cells of a column to write; `null` is a missing value. */
interface CellsOf {
  readonly integer: ArrayLike<number | null>;
  readonly double: ArrayLike<number | null>;
  readonly text: ArrayLike<string | null>;
  readonly bytes: ArrayLike<Uint8Array | null>;
}

/** A column to write. */
export type WrittenColumn = {
  readonly [T in keyof CellsOf]: {
    readonly name: string;
    readonly type: T;
    readonly values: CellsOf[T];
  };
}[keyof CellsOf];

/** Rows that DuckDB takes at once, at most. */
const chunkRows = 2048;
/** What DuckDB holds in memory; the rest is in a temporary folder until the file is written. */
const memoryLimit = '512MB';

/**
 * A table as the bytes of a Parquet file.
 * @param columns of equal length; to DuckDB, names that differ in case only are one, so that the second is refused
 * @throws SymlossError (failure) if DuckDB does not load here
 */
export async function parquetBytes(columns: readonly WrittenColumn[]): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of parquetPieces([columns])) pieces.push(piece);
  return Buffer.concat(pieces);
}

/**
 * A table of any number of rows as the bytes of a Parquet file.
 * @param parts the same columns of rows that follow each other; at least one
 * @throws SymlossError (failure) if DuckDB does not load here, and what making the parts throws
 */
export async function* parquetPieces(
  parts: Iterable<readonly WrittenColumn[]> | AsyncIterable<readonly WrittenColumn[]>,
): AsyncGenerator<Uint8Array> {
  const duckdb = await loadDuckDb('Parquet');
  const folder = await temporaryFolder(tmpdir(), 'symloss-parquet');
  const instance = await duckdb.DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: memoryLimit,
    temp_directory: folder,
  });
  const connection = await instance.connect();
  try {
    let appender: DuckDBAppender | undefined;
    for await (const columns of parts) {
      const types = columns.map(({ type }) => typesOf(duckdb)[type]);
      if (appender === undefined) {
        const list = columns.map(({ name }, i) => `${quoteName(name)} ${types[i]}`);
        await connection.run(`CREATE TABLE written (${list.join(', ')})`);
        appender = await connection.createAppender('written');
      }
      const rows = columns[0]?.values.length ?? 0;
      for (let start = 0; start < rows; start += chunkRows) {
        const count = Math.min(chunkRows, rows - start);
        const chunk = duckdb.DuckDBDataChunk.create(types, count);
        chunk.setColumns(columns.map((column) => part(duckdb, column, start, count)));
        appender.appendDataChunk(chunk);
      }
    }
    appender?.closeSync();
    const file = join(folder, 'written.parquet');
    await connection.run(`COPY written TO ${quotePath(file)} (FORMAT parquet, COMPRESSION zstd)`);
    yield* createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
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
  const cells: DuckDBValue[] = [];
  for (let i = start; i < start + count; i++) {
    const value = values[i] ?? null;
    cells.push(value instanceof Uint8Array ? new DuckDBBlobValue(value) : value);
  }
  return cells;
}
