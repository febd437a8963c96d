import { compactDateOf } from '../../dates.ts';
import type { Column } from './column.ts';

/** Years that a day of eight digits is of where nobody says that it is one. */
const usualYears = [1900, 2100] as const;
/** Fewer different numbers than this may be days by chance. */
const daysToTell = 10;

/** Whether all numbers are days of eight digits, such as 20240131: of other numbers of that length one in a thousand is. */
export function areCompactDays({ texts }: Column, values: Float64Array): boolean {
  if (texts.length < daysToTell) return false;
  return texts.every((text, code) => Number.isNaN(values[code]) || isCompactDay(text));
}

/** Whether that may be so of a column that is held as float32, which has no number for every day. */
export function mayBeCompactDays(column: Column): boolean {
  const [first, end] = usualYears.map((year) => 10_000 * year) as [number, number];
  let isDay = true;
  column.eachNumber((value) => {
    isDay &&= Number.isNaN(value) || (value >= first && value < end);
  });
  return isDay;
}

function isCompactDay(text: string): boolean {
  const year = Number(text.slice(0, 4));
  const isUsual = year >= usualYears[0] && year < usualYears[1];
  return text.length === 8 && isUsual && compactDateOf(text) !== undefined;
}
