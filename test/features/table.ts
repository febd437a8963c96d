import type { ColumnKind } from '../../src/data/index.ts';
import type { TableRows } from '../../src/features/index.ts';

type Cells = readonly (number | string | undefined)[];

/** A table from columns of cells: `undefined` is a missing one, texts are put into lists. */
export function tableOf(
  columns: Readonly<Record<string, readonly [ColumnKind, Cells]>>,
): TableRows & {
  readonly d: number;
  readonly n: number;
} {
  const entries = Object.entries(columns);
  const d = entries.length;
  const n = entries[0]?.[1][1].length ?? 0;
  const features = new Float32Array(n * d).fill(Number.NaN);
  const texts = entries.map(([, [, cells]], j) => {
    const own: string[] = [];
    cells.forEach((cell, row) => {
      if (typeof cell === 'string') {
        if (!own.includes(cell)) own.push(cell);
        features[row * d + j] = own.indexOf(cell);
      } else if (cell !== undefined) features[row * d + j] = cell;
    });
    return own.length > 0 ? own : undefined;
  });
  const names = entries.map(([name]) => name);
  return { features, columns: names, kinds: entries.map(([, [kind]]) => kind), texts, d, n };
}

export const rowsTo = (n: number): Uint32Array => Uint32Array.from({ length: n }, (_, i) => i);
