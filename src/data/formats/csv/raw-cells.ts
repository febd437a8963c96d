import type { ScannedRecords } from './scan.ts';

const [lineFeed, carriageReturn, quote] = [10, 13, 34];

/** Where the cells of records lie in the bytes, with their quotes, and the records with their line ends. */
export class RawCells {
  readonly #records: ScannedRecords;
  readonly #width: number;

  constructor(records: ScannedRecords, width: number) {
    this.#records = records;
    this.#width = width;
  }

  /** The bytes of a cell, without the blanks around it. */
  cell(record: number, column: number): readonly [start: number, end: number] {
    const { bytes, starts, ends } = this.#records;
    const i = record * this.#width + column;
    const [start, end] = [starts[i] as number, ends[i] as number];
    // before a cell that is not quoted stands a delimiter, a blank or a line end
    const isQuoted = end < 0 || bytes[start - 1] === quote;
    return isQuoted ? [start - 1, (end < 0 ? -1 - end : end) + 1] : [start, end];
  }

  /** Behind the last cell of a record. */
  endOfCells(record: number): number {
    return this.cell(record, this.#width - 1)[1];
  }

  /** Behind the end of its line; of the last record behind empty lines, too. */
  end(record: number): number {
    const { bytes, rows, used } = this.#records;
    if (record === rows.length - 1) return used;
    let at = this.endOfCells(record);
    while (bytes[at] !== lineFeed && bytes[at] !== carriageReturn) at++;
    return at + (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1);
  }
}
