import { compareText, portableText } from '../core/index.ts';
import type { CategoricalColumn } from './columns.ts';

/** Values that occur in fewer training rows say too little of their own. */
const rare = 2;
/** Values that are told apart, at most. */
const mostValues = 1024;

/**
 * Fits a column of names or codes: the values that occur in two training rows or more, the most frequent 1,024. The others,
 * and those that come up later, are "other". A missing cell is a value like any other.
 * @param values numbers, or places in `texts`; NaN where missing
 */
export function fitCategories(
  name: string,
  values: Float32Array,
  texts?: readonly string[],
): CategoricalColumn {
  const counts = new Map<string | number | null, number>();
  for (const value of values) {
    const key = categoryOf(value, texts);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const order = [...counts].sort(
    ([a, x], [b, y]) => y - x || compareText(String(a), String(b)), // the same in every run
  );
  const kept = order.filter(([, count]) => count >= rare).slice(0, mostValues);
  // where no two rows share a value, values say nothing: one is kept, since there must be some
  const own = (kept.length > 0 ? kept : order.slice(0, 1)).map(([value]) => value);
  return {
    kind: 'categorical',
    name,
    values: own as string[] | (number | null)[],
    other: own.length < order.length,
  };
}

/** A cell's value as it is told apart. */
export function categoryOf(
  value: number,
  texts: readonly string[] | undefined,
): string | number | null {
  if (Number.isNaN(value)) return texts === undefined ? null : '';
  return texts === undefined ? value : portableText(texts[value] as string);
}
