import { isNumeric } from '../../classes.ts';
import { float32Overflow, isLongInteger, isOtherNumber, isPadded } from '../../numbers.ts';
import { ByteTexts } from '../shared/byte-texts.ts';
import type { ColumnCells, Lists } from '../shared/table-file.ts';
import type { RowRange } from './blocks.ts';
import { Blocks } from './blocks.ts';
import { filledText, isMarker } from './missing.ts';

/** A text among numbers. */
export interface Stray {
  readonly text: string;
  /** The first row that holds it, from 0. */
  readonly row: number;
  readonly count: number;
}

/** Of the distinct texts of a column this share may be no numbers when it goes over to numbers. */
const strayShare = 0.05;
/** Bytes of a cell, which is held a second time when rows are put together. */
export const heldOfCell = 8;
/** Bytes of a column beside its cells: its name, what it is to be and was found to be, its first block and its first texts. */
export const heldOfColumn = 2048;
/** Of a text that is new. */
const held = { cell: heldOfCell, text: 128, column: heldOfColumn };
const missing = -1;
/** Shared by columns without cells: a table may have many. */
const none = new Map<string | number, number>();

/**
 * The cells of one column, compact. Each cell is a place in the list of distinct texts, until there are so many that a
 * column of numbers is better held as float32. A column that turns out to hold texts after that is `lost`: it has to be
 * read again with `keepTexts`.
 */
export class Column {
  readonly name: string;
  /** The distinct texts of filled cells, without blanks around them. */
  readonly texts: string[] = [];
  /** What is held. */
  form: 'texts' | 'numbers' | 'lists' | 'lost' = 'texts';
  /** Of a list. */
  width = 0;
  rows = 0;
  /** Texts among numbers. */
  readonly strays = new Map<string, Stray>();
  /** Whether each number is the one before it plus 1. */
  isSequence = true;
  isInteger = true;
  /** The first number, where `form` is `numbers`. */
  firstNumber = Number.NaN;
  /** The first row with a list of another length, from 0. */
  oddList: { readonly row: number; readonly width: number } | undefined;

  /** The first number in a list that is infinite in float32, and its row, from 0. */
  infiniteInList: { readonly row: number; readonly value: number } | undefined;

  /** Bytes, about, without `byBytes`. */
  #held = held.column;
  #mostTexts: number;
  /** The place of a cell's content among the texts; content that differs in blanks has one place. */
  #places = none;
  #byBytes: ByteTexts | undefined;
  #codes: Blocks<Int32Array> | undefined = Blocks.ints();
  #numbers: Blocks<Float32Array> | undefined;
  #strayCount = 0;
  #lastNumber = Number.NaN;

  /**
   * @param mostTexts distinct texts from which on a column of numbers is held as numbers
   * @param keepTexts never hold numbers
   */
  constructor(name: string, { mostTexts = 4096, keepTexts = false } = {}) {
    this.name = name;
    this.#mostTexts = keepTexts ? Infinity : mostTexts;
  }

  /** Bytes held, about. */
  get bytes(): number {
    return this.#held + (this.#byBytes?.bytes ?? 0);
  }

  /** What finds the places of texts by their bytes, for `addCodes`; `undefined` where no texts are held. */
  get byBytes(): ByteTexts | undefined {
    if (this.form !== 'texts') return undefined;
    this.#byBytes ??= new ByteTexts((text) => this.#codeOf(text));
    return this.#byBytes;
  }

  /** @param codes the places of cells, as `byBytes` has them */
  addCodes(codes: Int32Array): void {
    this.#held += held.cell * codes.length;
    this.#codes?.pushAll(codes);
    this.rows += codes.length;
    if (this.texts.length >= this.#mostTexts) this.#reconsider();
  }

  add(cells: ColumnCells): void {
    if (cells.kind === 'lists') this.#addLists(cells.values);
    else if (this.form === 'lists') this.#addLists(noLists(cells.values));
    else if (this.form === 'lost') this.rows += cells.values.length;
    else this.#addCells(cells);
  }

  #addCells(cells: Exclude<ColumnCells, { kind: 'lists' }>): void {
    this.#held += held.cell * cells.values.length;
    if (this.form === 'texts') {
      const codes = this.#codes as Blocks<Int32Array>;
      if (cells.kind === 'texts') {
        for (const cell of cells.values) codes.push(this.#codeOf(cell));
      } else {
        for (const value of cells.values)
          codes.push(this.#places.get(value) ?? this.#newNumber(value));
      }
      this.rows += cells.values.length;
      if (this.texts.length >= this.#mostTexts) this.#reconsider();
    } else if (cells.kind === 'texts') {
      for (const cell of cells.values) this.#pushText(cell);
    } else {
      this.#pushNumbers(cells.values);
    }
  }

  #codeOf(cell: string): number {
    return this.#places.get(cell) ?? this.#newText(cell, cell);
  }

  #newNumber(value: number): number {
    return Number.isNaN(value) ? missing : this.#newText(value, String(value + 0));
  }

  #newText(cell: string | number, content: string): number {
    if (this.#places === none) this.#places = new Map();
    const text = filledText(content);
    if (text === undefined) {
      this.#places.set(cell, missing);
      return missing;
    }
    const known = this.#places.get(text);
    const code = known ?? this.texts.push(text) - 1;
    this.#places.set(text, code).set(cell, code);
    this.#held += held.text + 4 * content.length;
    return code;
  }

  /** Goes over to numbers if nearly all texts are plain ones and none is a code; if not, never again. */
  #reconsider(): void {
    this.#mostTexts = Infinity;
    let others = 0;
    for (const text of this.texts) {
      if (isPadded(text) || isLongInteger(text)) return;
      if (isNumeric(text) || isMarker(text)) continue;
      if (isOtherNumber(text)) return;
      others++;
    }
    if (others > strayShare * this.texts.length) return;
    const codes = this.#codes as Blocks<Int32Array>;
    const texts = this.texts.splice(0);
    this.form = 'numbers';
    this.#codes = undefined;
    this.#places = none;
    this.#byBytes = undefined;
    this.#numbers = Blocks.floats();
    this.rows = 0;
    this.#held = held.column + held.cell * codes.length;
    codes.each((code) => {
      if (code === missing) this.#pushNumber(Number.NaN);
      else this.#pushText(texts[code] as string);
    });
  }

  #pushText(cell: string): void {
    const first = cell.charCodeAt(0);
    const second = cell.charCodeAt(1);
    const value = Number(cell);
    // digits, signs and a point, no blank and no letter: Number also takes '', ' 1' and 0x10
    const isPlain = first > 32 && first <= 57 && !(second > 57) && !(first === 48 && second >= 48);
    if (isPlain && Math.abs(value) < float32Overflow) this.#pushNumber(value);
    else this.#pushSpecial(cell);
  }

  #pushSpecial(cell: string): void {
    const text = filledText(cell) ?? '';
    const value = isNumeric(text) && !isPadded(text) ? Number(text) : Number.NaN;
    if (text === '' || Math.abs(value) < float32Overflow) this.#pushNumber(value);
    else this.#pushStray(text, value);
  }

  #pushStray(text: string, value: number): void {
    const known = this.strays.get(text);
    this.strays.set(text, { text, row: known?.row ?? this.rows, count: (known?.count ?? 0) + 1 });
    if (!isMarker(text)) this.#strayCount++;
    this.#pushNumber(Number.NaN);
    const isCode =
      isPadded(text) || (Number.isNaN(value) && isOtherNumber(text) && !isInfinite(text));
    if (isCode || this.#strayCount > 64 + strayShare * this.rows) this.#lose();
  }

  #pushNumber(value: number): void {
    if (this.form === 'numbers') this.#numbers?.push(value);
    if (this.rows++ === 0) this.firstNumber = value;
    else if (value !== this.#lastNumber + 1) this.isSequence = false;
    if (!Number.isInteger(value) && !Number.isNaN(value)) this.isInteger = false;
    this.#lastNumber = value;
  }

  /** As `#pushNumber` for each, but that infinite ones are texts. */
  #pushNumbers(values: Float64Array): void {
    const count = values.length;
    let finite = 0;
    while (finite < count && !(Math.abs(values[finite] as number) >= float32Overflow)) finite++;
    if (finite < count) {
      for (const value of values) {
        if (Math.abs(value) >= float32Overflow) this.#pushText(String(value));
        else this.#pushNumber(value);
      }
      return;
    }
    if (this.form === 'numbers') this.#numbers?.pushAll(values);
    let at = 0;
    if (this.rows === 0 && count > 0) {
      this.firstNumber = values[0] as number;
      this.#lastNumber = values[0] as number;
      at = 1;
    }
    for (let i = at; i < count && this.isSequence; i++) {
      if (values[i] !== this.#lastNumber + 1) this.isSequence = false;
      this.#lastNumber = values[i] as number;
    }
    for (let i = 0; i < count && this.isInteger; i++) {
      const value = values[i] as number;
      if (!Number.isInteger(value) && !Number.isNaN(value)) this.isInteger = false;
    }
    if (count > 0) this.#lastNumber = values[count - 1] as number;
    this.rows += count;
  }

  #lose(): void {
    this.form = 'lost';
    this.#held = held.column;
    this.#numbers?.clear();
    this.strays.clear();
  }

  #addLists(lists: Lists): void {
    if (this.form !== 'lists') {
      if (this.form !== 'texts' || this.texts.length > 0)
        this.oddList = { row: this.rows, width: 0 };
      this.form = 'lists';
      this.#numbers = Blocks.floats();
    }
    for (const list of lists) {
      if (list !== undefined && this.width === 0 && list.length > 0) {
        this.width = list.length;
        for (let i = 0; i < this.rows * this.width; i++) this.#numbers?.push(Number.NaN);
      }
      if (list !== undefined && list.length !== this.width) {
        this.oddList ??= { row: this.rows, width: list.length };
      }
      for (let i = 0; i < this.width; i++) {
        const value = list?.[i] ?? Number.NaN;
        if (Math.abs(value) >= float32Overflow) this.infiniteInList ??= { row: this.rows, value };
        this.#numbers?.push(value);
      }
      this.rows++;
    }
    this.#held += held.cell * lists.length * Math.max(1, this.width);
  }

  /** How many rows hold each text. */
  counts(): Int32Array {
    const counts = new Int32Array(this.texts.length);
    this.#codes?.each((code) => {
      if (code !== missing) counts[code] = (counts[code] as number) + 1;
    });
    return counts;
  }

  /** The first row whose text it is, from 0. @param code place of the text */
  firstRow(code: number): number {
    return this.#codes?.find((own) => own === code) ?? -1;
  }

  /** Calls `use` with the place of each row's text, −1 where it is missing, and the row. */
  eachCode(use: (code: number, row: number) => void): void {
    this.#codes?.each(use);
  }

  /** Calls `use` with each number, NaN where it is missing, and its place: the row, or of lists row · width + place. */
  eachNumber(use: (value: number, at: number) => void, from?: number, to?: number): void {
    this.#numbers?.each(use, from, to);
  }

  /** Writes the numbers of some rows into column `at` of `out`, [rows, d]. */
  writeNumbers(out: Float32Array, at: number, d: number, some: RowRange): void {
    this.#numbers?.writeTo(out, at, d, some);
  }

  /** Writes the value that each cell's text stands for into column `at` of some rows of `out`, [rows, d]; NaN where it is missing. */
  writeValues(
    out: Float32Array,
    at: number,
    d: number,
    some: RowRange,
    values: Float64Array,
  ): void {
    this.#codes?.writeTo(out, at, d, some, values);
  }

  /** Lets go of the cells. */
  clear(): void {
    this.#codes = undefined;
    this.#numbers = undefined;
    this.#places = none;
    this.#byBytes = undefined;
  }
}

const isInfinite = (text: string) => /^[+-]?inf(inity)?$/i.test(text) || isNumeric(text);

/** Cells that are no lists, where lists are expected: missing, or lists of no number. */
function noLists(cells: readonly string[] | Float64Array): ([] | undefined)[] {
  return Array.from<string | number, [] | undefined>(cells, (cell) =>
    Number.isNaN(cell) || cell === '' ? undefined : [],
  );
}
