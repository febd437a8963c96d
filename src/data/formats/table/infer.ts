import { unspacedLetters } from '../../../graph/index.ts';
import type { ColumnKind } from '../../dataset.ts';
import type { DateOrder } from '../../dates.ts';
import { compactDateOf, dateOf, orderOf } from '../../dates.ts';
import type { FoundStyle } from '../../number-style.ts';
import { areOneUnit, severalUnits, styleOf } from '../../number-style.ts';
import type { Comma } from '../../numbers.ts';
import { isLongInteger, isPadded, numberOf } from '../../numbers.ts';
import type { Column } from './column.ts';
import { areCompactDays, mayBeCompactDays } from './compact-days.ts';
import { isMarker } from './missing.ts';
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
}

/** A column whose cells are not held in the form that its kind needs: it has to be read with all its texts. */
export const readAgain = 'read again';

/** Of the filled cells, how many may be no numbers in a column of numbers. */
const oddShare = 0.05;
/** Numbers that a column of codes has at most, where a text among them is a code, too. */
const fewNumbers = 20;
/** Fewer rows than this cannot tell an id from a value. */
const rowsToTell = 20;

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
  return (
    numbersIn(column, parts, wish) ??
    datesIn(column, counts, wish) ??
    withRemarks(column, textsIn(column, counts, parts.parsed))
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

/** What the texts of a column stand for. */
interface Parsed {
  readonly values: Float64Array;
  /** Cells that are numbers or dates, and the distinct ones among them. */
  readonly cells: number;
  readonly distinct: number;
  /** Cells that are neither that nor markers of missing cells. */
  readonly others: number;
  /** Whether one of these occurs twice. */
  readonly isRepeated: boolean;
  /** All cells that are not, markers too. */
  readonly odd: Odd | undefined;
}

function parseAll(
  column: Column,
  counts: Int32Array,
  parse: (text: string) => number | undefined,
): Parsed {
  const values = new Float64Array(column.texts.length);
  const distinct = new Set<number>();
  let [cells, others, odd, first] = [0, 0, 0, -1];
  let isRepeated = false;
  for (const [code, text] of column.texts.entries()) {
    const value = parse(text);
    values[code] = value ?? Number.NaN;
    const count = counts[code] as number;
    if (value !== undefined) {
      cells += count;
      distinct.add(value);
      continue;
    }
    odd += count;
    if (!isMarker(text)) {
      if (others === 0) first = code;
      others += count;
      isRepeated ||= count > 1;
    } else if (first < 0) first = code;
  }
  return {
    ...{ values, cells, others, isRepeated, distinct: distinct.size },
    odd:
      first < 0
        ? undefined
        : { text: column.texts[first] as string, row: column.firstRow(first), cells: odd },
  };
}

/** Whether so few cells are none that they count as missing. */
function isMostly({ cells, others }: Parsed): boolean {
  return cells > 0 && others <= oddShare * (cells + others);
}

function numberParts(column: Column, counts: Int32Array, { comma, points, unit, isOfModel }: Wish) {
  const found = styleOf(column.texts, { comma, points, unit });
  const style = { ...found, isGuessed: found.isGuessed && isOfModel !== true };
  const parsed = parseAll(column, counts, (text) => numberOf(text, style));
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
  const parsed = parseAll(column, counts, dateOfAnyForm(order));
  if (!isAcceptable(parsed, wish)) return undefined;
  const { values, distinct, odd } = parsed;
  return { kind: 'date', values, distinct, odd, order, isGuessed };
}

/** Numbers alone are no dates, but among dates they are read as `asDates` reads them, since a model reads its rows so. */
function datesIn(column: Column, counts: Int32Array, wish: Wish): Reading | undefined {
  const [first = ''] = column.texts;
  const isCandidate = [first, column.texts[1] ?? first, column.texts[2] ?? first].some(
    (text) => dateOf(text, 'day') !== undefined || dateOf(text, 'month') !== undefined,
  );
  if (!isCandidate) return undefined;
  const { order, isGuessed, isContradictory } = orderIn(column, wish);
  if (isContradictory) return undefined;
  const certain = parseAll(column, counts, (text) => dateOf(text, order));
  if (!isMostly(certain)) return undefined;
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

/** Text, category or id, by how many texts differ and how many words they have. */
function textsIn(column: Column, counts: Int32Array, numbers: Parsed): Reading {
  const { texts, rows } = column;
  const distinct = texts.length;
  const filled = counts.reduce((sum, count) => sum + count, 0);
  if (distinct === 1 && filled === rows)
    return { kind: 'categorical', leftOut: 'constant', distinct };
  const sample = sampleOf(texts);
  const words = mean(sample, wordsIn);
  const length = mean(sample, (text) => Math.min(text.length, 1000));
  const isMany = distinct > Math.max(20, filled / 10);
  const isUnique = filled >= rowsToTell && distinct >= 0.95 * filled;
  if (isMany && (words >= 3 || (words >= 1.5 && distinct > filled / 2) || length > 100)) {
    const isId = isUnique && mean(sample, digitShare) >= mostlyDigits;
    return isId
      ? { kind: 'categorical', leftOut: 'id-like', distinct }
      : { kind: 'text', distinct };
  }
  if (numbers.others > 0 && numbers.distinct > fewNumbers && numbers.cells >= numbers.others) {
    return { kind: 'categorical', distinct, others: numbers.others };
  }
  if (!isUnique) return { kind: 'categorical', distinct };
  if (mean(sample, (text) => (/\d/.test(text) ? 1 : 0)) >= 0.5 || isIdName(column.name)) {
    return { kind: 'categorical', leftOut: 'id-like', distinct };
  }
  return { kind: 'text', distinct };
}

/** Also tells of cells in single quotes, of numbers in several units, which are none of the column, and of cells with two numbers. */
function withRemarks({ texts }: Column, reading: Reading): Reading {
  if (texts.every((text) => /^'.*'$/s.test(text))) return { ...reading, quoted: texts[0] };
  if (texts.length <= fewNumbers) return reading;
  const units = severalUnits(texts);
  const pair = units === undefined && arePairs(texts) ? texts[0] : undefined;
  if (units === undefined && pair === undefined) return reading;
  const { others: _, ...rest } = reading;
  return { ...rest, units, pair };
}

/** Letters of a word, about, where no spaces are between words: some two in Chinese, three in Japanese, four in Thai. */
const lettersOfWord = 3;

/** How many words a text has, about. */
function wordsIn(text: string): number {
  const spaced = text.split(/[\s,;|]+/).filter(Boolean).length;
  return Math.max(spaced, unspacedLetters(text) / lettersOfWord);
}

/** Of the characters of telephone numbers and other ids, how many are digits at least. */
const mostlyDigits = 0.6;

/** How many of a text's characters are digits, blanks apart. */
function digitShare(text: string): number {
  const characters = text.replace(/\s+/g, '');
  return characters.replace(/\D+/g, '').length / Math.max(1, characters.length);
}

/** `51.13, 13.29`, `120/80`, `30 x 40` */
const twoNumbers = /^\(?[+-]?\d+(\.\d+)?(\s*[,;/x×|–]\s*[+-]?\d+(\.\d+)?|\s+[+-]?\d+\.\d+)\)?$/;

/** Whether nearly all texts are two numbers. */
function arePairs(texts: readonly string[]): boolean {
  const pairs = texts.reduce((sum, text) => sum + Number(twoNumbers.test(text)), 0);
  return pairs >= (1 - oddShare) * texts.length;
}

/** At most a thousand of the texts, evenly spread. */
function sampleOf(texts: readonly string[]): string[] {
  const step = Math.ceil(texts.length / 1000);
  return texts.filter((_, i) => i % step === 0);
}

function mean(texts: readonly string[], of: (text: string) => number): number {
  return texts.reduce((sum, text) => sum + of(text), 0) / texts.length;
}
