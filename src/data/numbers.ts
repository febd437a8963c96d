import { decimalOf } from '../core/index.ts';
import {
  clockUnit,
  countUnit,
  measureOf,
  partsOf,
  secondsOf,
  sizeOfCount,
} from './number-parts.ts';
import { unitName } from './unit-names.ts';

/** From here on a number rounds to infinity in float32. */
export const float32Overflow = 3.4028235677973366e38;

/** How the numbers of a column are written, beside plain decimals such as `-1.5e3`. */
export interface NumberStyle {
  /** What a comma in a number is; `none` where no cell has one. Where it is `decimal`, a point before three digits is between thousands. */
  readonly comma: 'none' | 'thousands' | 'decimal';
  /**
   * What stands with the numbers of a column: `%`, `‰`, a currency, or what is behind them, by its name: `cm`, `year` (see `unitName`);
   * `k` where some are in thousands or millions, `h:m:s` of durations. Numbers with another unit are none of the column; those
   * without one are.
   */
  readonly unit?: string | undefined;
}

/** What a comma is where the cells of a column leave it open, as in 1,005. */
export type Comma = 'thousands' | 'decimal';

const infinite = /^[+-]?inf(inity)?$/i;
const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** `1,005`, `1,005,000.5`, and in lakhs and crores `10,05,000` */
const thousands = /^[+-]?([1-9]\d{0,2}(,\d{3})+|[1-9]\d?(,\d{2})+,\d{3})(\.\d*)?$/;
/** `1.005`, in a column with decimal commas. */
const pointed = /^[+-]?[1-9]\d{0,2}(\.\d{3})+$/;
/** `1,5`, `1.005,5` */
const decimalComma = /^[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+(e[+-]?\d+)?$/i;
/** `1 005`, `1'005.5`, with blanks of any width */
const spaced = /^[+-]?\d{1,3}([ '\u00a0\u2009\u202f’]\d{3})+([.,]\d*)?$/;
/** `00501`: a code, not an amount. */
const padded = /^[+-]?0\d+$/;

/**
 * The number that a cell stands for: plain decimals, `1,005` or `1,5` by the style, `1 005`, `5%` (0.05), `5‰`, `$5`, `$5k`, `(5)` (-5), and
 * infinities. `undefined` where it is none, or one of another unit than the style has; numbers beyond float32 are infinite.
 */
export function numberOf(cell: string, { comma, unit }: NumberStyle): number | undefined {
  if (unit === clockUnit) {
    const seconds = secondsOf(cell);
    if (seconds !== undefined) return seconds;
  }
  const measure = unit === undefined ? undefined : measureOf(cell);
  const size = measure && sizeIn(measure.unit, unit as string);
  const text = size === undefined ? cell : (measure?.amount as string);
  const amount = finiteOf(text, comma, unit);
  if (amount === undefined) return infinite.test(text) ? infinityOf(text) : undefined;
  const value = amount * (size ?? 1);
  if (Math.abs(value) < float32Overflow) return value;
  return value < 0 ? -Infinity : Infinity;
}

/** What a number in one unit counts in a column of another; `undefined` where it is none of the column. */
function sizeIn(unit: string, known: string): number | undefined {
  if (unitName(known) === countUnit) return sizeOfCount(unit);
  return unit === unitName(known) ? 1 : undefined;
}

const infinityOf = (text: string) => (text.startsWith('-') ? -Infinity : Infinity);

/** What numbers with these signs are parts of. */
const partsIn: ReadonlyMap<string, number> = new Map([
  ['%', 100],
  ['‰', 1000],
]);

function finiteOf(text: string, comma: NumberStyle['comma'], known?: string): number | undefined {
  const own = decimalOf(text);
  if (own !== undefined && !(comma === 'decimal' && pointed.test(text))) return own;
  const { digits, unit, size } = partsOf(text);
  if (unit !== '' && known !== undefined && unit !== known) return undefined;
  const amount = decimalOf(plainDigits(digits, comma));
  return amount && (size * amount) / (partsIn.get(unit) ?? 1);
}

/** Digits with a decimal point only, where the text is a number of the style; else as it is. */
function plainDigits(digits: string, comma: NumberStyle['comma']): string {
  if (comma === 'decimal' && pointed.test(digits)) return digits.replaceAll('.', '');
  if (plain.test(digits)) return digits;
  if (spaced.test(digits)) return digits.replace(/[ '\u00a0\u2009\u202f’]/g, '').replace(',', '.');
  if (comma === 'none') return digits;
  if (comma === 'thousands') return thousands.test(digits) ? digits.replaceAll(',', '') : digits;
  return decimalComma.test(digits) ? digits.replaceAll('.', '').replace(',', '.') : digits;
}

/** Whether a text is a code of digits with zeros in front, such as 00501. */
export function isPadded(text: string): boolean {
  return padded.test(text);
}

/** Whether a text is an integer of more digits than float64 holds: a code or an id, not an amount. */
export function isLongInteger(text: string): boolean {
  return text.length > 15 && /^[+-]?\d+$/.test(text) && !Number.isSafeInteger(Number(text));
}

/** Whether a text may be a number of some style, but not a plain one. */
export function isOtherNumber(text: string): boolean {
  if (plain.test(text)) return false;
  return (
    numberOf(text, { comma: 'decimal' }) !== undefined ||
    numberOf(text, { comma: 'thousands' }) !== undefined
  );
}

/** What the commas and points of digits can be. */
export interface Separators {
  readonly asThousands: boolean;
  readonly asDecimal: boolean;
  /** Points between thousands, `1.005`; `several` of them, `1.005.000`, can be nothing else. */
  readonly points: 'none' | 'one' | 'several' | 'decimal';
}

export function separatorsOf(digits: string): Separators {
  const asThousands = thousands.test(digits);
  const asDecimal = decimalComma.test(digits);
  const isPointed = pointed.test(digits);
  const isPlain = digits.includes('.') && plain.test(digits);
  const count = isPointed ? digits.split('.').length - 1 : 0;
  const points = count > 1 ? 'several' : count === 1 ? 'one' : isPlain ? 'decimal' : 'none';
  return { asThousands, asDecimal, points };
}
