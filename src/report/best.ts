import type { Cell, Quantity } from './page-data.ts';

/**
 * Those of a group with the largest mean, none of a single one. A cell that lost runs cannot be
 * best: the runs that end are its better ones.
 */
export function bestOf(group: readonly Cell[], quantity: Quantity): Cell[] {
  if (group.length < 2) return [];
  const whole = group.filter(({ diverged, failed }) => diverged + failed === 0);
  const means = whole.flatMap((cell) => cell.values[quantity]?.mean ?? []);
  const top = Math.max(...means);
  return whole.filter((cell) => cell.values[quantity]?.mean === top);
}
