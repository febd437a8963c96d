import { isNumeric } from '../../classes.ts';

/** What a column holds. */
export interface ColumnSummary {
  readonly missing: number;
  /** Cells that are numbers, infinite ones too. */
  readonly numeric: number;
  /** The first missing cell's row, counted from 1. */
  readonly firstMissing: number | undefined;
  readonly firstText: Cell | undefined;
  /** The first number that is infinite in float32. */
  readonly firstInfinite: Cell | undefined;
}

interface Cell {
  /** Counted from 1. */
  readonly row: number;
  readonly text: string;
}

const missingTexts: ReadonlySet<string> = new Set(['', 'na', 'nan', '+nan', '-nan', 'null']);
const infinite = /^[+-]?inf(inity)?$/i;
/** From here on a number rounds to infinity in float32. */
const float32Overflow = 3.4028235677973366e38;
/** Values of a block of rows. */
const blockSize = 1 << 17;
/** Bytes of a value, which is held a second time when values are put in order, and of what is known of a column. */
const held = { value: 8, column: 128 };

/** A cell's text without the blanks around it, `undefined` where it is missing: empty, NA, NaN or null. */
export function filledText(cell: string): string | undefined {
  const text = cell.trim();
  return text.length <= 4 && missingTexts.has(text.toLowerCase()) ? undefined : text;
}

/** Collects the numbers of columns, and what else is in their cells. */
export class NumberColumns {
  readonly #columns: readonly number[];
  readonly #hold: (bytes: number, rows: number) => void;
  readonly #blocks: Float32Array[] = [];
  readonly #rowsPerBlock: number;
  readonly #missing: number[];
  readonly #texts: number[];
  readonly #firstMissing: (number | undefined)[];
  readonly #firstText: (Cell | undefined)[];
  readonly #firstInfinite: (Cell | undefined)[];
  rows = 0;

  /**
   * @param columns their indices in a row
   * @param hold told of bytes that are held from then on, and of the rows so far; may throw
   */
  constructor(columns: readonly number[], hold: (bytes: number, rows: number) => void = () => {}) {
    const d = columns.length;
    this.#columns = columns;
    this.#hold = hold;
    hold(held.column * d, 0);
    this.#rowsPerBlock = Math.max(1, Math.floor(blockSize / Math.max(1, d)));
    this.#missing = new Array(d).fill(0);
    this.#texts = new Array(d).fill(0);
    this.#firstMissing = new Array(d).fill(undefined);
    this.#firstText = new Array(d).fill(undefined);
    this.#firstInfinite = new Array(d).fill(undefined);
  }

  add(cells: readonly string[]): void {
    const columns = this.#columns;
    const d = columns.length;
    const at = this.rows % this.#rowsPerBlock;
    if (at === 0) this.#blocks.push(new Float32Array(this.#rowsPerBlock * d));
    const block = this.#blocks[this.#blocks.length - 1] as Float32Array;
    this.rows++;
    this.#hold(held.value * d, this.rows);
    for (let j = 0; j < d; j++) {
      const cell = cells[columns[j] as number] as string;
      const value = Number(cell);
      const first = cell.charCodeAt(0);
      // digits, signs and a point, no blank and no letter: Number also takes '', ' 1' and 0x10
      const isPlain = first > 32 && first <= 57 && !(cell.charCodeAt(1) > 57);
      block[at * d + j] =
        isPlain && Math.abs(value) < float32Overflow ? value : this.#special(j, cell);
    }
  }

  /** The value of a cell that is not plainly a number. */
  #special(j: number, cell: string): number {
    const row = this.rows;
    const text = filledText(cell);
    if (text === undefined) {
      this.#missing[j] = (this.#missing[j] as number) + 1;
      this.#firstMissing[j] ??= row;
      return Number.NaN;
    }
    const value = isNumeric(text) ? Number(text) : infinite.test(text) ? Infinity : Number.NaN;
    if (Math.abs(value) < float32Overflow) return value;
    if (Number.isNaN(value)) {
      this.#texts[j] = (this.#texts[j] as number) + 1;
      this.#firstText[j] ??= { row, text };
    } else {
      this.#firstInfinite[j] ??= { row, text };
    }
    return value;
  }

  /** @param j place of a column among those that are collected */
  summary(j: number): ColumnSummary {
    const missing = this.#missing[j] as number;
    return {
      missing,
      numeric: this.rows - missing - (this.#texts[j] as number),
      firstMissing: this.#firstMissing[j],
      firstText: this.#firstText[j],
      firstInfinite: this.#firstInfinite[j],
    };
  }

  /**
   * The values of some columns, `[rows, chosen.length]`; NaN where a cell is missing. It hands them
   * out once, and keeps nothing.
   * @param chosen their places among those that are collected, ascending
   */
  take(chosen: readonly number[]): Float32Array {
    const d = this.#columns.length;
    const width = chosen.length;
    const out = new Float32Array(this.rows * width);
    for (let start = 0; start < this.rows; start += this.#rowsPerBlock) {
      const block = this.#blocks.shift() as Float32Array;
      const rows = Math.min(this.#rowsPerBlock, this.rows - start);
      for (let i = 0; i < rows; i++) {
        const to = (start + i) * width;
        for (let j = 0; j < width; j++)
          out[to + j] = block[i * d + (chosen[j] as number)] as number;
      }
    }
    return out;
  }
}
