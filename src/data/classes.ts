import { compareText, decimalOf } from '../core/index.ts';
import { list } from './text.ts';

/** Whether a text is a decimal number, as class names and column names are tested. */
export function isNumeric(text: string): boolean {
  return decimalOf(text) !== undefined;
}

/** Class names and the lookup from a label's text to its class. */
export interface Classes {
  /** Sorted: by value if all are numbers, else by code unit, which is the same in every locale. */
  readonly classes: readonly string[];
  /** The class of a label's text; the text must occur in the lists given. */
  readonly indexOf: (label: string) => number;
  /** Texts that were joined into one class because they write the same number, such as 1 and 1.0. */
  readonly joined: readonly (readonly string[])[];
}

/**
 * Classes are the distinct texts of the lists. If all of them are numbers, texts of equal value
 * (1, 1.0) are one class, named by the shortest, so that columns written by different programs fit.
 */
export function collectClasses(lists: readonly (readonly string[])[]): Classes {
  const names = new Set<string>();
  for (const list of lists) for (const label of list) names.add(label);
  const sorted = [...names].sort(compareText);
  const groups = sorted.every(isNumeric) ? groupByValue(sorted) : sorted.map((name) => [name]);
  const index = new Map<string, number>();
  groups.forEach((group, i) => {
    for (const name of group) index.set(name, i);
  });
  return {
    classes: groups.map((group) => group[0] as string),
    indexOf: (label) => index.get(label) as number,
    joined: groups.filter((group) => group.length > 1),
  };
}

/** Warns of class names that differ in case, spaces or hyphens only. */
export function alikeNotices(classes: readonly string[]): string[] {
  const alike = new Map<string, string[]>();
  for (const name of classes) {
    const plain = name
      .normalize('NFKC')
      .toLowerCase()
      .replace(/[\s_-]+/g, ' ')
      .trim();
    alike.set(plain, [...(alike.get(plain) ?? []), name]);
  }
  return [...alike.values()]
    .filter((names) => names.length > 1)
    .map(
      (names) =>
        `warning: ${list(names)} are different classes: if they mean the same, write them alike`,
    );
}

function groupByValue(names: readonly string[]): string[][] {
  const groups = new Map<number | string, string[]>();
  for (const name of names) {
    const value = Number(name) + 0; // -0 and 0 are one key of a Map
    // ids of many digits may be one number in float64, and are not the same
    const key = /^[+-]?\d+$/.test(name) && !Number.isSafeInteger(value) ? name : value;
    const group = groups.get(key);
    if (group) group.push(name);
    else groups.set(key, [name]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.length - b.length);
  return [...groups].sort(([a], [b]) => Number(a) - Number(b)).map(([, group]) => group);
}
