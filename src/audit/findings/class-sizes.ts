import { checkInteger, checkLabels } from '../../core/index.ts';

/** How many rows are labelled with each class. */
export interface ClassSizes {
  /** [k] */
  readonly rows: readonly number[];
  /** The class of the fewest rows and that of the most; of equal ones the first. */
  readonly smallest: number;
  readonly largest: number;
  /** Rows of the largest by those of the smallest; Infinity where that has none. */
  readonly imbalance: number;
}

/**
 * Counts the rows of each class.
 * @param labels [n], 0 to k − 1
 * @throws SymlossError for a label out of range
 */
export function classSizes(labels: ArrayLike<number>, k: number): ClassSizes {
  checkInteger('classSizes k', k, { min: 1 });
  checkLabels('classSizes labels', labels, k);
  const rows = new Array<number>(k).fill(0);
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    rows[label] = (rows[label] as number) + 1;
  }
  const [least, most] = [Math.min(...rows), Math.max(...rows)];
  return {
    rows,
    smallest: rows.indexOf(least),
    largest: rows.indexOf(most),
    imbalance: most / least,
  };
}
