import type { Column } from './column.ts';

/** Numbers that people write for a missing cell. */
const candidates: ReadonlySet<number> = new Set([
  -9, -99, -999, -9999, -99999, 99, 999, 9999, 99999,
]);
/** Of the cells, how many hold it at least; and so many cells. */
const least = { share: 0.01, cells: 2 };

/**
 * A number such as -999 that several cells hold, farther from all other numbers than these are from each other: it probably stands for a
 * missing cell.
 * @param values of a column held as texts, the number that each stands for
 */
export function sentinelIn(column: Column, values: Float64Array | undefined): number | undefined {
  const counts = new Map<number, number>();
  let [min, max, cells] = [Infinity, -Infinity, 0];
  const see = (value: number, count: number): void => {
    if (Number.isNaN(value)) return;
    cells += count;
    const isFar = value < -8 || value > 98; // most are not, and a look into the set takes time
    if (isFar && candidates.has(value)) {
      counts.set(value, (counts.get(value) ?? 0) + count);
      return;
    }
    if (value < min) min = value;
    if (value > max) max = value;
  };
  if (values === undefined) column.eachNumber((value) => see(value, 1));
  else for (const [code, count] of column.counts().entries()) see(values[code] as number, count);
  for (const [value, count] of counts) {
    const gap = Math.max(min - value, value - max);
    const isOften = count >= least.cells && count >= least.share * cells;
    if (isOften && max > min && gap > max - min) return value;
  }
  return undefined;
}
