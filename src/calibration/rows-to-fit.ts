import { checkRows } from './checks.ts';

/** Rows, and numbers, that a calibration is fitted on at most: more would move it less than it is uncertain anyway. */
const [mostRows, mostNumbers] = [50_000, 5e6];

/** Scores of one or several models for the same rows, [n·k] each, and the labels of the rows, [n]. */
export interface LabelledScores {
  readonly scores: readonly Float64Array[];
  readonly labels: Int32Array;
}

/**
 * What to fit a calibration on: all rows, or of many evenly spaced ones, 50,000 or as many as have 5 million scores.
 * @throws SymlossError for wrong sizes of many rows; of few, what fits them checks them
 */
export function rowsToFit(all: LabelledScores, k: number): LabelledScores {
  const { scores, labels } = all;
  const n = labels.length;
  const m = Math.min(n, mostRows, Math.ceil(mostNumbers / k));
  if (m === n) return all;
  for (const own of scores) checkRows('calibrate', own, labels, k);
  return pickRows(
    all,
    k,
    Uint32Array.from({ length: m }, (_, i) => Math.floor((i * n) / m)),
  );
}

/** Some rows, in the order given. */
export function pickRows(
  { scores, labels }: LabelledScores,
  k: number,
  rows: ArrayLike<number>,
): LabelledScores {
  const picked = Int32Array.from(rows, (row) => labels[row] as number);
  return {
    labels: picked,
    scores: scores.map((all) => {
      const own = new Float64Array(rows.length * k);
      for (let i = 0; i < rows.length; i++) {
        const start = (rows[i] as number) * k;
        own.set(all.subarray(start, start + k), i * k);
      }
      return own;
    }),
  };
}
