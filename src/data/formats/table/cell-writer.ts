import { field, SymlossError, show } from '../../../core/index.ts';
import { spellingOf } from '../../category-spelling.ts';
import { compactDateOf, dateOf } from '../../dates.ts';
import { float32Overflow, isOtherNumber, isPadded, numberOf } from '../../numbers.ts';
import { ByteTexts } from '../shared/byte-texts.ts';
import type { ColumnCells, Lists, TableChunk, TableFile } from '../shared/table-file.ts';
import { filledText, isMarker } from './missing.ts';
import { MissingTexts } from './missing-texts.ts';
import { cellPlace } from './names.ts';
import type { ReadColumn } from './read-features.ts';
import type { Odd } from './reading.ts';

const missing = -1;
/** Bytes of a text that is new, beside its characters. */
const heldText = 128;
/** Of the filled cells of a column of numbers or dates, how many may be none; more where someone said what the column is. */
const oddShare = { inferred: 0.05, asked: 0.5 };

interface FoundText {
  readonly text: string;
  /** From 0. */
  readonly row: number;
}

/**
 * Writes the cells of one column as numbers, by what the first rows say that it is. What is no number or date among such
 * is missing.
 */
export class CellWriter {
  readonly width: number;
  /** Of each of its numbers how many cells are missing. */
  readonly missing: Float64Array;
  /** The distinct texts, where the numbers stand for such. */
  texts: string[] | undefined;
  readonly #file: TableFile;
  readonly #column: ReadColumn;
  readonly #index: number;
  readonly #at: number;
  readonly #places = new Map<string, number>();
  #byBytes: ByteTexts | undefined;
  readonly #numberOf: (text: string) => number | undefined;
  /** How a text is written, where the numbers stand for texts. */
  readonly #plain: ((text: string) => string) | undefined;
  #textBytes = 0;
  #filled = 0;
  /** Texts among numbers or dates, without and with those that stand for a missing cell; the first of either. */
  #others = 0;
  #odd = 0;
  #firstOther: FoundText | undefined;
  #firstOdd: FoundText | undefined;
  readonly #missingTexts: MissingTexts;

  constructor(file: TableFile, column: ReadColumn) {
    const { wanted, reading, feature } = column;
    const { kind, comma = 'none', unit, order = 'month' } = reading;
    this.#file = file;
    this.#column = column;
    this.#index = wanted.column;
    this.width = feature?.width ?? 0;
    this.#at = feature?.at ?? 0;
    this.missing = new Float64Array(this.width);
    this.#missingTexts = new MissingTexts(kind);
    this.#numberOf =
      kind === 'date'
        ? (text) => dateOf(text, order) ?? compactDateOf(text)
        : (text) => numberOf(text, { comma, unit });
    if (kind === 'text') this.#plain = (text) => text;
    if (kind === 'categorical' && feature?.texts) this.#plain = spellingOf(feature.texts);
    this.forgetTexts();
  }

  /** Counts texts from 0 again: those of the rows that follow are alone in a new list. */
  forgetTexts(): void {
    const plain = this.#plain;
    if (plain === undefined) return;
    this.texts = [];
    this.#places.clear();
    this.#textBytes = 0;
    this.#byBytes = new ByteTexts((cell) => this.#placeOf(cell, plain));
  }

  /** Bytes of texts held, about. */
  get bytes(): number {
    return this.#textBytes + (this.#byBytes?.bytes ?? 0);
  }

  /** What was read as missing, though it is filled. */
  get odd(): Odd | undefined {
    return this.#firstOdd && { ...this.#firstOdd, cells: this.#odd };
  }

  /** The texts among it that are to be missing elsewhere, too. */
  get missingTexts(): readonly string[] {
    return this.#missingTexts.mostFrequent;
  }

  /** @param before rows before the chunk */
  write(chunk: TableChunk, before: number, out: Float32Array, d: number): void {
    if (this.#byBytes !== undefined && chunk.codes !== undefined) {
      const codes = chunk.codes(this.#index, this.#byBytes);
      for (let i = 0, to = this.#at; i < chunk.rows; i++, to += d) {
        out[to] = this.#counted((codes[i] as number) < 0 ? Number.NaN : (codes[i] as number));
      }
      return;
    }
    const { kind, comma } = this.#column.reading;
    // 1.005 is no plain number beside decimal commas
    const isPlain = kind === 'numeric' && comma !== 'decimal';
    const numbers = isPlain && chunk.numbers?.(this.#index);
    const cells: ColumnCells = numbers
      ? { kind: 'numbers', values: numbers }
      : chunk.cells(this.#index);
    if (cells.kind === 'lists') {
      this.#writeLists(cells.values, before, out, d);
      return;
    }
    for (let i = 0, to = this.#at; i < chunk.rows; i++, to += d) {
      const cell = cells.values[i] as string | number;
      const value = typeof cell === 'number' ? this.#number(cell) : this.#value(cell, before + i);
      if (Math.abs(value) >= float32Overflow) this.#refuse(before + i, cell);
      out[to] = this.#counted(value);
    }
  }

  /** @throws SymlossError if there are too many texts among the numbers or dates */
  finish(): void {
    const { kind, isOfModel } = this.#column.wanted;
    const share = kind === undefined || isOfModel ? oddShare.inferred : oddShare.asked;
    const first = this.#firstOther;
    if (first === undefined || this.#others <= share * (this.#filled + this.#others)) return;
    this.#refuse(first.row, first.text);
  }

  #counted(value: number): number {
    if (Number.isNaN(value)) this.missing[0] = (this.missing[0] as number) + 1;
    else this.#filled++;
    return value;
  }

  #number(value: number): number {
    if (this.#byBytes === undefined || Number.isNaN(value)) return value;
    return this.#byBytes.findText(String(value));
  }

  /** What a text stands for, NaN where it stands for nothing. @param row from 0 */
  #value(cell: string, row: number): number {
    if (this.#byBytes !== undefined) {
      const place = this.#byBytes.findText(cell);
      return place === missing ? Number.NaN : place;
    }
    const text = filledText(cell);
    if (text === undefined) return Number.NaN;
    const { wanted, reading } = this.#column;
    const isNumeric = reading.kind === 'numeric';
    // as in memory, where such codes make all of the column categories, unless someone said what it is
    if (isNumeric && wanted.kind === undefined && isPadded(text)) this.#refuse(row, text);
    const value = this.#numberOf(text);
    if (value !== undefined) return value;
    if (isNumeric && isOtherNumber(text)) this.#refuse(row, text);
    this.#firstOdd ??= { text, row };
    this.#odd++;
    this.#missingTexts.add(text);
    if (!isMarker(text) && !wanted.missingTexts?.includes(text)) {
      this.#firstOther ??= { text, row };
      this.#others++;
    }
    return Number.NaN;
  }

  #placeOf(cell: string, plain: (text: string) => string): number {
    const known = this.#places.get(cell);
    if (known !== undefined) return known;
    const filled = filledText(cell);
    const text = filled === undefined ? undefined : plain(filled);
    let place = missing;
    if (text !== undefined && this.texts !== undefined) {
      place = this.#places.get(text) ?? this.texts.push(text) - 1;
      this.#places.set(text, place);
    }
    this.#places.set(cell, place);
    this.#textBytes += heldText + 4 * cell.length;
    return place;
  }

  #writeLists(lists: Lists, before: number, out: Float32Array, d: number): void {
    let i = 0;
    for (const list of lists) {
      if (list !== undefined && list.length !== this.width) {
        this.#refuse(before + i, `a list of ${list.length}`);
      }
      for (let j = 0; j < this.width; j++) {
        const value = list?.[j] ?? Number.NaN;
        if (Number.isNaN(value)) this.missing[j] = (this.missing[j] as number) + 1;
        else if (!(Math.abs(value) < float32Overflow)) this.#refuse(before + i, value);
        out[i * d + this.#at + j] = value;
      }
      i++;
    }
  }

  /** @param row from 0 */
  #refuse(row: number, cell: string | number): never {
    const { kind } = this.#column.reading;
    const expected =
      this.width > 1
        ? `a list of ${this.width} finite numbers`
        : kind === 'date'
          ? 'a date'
          : 'a finite number (below 3.4e38)';
    const where = cellPlace(this.#file, row, this.#index);
    const hint = this.#column.wanted.isOfModel
      ? 'correct or empty the cell'
      : `correct or empty the cell, leave the column out (${field('ignore')}), ` +
        `or say that it holds categories (${field('categorical')})`;
    throw new SymlossError(where, `${expected}, as the first rows have`, show(cell), { hint });
  }
}

/** Columns with what was read as missing in all rows, not in the first ones only. @param writers of those that are features */
export function withOdd(
  columns: readonly ReadColumn[],
  writers: readonly CellWriter[],
): readonly ReadColumn[] {
  let next = 0;
  return columns.map((column) => {
    const { feature, reading } = column;
    if (feature === undefined) return column;
    const { odd, missingTexts = [] } = writers[next++] ?? {};
    const missing = missingTexts.length === 0 ? undefined : missingTexts;
    return {
      ...column,
      reading: { ...reading, odd },
      feature: { ...feature, missingTexts: missing },
    };
  });
}
