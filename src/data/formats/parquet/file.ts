import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import { closest, SymlossError, show } from '../../../core/index.ts';
import { mostLevels } from '../../flatten.ts';
import { list } from '../../text.ts';
import { fileSize } from '../shared/file-bytes.ts';
import { loadDuckDb, quoteName, quotePath, structField } from './duckdb.ts';

export interface ParquetColumn {
  /** As it stands in the file. */
  readonly name: string;
  /** As DuckDB writes it: `BIGINT`, `STRUCT(bytes BLOB, path VARCHAR)`. */
  readonly type: string;
  /** SQL for it: to DuckDB, names that differ in case only are one, so it renames the second. */
  readonly sql: string;
}

/** A column of a table: one of the file, or a field of a struct. */
export interface ParquetField extends ParquetColumn {
  /** SQL for the column of the file that it is, or lies in. */
  readonly column: string;
  /** Names of the fields that lead to it within that column. */
  readonly fields: readonly string[];
}

/** A Parquet file that is read in the order of its rows, some at a time. */
export class ParquetFile {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(
    path: string,
    rows: number,
    columns: readonly ParquetColumn[],
    instance: DuckDBInstance,
    connection: DuckDBConnection,
  ) {
    this.path = path;
    this.rows = rows;
    this.columns = columns;
    this.#instance = instance;
    this.#connection = connection;
  }

  /** @throws SymlossError if there is no such file, or it is not Parquet */
  static async open(path: string): Promise<ParquetFile> {
    await fileSize(path); // says what is wrong with the path better than DuckDB
    const { DuckDBInstance: instances } = await loadDuckDb(path);
    const instance = await instances.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'true', // Parquet is one, built in
      threads: '1', // rows in the order of the file
    });
    const connection = await instance.connect();
    try {
      const columns = await describe(path, connection);
      const counted = await connection.runAndReadAll(
        `SELECT num_rows FROM parquet_file_metadata(${quotePath(path)})`,
      );
      const rows = Number(counted.getRows()[0]?.[0]);
      return new ParquetFile(path, rows, columns, instance, connection);
    } catch (cause) {
      connection.closeSync();
      instance.closeSync();
      throw readError(path, cause);
    }
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** The file's own notes by key, as the writing program left them. */
  async metadata(): Promise<ReadonlyMap<string, string>> {
    const sql = `SELECT decode(key), decode(value) FROM parquet_kv_metadata(${quotePath(this.path)})`;
    try {
      const rows = (await this.#connection.runAndReadAll(sql)).getRows();
      return new Map(rows.map(([key, value]) => [String(key), String(value)]));
    } catch {
      return new Map(); // notes that are no text are of no use here
    }
  }

  /**
   * The columns, with the fields of a struct as columns of their own: `user.age`. Structs with a field of bytes are images, and stay.
   * @throws SymlossError where structs are nested deeper than 32 levels
   */
  async flattened(): Promise<ParquetField[]> {
    const flat: ParquetField[] = [];
    for (const column of this.columns) {
      flat.push(...(await this.#fieldsOf({ ...column, column: column.sql, fields: [] })));
    }
    return flat;
  }

  async #fieldsOf(column: ParquetField): Promise<ParquetField[]> {
    if (!/^STRUCT\(.*\)$/s.test(column.type)) return [column];
    const sql = `DESCRIBE SELECT unnest(${column.sql}) FROM ${source(this.path)}`;
    const fields = (await this.#connection.runAndReadAll(sql)).getRows();
    if (fields.some(([, type]) => type === 'BLOB')) return [column];
    if (column.fields.length + 1 === mostLevels) {
      const where = `${this.path}, column ${show(column.name)}`;
      throw new SymlossError(where, `at most ${mostLevels} levels of structs`, 'more');
    }
    const flat: ParquetField[] = [];
    for (const [field, type] of fields) {
      const name = String(field);
      const part = {
        name: `${column.name.trim()}.${name.trim()}`,
        type: String(type),
        sql: structField(column.sql, name),
        column: column.column,
        fields: [...column.fields, name],
      };
      flat.push(...(await this.#fieldsOf(part)));
    }
    return flat;
  }

  /**
   * Values of SQL expressions over the columns, row by row.
   * @param expressions such as `"img"."bytes"`
   * @throws SymlossError as `chunks` does
   */
  async *values(expressions: readonly string[]): AsyncGenerator<readonly unknown[]> {
    for await (const chunk of this.chunks(expressions)) yield* chunk.getRows();
  }

  /**
   * Values of SQL expressions that aggregate all rows. @throws SymlossError where the file cannot be read
   */
  async aggregate(expressions: readonly string[]): Promise<readonly unknown[]> {
    const sql = `SELECT ${expressions.join(', ')} FROM ${source(this.path)}`;
    try {
      return (await this.#connection.runAndReadAll(sql)).getRows()[0] as readonly unknown[];
    } catch (cause) {
      throw readError(this.path, cause);
    }
  }

  /**
   * Values of SQL expressions over the columns, some rows at a time.
   * @throws SymlossError where the file cannot be read, or holds another number of rows than it says
   */
  async *chunks(expressions: readonly string[]): AsyncGenerator<DuckDBDataChunk> {
    const sql = `SELECT ${expressions.join(', ')} FROM ${source(this.path)}`;
    let read = 0;
    try {
      const result = await this.#connection.stream(sql);
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        read += chunk.rowCount;
        if (read > this.rows) break;
        yield chunk;
      }
    } catch (cause) {
      throw readError(this.path, cause);
    }
    if (read === this.rows) return;
    const received = read > this.rows ? 'more' : String(read);
    throw new SymlossError(this.path, `${this.rows} rows, as it says itself`, received, {
      hint: 'download the file again, or write it again',
    });
  }
}

/** @throws SymlossError that lists the columns, and suggests one with a similar name */
export function findColumn(
  { path, columns }: Pick<ParquetFile, 'path' | 'columns'>,
  role: string,
  name: string,
): ParquetColumn {
  const column = columns.find((other) => other.name === name);
  if (column !== undefined) return column;
  const names = columns.map((other) => other.name);
  const similar = closest(name, names);
  throw new SymlossError(`${path}, ${role}`, `one of ${list(names)}`, show(name), {
    hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
  });
}

/** The columns as the file names them, which DuckDB may call otherwise. */
async function describe(path: string, connection: DuckDBConnection): Promise<ParquetColumn[]> {
  const described = await connection.runAndReadAll(`DESCRIBE SELECT * FROM ${source(path)}`);
  const names = await topNames(path, connection);
  return described.getRows().map(([alias, type], i) => ({
    name: names[i] ?? String(alias),
    type: String(type),
    sql: quoteName(String(alias)),
  }));
}

/** Names of the columns: the schema lists them with their parts behind them, as a tree in depth-first order. */
async function topNames(path: string, connection: DuckDBConnection): Promise<string[]> {
  const sql = `SELECT name, num_children FROM parquet_schema(${quotePath(path)})`;
  const [, ...rows] = (await connection.runAndReadAll(sql)).getRows(); // the first is the root
  const names: string[] = [];
  let parts = 0; // that belong to the last column
  for (const [name, children] of rows) {
    if (parts === 0) names.push(String(name));
    else parts--;
    parts += Number(children ?? 0);
  }
  return names;
}

/** Bytes stay bytes: read as text, images would be damaged wherever they are no UTF-8. */
function source(path: string): string {
  return `read_parquet(${quotePath(path)}, binary_as_string = false, hive_partitioning = false)`;
}

function readError(path: string, cause: unknown): unknown {
  if (cause instanceof SymlossError) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  const first = (message.split('\n', 1)[0] as string).replace(/^[\w ]+ Error: /, '');
  return new SymlossError(path, 'a Parquet file that DuckDB reads', show(first), {
    hint: 'download the file again, or write it again',
    cause,
  });
}
