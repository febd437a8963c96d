import { styleOf } from '../../number-style.ts';
import type { Comma } from '../../numbers.ts';
import { numberOf } from '../../numbers.ts';
import type { Column } from './column.ts';

/**
 * What the texts of a column stand for that has to hold numbers without being a feature, such as weights: they are read as
 * numbers of features are.
 * @param comma what a comma is where no text says it
 * @returns a number for each distinct text, NaN where it is none
 */
export function numbersOf({ texts }: Column, comma: Comma = 'thousands'): Float64Array {
  const style = styleOf(texts, { comma });
  return Float64Array.from(texts, (text) => numberOf(text, style) ?? Number.NaN);
}
