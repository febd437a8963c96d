import { checkNumber, SymlossError, show } from '../../core/index.ts';
import { highest } from '../confident/rank.ts';

export interface Suspects {
  /** The most suspect row first. */
  readonly rows: Uint32Array;
  /** Mean of p(wrong) over them: the share of the list that is expected to be wrong; NaN for an empty list. */
  readonly expectedPrecision: number;
}

/** A row below this is more probably right than wrong. */
const leastWrong = 0.5;

/**
 * The longest list of rows whose labels are probably wrong that is expected to be right so often: rows in descending order
 * of p(wrong), as long as its mean over the list is at least `precision`. Rows that are more probably right than
 * wrong are never in it.
 * @param pWrong [n], calibrated
 * @param precision in [0, 1]
 * @throws SymlossError for a precision out of range, and a probability that is none
 */
export function suspectsOf(pWrong: Float64Array, precision: number): Suspects {
  checkNumber('suspectsOf precision', precision, { min: 0, max: 1 });
  let most = 0;
  for (const [row, p] of pWrong.entries()) {
    if (Number.isNaN(p)) {
      throw new SymlossError(`suspectsOf, row ${row}`, 'a probability', show(p));
    }
    if (p >= leastWrong) most++;
  }
  const order = highest(pWrong, most);
  let sum = 0;
  let size = 0;
  for (const row of order) {
    const p = pWrong[row] as number;
    if (sum + p < precision * (size + 1)) break;
    sum += p;
    size++;
  }
  return { rows: order.slice(0, size), expectedPrecision: sum / size };
}
