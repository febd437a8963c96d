import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { changed, checkIsNew } from '../shared/relabelling.ts';
import { removeTemporary, temporaryFolder } from '../shared/temporary-folder.ts';
import { loadDuckDb, quote, quoteName, quotePath, structField, withStructField } from './duckdb.ts';
import type { ParquetField } from './file.ts';
import { ParquetFile } from './file.ts';
import { labelColumnOf } from './label-columns.ts';

/** Notes of other programs that stay true: names of classes, and the index of pandas. */
const keptNotes = ['huggingface', 'pandas'];

const chunkRows = 2048;

/**
 * Parquet files as one with other labels; types, missing values and the order of rows stay as they are. The labels may be a
 * field of a struct.
 */
export async function* relabelParquet(
  paths: readonly string[],
  changes: Relabelling,
  { signal }: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const { rows, label, notes } = await look(paths, changes);
  const last = Math.max(-1, ...changes.labels.keys(), ...(changes.dropped ?? []));
  if (last >= rows) throw changed(paths[0] as string);
  const { DuckDBInstance, DuckDBDataChunk, ...types } = await loadDuckDb(paths[0] as string);
  const folder = await temporaryFolder(tmpdir(), 'symloss-parquet');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'true',
    threads: '1', // rows in the order of the files
  });
  const connection = await instance.connect();
  const source = `read_parquet([${paths.map(quotePath).join(', ')}], binary_as_string = false, hive_partitioning = false, union_by_name = true)`;
  try {
    await connection.run(
      'CREATE TABLE changes (row BIGINT, source BIGINT, kept BOOLEAN, number DOUBLE)',
    );
    const appender = await connection.createAppender('changes');
    const columns = [types.BIGINT, types.BIGINT, types.BOOLEAN, types.DOUBLE];
    const cell = changes.added?.cell;
    for (let start = 0; start < rows; start += chunkRows) {
      const some = Array.from({ length: Math.min(chunkRows, rows - start) }, (_, i) => start + i);
      const chunk = DuckDBDataChunk.create(columns, some.length);
      chunk.setColumns([
        some.map(BigInt),
        some.map((row) => {
          const other = changes.labels.get(row);
          return other === undefined ? null : BigInt(other);
        }),
        some.map((row) => !changes.dropped?.has(row)),
        some.map((row) => (typeof cell === 'function' ? cell(row) : null)),
      ]);
      appender.appendDataChunk(chunk);
    }
    appender.closeSync();
    signal?.throwIfAborted();
    await connection.run(
      `CREATE TABLE labels AS SELECT * FROM (SELECT row_number() OVER () - 1 AS row, ${label.sql} AS value FROM ${source}) WHERE row IN (SELECT source FROM changes)`,
    );
    // side by side with the file, in its order
    await connection.run(
      'CREATE TABLE beside AS SELECT c.source, c.kept, c.number, l.value FROM changes c LEFT JOIN labels l ON c.source = l.row ORDER BY c.row',
    );
    const column = `p.${label.column}`;
    const old = label.fields.reduce(structField, column);
    const added =
      changes.added === undefined
        ? ''
        : `, ${cell === 'label' ? old : 'b.number'} AS ${quoteName(changes.added.name)}`;
    const other = withStructField(column, label.fields, 'b.value');
    const file = join(folder, 'written.parquet');
    const kept = [...notes].map(([key, value]) => `${key}: ${quote(value)}`).join(', ');
    const metadata = kept === '' ? '' : `, KV_METADATA {${kept}}`;
    await connection.run(
      `COPY (SELECT p.* REPLACE (CASE WHEN b.source IS NULL THEN ${column} ELSE ${other} END AS ${label.column})${added} ` +
        `FROM ${source} p POSITIONAL JOIN beside b WHERE b.kept) TO ${quotePath(file)} (FORMAT parquet, COMPRESSION zstd${metadata})`,
    );
    signal?.throwIfAborted();
    yield await readFile(file);
  } finally {
    connection.closeSync();
    instance.closeSync();
    await removeTemporary(folder);
  }
}

interface Looked {
  readonly rows: number;
  readonly label: Pick<ParquetField, 'sql' | 'column' | 'fields'>;
  readonly notes: ReadonlyMap<string, string>;
}

/** @throws SymlossError where a name is taken, or columns cannot keep theirs */
async function look(paths: readonly string[], changes: Relabelling): Promise<Looked> {
  let rows = 0;
  let looked: Looked | undefined;
  for (const path of paths) {
    const file = await ParquetFile.open(path);
    try {
      const { columns } = file;
      const flat = (await file.flattened()).map((own) => ({ ...own, name: own.name.trim() }));
      const names = flat.map(({ name }) => name);
      if (changes.added !== undefined) checkIsNew(path, { columns: names }, changes.added);
      const renamed = columns.find(({ name, sql }) => sql !== quoteName(name));
      if (renamed !== undefined) {
        const expected = 'names of columns that differ in more than case, since DuckDB writes them';
        throw new SymlossError(path, expected, show(renamed.name), { hint: 'rename it' });
      }
      rows += file.rows;
      const label =
        flat.find(({ name }) => name === changes.label) ?? (await imageLabel(file, changes.label));
      const notes = [...(await file.metadata())].filter(([key]) => keptNotes.includes(key));
      looked ??= { rows, label, notes: new Map(notes) };
    } finally {
      file.close();
    }
  }
  return { ...(looked as Looked), rows };
}

/** The label column of images, which need not be named. */
async function imageLabel(file: ParquetFile, asked: string | undefined): Promise<Looked['label']> {
  const { sql } = await labelColumnOf(file, asked);
  return { sql, column: sql, fields: [] };
}
