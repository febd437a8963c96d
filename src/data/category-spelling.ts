import { isNumeric } from './classes.ts';
import { isPadded } from './numbers.ts';

/** A category in its plain form: an integer without `.0`, true and false in small letters. Programs write the same codes differently. */
export function plainCategory(text: string): string {
  if (/^(?:true|false)$/i.test(text)) return text.toLowerCase();
  return text.replace(/^([+-]?\d+)\.0*$/, '$1');
}

/** How the categories of a column are written: as they are, but in their plain form where all are numbers, or all true or false. */
export function spellingOf(texts: readonly string[]): (text: string) => string {
  const areNumbers = texts.every((text) => isNumeric(text) && !isPadded(text));
  const areTruths = texts.every((text) => /^(?:true|false)$/i.test(text));
  return areNumbers || areTruths ? plainCategory : (text) => text;
}

/**
 * Finds categories among those that are known: as they are written, else the first that has the same plain form. How the cells of
 * a file are written depends on what else stands in the column, so that `TRUE` of one file is `true` of another.
 * @param known texts, of which '' is a missing cell, or numbers, of which `null` is one
 * @returns the place, or `undefined` for one that is not known
 */
export function categoryFinder(
  known: readonly (string | number | null)[],
): (value: string | number | null) => number | undefined {
  const exact = new Map(known.map((value, place) => [value, place]));
  const plain = new Map<string, number>();
  for (const [place, value] of known.entries()) {
    const form = plainOf(value);
    if (!plain.has(form)) plain.set(form, place);
  }
  return (value) => exact.get(value) ?? plain.get(plainOf(value));
}

function plainOf(value: string | number | null): string {
  return value === null ? '' : plainCategory(String(value));
}
