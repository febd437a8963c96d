import { isWeekday, monthOf } from './month-names.ts';

/** Which number comes first in dates such as 03/04/2024. */
export type DateOrder = 'day' | 'month';

const dayMs = 86_400_000;
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const monthName =
  '(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?';
const clock =
  '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.,](\\d+))?)?\\s*([ap]\\.?m\\.?)?\\s*(z|utc|gmt|[+-]\\d{2}(?::?\\d{2})?)?';
const withTime = (date: string, flags = 'i') =>
  new RegExp(`^${date}(?:(?:t|,?\\s+)${clock})?$`, flags);

/** Forms of dates, and which groups hold year, month and day; the last two have the order that the column has. */
const forms: readonly {
  readonly pattern: RegExp;
  readonly at: readonly [number, number, number];
}[] = [
  { pattern: withTime('(\\d{4})-(\\d{1,2})-(\\d{1,2})'), at: [1, 2, 3] },
  { pattern: withTime('(\\d{4})[/.](\\d{1,2})[/.](\\d{1,2})'), at: [1, 2, 3] },
  { pattern: withTime('(\\d{4})[年년] ?(\\d{1,2})[月월] ?(\\d{1,2})[日일]'), at: [1, 2, 3] },
  { pattern: withTime(`(\\d{1,2})[ -]${monthName}[ ,-]+(\\d{4}|\\d{2})`), at: [3, 2, 1] },
  { pattern: withTime(`${monthName}[ -](\\d{1,2})(?:st|nd|rd|th)?,?[ -](\\d{4})`), at: [3, 1, 2] },
];
const numeric = withTime('(\\d{1,2})([/.-])(\\d{1,2})\\2(\\d{4}|\\d{2})');
/** 3. März 2024, 3 de marzo de 2024, 1er févr. 2024, 3-dic-24 */
const inOtherLanguage = withTime(
  "(\\d{1,2})(?:\\.|er|[º°])?[ -]?(?:de |d['’])?(\\p{L}{3,12})\\.?(?: del?)?[ ,-]+(\\d{4}|\\d{2})",
  'iu',
);
/** Mon Jan 31 17:30:00 +0000 2024 */
const yearLast = new RegExp(`^${monthName}\\s+(\\d{1,2})\\s+${clock}\\s+(\\d{4})$`, 'i');
const weekday = /^(mon|tue|wed|thu|fri|sat|sun)[a-z]*[,.]?\s+/i;
/** A word before a date. */
const wordBefore = /^([\p{L}-]+)[.,]{0,2}\s+(?=\d)/u;
const yearAndMonth = /^(\d{4})-(\d{2})$/;
const timeOfDay = new RegExp(`^${clock}$`, 'i');
/** Beyond time and date; it spares most texts the patterns. */
const longest = 40;

/**
 * Days since 1970-01-01 in UTC, with the time of day as their fraction; `undefined` where the text is no date. ISO 8601
 * (2024-01-31, with a time and a zone or not), 2024/01/31, 31.01.2024, 01/31/2024, 31 Jan 2024, Jan 31, 2024, with the day
 * of the week or not, 31. Januar 2024 and 31 de enero de 2024 in some twenty languages, 2024年1月31日, 2024-01, and times of day (17:30), which are of the first day. A time without a zone is in UTC. Years of two digits are 1969 to 2068.
 * @param order of day and month where both are numbers before the year
 */
export function dateOf(cell: string, order: DateOrder): number | undefined {
  const first = cell.charCodeAt(0) | 32;
  const isDigit = first >= 48 && first <= 57;
  const isLetter = first >= 97 && first <= 122; // of a month or day of the week
  if (cell.length > longest || cell.length < 4 || !(isDigit || isLetter)) return undefined;
  if (isDigit) return plainDateOf(cell, order);
  const text = cell.replace(weekday, '');
  const own = plainDateOf(text, order);
  if (own !== undefined) return own;
  const rest = withoutOtherWeekday(text);
  return rest === text ? undefined : plainDateOf(rest, order);
}

/** Of a text without the day of the week. */
function plainDateOf(text: string, order: DateOrder): number | undefined {
  const parts = numeric.exec(text);
  if (parts !== null) {
    const [, one, , two, year] = parts;
    const [day, month] = order === 'day' ? [one, two] : [two, one];
    return daysOf(year, month, day, parts, 5);
  }
  for (const { pattern, at } of forms) {
    const found = pattern.exec(text);
    if (found !== null) return daysOf(found[at[0]], found[at[1]], found[at[2]], found, 4);
  }
  const last = yearLast.exec(text);
  if (last !== null) return daysOf(last[9], last[1], last[2], last, 3);
  const other = inOtherLanguage.exec(text) ?? [];
  const named = other[2] === undefined ? undefined : monthOf(other[2]);
  if (named !== undefined) return daysOf(other[3], String(named), other[1], other, 4);
  const [, year, month] = yearAndMonth.exec(text) ?? [];
  if (year !== undefined) return daysOf(year, month, '1', [], 0);
  const time = timeOfDay.exec(text);
  return time === null ? undefined : fractionOf(time, 1);
}

/** The date of eight digits (20240131) or a year (2024), where a column is said to hold dates, or the others are dates. */
export function compactDateOf(text: string): number | undefined {
  const [, year, month = '1', day = '1'] = /^(\d{4})(?:(\d{2})(\d{2}))?$/.exec(text) ?? [];
  return year === undefined ? undefined : daysOf(year, month, day, [], 0);
}

/** Of another language than English. The French mar. is Tuesday, and March in English: ask for it where the text is no date as it is. */
function withoutOtherWeekday(text: string): string {
  if (text.charCodeAt(0) <= 57) return text; // a digit
  const [before = '', word = ''] = wordBefore.exec(text) ?? [];
  return word !== '' && isWeekday(word) ? text.slice(before.length) : text;
}

type Groups = readonly (string | undefined)[];

function daysOf(
  year: string | undefined,
  month: string | undefined,
  day: string | undefined,
  groups: Groups,
  timeAt: number,
): number | undefined {
  const named = months.indexOf((month ?? '').slice(0, 3).toLowerCase());
  const m = named >= 0 ? named + 1 : Number(month);
  const d = Number(day);
  const y = Number(year) + (year?.length === 2 ? (Number(year) < 69 ? 2000 : 1900) : 0);
  if (!(m >= 1 && m <= 12 && d >= 1 && d <= 31)) return undefined;
  const date = new Date(0);
  date.setUTCFullYear(y, m - 1, d);
  if (date.getUTCDate() !== d) return undefined; // 31 April
  if (groups[timeAt] === undefined) return date.getTime() / dayMs;
  const fraction = fractionOf(groups, timeAt);
  return fraction === undefined ? undefined : date.getTime() / dayMs + fraction;
}

/** Time of day as a part of a day, less the offset of its zone. @param at the group of the hours */
function fractionOf(groups: Groups, at: number): number | undefined {
  const [hours, minutes, seconds = '0', more = '0', half, zone] = groups.slice(at, at + 6);
  let h = Number(hours);
  if (half !== undefined) {
    if (h < 1 || h > 12) return undefined;
    h = (h % 12) + (half.toLowerCase().startsWith('p') ? 12 : 0);
  }
  const [m, s] = [Number(minutes), Number(seconds)];
  const isTime = (h < 24 || (h === 24 && m === 0 && s === 0)) && m < 60 && s <= 60;
  if (!isTime) return undefined;
  const [, sign, zoneHours = '0', zoneMinutes = '0'] =
    /^([+-])(\d{2}):?(\d{2})?$/.exec(zone ?? '') ?? [];
  const offset = (sign === '-' ? -1 : 1) * (60 * Number(zoneHours) + Number(zoneMinutes));
  return (60 * h + m - offset + (s + Number(`0.${more}`)) / 60) / 1440;
}

/** What the texts of a column tell of the order of day and month. */
export interface OrderEvidence {
  /** Dates such as 03/04/2024 are among them. */
  readonly isNumeric: boolean;
  /** `undefined` where no text decides: each could be read both ways, or the texts contradict each other. */
  readonly order: DateOrder | undefined;
  readonly isContradictory: boolean;
}

/** The order of day and month by the texts with a day above 12; between points the day comes first. */
export function orderOf(texts: Iterable<string>): OrderEvidence {
  let day = false;
  let month = false;
  let points = false;
  let isNumeric = false;
  for (const text of texts) {
    const found =
      text.length > longest ? null : numeric.exec(withoutOtherWeekday(text.replace(weekday, '')));
    if (found === null) continue;
    isNumeric = true;
    if (Number(found[1]) > 12) day = true;
    if (Number(found[3]) > 12) month = true;
    if (found[2] === '.') points = true;
  }
  const isContradictory = day && month;
  const order = isContradictory
    ? undefined
    : day
      ? 'day'
      : month
        ? 'month'
        : points
          ? 'day'
          : undefined;
  return { isNumeric, order, isContradictory };
}
