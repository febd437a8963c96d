import { SymlossError, show } from '../../../core/index.ts';
import { count } from '../../text.ts';
import { readText } from '../shared/text-content.ts';
import { Pending } from './pending.ts';
import type { Dialect, ScanFault, ScannedRecords } from './scan.ts';
import { CellPlaces, scan } from './scan.ts';

const delimiters = [',', ';', '\t', '|'] as const;
/** Bytes of the longest record: enough for a million columns, and for no quote that was left open. */
const longest = 2 ** 24;
/** Records to guess the delimiter from. */
const sampleSize = 20;
/** So many records or cells are found together, or more, if they are not too long: what is done once per column is then little. */
const together = { records: 64, cells: 1 << 18, bytes: 1 << 22 };

export interface RecordOptions extends Dialect {
  readonly gzip: boolean;
  /** Bytes of the text before its first record. Default: none. */
  readonly skip?: number;
  /** Told of the bytes of the file that were read. */
  readonly onRead?: (bytes: number) => void;
  /** Ends the reading, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The records of a CSV file, the header among them, some at a time, all as wide as the first; none, where there are empty
 * lines only. They hold until the next ones are asked for.
 * @throws SymlossError naming the record that has another number of cells than the first, or invalid
 * quotes, or is too long
 */
export async function* records(
  path: string,
  options: RecordOptions,
): AsyncGenerator<ScannedRecords> {
  const { gzip, signal, onRead } = options;
  let skip = options.skip ?? 0;
  const pending = new Pending();
  const cells = new CellPlaces();
  let enough = 0; // bytes to look for records in
  let found = 0;
  let width = 0; // of the first record
  const take = (isLast: boolean): ScannedRecords => {
    const some = scan(pending.bytes, options, { isLast, cells });
    width ||= some.rows[0] ?? 0;
    checkWidths(path, options.delimiter, width, some, found);
    found += some.rows.length;
    if (some.fault !== undefined) throw malformed(path, options.delimiter, some.fault, found);
    pending.use(some.used);
    // a record that does not end here is looked at again when there is twice as much, so that time stays in proportion
    enough = Math.max(2 * pending.length, sizeTogether(some, width));
    return some;
  };
  for await (const bytes of readText(path, { gzip, signal, onRead, form: 'CSV' })) {
    pending.add(bytes);
    const skipped = Math.min(skip, pending.length);
    pending.use(skipped);
    skip -= skipped;
    if (pending.length < enough && pending.length <= longest) continue;
    const some = take(false);
    if (some.used > 0) yield some;
    if (some.rows.length === 0 && pending.length > longest) throw tooLong(path, found);
  }
  if (pending.length === 0) return;
  yield take(true);
}

/** About how many bytes the records have that are found together. */
function sizeTogether({ rows, used }: ScannedRecords, width: number): number {
  if (rows.length === 0) return 0;
  const wanted = Math.min(together.records, Math.ceil(together.cells / width));
  return Math.min(together.bytes, wanted * (used / rows.length));
}

/** @param before records before these @throws SymlossError naming the first that is not as wide */
function checkWidths(
  path: string,
  delimiter: string,
  width: number,
  records: ScannedRecords,
  before: number,
): void {
  let start = 0;
  for (const [i, end] of records.rows.entries()) {
    if (end - start !== width) {
      const expected = `${count(width, 'field')} as in the header, split at ${show(delimiter)}`;
      throw new SymlossError(recordPlace(path, before + i), expected, String(end - start), {
        hint:
          before + i === 1 && endsWithDelimiter(records, width, start, end)
            ? `rows end with ${show(delimiter)} and the header does not: end it so, too, or delete it in the rows`
            : width === 1
              ? 'delete the lines above the one that names the columns' // a title, or a comment
              : `correct the row; a cell that contains ${show(delimiter)} must be in double quotes`,
      });
    }
    start = end;
  }
}

/** Whether a record has one cell more than the header, which is empty. @param start its first cell @param end behind its last one */
function endsWithDelimiter(
  { starts, ends }: ScannedRecords,
  width: number,
  start: number,
  end: number,
): boolean {
  return end - start === width + 1 && starts[end - 1] === ends[end - 1];
}

/** What messages call a record: the header is number 0, the rows below it are counted from 1. */
export function recordPlace(path: string, record: number): string {
  return `${path}, ${record === 0 ? 'header' : `row ${record} (counting data rows from 1)`}`;
}

function tooLong(path: string, record: number): SymlossError {
  const expected = `an end of the line within ${longest} bytes`;
  return new SymlossError(recordPlace(path, record), expected, 'none', {
    hint: 'close the quoted cell, or break the line',
  });
}

function malformed(
  path: string,
  delimiter: string,
  fault: ScanFault,
  record: number,
): SymlossError {
  const [expected, received, hint] = {
    'open quote': [
      'a closing quote',
      'the end of file',
      'close the quoted cell, and double any quote inside one',
    ],
    'text after a quote': [
      `${show(delimiter)} or the end of line after a closing quote`,
      'more text',
      'double any quote inside a quoted cell',
    ],
  }[fault] as [string, string, string];
  return new SymlossError(recordPlace(path, record), expected, received, { hint });
}

/**
 * The delimiter of a file: the one of `, ; tab |` that the header has and with which most of the
 * first records have as many cells as the header; at equality the one with more cells.
 * @param head the first bytes of the file
 * @param isWhole whether that is all of the file
 */
export function guessDelimiter(head: Buffer, isWhole: boolean): string {
  let best = { delimiter: ',' as string, share: 0, width: 1 };
  for (const delimiter of delimiters) {
    const widths = firstWidths(head, delimiter, isWhole);
    const [width = 1] = widths;
    const share = widths.filter((other) => other === width).length / widths.length;
    if (width === 1 || share < best.share) continue;
    if (share > best.share || width > best.width) best = { delimiter, share, width };
  }
  return best.delimiter;
}

/** The line `sep=;` that Excel takes for no record, and writes at the start of a file. @param head the first bytes of the file */
export function separatorLine(head: Buffer): { delimiter: string; bytes: Buffer } | undefined {
  const [line, delimiter] =
    /^"?sep=([,;\t|])"?(?:\r\n|\n|\r)/i.exec(head.toString('latin1', 0, 9)) ?? [];
  if (line === undefined || delimiter === undefined) return undefined;
  return { delimiter, bytes: Buffer.from(line) };
}

/** Numbers of cells of the first records. */
function firstWidths(head: Buffer, delimiter: string, isWhole: boolean): number[] {
  const { rows } = scan(
    head,
    { delimiter, skipEmptyLines: true },
    { isLast: true, most: sampleSize },
  );
  const widths = rows.map((end, i) => end - (rows[i - 1] ?? 0));
  // a record that was cut is no evidence, unless it is the only one
  if (!isWhole && widths.length > 1 && widths.length < sampleSize) widths.pop();
  return widths;
}
