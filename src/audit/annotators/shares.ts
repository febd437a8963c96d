import type { Votes } from './votes.ts';

/**
 * The share of a row's labels that each class has, [n, k]: 2/3 and 1/3 where two of three annotators
 * agree, 1/2 each in a tie of two. Rows sum to 1.
 */
export function voteShares({ n, k, starts, labels }: Votes): Float64Array {
  const shares = new Float64Array(n * k);
  for (let row = 0; row < n; row++) {
    const [from, to] = [starts[row] as number, starts[row + 1] as number];
    for (let v = from; v < to; v++) {
      const cell = row * k + (labels[v] as number);
      shares[cell] = (shares[cell] as number) + 1 / (to - from);
    }
  }
  return shares;
}

/** The class of the largest share of each row, [n]; of equal ones the first. */
export function largestShares(shares: Float64Array | Float32Array, k: number): Int32Array {
  const n = shares.length / k;
  const largest = new Int32Array(n);
  for (let row = 0; row < n; row++) {
    let best = 0;
    for (let c = 1; c < k; c++) {
      if ((shares[row * k + c] as number) > (shares[row * k + best] as number)) best = c;
    }
    largest[row] = best;
  }
  return largest;
}
