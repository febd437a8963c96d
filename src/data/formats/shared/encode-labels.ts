import { noLabel } from '../../../audit/index.ts';
import { collectClasses } from '../../classes.ts';

export interface EncodedLabels {
  readonly classes: readonly string[];
  /** For each list the classes of its values, `[n]`. */
  readonly labels: readonly Int32Array[];
}

type Value = number | bigint | string;

/**
 * Labels as classes. Where all values are integers from 0 on that have a name, the names are the
 * classes; otherwise the distinct values are, sorted as `collectClasses` does.
 * @param names of classes 0, …, k − 1, where the source has them
 */
export function encodeLabels(
  lists: readonly ArrayLike<Value>[],
  names: readonly string[] | undefined,
): EncodedLabels {
  if (names !== undefined && lists.every((list) => inRange(list, names.length))) {
    return { classes: names, labels: lists.map((list) => Int32Array.from(list, Number)) };
  }
  const texts = lists.map((list) => Array.from(list, String));
  const { classes, indexOf } = collectClasses(texts);
  return { classes, labels: texts.map((list) => Int32Array.from(list, indexOf)) };
}

function inRange(list: ArrayLike<Value>, k: number): boolean {
  for (let i = 0; i < list.length; i++) {
    const value = list[i] as Value;
    const number = Number(value);
    if (typeof value === 'string' || !Number.isInteger(number) || number < 0 || number >= k) {
      return false;
    }
  }
  return true;
}

/** The entries of a list that are not left out. @param skipped ascending */
export function without<T extends Value | null>(
  list: ArrayLike<T>,
  skipped: readonly number[],
): T[] {
  const gone = new Set(skipped);
  return Array.from(list).filter((_, row) => !gone.has(row));
}

/** Labels of which some are not there: their classes, −1 for those, over all lists. */
export function encodeSomeLabels(
  lists: readonly ArrayLike<Value | null>[],
  names: readonly string[] | undefined,
): EncodedLabels {
  const given = lists.map((list) => Array.from(list).filter((value) => value !== null));
  const { classes, labels } = encodeLabels(given, names);
  const spread = lists.map((list, i) => {
    let next = 0;
    return Int32Array.from(list, (value) =>
      value === null ? noLabel : (labels[i]?.[next++] as number),
    );
  });
  return { classes, labels: spread };
}
