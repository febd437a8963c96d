import { count } from '../numbers.ts';
import type { Cell, Spread } from '../page-data.ts';

/** What error bars or bands are, and over how many runs: `over 3 seeds`, `over 2 to 3 seeds`. */
export function spreadNote(kind: string, spreads: readonly Spread[]): string {
  const sizes = spreads.map(({ n }) => n);
  const least = Math.min(...sizes);
  const most = Math.max(...sizes);
  if (sizes.length === 0) return '';
  if (most === 1) return `One seed each, so there are no ${kind}.`;
  const seeds = least === most ? count(most, 'seed') : `${least} to ${most} seeds`;
  return `Means over ${seeds}; ${kind} are ± 1 standard deviation (n − 1) of single runs, not of the mean.`;
}

/** Says what means leave out; empty where all runs ended. */
export function mishapNote(cells: readonly Cell[]): string {
  const diverged = cells.reduce((total, cell) => total + cell.diverged, 0);
  const failed = cells.reduce((total, cell) => total + cell.failed, 0);
  if (diverged + failed === 0) return '';
  const parts = [
    ...(diverged > 0 ? [`${count(diverged, 'run')} that diverged`] : []),
    ...(failed > 0 ? [`${count(failed, 'run')} that failed`] : []),
  ];
  return ` Left out: ${parts.join(' and ')}, which flatters the losses concerned.`;
}
