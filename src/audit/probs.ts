import { SymlossError } from '../core/index.ts';

/** Rows are float32 softmaxes of up to thousands of classes: rounding adds up. */
const sumTolerance = 1e-4;

/** @throws SymlossError naming the first row (from 0) that holds no probabilities with a sum of 1 */
export function checkProbs(
  where: string,
  probs: Float32Array | Float64Array,
  n: number,
  k: number,
): void {
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
