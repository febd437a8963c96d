const [tab, lineFeed, formFeed, carriageReturn, blank, quote] = [9, 10, 12, 13, 32, 34];

/** How the cells of a file are written. */
export interface Dialect {
  /** One character of ASCII. */
  readonly delimiter: string;
  /** Leave out lines that hold blanks only. */
  readonly skipEmptyLines: boolean;
}

/** Where cells are in bytes, and numbers and codes of a column, in memory that one scan after the other uses. */
export class CellPlaces {
  starts = new Int32Array(1 << 12);
  ends = new Int32Array(1 << 12);
  numbers = new Float64Array(1 << 10);
  codes = new Int32Array(1 << 10);

  /** Makes room for one more. @param count of those there are */
  grow(count: number): void {
    if (count < this.starts.length) return;
    this.starts = grown(this.starts);
    this.ends = grown(this.ends);
  }
}

export interface ScanOptions {
  /** Whether the file ends with the bytes; otherwise a record that may go on behind them is not scanned. */
  readonly isLast: boolean;
  /** Records to find. Default: all. */
  readonly most?: number;
  /** Memory for the places of the cells, whose next use overwrites them. Default: new. */
  readonly cells?: CellPlaces;
}

/** What ends a scan before its bytes do. */
export type ScanFault = 'text after a quote' | 'open quote';

/** Where the cells of some records are in the bytes of a piece of a file. */
export interface ScannedRecords {
  readonly bytes: Buffer;
  /** Of each cell, its first byte. */
  readonly starts: Int32Array;
  /** Of each cell, the byte behind it; −1 − that byte, where quotes are doubled in it. */
  readonly ends: Int32Array;
  /** Of each record, the number of cells up to its end. */
  readonly rows: readonly number[];
  /** Bytes that belong to whole records. */
  readonly used: number;
  readonly places: CellPlaces;
  /** What is wrong behind the records. */
  readonly fault?: ScanFault;
}

/**
 * Finds the cells of the records in a piece of a file (RFC 4180, and what programs make of it): lines end in LF, CRLF or
 * CR; a quote opens a cell only at its start; behind the closing quote there may be blanks.
 */
export function scan(
  bytes: Buffer,
  { delimiter, skipEmptyLines }: Dialect,
  { isLast, most = Number.POSITIVE_INFINITY, cells: places = new CellPlaces() }: ScanOptions,
): ScannedRecords {
  const separator = delimiter.charCodeAt(0);
  const size = bytes.length;
  let { starts, ends } = places;
  const rows: number[] = [];
  let cells = 0; // of whole records
  let found = 0; // with those of the record that is scanned
  let used = 0;
  let at = 0;
  let fault: ScanFault | undefined;
  // most bytes are above those that end a cell
  const top = Math.max(separator, carriageReturn);
  const isBlank = (byte: number | undefined) =>
    (byte === blank || byte === tab || byte === formFeed) && byte !== separator;

  scanning: while (at < size && rows.length < most) {
    // one cell from here
    let start = at;
    let end: number;
    let isQuoted = false;
    if ((bytes[start] as number) <= blank) {
      while (start < size && isBlank(bytes[start])) start++;
    }
    if (bytes[start] === quote) {
      isQuoted = true;
      at = start + 1;
      let isDoubled = false;
      for (;;) {
        const next = bytes.indexOf(quote, at);
        if (next < 0) {
          if (isLast) fault = 'open quote';
          break scanning;
        }
        at = next + 1;
        if (at === size && !isLast) break scanning; // it may be doubled
        if (bytes[at] !== quote) break;
        isDoubled = true;
        at++;
      }
      start++;
      end = isDoubled ? -at : at - 1; // −1 − (at − 1)
      while (at < size && isBlank(bytes[at])) at++;
    } else {
      for (at = start; at < size; at++) {
        const byte = bytes[at] as number;
        if (byte > top) continue;
        if (byte === separator || byte === lineFeed || byte === carriageReturn) break;
      }
      end = at;
      if ((bytes[end - 1] as number) <= blank) {
        while (end > start && isBlank(bytes[end - 1])) end--;
      }
    }
    const byte = at < size ? bytes[at] : undefined;
    if (byte === undefined && !isLast) break;
    if (byte === carriageReturn && at + 1 === size && !isLast) break; // it may be CRLF
    if (found + 1 >= starts.length) {
      places.grow(found + 1);
      ({ starts, ends } = places);
    }
    if (byte === separator) {
      starts[found] = start;
      ends[found++] = end;
      at++;
      if (at < size || !isLast) continue;
      // the file ends behind a delimiter: an empty cell is the last one
      starts[found] = at;
      ends[found++] = at;
    } else if (byte === undefined || byte === lineFeed || byte === carriageReturn) {
      at += byte === undefined ? 0 : byte === carriageReturn && bytes[at + 1] === lineFeed ? 2 : 1;
      const isEmpty = found === cells && !isQuoted && start === end;
      if (isEmpty && skipEmptyLines) {
        used = at;
        continue;
      }
      starts[found] = start;
      ends[found++] = end;
    } else {
      fault = 'text after a quote';
      break;
    }
    cells = found;
    used = at;
    rows.push(cells);
  }
  return { bytes, starts, ends, rows, used, places, ...(fault !== undefined && { fault }) };
}

function grown(values: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const more = new Int32Array(2 * values.length);
  more.set(values);
  return more;
}
