import { checkRows } from './checks.ts';

/** Rows, and numbers, that a calibration is fitted on at most: more would move it less than it is uncertain anyway. */
const [mostRows, mostNumbers] = [50_000, 5e6];

/**
 * Scores and labels to fit a calibration on: all, or of many rows evenly spaced ones, 50,000 or as many as have 5 million scores.
 * @param scores [n·k]
 * @param labels [n]
 * @throws SymlossError for wrong sizes of many rows; of few, what fits them checks them
 */
export function rowsToFit(
  scores: Float64Array,
  labels: Int32Array,
  k: number,
): { readonly scores: Float64Array; readonly labels: Int32Array } {
  const n = labels.length;
  const m = Math.min(n, mostRows, Math.ceil(mostNumbers / k));
  if (m === n) return { scores, labels };
  checkRows('calibrate', scores, labels, k);
  const [ownScores, ownLabels] = [new Float64Array(m * k), new Int32Array(m)];
  for (let i = 0; i < m; i++) {
    const row = Math.floor((i * n) / m);
    ownScores.set(scores.subarray(row * k, (row + 1) * k), i * k);
    ownLabels[i] = labels[row] as number;
  }
  return { scores: ownScores, labels: ownLabels };
}
