import { SymlossError } from '../../../core/index.ts';
import { list } from '../../text.ts';
import { fileContent } from '../shared/file-bytes.ts';
import type { ColumnCells, TableChunk, TableFile, TableReading } from '../shared/table-file.ts';
import { checkSomeCells } from '../shared/table-file.ts';
import type { ExcelCell, Sheet } from './package.ts';
import { isDay, readSheets } from './package.ts';

/** Rows that are handed on together. */
const together = 1 << 14;

/**
 * The sheet of a workbook of Excel (.xlsx). Its first row that is not empty names the columns; empty rows do not count.
 *
 * - A column of numbers is one of numbers; beside texts or booleans they are texts.
 * - Dates are texts of ISO 8601, with the time where a cell has one; booleans are the texts TRUE and FALSE.
 * - Of a formula there is its result as it was saved; errors are missing cells.
 * - Formats of numbers do not count: 15 % is 0.15.
 */
export class ExcelTable implements TableFile {
  readonly path: string;
  readonly columns: readonly string[];
  /** The name of the sheet. */
  readonly sheet: string;
  readonly rows: readonly (readonly ExcelCell[])[];
  /** Of each row its number in the sheet, from 1. */
  readonly #numbers: readonly number[];
  readonly #areNumbers: readonly boolean[];
  readonly #signal: AbortSignal | undefined;

  private constructor(path: string, { name, cells }: Sheet, { signal }: TableReading) {
    const filled = [...cells.entries()].filter(([, row]) => row.some(isFilled));
    const [header, ...rows] = filled;
    const width = Math.max(0, ...filled.map(([, row]) => row.findLastIndex(isFilled) + 1));
    const [, names = []] = header ?? [];
    this.path = path;
    this.sheet = name;
    this.columns = Array.from({ length: width }, (_, j) => textOf(names[j] ?? null).trim());
    this.rows = rows.map(([, row]) => row);
    this.#numbers = rows.map(([number]) => number + 1);
    this.#areNumbers = this.columns.map((_, j) =>
      this.rows.every(({ [j]: cell = null }) => cell === null || typeof cell === 'number'),
    );
    this.#signal = signal;
  }

  /** @throws SymlossError if it is no workbook, or not one sheet of it has cells */
  static async open(path: string, reading: TableReading = {}): Promise<ExcelTable> {
    const pieces: Uint8Array[] = [];
    for await (const piece of fileContent(path, { gzip: false })) {
      pieces.push(piece);
    }
    const sheets = await readSheets(path, Buffer.concat(pieces));
    reading.signal?.throwIfAborted();
    const filled = sheets.filter(({ cells }) => cells.some((row) => row.some(isFilled)));
    const [sheet, ...others] = filled;
    if (sheet !== undefined && others.length === 0) return new ExcelTable(path, sheet, reading);
    const names = list(filled.map(({ name }) => name));
    throw new SymlossError(
      path,
      'one sheet with cells',
      sheet === undefined ? 'none' : `${filled.length}: ${names}`,
      sheet && { hint: 'move the sheet to a workbook of its own, or save it as CSV in UTF-8' },
    );
  }

  get rowCount(): number {
    return this.rows.length;
  }

  async *chunks(): AsyncGenerator<TableChunk> {
    checkSomeCells(this);
    for (let start = 0; start < this.rows.length; start += together) {
      this.#signal?.throwIfAborted();
      const rows = this.rows.slice(start, start + together);
      yield { rows: rows.length, cells: (column) => this.#cells(rows, column) };
    }
  }

  place(row: number): string {
    return `${this.path}, row ${this.#numbers[row - 1]} of the sheet`;
  }

  #cells(rows: ExcelTable['rows'], column: number): ColumnCells {
    const values = rows.map(({ [column]: cell = null }) => cell);
    return this.#areNumbers[column]
      ? { kind: 'numbers', values: Float64Array.from(values, (cell) => (cell ?? NaN) as number) }
      : { kind: 'texts', values: values.map(textOf) };
  }
}

function isFilled(cell: ExcelCell): boolean {
  return cell !== null && cell !== '';
}

/** Times without a day are on this one. */
const dayZero = Date.UTC(1899, 11, 31);

function textOf(cell: ExcelCell): string {
  if (cell === null) return '';
  if (typeof cell === 'boolean') return cell ? 'TRUE' : 'FALSE';
  if (!(cell instanceof Date)) return String(cell);
  const seconds = new Date(Math.round(cell.getTime() / 1000) * 1000); // days are fractions in Excel
  const [day = '', time = ''] = seconds.toISOString().slice(0, 19).split('T');
  if (seconds.getTime() < dayZero) return time;
  return isDay(seconds) ? day : `${day}T${time}`;
}
