import { checkInteger } from './checks.ts';
import { SymlossError } from './errors.ts';

/** Probabilities come from float32 softmaxes of up to thousands of classes: rounding adds up. */
const sumTolerance = 1e-4;

/**
 * Checks class probabilities [n*k]: whole rows, no negative entry, row sums of 1 within 1e-4.
 * @param n how many rows there must be; any whole number of rows by default
 * @throws SymlossError naming the first bad row (from 0)
 */
export function checkProbabilities(
  where: string,
  probs: Float32Array | Float64Array,
  k: number,
  n = Math.floor(probs.length / k),
): void {
  checkInteger(`${where} k`, k, { min: 1 });
  if (probs.length !== n * k) {
    throw new SymlossError(where, `${n} rows of ${k} = ${n * k} numbers`, String(probs.length));
  }
  for (let row = 0; row < n; row++) {
    let sum = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let cell = row * k; cell < (row + 1) * k; cell++) {
      sum += probs[cell] as number;
      least = Math.min(least, probs[cell] as number);
    }
    if (least >= 0 && Math.abs(sum - 1) <= sumTolerance) continue; // false for NaN
    const received = least < 0 ? `an entry of ${least}` : `a sum of ${sum}`;
    throw new SymlossError(`${where}, row ${row}`, 'probabilities with a sum of 1', received);
  }
}
