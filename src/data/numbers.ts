import { decimalOf } from '../core/index.ts';
import { unitName } from './unit-names.ts';

/** From here on a number rounds to infinity in float32. */
export const float32Overflow = 3.4028235677973366e38;

/** How the numbers of a column are written, beside plain decimals such as `-1.5e3`. */
export interface NumberStyle {
  /** What a comma in a number is; `none` where no cell has one. */
  readonly comma: 'none' | 'thousands' | 'decimal';
  /**
   * What stands with the numbers of a column: `%`, a currency, or what is behind them, by its name: `cm`, `year` (see `unitName`).
   * Numbers with another unit are none of the column; those without one are.
   */
  readonly unit?: string | undefined;
}

/** What a comma is where the cells of a column leave it open, as in 1,005. */
export type Comma = 'thousands' | 'decimal';

const infinite = /^[+-]?inf(inity)?$/i;
const plain = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
/** `1,005`, `1,005,000.5`, and in lakhs and crores `10,05,000` */
const thousands = /^[+-]?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d*)?$/;
/** `1.005`, in a column with decimal commas. */
const pointed = /^[+-]?\d{1,3}(\.\d{3})+$/;
/** `1,5`, `1.005,5` */
const decimalComma = /^[+-]?(\d{1,3}(\.\d{3})+|\d*),\d+(e[+-]?\d+)?$/i;
/** `1 005`, `1'005.5`, with blanks of any width */
const spaced = /^[+-]?\d{1,3}([ '\u00a0\u2009\u202f’]\d{3})+([.,]\d*)?$/;
const symbols = '$€£¥₹';
const someSymbol = new RegExp(`[${symbols}%]`);
const before = new RegExp(`^([+-]?)([${symbols}])\\s*([\\d.,].*)$`);
const behind = new RegExp(`^(.*\\d[.,]?)\\s*([${symbols}%])$`);
/** `(1,005.50)`, `$(5)`: how bookkeepers write what is negative */
const bracketed = new RegExp(`^([${symbols}]?)\\(([^()+-]*\\d[^()+-]*)\\)$`);
/** `00501`: a code, not an amount. */
const padded = /^[+-]?0\d+$/;

/** No number with a sign or commas is longer; it spares texts the patterns. */
const longest = 60;

/** Parts of a text that may be a number. */
interface Parts {
  readonly digits: string;
  /** `%` or a currency. */
  readonly unit: string;
}

function partsOf(text: string): Parts {
  if (text.length > longest) return { digits: text, unit: '' };
  const [, symbol = '', amount] = (text.endsWith(')') ? bracketed.exec(text) : null) ?? [];
  const isMinus = text.startsWith('−'); // that of Unicode
  const signed =
    amount !== undefined ? `-${symbol}${amount.trim()}` : isMinus ? `-${text.slice(1)}` : text;
  const money = before.exec(signed);
  if (money !== null) {
    const [, sign = '', unit = '', rest = ''] = money;
    return { digits: `${sign}${rest}`, unit };
  }
  const [, digits = signed, unit = ''] = behind.exec(signed) ?? [];
  return { digits, unit };
}

/**
 * Whether texts carry one currency, or per cent signs, or neither: amounts in several are not comparable.
 * @param texts distinct ones
 */
export function areOneUnit(texts: readonly string[]): boolean {
  return symbolsIn(texts).size <= 1;
}

/** Currencies and per cent signs, and how many texts carry each. */
function symbolsIn(texts: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) {
    if (!someSymbol.test(text)) continue; // most texts have none, and patterns take time
    const { digits, unit } = partsOf(text);
    if (unit === '' || !/\d/.test(digits)) continue;
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  return counts;
}

/** The one that most of those with one carry, the first of equal ones. */
function commonSymbol(texts: readonly string[]): string | undefined {
  return [...symbolsIn(texts)].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/**
 * The number that a cell stands for: plain decimals, `1,005` or `1,5` by the style, `1 005`, `5%` (0.05), `$5`, `(5)` (-5), and
 * infinities. `undefined` where it is none, or one of another unit than the style has; numbers beyond float32 are infinite.
 */
export function numberOf(cell: string, { comma, unit }: NumberStyle): number | undefined {
  const isMeasure = unit !== undefined && measureOf(cell)?.unit === unitName(unit);
  const text = isMeasure ? amountIn(cell) : cell;
  const amount = finiteOf(text, comma, unit);
  if (amount === undefined) return infinite.test(text) ? infinityOf(text) : undefined;
  const value = isMeasure && unit === thousand ? 1000 * amount : amount;
  if (Math.abs(value) < float32Overflow) return value;
  return value < 0 ? -Infinity : Infinity;
}

const infinityOf = (text: string) => (text.startsWith('-') ? -Infinity : Infinity);

function finiteOf(text: string, comma: NumberStyle['comma'], known?: string): number | undefined {
  const own = decimalOf(text);
  if (own !== undefined && !(comma === 'decimal' && pointed.test(text))) return own;
  const { digits, unit } = partsOf(text);
  if (unit !== '' && known !== undefined && unit !== known) return undefined;
  const amount = decimalOf(plainDigits(digits, comma));
  return amount === undefined || unit !== '%' ? amount : amount / 100;
}

/** `170 cm`, `-1,5kg`, `3 years`: a number, and letters behind it */
const measured =
  /^([+\-−]?[\d][\d.,' \u00a0]*)(?<=[\d.])[ \u00a0]*([\p{L}°][\p{L}°²³/]{0,15})\.?$/u;

/** A unit that counts, as 950 may stand beside 1.2k. */
const thousand = 'k';

/** What a text measures, and in which unit. */
function measureOf(text: string): { readonly amount: string; readonly unit: string } | undefined {
  const last = text.charCodeAt(text.length - 1);
  if (text.length > longest || (last >= 48 && last <= 57)) return undefined; // a digit
  const [, amount, letters] = measured.exec(text) ?? [];
  if (amount === undefined || letters === undefined) return undefined;
  return { amount: amount.trim(), unit: unitName(letters) };
}

const amountIn = (text: string) => measureOf(text)?.amount ?? text;

/** The unit that most texts have, if one has; none where zeros in front make codes of them. */
function commonUnit(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const text of texts) {
    const measure = measureOf(text);
    if (measure === undefined) continue;
    if (isPadded(measure.amount)) return undefined;
    counts.set(measure.unit, (counts.get(measure.unit) ?? 0) + 1);
  }
  return [...counts].find(([, count]) => count > texts.length / 2)?.[0];
}

/** Units that a column of numbers has at most; more are letters of codes, such as 12A to 12F. */
const mostUnits = 4;
/** Of the texts, how many may be something else in a column of numbers, and how many have each unit at least. */
const fewTexts = 0.05;

/**
 * The units of texts that are numbers, where they are several: the most frequent first.
 * @param texts distinct ones
 * @returns `undefined` where there are none or one, or the texts are something else
 */
export function severalUnits(texts: readonly string[]): readonly string[] | undefined {
  const counts = new Map<string, number>();
  let others = 0;
  for (const text of texts) {
    const { amount = text, unit: measure } = measureOf(text) ?? {};
    const { digits, unit = '' } = measure === undefined ? partsOf(text) : { digits: amount };
    const name = measure ?? unit;
    if (isPadded(digits) || !isAmount(digits)) others++;
    else if (name !== '') counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const found = [...counts].filter(([, count]) => count >= fewTexts * texts.length);
  if (found.length < 2 || found.length > mostUnits || others > fewTexts * texts.length) return;
  return found.sort(([, a], [, b]) => b - a).map(([unit]) => unit);
}

const isAmount = (digits: string) =>
  decimalOf(plainDigits(digits, 'decimal')) !== undefined ||
  decimalOf(plainDigits(digits, 'thousands')) !== undefined;

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

/** Whether a text may be a number of some style, but not a plain one. */
export function isOtherNumber(text: string): boolean {
  if (plain.test(text)) return false;
  return (
    numberOf(text, { comma: 'decimal' }) !== undefined ||
    numberOf(text, { comma: 'thousands' }) !== undefined
  );
}

/**
 * The style of a column's texts: what a comma is, by the texts that leave no doubt (`1,5` and `0,125` on the one side,
 * `1,005,000` and `1,005.5` on the other), else as in most files of its kind; and the unit that most of them have.
 * @param cells distinct ones
 * @param preferred for a column with texts such as `1,005` only
 * @param known the unit, where that is known. Default: by the texts
 */
export function styleOf(
  cells: readonly string[],
  preferred: Comma,
  known?: string,
): NumberStyle & { readonly isGuessed: boolean } {
  const measure = known ?? commonUnit(cells);
  const comma = commaOf(measure === undefined ? cells : cells.map(amountIn), preferred);
  const unit = measure ?? commonSymbol(cells);
  return unit === undefined ? comma : { ...comma, unit };
}

function commaOf(
  texts: readonly string[],
  preferred: Comma,
): Pick<NumberStyle, 'comma'> & { readonly isGuessed: boolean } {
  let decimal = 0;
  let thousand = 0;
  let hasComma = false;
  for (const text of texts) {
    if (!text.includes(',')) continue;
    const { digits } = partsOf(text);
    const asThousands = thousands.test(digits) && !/^[+-]?0/.test(digits);
    const asDecimal = decimalComma.test(digits);
    if (asThousands || asDecimal) hasComma = true;
    if (asThousands && !asDecimal) thousand++;
    if (asDecimal && !asThousands) decimal++;
  }
  if (!hasComma) return { comma: 'none', isGuessed: false };
  // a decimal comma is rare between commas, since each such cell needs quotes
  if (decimal === thousand) return { comma: preferred, isGuessed: preferred === 'decimal' };
  return { comma: decimal > thousand ? 'decimal' : 'thousands', isGuessed: false };
}
