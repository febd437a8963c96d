import { SymlossError } from '../../../core/index.ts';
import { readStart } from '../shared/file-bytes.ts';
import type { AddedColumn, Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import {
  checkIsNew,
  checkRows,
  checkSameColumns,
  labelOf,
  requireLabel,
} from '../shared/relabelling.ts';
import { ColumnNames } from '../table/names.ts';
import { CsvFile } from './file.ts';
import { RawCells } from './raw-cells.ts';

const byteOrderMark = 'efbbbf';
const [lineFeed, carriageReturn] = [10, 13];

/**
 * CSV files as one with other labels. Every byte outside of the label cells stays as it is: quotes, blanks, line ends, the mark
 * at the start; what was in UTF-16 becomes UTF-8.
 * @throws SymlossError where files that are read as one have other columns, or between them another character, than the first
 */
export async function* relabelCsv(
  paths: readonly string[],
  changes: Relabelling,
  { signal }: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const files = await Promise.all(paths.map((path) => CsvFile.open(path, { signal })));
  const [first] = files as [CsvFile];
  for (const file of files) checkAlike(first, file);
  if (changes.added !== undefined) checkIsNew(first.path, first, changes.added);
  const column = new ColumnNames(first).find('label column', requireLabel(changes));
  const cells = await labelCells(files, column, new Set(changes.labels.values()));
  const { bytes: start } = await readStart(first.path, 3);
  if (start.toString('hex') === byteOrderMark) yield start;
  yield first.lead;
  let rows = 0;
  let last = lineFeed; // the byte that was written last
  for (const [i, file] of files.entries()) {
    for await (const { records, first: firstRow, header } of file.pieces()) {
      const raw = new RawCells(records, file.columns.length);
      const parts: Uint8Array[] = [];
      if (last !== lineFeed && last !== carriageReturn) parts.push(Buffer.from('\n'));
      for (let record = i === 0 ? 0 : firstRow; record < records.rows.length; record++) {
        const row = rows + record - firstRow;
        if (record >= firstRow && changes.dropped?.has(row)) continue;
        const from = record === 0 ? 0 : raw.end(record - 1);
        const put = (start: number, end: number) => parts.push(records.bytes.subarray(start, end));
        const source = record < firstRow ? undefined : changes.labels.get(row);
        const [cellStart, cellEnd] = raw.cell(record, column);
        put(from, cellStart);
        if (source === undefined) put(cellStart, cellEnd);
        else parts.push(labelOf(cells, source, file.path));
        const end = raw.endOfCells(record);
        put(cellEnd, end);
        if (changes.added !== undefined) {
          const old = records.bytes.subarray(cellStart, cellEnd);
          const isRow = record >= firstRow;
          if (isRow || record === header) {
            parts.push(addedCell(file.delimiter, changes.added, isRow ? { row, old } : undefined));
          }
        }
        put(end, raw.end(record));
      }
      if (records.rows.length === 0) parts.push(records.bytes.subarray(0, records.used));
      rows += records.rows.length - firstRow;
      const written = Buffer.concat(parts); // a piece holds until the next is asked for
      last = written.at(-1) ?? last;
      if (written.length > 0) yield written;
    }
  }
  checkRows(first.path, changes, rows);
}

/** The cells of the labels of some rows, with their quotes. */
async function labelCells(
  files: readonly CsvFile[],
  column: number,
  wanted: ReadonlySet<number>,
): Promise<ReadonlyMap<number, Buffer>> {
  const cells = new Map<number, Buffer>();
  let rows = 0;
  for (const file of files) {
    if (cells.size === wanted.size) break;
    for await (const { records, first } of file.pieces()) {
      const raw = new RawCells(records, file.columns.length);
      for (let record = first; record < records.rows.length; record++) {
        const row = rows + record - first;
        if (wanted.has(row)) {
          cells.set(row, Buffer.from(records.bytes.subarray(...raw.cell(record, column))));
        }
      }
      rows += records.rows.length - first;
    }
  }
  return cells;
}

/** @param cell the row, and its label as it was; of the header nothing */
function addedCell(
  delimiter: string,
  { name, cell }: AddedColumn,
  of: { readonly row: number; readonly old: Buffer } | undefined,
): Buffer {
  if (of === undefined) return Buffer.from(`${delimiter}${quoted(name, delimiter)}`);
  if (cell === 'label') return Buffer.concat([Buffer.from(delimiter), of.old]);
  return Buffer.from(`${delimiter}${quoted(String(cell(of.row)), delimiter)}`);
}

function quoted(text: string, delimiter: string): string {
  return /["\r\n]/.test(text) || text.includes(delimiter)
    ? `"${text.replaceAll('"', '""')}"`
    : text;
}

function checkAlike(first: CsvFile, file: CsvFile): void {
  if (file.delimiter !== first.delimiter) {
    const [expected, received] = [first, file].map(({ delimiter }) => JSON.stringify(delimiter));
    throw new SymlossError(file.path, `${expected} between cells, as ${first.path}`, `${received}`);
  }
  checkSameColumns(first, file);
}
