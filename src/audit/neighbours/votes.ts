import type { Nearest } from './nearest.ts';
import { noNeighbour } from './nearest.ts';

/** How many of the nearest rows have each label, [n·k]. */
export function neighbourVotes(
  { rows, count }: Pick<Nearest, 'rows' | 'count'>,
  labels: Int32Array,
  k: number,
): Uint32Array {
  const votes = new Uint32Array(labels.length * k);
  for (const [i, other] of rows.entries()) {
    if (other === noNeighbour) continue;
    const cell = Math.floor(i / count) * k + (labels[other] as number);
    votes[cell] = (votes[cell] as number) + 1;
  }
  return votes;
}

/**
 * What the labels of neighbours say of a row's label: (votes_c + π_c)/(Σ votes + 1), where π is how frequent each label is.
 * @param votes [n·k]
 * @returns probabilities [n·k], above 0 for every class that rows are labelled with
 */
export function neighbourProbs(votes: Uint32Array, labels: Int32Array, k: number): Float64Array {
  const shares = new Float64Array(k);
  for (const label of labels) shares[label] = (shares[label] as number) + 1 / labels.length;
  const probs = new Float64Array(votes.length);
  for (let start = 0; start < votes.length; start += k) {
    let sum = 1;
    for (let c = 0; c < k; c++) sum += votes[start + c] as number;
    for (let c = 0; c < k; c++) {
      probs[start + c] = ((votes[start + c] as number) + (shares[c] as number)) / sum;
    }
  }
  return probs;
}
