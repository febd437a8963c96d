import type { Rows } from './rows.ts';
import { largest } from './rows.ts';
import { slack } from './thresholds.ts';

export interface ConfidentJoint {
  /** [k, k] by given label and confident class: how many rows; the diagonal is at least 1. */
  readonly counts: Float64Array;
  /** Rows whose confident class is not their label, ascending. */
  readonly offDiagonal: Uint32Array;
}

/**
 * Counts rows by their label and the class that they are confidently in (Northcutt, Jiang, Chuang 2021, eq. 1): the one
 * whose probability reaches its threshold within 1e-6. Where several do, it is the most probable of all classes; where
 * none does, the row is not counted.
 * @param thresholds [k]
 */
export function confidentJoint(
  { n, k, labels, probs }: Rows,
  thresholds: Float64Array,
): ConfidentJoint {
  const least = thresholds.map((threshold) => threshold - slack);
  const counts = new Float64Array(k * k);
  const off = new Uint32Array(n);
  let found = 0;
  for (let row = 0; row < n; row++) {
    let hits = 0;
    let hit = 0;
    for (let c = 0; c < k; c++) {
      if ((probs[row * k + c] as number) < (least[c] as number)) continue;
      hits++;
      hit = c;
    }
    if (hits === 0) continue;
    const label = labels[row] as number;
    const confident = hits === 1 ? hit : largest(probs, row * k, k);
    const cell = label * k + confident;
    counts[cell] = (counts[cell] as number) + 1;
    if (confident !== label) off[found++] = row;
  }
  for (let c = 0; c < k; c++) counts[c * k + c] = Math.max(1, counts[c * k + c] as number);
  return { counts, offDiagonal: off.slice(0, found) };
}
