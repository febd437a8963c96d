import type { Options } from 'csv-parse';
import { CsvError, parse } from 'csv-parse';
import { parse as parseAll } from 'csv-parse/sync';
import { SymlossError, show } from '../../../core/index.ts';
import { count } from '../../text.ts';
import { readText } from '../shared/text-content.ts';

const delimiters = [',', ';', '\t', '|'] as const;
/** Bytes of the longest record: enough for a million columns, and for no quote that was left open. */
const longest = 2 ** 24;
/** Records to guess the delimiter from. */
const sampleSize = 20;

export interface RecordOptions {
  readonly gzip: boolean;
  readonly delimiter: string;
  readonly skipEmptyLines: boolean;
  /** Leave the blanks around cells that are not quoted as they are. Default: false. */
  readonly keepBlanks?: boolean;
  /** Ends the reading, which then fails with the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

const dialect = {
  record_delimiter: ['\r\n', '\n', '\r'],
  relax_quotes: true, // a quote within a cell that does not start with one is a character
} satisfies Options;

/**
 * The records of a CSV file, the header among them, some at a time.
 * @throws SymlossError naming the record that has another number of cells than the first, or invalid
 * quotes, or is too long
 */
export async function* records(path: string, options: RecordOptions): AsyncGenerator<string[][]> {
  let some: string[][] = [];
  let width = 0; // of the first record
  let count = 0;
  let unfinished = 0; // bytes since the last record
  const parser = parse({
    ...dialect,
    delimiter: options.delimiter,
    skip_empty_lines: options.skipEmptyLines,
    trim: options.keepBlanks !== true,
  });
  // collected here: a stream of single records takes longer, and so does the option on_record, which is told more
  const push = parser.push.bind(parser);
  parser.push = (record: string[] | null) => {
    if (record === null) return push(record);
    width ||= record.length;
    count++;
    some.push(record);
    return true;
  };
  parser.on('error', () => {}); // whoever writes is told
  try {
    const { gzip, signal } = options;
    for await (const bytes of readText(path, { gzip, signal, form: 'CSV' })) {
      await settled((done) => parser.write(bytes, done));
      unfinished = some.length > 0 ? 0 : unfinished + bytes.length;
      if (unfinished > longest) throw tooLong(path, count);
      if (some.length > 0) yield some;
      some = [];
    }
    await settled((done) => parser.end(done));
    if (some.length > 0) yield some;
  } catch (cause) {
    throw cause instanceof CsvError ? malformed(path, options.delimiter, width, cause) : cause;
  }
}

function settled(act: (done: (fault?: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((fault) => (fault ? reject(fault) : resolve()));
  });
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

function malformed(path: string, delimiter: string, width: number, cause: CsvError): SymlossError {
  const { records: record, record: cells } = cause as CsvError & {
    readonly records: number;
    readonly record: readonly string[];
  };
  const where = recordPlace(path, record);
  const fault = (expected: string, received: string, hint: string) =>
    new SymlossError(where, expected, received, { hint, cause });
  switch (cause.code) {
    case 'CSV_RECORD_INCONSISTENT_FIELDS_LENGTH': {
      const expected = `${count(width, 'field')} as in the header, split at ${show(delimiter)}`;
      const hint = `correct the row; a cell that contains ${show(delimiter)} must be quoted`;
      return fault(expected, String(cells.length), hint);
    }
    case 'CSV_QUOTE_NOT_CLOSED':
      return fault(
        'a closing quote',
        'the end of file',
        'close the quoted cell, and double any quote inside one',
      );
    default:
      return fault(
        `${show(delimiter)} or the end of line after a closing quote`,
        'more text',
        'double any quote inside a quoted cell',
      );
  }
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

/** Numbers of cells of the first records. */
function firstWidths(head: Buffer, delimiter: string, isWhole: boolean): number[] {
  const widths: number[] = [];
  try {
    parseAll(head, {
      ...dialect,
      delimiter,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: sampleSize,
      on_record: (record: readonly string[]) => {
        widths.push(record.length);
        return null;
      },
    });
  } catch {} // the records before the fault count
  // a record that was cut is no evidence, unless it is the only one
  if (!isWhole && widths.length > 1 && widths.length < sampleSize) widths.pop();
  return widths;
}
