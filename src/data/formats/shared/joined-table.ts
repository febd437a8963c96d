import { SymlossError } from '../../../core/index.ts';
import { count, list } from '../../text.ts';
import type { OtherColumn, TableChunk, TableFile } from './table-file.ts';

/** Several files with the same columns as one table, one behind the other. The first says in which order columns are. */
export class JoinedTable implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly comma?: 'thousands' | 'decimal';
  readonly rowCount?: number;
  readonly #files: readonly TableFile[];
  /** Of each file that was read, the rows before it. */
  #starts: number[] = [];
  /** Of the files together, where all are known. */
  readonly size?: number;

  /**
   * @param path what messages call the files together
   * @param files at least one
   * @throws SymlossError naming the file that has other columns than the first
   */
  constructor(path: string, files: readonly TableFile[]) {
    const [first] = files as readonly [TableFile];
    for (const file of files) checkColumns(first, file);
    this.path = path;
    this.columns = first.columns;
    this.otherColumns = first.otherColumns ?? [];
    if (first.comma !== undefined) this.comma = first.comma;
    const counts = files.map(({ rowCount }) => rowCount ?? Number.NaN);
    const rows = counts.reduce((sum, n) => sum + n, 0);
    if (!Number.isNaN(rows)) this.rowCount = rows;
    const size = files.reduce((sum, file) => sum + (file.size ?? Number.NaN), 0);
    if (!Number.isNaN(size)) this.size = size;
    this.#files = files;
  }

  get shareRead(): number | undefined {
    if (this.size === undefined) return undefined;
    const begun = this.#files.slice(0, this.#starts.length);
    const read = begun.map((file, i) =>
      i < begun.length - 1 ? (file.size ?? 0) : (file.size ?? 0) * (file.shareRead ?? 0),
    );
    return read.reduce((sum, bytes) => sum + bytes, 0) / this.size;
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    this.#starts = [];
    let rows = 0;
    for (const file of this.#files) {
      this.#starts.push(rows);
      const places = this.#placesIn(file);
      for await (const chunk of file.chunks()) {
        rows += chunk.rows;
        const { codes } = chunk;
        yield {
          rows: chunk.rows,
          cells: (column) => chunk.cells(places[column] as number),
          numbers: (column) => chunk.numbers?.(places[column] as number),
          ...(codes && {
            codes: (column, texts) => codes.call(chunk, places[column] as number, texts),
          }),
        };
      }
    }
  }

  place(row: number): string {
    const next = this.#starts.findIndex((start) => start >= row);
    const i = Math.max(0, next < 0 ? this.#starts.length - 1 : next - 1);
    return (this.#files[i] as TableFile).place(row - (this.#starts[i] ?? 0));
  }

  /** Where a file has the columns of the first. */
  #placesIn(file: TableFile): number[] {
    const places = new Map<string, number[]>(); // columns without a name keep their order
    for (const [i, name] of file.columns.entries()) {
      const known = places.get(name);
      if (known === undefined) places.set(name, [i]);
      else known.push(i);
    }
    for (const own of places.values()) own.reverse();
    return this.columns.map((name) => places.get(name)?.pop() as number);
  }
}

function checkColumns(first: TableFile, file: TableFile): void {
  const { columns: expected } = first;
  const { columns: received } = file;
  const [own, others] = [new Set(received), new Set(expected)];
  const missing = expected.filter((name) => !own.has(name));
  const more = received.filter((name) => !others.has(name));
  if (missing.length === 0 && more.length === 0 && expected.length === received.length) return;
  const faults = [
    ...(missing.length > 0 ? [`none of ${list(missing)}`] : []),
    ...(more.length > 0 ? [`${list(more)} beside them`] : []),
  ];
  throw new SymlossError(
    `${file.path}, columns`,
    `the columns of ${first.path}: ${list(expected)}`,
    faults.join(', ') || count(received.length, 'column'),
    { hint: 'files that are read together have the same columns, in any order' },
  );
}
