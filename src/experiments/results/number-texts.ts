import type { PairedDifference, Spread } from './statistics.ts';
import { significance } from './statistics.ts';

/** Where there is no number. */
export const nothing = '–';

/** `0.8912` → `89.1`; a half goes up, also where rounding in the sum over the seeds left it just below: `0.8635` → `86.4`. */
export function percent(share: number): string {
  return (Math.round(Number((1000 * share).toFixed(6))) / 10).toFixed(1);
}

/** `89.1 ± 1.2` in percent; without a deviation for a single run, `–` for none. */
export function spreadText(spread: Spread | undefined): string {
  if (spread === undefined) return nothing;
  const { mean, std } = spread;
  return std === undefined ? percent(mean) : `${percent(mean)} ± ${percent(std)}`;
}

/** `+5.0 [+2.5, +7.5]` in percentage points; without an interval for a single seed, `–` for none. */
export function differenceText(difference: PairedDifference | undefined): string {
  if (difference === undefined) return nothing;
  const { mean, interval } = difference;
  return interval === undefined
    ? points(mean)
    : `${points(mean)} [${interval.map(points).join(', ')}]`;
}

/** `differenceText`, with `*` behind what is significant: see `significanceNote`. */
export function markedDifferenceText(difference: PairedDifference | undefined): string {
  const { adjustedPValue = 1 } = difference ?? {};
  return `${differenceText(difference)}${adjustedPValue < significance ? ' *' : ''}`;
}

/** What the mark of `markedDifferenceText` says. */
export const significanceNote = `* means that it differs from 0 at the ${100 * significance} % level after Holm’s correction for all differences of its data and network in this column`;

/** `+1.2`, `−0.8`, `0.0` */
function points(share: number): string {
  const text = percent(Math.abs(share));
  return text === '0.0' ? text : `${share < 0 ? '−' : '+'}${text}`;
}
