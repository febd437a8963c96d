import { SymlossError } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';

/** How far the shares of a row may sum from 1: they come from files with few digits. */
const sumTolerance = 1e-4;

/**
 * Checks soft labels [n, k]: shares of the classes, each row with a sum of 1 within 1e-4, and its
 * label among the classes of the largest share.
 * @throws SymlossError naming the first bad row, from 0
 */
export function checkSoftLabels({ softLabels, labels, classes }: Dataset): void {
  if (softLabels === undefined) return;
  const where = 'data, softLabels';
  const k = classes.length;
  const n = labels.length;
  if (softLabels.length !== n * k) {
    throw new SymlossError(where, `${n} rows of ${k} = ${n * k} numbers`, `${softLabels.length}`);
  }
  for (let row = 0; row < n; row++) {
    const shares = softLabels.subarray(row * k, (row + 1) * k);
    let [sum, least, most] = [0, Infinity, -Infinity];
    for (const value of shares) {
      sum += value;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    const place = `${where}, row ${row}`;
    // NaN fails both comparisons
    if (!(least >= 0 && Math.abs(sum - 1) <= sumTolerance)) {
      const received = least < 0 ? `a share of ${least}` : `a sum of ${sum}`;
      throw new SymlossError(place, 'shares from 0 up with a sum of 1', received);
    }
    const own = shares[labels[row] as number] as number;
    if (own < most) {
      const received = `one of ${own}, where the largest is ${most}`;
      throw new SymlossError(place, 'the largest share for the label of the row', received, {
        hint: 'set labels to the class of the largest share of each row',
      });
    }
  }
}
