import { isAscii } from 'node:buffer';
import type { ByteTexts } from '../shared/byte-texts.ts';
import type { ColumnCells, TableChunk } from '../shared/table-file.ts';
import { noNumber, numberAt } from './plain-number.ts';
import type { ScannedRecords } from './scan.ts';

/** A longer part of a text is a view of it in V8, and keeps all of it in memory. */
const copied = 12;

/** Records of one width as rows of a table. */
export class CsvChunk implements TableChunk {
  readonly rows: number;
  readonly #records: ScannedRecords;
  readonly #width: number;
  readonly #first: number;
  /** All bytes as text, where each is a character. */
  #ascii: string | undefined;
  #isAscii: boolean | undefined;

  /** @param first record that is a row */
  constructor(records: ScannedRecords, width: number, first = 0) {
    this.rows = records.rows.length - first;
    this.#records = records;
    this.#width = width;
    this.#first = first;
  }

  cells(column: number): ColumnCells {
    const values = new Array<string>(this.rows);
    for (let row = 0; row < values.length; row++) values[row] = this.text(row, column);
    return { kind: 'texts', values };
  }

  numbers(column: number): Float64Array | undefined {
    const { bytes, starts, ends, places } = this.#records;
    if (places.numbers.length < this.rows) places.numbers = new Float64Array(2 * this.rows);
    const values = places.numbers.subarray(0, this.rows);
    let cell = this.#first * this.#width + column;
    for (let row = 0; row < values.length; row++, cell += this.#width) {
      const value = numberAt(bytes, starts[cell] as number, ends[cell] as number);
      if (value === noNumber) return undefined;
      values[row] = value;
    }
    return values;
  }

  codes(column: number, texts: ByteTexts): Int32Array {
    const { bytes, starts, ends, places } = this.#records;
    if (places.codes.length < this.rows) places.codes = new Int32Array(2 * this.rows);
    const codes = places.codes.subarray(0, this.rows);
    let cell = this.#first * this.#width + column;
    for (let row = 0; row < codes.length; row++, cell += this.#width) {
      const end = ends[cell] as number;
      codes[row] =
        end < 0
          ? texts.findText(this.text(row, column))
          : texts.find(bytes, starts[cell] as number, end);
    }
    return codes;
  }

  /** The text of a cell. @param row from 0 */
  text(row: number, column: number): string {
    const cell = (this.#first + row) * this.#width + column;
    const { bytes, starts, ends } = this.#records;
    const [start, end] = [starts[cell] as number, ends[cell] as number];
    if (end < 0) return bytes.toString('utf8', start, -1 - end).replaceAll('""', '"');
    if (end - start > copied || !this.#isAllAscii()) return bytes.toString('utf8', start, end);
    this.#ascii ??= bytes.toString('latin1');
    return this.#ascii.substring(start, end);
  }

  #isAllAscii(): boolean {
    this.#isAscii ??= isAscii(this.#records.bytes);
    return this.#isAscii;
  }
}
