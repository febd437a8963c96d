import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { SymlossError, show } from '../../../core/index.ts';
import { isNumeric } from '../../classes.ts';
import { closest } from '../../closest.ts';
import { loadDuckDb, quote, quotePath } from '../parquet/duckdb.ts';
import type { CsvStructure } from './structure.ts';
import { count, readStructure } from './structure.ts';

/** What the cells of a column are. Rows are counted from 1; `undefined` where there is none. */
export interface ColumnStats {
  /** Cells that are not missing. */
  readonly filled: number;
  /** Cells that are numbers, infinite ones too. */
  readonly numeric: number;
  readonly firstMissing: number | undefined;
  readonly firstText: number | undefined;
  /** First number that is infinite in float32. */
  readonly firstInfinite: number | undefined;
}

/** Columns that a query reads: on wide files each query costs, but so does each expression squared. */
const COLUMNS_AT_ONCE = 256;
const COLUMNS_AT_ONCE_IN_STATS = 64;
/** From here on a number rounds to infinity in float32. */
const FLOAT32_OVERFLOW = 3.4028235677973366e38;
const BLANKS = ' \t\r\n\u00a0';

/**
 * A CSV file in an in-memory DuckDB: every cell as text. What it hands out is without the blanks
 * around it; a cell that is empty, NA, NaN or null in any case is missing. Columns are named c0, c1, … there, so that no
 * name of the file ever becomes SQL.
 */
export class CsvTable {
  readonly path: string;
  readonly structure: CsvStructure;
  /** Column names without the blanks around them; '' where the header has none. */
  readonly names: readonly string[];
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;

  private constructor(
    path: string,
    structure: CsvStructure,
    names: readonly string[],
    instance: DuckDBInstance,
    connection: DuckDBConnection,
  ) {
    this.path = path;
    this.structure = structure;
    this.names = names;
    this.#instance = instance;
    this.#connection = connection;
  }

  /** @throws SymlossError if the file can't be read, is malformed or names a column twice */
  static async open(path: string): Promise<CsvTable> {
    const structure = await readStructure(path);
    const { DuckDBInstance: instances } = await loadDuckDb(path);
    const instance = await instances.create(':memory:', {
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
      // With several threads a large file's rows can land in the table in another order.
      threads: '1',
    });
    const connection = await instance.connect();
    try {
      const names = await load(connection, path, structure);
      checkNames(path, names);
      return new CsvTable(path, structure, names, instance, connection);
    } catch (error) {
      connection.closeSync();
      instance.closeSync();
      throw error;
    }
  }

  get rows(): number {
    return this.structure.rows;
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /**
   * The index of a column.
   * @param role what the message calls it, such as `label column`
   * @throws SymlossError that lists the columns, and suggests one with a similar name
   */
  find(role: string, name: string): number {
    const index = name === '' ? -1 : this.names.indexOf(name);
    if (index >= 0) return index;
    const named = this.names.filter((other) => other !== '');
    const similar = closest(name, named);
    const headless = named.every(isNumeric);
    throw new SymlossError(
      `${this.path}, ${role}`,
      `one of ${list(named)}`,
      show(name),
      similar !== undefined
        ? { hint: `did you mean ${show(similar)}?` }
        : headless
          ? { hint: 'the first line of the file must name the columns' }
          : {},
    );
  }

  /** Looks through all cells of the columns; one entry for each. */
  async stats(columns: readonly number[]): Promise<ColumnStats[]> {
    const { rows } = this;
    const plain = await this.#plainNumbers(columns);
    const rest = columns.filter((_, i) => plain[i] !== rows);
    const counted = new Map<number, ColumnStats>();
    for (const some of chunks(rest, COLUMNS_AT_ONCE_IN_STATS)) {
      const values = await this.#row(statsSql(some));
      for (const [i, column] of some.entries()) {
        const [filled = 0, numeric = 0, ...firsts] = values.slice(i * 5, i * 5 + 5);
        const [firstMissing, firstText, firstInfinite] = firsts;
        counted.set(column, { filled, numeric, firstMissing, firstText, firstInfinite });
      }
    }
    const none = { firstMissing: undefined, firstText: undefined, firstInfinite: undefined };
    return columns.map((c) => counted.get(c) ?? { filled: rows, numeric: rows, ...none });
  }

  /** How many cells of each column are plainly numbers: cheap, and all of them in most columns. */
  async #plainNumbers(columns: readonly number[]): Promise<number[]> {
    const counts: number[] = [];
    for (const some of chunks(columns, COLUMNS_AT_ONCE_IN_STATS)) {
      const sums = some.map(
        (c) =>
          `count(CASE WHEN contains(c${c}, '_') THEN NULL ` +
          `WHEN abs(TRY_CAST(c${c} AS DOUBLE)) < ${FLOAT32_OVERFLOW} THEN 1 END)`,
      );
      const values = await this.#row(`SELECT ${sums.join(', ')} FROM cells WHERE rowid > 0`);
      counts.push(...values.map((value) => value ?? 0));
    }
    return counts;
  }

  async #row(sql: string): Promise<(number | undefined)[]> {
    const row = (await this.#connection.runAndReadAll(sql)).getRows()[0] ?? [];
    return row.map((value) => (value === null ? undefined : Number(value)));
  }

  /** One cell's text; rows are counted from 1. */
  async cell(column: number, row: number): Promise<string> {
    const sql = `SELECT ${text(column)} FROM cells WHERE rowid = ${row}`;
    return String((await this.#connection.runAndReadAll(sql)).getRows()[0]?.[0] ?? '');
  }

  /** A column's texts, `[rows]`; `undefined` where the cell is missing. */
  async texts(column: number): Promise<(string | undefined)[]> {
    const sql = `SELECT ${text(column)} FROM cells WHERE rowid > 0`;
    const values = (await this.#connection.runAndReadAll(sql)).getColumns()[0] ?? [];
    return values.map((value) => (value === null ? undefined : String(value)));
  }

  /** All cells as they stand, '' where empty: the header first, then the rows, some at a time. */
  async *records(): AsyncGenerator<string[][]> {
    const result = await this.#connection.stream('SELECT * FROM cells');
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) return;
      yield chunk.getRows().map((row) => row.map((cell) => (cell === null ? '' : String(cell))));
    }
  }

  /**
   * Columns as numbers, `[rows, columns.length]`; NaN where a cell is missing. Their cells must have
   * been found to be numbers or missing by `stats`.
   */
  async numbers(columns: readonly number[]): Promise<Float32Array> {
    const d = columns.length;
    const out = new Float32Array(this.rows * d);
    let offset = 0;
    for (const some of chunks(columns)) {
      const values = some.map(
        (c) =>
          `coalesce(TRY_CAST(c${c} AS DOUBLE), TRY_CAST(${trimmed(c)} AS DOUBLE), 'nan'::DOUBLE)`,
      );
      const sql = `SELECT ${values.join(', ')} FROM cells WHERE rowid > 0`;
      const result = await this.#connection.stream(sql);
      let start = 0;
      for (;;) {
        const chunk = await result.fetchChunk();
        if (chunk === null || chunk.rowCount === 0) break;
        for (let j = 0; j < some.length; j++) {
          const vector = chunk.getColumnVector(j);
          for (let i = 0; i < chunk.rowCount; i++) {
            out[(start + i) * d + offset + j] = vector.getItem(i) as number;
          }
        }
        start += chunk.rowCount;
      }
      offset += some.length;
    }
    return out;
  }
}

/** Names as messages and notices list them: quoted, at most twenty. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 20).map(show).join(', ');
  return names.length > 20 ? `${shown}, … (${names.length} in all)` : shown;
}

/** SQL for a cell without the blanks around it. */
function trimmed(column: number): string {
  return `trim(c${column}, '${BLANKS}')`;
}

/** SQL for a cell's text, NULL if it is missing. */
function text(column: number): string {
  const cell = trimmed(column);
  return (
    `CASE WHEN lower(${cell}) IN ('', 'na', 'nan', '+nan', '-nan', 'null') ` +
    `THEN NULL ELSE ${cell} END`
  );
}

/** SQL for five figures of each column, in the order of `ColumnStats`. */
function statsSql(columns: readonly number[]): string {
  const texts = columns.map((c) => `${text(c)} AS t${c}`);
  // 1_000 is text, though DuckDB would cast it.
  const numbers = columns.map(
    (c) => `CASE WHEN contains(t${c}, '_') THEN NULL ELSE TRY_CAST(t${c} AS DOUBLE) END AS v${c}`,
  );
  const figures = columns.flatMap((c) => [
    `count(t${c})`,
    `count(v${c})`,
    `min(place) FILTER (t${c} IS NULL)`,
    `min(place) FILTER (t${c} IS NOT NULL AND v${c} IS NULL)`,
    `min(place) FILTER (abs(v${c}) >= ${FLOAT32_OVERFLOW})`,
  ]);
  const cells = `SELECT rowid AS place, ${texts.join(', ')} FROM cells WHERE rowid > 0`;
  return `SELECT ${figures.join(', ')} FROM (SELECT *, ${numbers.join(', ')} FROM (${cells}))`;
}

/** Fills the table `cells`, whose row 0 is the header, and returns the column names. */
async function load(
  connection: DuckDBConnection,
  path: string,
  structure: CsvStructure,
): Promise<string[]> {
  const columns = Array.from({ length: structure.fields }, (_, c) => c);
  const source = readCsvSql(path, structure, columns);
  try {
    const header = await connection.runAndReadAll(`SELECT * FROM ${source} LIMIT 1`);
    const names = (header.getRows()[0] ?? []).map((name) => String(name ?? '').trim());
    await connection.run(`CREATE TABLE cells AS SELECT * FROM ${source}`);
    const counted = await connection.runAndReadAll('SELECT count(*) FROM cells');
    const rows = Number(counted.getRows()[0]?.[0]) - 1;
    if (rows !== structure.rows || names.length !== structure.fields) {
      throw new SymlossError(
        path,
        `${count(structure.rows, 'row')} of ${count(structure.fields, 'field')}`,
        `${count(rows, 'row')} of ${count(names.length, 'field')} from DuckDB`,
        { kind: 'failure', hint: 'save the file anew as plain CSV' },
      );
    }
    return names;
  } catch (cause) {
    throw cause instanceof SymlossError ? cause : loadError(path, cause);
  }
}

/** Nothing is left to DuckDB's guesses: it gets the structure that was found before. */
function readCsvSql(path: string, structure: CsvStructure, columns: readonly number[]): string {
  const types = columns.map((c) => `'c${c}': 'VARCHAR'`).join(', ');
  const options = [
    'auto_detect = false',
    'header = false',
    `columns = {${types}}`,
    `delim = ${quote(structure.delimiter)}`,
    `quote = '"'`,
    `escape = '"'`,
    `compression = '${structure.gzip ? 'gzip' : 'none'}'`,
    `strict_mode = ${!structure.mixedEndings}`, // strict: one kind of line end
    `max_line_size = ${Math.max(2_097_152, structure.longest + 1024)}`,
    'hive_partitioning = false',
  ];
  return `read_csv(${quotePath(path)}, ${options.join(', ')})`;
}

function loadError(path: string, cause: unknown): SymlossError {
  const message = cause instanceof Error ? cause.message : String(cause);
  if (/unicode|utf-?8/i.test(message)) {
    const line = /on Line: (\d+)/.exec(message)?.[1];
    return new SymlossError(
      line === undefined ? path : `${path}, line ${line}`,
      'text in UTF-8',
      'bytes of another encoding',
      { hint: 'save it as CSV in UTF-8', cause },
    );
  }
  const first = message.split('\n', 1)[0] as string;
  return new SymlossError(path, 'a CSV file that DuckDB reads', show(first), {
    kind: 'failure',
    cause,
  });
}

function checkNames(path: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  for (const [i, name] of names.entries()) {
    const other = first.get(name);
    if (name !== '' && other !== undefined) {
      throw new SymlossError(
        `${path}, header`,
        'a different name for each column',
        `${show(name)} for columns ${other + 1} and ${i + 1}`,
        { hint: 'rename one of them' },
      );
    }
    first.set(name, i);
  }
}

function chunks(columns: readonly number[], size = COLUMNS_AT_ONCE): number[][] {
  const parts: number[][] = [];
  for (let i = 0; i < columns.length; i += size) parts.push(columns.slice(i, i + size));
  return parts;
}
