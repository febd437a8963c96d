import {
  clockUnit,
  countUnit,
  isDuration,
  measureOf,
  partsOf,
  secondsOf,
  sizeOfCount,
  symbolsIn,
} from './number-parts.ts';
import type { Comma, NumberStyle } from './numbers.ts';
import { isPadded, numberOf, separatorsOf } from './numbers.ts';

/**
 * Whether texts carry one currency, or per cent or per mille signs, or neither: amounts in several are not comparable.
 * @param texts distinct ones
 */
export function areOneUnit(texts: readonly string[]): boolean {
  return symbolsIn(texts).size <= 1;
}

/** How a column's numbers are written, and whether its commas or points could be read otherwise, too. */
export type FoundStyle = NumberStyle & { readonly isGuessed: boolean };

/** What is known of a column's numbers beside its cells. */
export interface StyleHints {
  /** What a comma is in a column with texts such as `1,005` only. */
  readonly comma: Comma;
  /** Whether points before three digits are between thousands, where no text says otherwise: other columns have decimal commas. */
  readonly points?: boolean | undefined;
  /** The unit, where that is known. Default: by the texts. */
  readonly unit?: string | undefined;
}

/**
 * The style of a column's texts: what a comma is, by the texts that leave no doubt (`1,5` and `0,125` on the one side,
 * `1,005,000` and `1,005.5` on the other), else as in most files of its kind; and the unit that most of them have.
 * @param cells distinct ones
 */
export function styleOf(cells: readonly string[], { comma, points, unit }: StyleHints): FoundStyle {
  if ((unit ?? durationUnit(cells)) === clockUnit) {
    return { comma: 'none', unit: clockUnit, isGuessed: false };
  }
  const measure = unit ?? commonUnit(cells);
  const amounts = measure === undefined ? cells : cells.map(amountIn);
  const found = separatorStyle(amounts, comma, points === true);
  const own = measure ?? commonSymbol(cells);
  return own === undefined ? found : { ...found, unit: own };
}

const amountIn = (text: string) => measureOf(text)?.amount ?? text;

/** The currency, or per cent, that most of those with one carry, the first of equal ones. */
function commonSymbol(texts: readonly string[]): string | undefined {
  return [...symbolsIn(texts)].sort(([, a], [, b]) => b - a)[0]?.[0];
}

/** The unit that most texts have, if one has; none where zeros in front make codes of them. Numbers of k and M are of one. */
function commonUnit(texts: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let counting = 0;
  let bytes = 0;
  for (const text of texts) {
    const measure = measureOf(text);
    if (measure === undefined) continue;
    if (isPadded(measure.amount)) return undefined;
    counts.set(measure.unit, (counts.get(measure.unit) ?? 0) + 1);
    if (sizeOfCount(measure.unit) !== undefined) counting++;
    if (measure.unit === 'B') bytes++;
  }
  if (counting > texts.length / 2 && counting > bytes) return countUnit;
  return [...counts].find(([, count]) => count > texts.length / 2)?.[0];
}

/** The unit of durations, if most texts are some and one can be no time of day. */
function durationUnit(texts: readonly string[]): typeof clockUnit | undefined {
  let durations = 0;
  let isSure = false;
  for (const text of texts) {
    if (secondsOf(text) === undefined) continue;
    durations++;
    isSure ||= isDuration(text);
  }
  return isSure && durations > texts.length / 2 ? clockUnit : undefined;
}

function separatorStyle(
  texts: readonly string[],
  preferred: Comma,
  mayPoint: boolean,
): Pick<FoundStyle, 'comma' | 'isGuessed'> {
  let decimal = 0;
  let thousand = 0;
  let hasComma = false;
  const points = { one: 0, several: 0, decimal: 0, none: 0 };
  for (const text of texts) {
    const isPointed = text.includes('.');
    if (!isPointed && !text.includes(',')) continue;
    const found = separatorsOf(partsOf(text).digits);
    points[found.points]++;
    if (found.asThousands || found.asDecimal) hasComma = true;
    if (found.asThousands && !found.asDecimal) thousand++;
    if (found.asDecimal && !found.asThousands) decimal++;
  }
  if (!hasComma) {
    const isBetween = points.several > 0 || (mayPoint && points.one > 0);
    if (!isBetween || points.decimal > 0) return { comma: 'none', isGuessed: false };
    return { comma: 'decimal', isGuessed: points.several === 0 };
  }
  // a decimal comma is rare between commas, since each such cell needs quotes
  if (decimal === thousand) return { comma: preferred, isGuessed: preferred === 'decimal' };
  return { comma: decimal > thousand ? 'decimal' : 'thousands', isGuessed: false };
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
    const measure = measureOf(text);
    const unit = measure?.unit ?? partsOf(text).unit;
    if (isPadded(amountIn(text)) || !isAmount(text)) others++;
    else if (unit !== '') counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const found = [...counts].filter(([, count]) => count >= fewTexts * texts.length);
  if (found.length < 2 || found.length > mostUnits || others > fewTexts * texts.length) return;
  return found.sort(([, a], [, b]) => b - a).map(([unit]) => unit);
}

/** Whether a text is a number of any style and unit. */
export function isAmount(text: string): boolean {
  const amount = amountIn(text);
  return (['decimal', 'thousands'] as const).some(
    (comma) => numberOf(amount, { comma }) !== undefined,
  );
}
