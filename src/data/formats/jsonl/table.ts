import { setImmediate } from 'node:timers/promises';
import { SymlossError } from '../../../core/index.ts';
import { flattened } from '../../flatten.ts';
import type { OtherColumn, TableChunk, TableFile, TableReading } from '../shared/table-file.ts';
import { textStart } from '../shared/text-content.ts';
import { JsonColumns } from './columns.ts';
import type { Line } from './lines.ts';
import { lines } from './lines.ts';
import { checkKeys, parseLine, placeOf } from './parse.ts';

/** Cells of the rows that are handed on together, about. */
const mostCells = 2 ** 20;

/**
 * A file of JSON lines (NDJSON): one object per line, its keys being the columns, compressed by gzip or not. Blank lines
 * do not count. It is read twice: which columns there are, and what is in them, is known behind the last line only.
 *
 * - A key that a row does not have, and null, are missing cells.
 * - Numbers are float64; a column with integers beyond 2^53 is of texts, to the last digit.
 * - Booleans are the texts TRUE and FALSE. A column of numbers beside texts or booleans is of texts.
 * - Lists of numbers must have one length; null in them is NaN.
 * - An object is a column for each of its values: `user.age` for `{"user": {"age": 31}}`, and so on within it.
 * - Columns of other lists, or of lists beside something else are no cells of a table.
 */
export class JsonTable implements TableFile {
  readonly path: string;
  readonly rowCount: number;
  readonly columns: readonly string[];
  readonly otherColumns: readonly OtherColumn[];
  readonly #keys: JsonColumns;
  /** Of each column its place among the keys. */
  readonly #places: readonly number[];
  readonly #gzip: boolean;
  readonly #signal: AbortSignal | undefined;

  private constructor(
    path: string,
    keys: JsonColumns,
    how: TableReading & { readonly rowCount: number; readonly gzip: boolean },
  ) {
    const { columns, places, otherColumns } = keys.table();
    this.path = path;
    this.rowCount = how.rowCount;
    this.columns = columns;
    this.otherColumns = otherColumns;
    this.#keys = keys;
    this.#places = places;
    this.#gzip = how.gzip;
    this.#signal = how.signal;
  }

  /**
   * @throws SymlossError naming the line that is no object of JSON or has a key twice, and where the file cannot be read
   * or has no rows
   */
  static async open(path: string, { signal, onProgress }: TableReading = {}): Promise<JsonTable> {
    const { gzip, size } = await textStart(path, 4, 'JSON lines', 'a file of JSON lines');
    const keys = new JsonColumns();
    let rowCount = 0;
    let bytes = 0;
    const onRead = (read: number) => {
      bytes = read;
    };
    for await (const some of lines(path, { gzip, signal, form: 'JSON lines', onRead })) {
      for (const line of some) {
        const row = parseLine(path, line);
        keys.add(placeOf(path, line), row, (value) => value);
        checkKeys(path, line, row);
        rowCount++;
      }
      onProgress?.({ work: 'scanning', source: path, rows: rowCount, share: bytes / size });
    }
    if (rowCount === 0)
      throw new SymlossError(path, 'objects of JSON, one per line', 'an empty file');
    return new JsonTable(path, keys, { rowCount, gzip, signal });
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    let read = 0;
    const options = { gzip: this.#gzip, signal: this.#signal, form: 'JSON lines' };
    for await (const some of inPortions(lines(this.path, options), this.columns.length)) {
      this.#signal?.throwIfAborted();
      const rows = some.map((line) =>
        flattened(placeOf(this.path, line), parseLine(this.path, line)),
      );
      read += rows.length;
      yield {
        rows: rows.length,
        cells: (column) => {
          const cells = this.#keys.cells(rows, this.#places[column] as number);
          if (cells === undefined) throw this.#changed();
          return cells;
        },
      };
    }
    if (read !== this.rowCount) throw this.#changed();
  }

  #changed(): SymlossError {
    return new SymlossError(this.path, 'a file that stays as it is', 'one that changes', {
      kind: 'failure',
      hint: 'wait until it is written, then read it again',
    });
  }

  place(row: number): string {
    return `${this.path}, row ${row}`;
  }
}

/** Lines of few bytes may stand for many cells, those that are missing: no more at a time than can be interrupted soon. */
async function* inPortions(pieces: AsyncIterable<Line[]>, columns: number): AsyncGenerator<Line[]> {
  const most = Math.max(1, Math.floor(mostCells / Math.max(1, columns)));
  for await (const some of pieces) {
    for (let start = 0; start < some.length; start += most) {
      if (start > 0) await setImmediate(); // signals are seen between
      yield most >= some.length ? some : some.slice(start, start + most);
    }
  }
}
