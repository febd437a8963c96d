import type { ColumnKind } from '../../dataset.ts';
import type { DateOrder } from '../../dates.ts';
import { compactDateOf, dateOf, orderOf } from '../../dates.ts';
import type { FoundStyle } from '../../number-style.ts';
import { areOneUnit, styleOf } from '../../number-style.ts';
import type { Comma } from '../../numbers.ts';
import { isLongInteger, isPadded, numberOf } from '../../numbers.ts';
import type { Column } from './column.ts';
import { areCompactDays, mayBeCompactDays } from './compact-days.ts';
import { rowsToTell, textsIn, withRemarks } from './infer-texts.ts';
import type { Parsed } from './parsed.ts';
import { fewNumbers, isMostly, parseAll } from './parsed.ts';
import type { Odd, Reading } from './reading.ts';
import { isCodeName, isIdName } from './telling-names.ts';

/** What a column is told to be, beside its cells. */
export interface Wish {
  readonly kind?: ColumnKind | undefined;
  readonly order?: DateOrder | undefined;
  /** What a comma in a number is, where the cells leave it open. */
  readonly comma: Comma;
  /** Whether points before three digits are between thousands, where no cell says otherwise. */
  readonly points?: boolean | undefined;
  /** The unit of the numbers. Default: by the cells. */
  readonly unit?: string | undefined;
  /** Whether the numbers are probably codes, since they were written as texts are. */
  readonly isCode?: boolean;
  /** Whether a model says so, and not a person who knows the cells: then few may be of another kind. */
  readonly isOfModel?: boolean | undefined;
  /** Texts that stand for a missing cell, where numbers or dates are expected. */
  readonly missingTexts?: readonly string[] | undefined;
}

/** A column whose cells are not held in the form that its kind needs: it has to be read with all its texts. */
export const readAgain = 'read again';

/**
 * The kind of a column by its cells:
 * - numbers, with one unit or none, where all but markers of missing cells and at most 5 % of the cells are; codes with zeros in front, and
 *   repeated integers of a column called code, id, type, zip or the like are categories;
 * - dates, where all but such cells are;
 * - texts of several words that are mostly different are texts, other ones categories.
 * Row numbers, different integers of a column called id, and different texts of one word with digits are ids.
 */
export function inferKind(column: Column, wish: Wish): Reading | typeof readAgain {
  if (column.form === 'lost') return readAgain;
  if (column.form === 'lists') {
    return column.width === 0 ? { kind: 'embedding', leftOut: 'empty' } : { kind: 'embedding' };
  }
  if (column.form === 'numbers') return ofNumbers(column, wish);
  if (column.texts.length === 0) return ofNothing(wish);
  const counts = column.counts();
  const { kind } = wish;
  if (kind === 'categorical' || kind === 'text') return { kind, distinct: column.texts.length };
  if (kind === 'date') return asDates(column, counts, wish) ?? { kind };
  if (kind === 'numeric') return asNumbers(column, counts, wish) ?? { kind };
  const parts = numberParts(column, counts, wish);
  const numbers = numbersIn(column, parts, wish);
  if (numbers !== undefined) return numbers;
  const dates = certainDates(column, counts, wish);
  return (
    datesIn(column, counts, dates) ??
    withRemarks(column, textsIn(column, counts, parts.parsed, dates?.certain))
  );
}

function ofNothing({ kind = 'numeric' }: Wish): Reading {
  return { kind, values: new Float64Array(), distinct: 0, leftOut: 'empty' };
}

/** A column with so many distinct numbers that they are held as such. */
function ofNumbers(column: Column, { kind, isCode, unit }: Wish): Reading | typeof readAgain {
  if (kind === 'categorical' || kind === 'text' || kind === 'date') return readAgain;
  const base = { kind: 'numeric', unit, ...strayReading(column) } as const;
  if (kind === 'numeric' || !column.isInteger) return base;
  if (mayBeCompactDays(column)) return readAgain;
  if (isRowNumber(column)) return { ...base, leftOut: 'id-like' };
  const isNamed = isIdName(column.name);
  if (!isNamed && !isCodeName(column.name) && isCode !== true) return base;
  const { filled, distinct } = distinctNumbers(column);
  if (isNamed && distinct >= 0.99 * filled) return { ...base, leftOut: 'id-like' };
  return isCodeName(column.name) || isCode ? readAgain : base;
}

function strayReading(column: Column): Pick<Reading, 'odd' | 'infinite'> {
  const strays = [...column.strays.values()];
  const isInfinite = ({ text }: { text: string }) =>
    numberOf(text, { comma: 'none' }) !== undefined;
  const of = (some: typeof strays): Odd | undefined => {
    const [first] = some;
    return first && { ...first, cells: some.reduce((sum, { count }) => sum + count, 0) };
  };
  return {
    odd: of(strays.filter((stray) => !isInfinite(stray))),
    infinite: of(strays.filter(isInfinite)),
  };
}

function distinctNumbers(column: Column): { filled: number; distinct: number } {
  const seen = new Set<number>();
  let filled = 0;
  column.eachNumber((value) => {
    if (Number.isNaN(value)) return;
    filled++;
    seen.add(value);
  });
  return { filled, distinct: seen.size };
}

function numberParts(column: Column, counts: Int32Array, wish: Wish) {
  const { comma, points, unit, isOfModel, missingTexts } = wish;
  const found = styleOf(column.texts, { comma, points, unit });
  const style = { ...found, isGuessed: found.isGuessed && isOfModel !== true };
  const parsed = parseAll(column, counts, (text) => numberOf(text, style), missingTexts);
  const at = parsed.values.findIndex((value) => Math.abs(value) === Infinity);
  const infinite =
    at < 0 ? undefined : { text: column.texts[at] as string, row: column.firstRow(at), cells: 1 };
  return { style, parsed, infinite };
}

/** Whether a column may be what it is said to be: cells that are not are missing, unless most are not. */
function isAcceptable(parsed: Parsed, { isOfModel }: Wish): boolean {
  if (parsed.cells + parsed.others === 0) return true; // all are markers
  return isOfModel ? isMostly(parsed) : parsed.cells >= parsed.others;
}

/** As numbers because someone said so. */
function asNumbers(column: Column, counts: Int32Array, wish: Wish): Reading | undefined {
  const { style, parsed, infinite } = numberParts(column, counts, wish);
  if (!isAcceptable(parsed, wish)) return undefined;
  const { values, distinct, odd } = parsed;
  return { kind: 'numeric', values, distinct, odd, infinite, ...writing(column, values, style) };
}

function numbersIn(
  column: Column,
  { style, parsed, infinite }: ReturnType<typeof numberParts>,
  wish: Wish,
): Reading | undefined {
  if (!isMostly(parsed)) return undefined;
  const { values, distinct, odd, cells } = parsed;
  const { texts, name } = column;
  if (!areOneUnit(texts)) return undefined;
  if (texts.some((text) => isPadded(text))) return undefined;
  const longOnes = texts.reduce((sum, text) => sum + Number(isLongInteger(text)), 0);
  if (longOnes > texts.length / 2) return undefined; // ids, as in other formats
  const isCategory = parsed.others > 0 && parsed.isRepeated && distinct <= fewNumbers;
  if (isCategory) return undefined; // 0, 1, 2, 3+
  const isInteger = values.every((value) => Number.isInteger(value) || Number.isNaN(value));
  const base = { values, distinct, odd, infinite, ...writing(column, values, style) };
  if (distinct === 1 && cells === column.rows) {
    return { kind: 'numeric', leftOut: 'constant', ...base };
  }
  if (isInteger && cells >= rowsToTell) {
    const isAllDifferent = distinct === cells;
    if (isAllDifferent && (isIdName(name) || isRowSequence(column, values))) {
      return { kind: 'numeric', leftOut: 'id-like', ...base };
    }
    if (areCompactDays(column, values)) return compactDates(column, wish);
    const isCode = isCodeName(name) || wish.isCode === true;
    if (isCode && distinct <= cells / 2 && parsed.others === 0 && !values.some((v) => v < 0)) {
      return { kind: 'categorical', distinct: texts.length };
    }
  }
  return { kind: 'numeric', ...base };
}

/** How numbers are written that are not plain, by an example. */
function writing(
  { texts }: Column,
  values: Float64Array,
  { comma, unit, isGuessed }: FoundStyle,
): Pick<Reading, 'written' | 'isGuessed' | 'comma' | 'unit'> {
  const at = values.findIndex(
    (value, i) => !Number.isNaN(value) && Number(texts[i]) !== value && Number.isFinite(value),
  );
  if (at < 0) return { comma, unit };
  return {
    comma,
    unit,
    written: `${JSON.stringify(texts[at])} is ${shown(values[at] as number)}`,
    isGuessed,
  };
}

/** Without the digits that float64 adds: 33.3 % is 0.333. */
const shown = (value: number) => Number(value.toPrecision(12));

function compactDates(column: Column, wish: Wish): Reading {
  const reading = asDates(column, column.counts(), wish) as Reading;
  const none = new Float64Array(column.texts.length).fill(Number.NaN);
  return { ...reading, written: compactDate(column, reading.values as Float64Array, none) };
}

function isRowSequence(column: Column, values: Float64Array): boolean {
  let previous = Number.NaN;
  let isSequence = true;
  column.eachCode((code, row) => {
    const value = code < 0 ? Number.NaN : (values[code] as number);
    if (row === 0) isSequence = value === 0 || value === 1;
    else if (value !== previous + 1) isSequence = false;
    previous = value;
  });
  return isSequence;
}

/** Whether a column counts the rows from 0 or 1. */
function isRowNumber({ isSequence, firstNumber, rows }: Column): boolean {
  return isSequence && rows >= rowsToTell && (firstNumber === 0 || firstNumber === 1);
}

const dateOfAnyForm = (order: DateOrder) => (text: string) =>
  dateOf(text, order) ?? compactDateOf(text);

function asDates(column: Column, counts: Int32Array, wish: Wish): Reading | undefined {
  const { order, isGuessed } = orderIn(column, wish);
  const parsed = parseAll(column, counts, dateOfAnyForm(order), wish.missingTexts);
  if (!isAcceptable(parsed, wish)) return undefined;
  const { values, distinct, odd } = parsed;
  return { kind: 'date', values, distinct, odd, order, isGuessed };
}

/** The cells that are dates by themselves, unless none of the first texts is, or days and months contradict each other. */
function certainDates(column: Column, counts: Int32Array, wish: Wish) {
  const [first = ''] = column.texts;
  const isCandidate = [first, column.texts[1] ?? first, column.texts[2] ?? first].some(
    (text) => dateOf(text, 'day') !== undefined || dateOf(text, 'month') !== undefined,
  );
  if (!isCandidate) return undefined;
  const { order, isGuessed, isContradictory } = orderIn(column, wish);
  if (isContradictory) return undefined;
  return { order, isGuessed, certain: parseAll(column, counts, (text) => dateOf(text, order)) };
}

/** Numbers alone are no dates, but among dates they are read as `asDates` reads them, since a model reads its rows so. */
function datesIn(
  column: Column,
  counts: Int32Array,
  found: ReturnType<typeof certainDates>,
): Reading | undefined {
  if (found === undefined || !isMostly(found.certain)) return undefined;
  const { order, isGuessed, certain } = found;
  const parsed = certain.odd ? parseAll(column, counts, dateOfAnyForm(order)) : certain;
  const { values, distinct, odd, cells } = parsed;
  const written = compactDate(column, values, certain.values);
  const base = { kind: 'date', values, distinct, odd, written, order, isGuessed } as const;
  return distinct === 1 && cells === column.rows ? { ...base, leftOut: 'constant' } : base;
}

/** What a number among dates stands for, by an example. @param certain NaN where a text is no date by itself */
function compactDate(
  { texts }: Column,
  values: Float64Array,
  certain: Float64Array,
): string | undefined {
  const at = values.findIndex((value, i) => !Number.isNaN(value) && Number.isNaN(certain[i]));
  if (at < 0) return undefined;
  const day = new Date((values[at] as number) * 86_400_000).toISOString().slice(0, 10);
  return `${JSON.stringify(texts[at])} is ${day}`;
}

function orderIn(column: Column, wish: Wish) {
  const evidence = orderOf(column.texts);
  const order = wish.order ?? evidence.order ?? 'month';
  const isGuessed = evidence.isNumeric && evidence.order === undefined && wish.order === undefined;
  return { order, isGuessed, isContradictory: evidence.isContradictory };
}
