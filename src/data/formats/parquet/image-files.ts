import { SymlossError } from '../../../core/index.ts';
import { list } from '../../text.ts';
import type { ParquetColumn } from './file.ts';
import { ParquetFile } from './file.ts';

/** What is known of a file before its rows are read. */
interface Described {
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  /** Class names by column. */
  readonly classNames: ReadonlyMap<string, readonly string[]>;
}

/** Parquet files with the same columns as one, one behind the other; one of them at a time is open. */
export class ParquetFiles implements Described {
  /** What messages call them together. */
  readonly path: string;
  readonly rows: number;
  readonly columns: readonly ParquetColumn[];
  readonly classNames: ReadonlyMap<string, readonly string[]>;
  readonly #files: readonly Described[];

  private constructor(path: string, files: readonly Described[]) {
    const [{ columns, classNames }] = files as readonly [Described];
    this.path = path;
    this.rows = files.reduce((sum, { rows }) => sum + rows, 0);
    this.columns = columns;
    this.classNames = classNames;
    this.#files = files;
  }

  /**
   * @param paths at least one
   * @throws SymlossError naming the file that is no Parquet, or has other columns or class names than the first
   */
  static async open(path: string, paths: readonly string[]): Promise<ParquetFiles> {
    const files: Described[] = [];
    for (const own of paths) files.push(await describe(own));
    const [first] = files as [Described];
    for (const file of files) checkAlike(first, file);
    return new ParquetFiles(path, files);
  }

  get paths(): readonly string[] {
    return this.#files.map(({ path }) => path);
  }

  /** What messages call a row. @param row from 1 */
  place(row: number): string {
    let before = 0;
    for (const { path, rows } of this.#files) {
      if (row <= before + rows) return `${path}, row ${row - before}`;
      before += rows;
    }
    return `${this.path}, row ${row}`;
  }

  /** Values of SQL expressions over the columns, row by row. @throws SymlossError where a file cannot be read */
  async *values(expressions: readonly string[]): AsyncGenerator<readonly unknown[]> {
    for (const { path } of this.#files) {
      const file = await ParquetFile.open(path);
      try {
        yield* file.values(expressions);
      } finally {
        file.close();
      }
    }
  }
}

async function describe(path: string): Promise<Described> {
  const file = await ParquetFile.open(path);
  try {
    const { rows, columns } = file;
    return { path, rows, columns, classNames: await classNamesIn(file) };
  } finally {
    file.close();
  }
}

/** Class names by column: `info.features.<column>.names` of the `huggingface` metadata. */
export async function classNamesIn(
  file: ParquetFile,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, readonly string[]>();
  const content = (await file.metadata()).get('huggingface');
  let features: unknown;
  try {
    features = (JSON.parse(content ?? '{}') as { info?: { features?: unknown } }).info?.features;
  } catch {
    return found; // not the library's form after all
  }
  for (const [column, feature] of Object.entries(features ?? {})) {
    const { names } = (feature ?? {}) as { names?: unknown };
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) {
      found.set(column, names);
    }
  }
  return found;
}

/** @throws SymlossError where columns or class names differ: labels would mean something else */
function checkAlike(first: Described, file: Described): void {
  const shown = ({ columns }: Described) =>
    list(columns.map(({ name, type }) => `${name} (${type.slice(0, 60)})`));
  const sorted = ({ columns }: Described) =>
    JSON.stringify(columns.map(({ name, type, sql }) => [name, type, sql]).sort());
  const hint = 'files that are read together have the same columns, in any order';
  if (sorted(first) !== sorted(file)) {
    const expected = `the columns of ${first.path}: ${shown(first)}`;
    throw new SymlossError(`${file.path}, columns`, expected, shown(file), { hint });
  }
  for (const { name } of first.columns) {
    const [expected, received] = [first, file].map((own) => own.classNames.get(name));
    if (JSON.stringify(expected) === JSON.stringify(received)) continue;
    const [known, other] = [expected, received].map((names) => (names ? list(names) : 'none'));
    const where = `${file.path}, class names of the column "${name}"`;
    throw new SymlossError(where, `those of ${first.path}: ${known}`, other as string);
  }
}
