import type { Pieces } from '../../core/index.ts';
import type { CommonFit } from './estimate.ts';

/** A class that a classifier rules out entirely can still be what the annotators say. */
const leastProb = 1e-6;

/** Powers that are tried, from that of a classifier that says nothing to that of one who is too unsure of itself. */
const powers = [0, 0.25, 0.5, 0.75, 1, 1.5, 2];

/**
 * The power of the probabilities that makes the annotators' labels most likely, and the probabilities to that power, with
 * rows that sum to 1: 1 for a classifier whose probabilities are right, less for one that is too sure, and 0 for one
 * that is of no use, or exchanges classes.
 * @param common fits one matrix, or rate, for all annotators
 */
export function* temperedProbs(
  probs: Float32Array | Float64Array,
  k: number,
  common: (rowProbs: Float64Array) => Pieces<CommonFit>,
): Pieces<{ readonly power: number; readonly rowProbs: Float64Array }> {
  let best: { power: number; rowProbs: Float64Array } | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const power of powers) {
    const rowProbs = toPower(probs, k, power);
    const { logPosterior, keepsNames } = yield* common(rowProbs);
    if (best !== undefined && (logPosterior <= most || !keepsNames)) continue;
    best = { power, rowProbs };
    most = logPosterior;
  }
  return best as NonNullable<typeof best>;
}

/** Probabilities of at least 1e-6, to a power, divided by their sum over each row. */
function toPower(probs: Float32Array | Float64Array, k: number, power: number): Float64Array {
  const tempered = Float64Array.from(probs, (p) => Math.max(p, leastProb) ** power);
  for (let start = 0; start < tempered.length; start += k) {
    const row = tempered.subarray(start, start + k);
    const sum = row.reduce((total, value) => total + value, 0);
    for (let i = 0; i < k; i++) row[i] = (row[i] as number) / sum;
  }
  return tempered;
}
