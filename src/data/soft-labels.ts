import { SymlossError, show } from '../core/index.ts';
import { count } from './text.ts';

/** How far the sum of a row may be from 1: exactly but for float32, and where shares were rounded, to two digits or more. */
const sumTolerance = { exact: 1e-4, rounded: 1e-2 + 1e-6 }; // in float32, 1 − 0.99 is a little more than 0.01

/**
 * Checks soft labels against the labels that stand for them.
 * @param soft `[n, k]`, row-major
 * @param labels `[n]`
 * @throws SymlossError naming the first row (from 0) that is no distribution over the classes, or whose
 * label is not its largest share
 */
export function checkSoftLabels(
  where: string,
  soft: ArrayLike<number>,
  labels: Int32Array,
  k: number,
): void {
  checkLength(where, `${labels.length * k} shares, ${k} for each row`, labels.length * k, soft);
  for (let row = 0; row < labels.length; row++) {
    checkShares(`${where}, row ${row}`, soft, row, k, sumTolerance.exact);
    const largest = largestShare(soft, row, k);
    // where two are as large, classes in another order make another one the first
    if (soft[row * k + (labels[row] as number)] === soft[row * k + largest]) continue;
    const expected = `the label ${largest}, its largest share`;
    throw new SymlossError(`${where}, row ${row}`, expected, show(labels[row]));
  }
}

/**
 * Soft labels whose rows sum to 1 exactly, as far as float32 goes, and the class of the largest share
 * of each row; of equal ones the first. Rows whose sum is within 0.01 of 1 are divided by it.
 * @param place what messages call a row
 * @param soft `[n, k]`, row-major
 * @returns also how many rows were `rounded`: their sum was more than 1e-4 from 1
 * @throws SymlossError naming the first row that is no distribution over the classes
 */
export function normaliseSoftLabels(
  place: (row: number) => string,
  soft: ArrayLike<number>,
  k: number,
): { softLabels: Float32Array; labels: Int32Array; rounded: number } {
  const n = soft.length / k;
  const softLabels = new Float32Array(n * k);
  const labels = new Int32Array(n);
  let rounded = 0;
  for (let row = 0; row < n; row++) {
    const sum = checkShares(place(row), soft, row, k, sumTolerance.rounded);
    if (Math.abs(sum - 1) > sumTolerance.exact) rounded++;
    for (let i = row * k; i < (row + 1) * k; i++) softLabels[i] = (soft[i] as number) / sum;
    labels[row] = largestShare(softLabels, row, k);
  }
  return { softLabels, labels, rounded };
}

/** Says how many rows were divided by their sum. @param rounded as `normaliseSoftLabels` returns it */
export function roundedNotice(rounded: number): string[] {
  if (rounded === 0) return [];
  return [
    `shares of the classes of ${count(rounded, 'row')} sum to 1 up to rounding: divided by their sum`,
  ];
}

/** @throws SymlossError unless there is one for each row, finite, not negative, and one is positive */
export function checkSampleWeights(where: string, weights: ArrayLike<number>, n: number): void {
  checkLength(where, `${n}, one for each row`, n, weights);
  let sum = 0;
  for (let row = 0; row < n; row++) {
    const weight = weights[row] as number;
    if (!(weight >= 0 && weight < Infinity)) {
      throw new SymlossError(`${where}, row ${row}`, 'a finite number, at least 0', show(weight));
    }
    sum += weight;
  }
  if (sum === 0) throw new SymlossError(where, 'a weight above 0', 'only 0');
}

/** The sum of a row's shares, 1 up to the tolerance. */
function checkShares(
  where: string,
  soft: ArrayLike<number>,
  row: number,
  k: number,
  tolerance: number,
): number {
  let sum = 0;
  for (let i = row * k; i < (row + 1) * k; i++) {
    const share = soft[i] as number;
    if (!(share >= 0 && share < Infinity)) {
      const place = `${where}, class ${i - row * k}`;
      throw new SymlossError(place, 'a finite number, at least 0', show(share));
    }
    sum += share;
  }
  if (Math.abs(sum - 1) <= tolerance) return sum;
  throw new SymlossError(
    where,
    'shares of the classes that sum to 1',
    `a sum of ${Number(sum.toPrecision(6))}`,
    {
      hint: 'divide each row by its sum; scores (logits) need a softmax',
    },
  );
}

function largestShare(soft: ArrayLike<number>, row: number, k: number): number {
  let best = 0;
  for (let c = 1; c < k; c++) {
    if ((soft[row * k + c] as number) > (soft[row * k + best] as number)) best = c;
  }
  return best;
}

function checkLength(
  where: string,
  expected: string,
  length: number,
  values: ArrayLike<number>,
): void {
  if (values.length !== length) throw new SymlossError(where, expected, String(values.length));
}
