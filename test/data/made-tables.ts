import type { Table } from '../../src/data/index.ts';

const labelOf = (row: number) => (row % 3 === 1 ? 'u' : 'v');

/** A table with a label, by itself of two classes that nothing tells. */
export function csv(
  columns: Readonly<Record<string, (row: number) => unknown>>,
  rows = 60,
  label: (row: number) => unknown = labelOf,
): string {
  const names = Object.keys(columns);
  const cell = (value: unknown) => `"${String(value).replaceAll('"', '""')}"`;
  const lines = Array.from({ length: rows }, (_, i) =>
    [...names.map((name) => cell(columns[name]?.(i))), cell(label(i))].join(','),
  );
  return `${[...names.map(cell), 'y'].join(',')}\n${lines.join('\n')}\n`;
}

/** The kinds of the columns that are kept. */
export function kindsOf({ columns = [], kinds }: Table): Record<string, string> {
  return Object.fromEntries(columns.map((name, j) => [name, kinds?.[j] ?? 'numeric']));
}

/** What a column's numbers stand for, of the first rows. */
export function cellsOf(
  { columns = [], features, texts }: Table,
  name: string,
  rows = 3,
): unknown[] {
  const [d, j] = [columns.length, columns.indexOf(name)];
  return Array.from({ length: rows }, (_, row) => {
    const value = features[row * d + j] as number;
    return texts?.[j] === undefined || Number.isNaN(value) ? value : texts[j]?.[value];
  });
}

/** Twelve words. */
export const words = 'the a red dog cat runs sleeps far away today never slowly'.split(' ');

/** A text of six of them. */
export const sentence = (i: number) =>
  Array.from({ length: 6 }, (_, k) => words[(Math.imul(i + 7, 2654435761) >>> (4 * k)) % 12]).join(
    ' ',
  );
