import {
  checkInteger,
  checkLabels,
  checkList,
  checkProbabilities,
  SymlossError,
  show,
} from '../../core/index.ts';

/** Class probabilities of n rows: [n, k] as lists, or row-major as one typed array. */
export type ProbRows =
  | Float32Array
  | Float64Array
  | readonly (ArrayLike<number> & Iterable<number>)[];

/** Labels and out-of-sample probabilities, checked. */
export interface Rows {
  readonly n: number;
  readonly k: number;
  /** [n], 0 to k − 1; every class occurs. */
  readonly labels: Int32Array;
  /** [n, k], row-major; rows sum to 1. */
  readonly probs: Float32Array | Float64Array;
  /** [k], rows by label. */
  readonly counts: Int32Array;
}

/**
 * Checks labels and probabilities.
 * @throws SymlossError for other numbers of rows, labels out of range, rows that do not sum to 1, fewer than two classes,
 * or a class without a row
 */
export function rowsOf(
  where: string,
  given: ArrayLike<number>,
  probs: ProbRows,
  classCount?: number,
): Rows {
  checkList(`${where} labels`, given);
  const n = given.length;
  if (n === 0) throw new SymlossError(`${where} labels`, 'at least one row', 'none');
  const { values, k } = flat(`${where} probs`, probs, n, classCount);
  checkLabels(`${where} labels`, given, k);
  checkProbabilities(`${where} probs`, values, k, n);
  const labels = given instanceof Int32Array ? given : Int32Array.from(given);
  const counts = new Int32Array(k);
  for (let row = 0; row < n; row++) {
    const label = labels[row] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  const absent = counts.indexOf(0);
  if (absent >= 0) {
    throw new SymlossError(
      `${where} labels`,
      `a row of each of ${k} classes`,
      `none of ${absent}`,
      {
        hint: 'leave classes that no row has out, and their probabilities, with rows that sum to 1 again',
      },
    );
  }
  return { n, k, labels, probs: values, counts };
}

/** Probabilities as one row-major array, and the number of classes. */
function flat(
  where: string,
  probs: ProbRows,
  n: number,
  classCount: number | undefined,
): { values: Float32Array | Float64Array; k: number } {
  if (classCount !== undefined) checkInteger(`${where} k`, classCount, { min: 2 });
  if (probs instanceof Float32Array || probs instanceof Float64Array) {
    const k = classCount ?? probs.length / n;
    if (!Number.isInteger(k)) {
      throw new SymlossError(where, `${n} rows, as many as labels`, `${probs.length} numbers`, {
        hint: 'a typed array holds n·k numbers, one row after the other',
      });
    }
    return { values: probs, k: checkClasses(where, k) };
  }
  if (!Array.isArray(probs)) {
    const expected = 'a list of rows, a Float32Array or a Float64Array';
    throw new SymlossError(where, expected, show(probs));
  }
  if (probs.length !== n) {
    throw new SymlossError(where, `${n} rows, as many as labels`, `${probs.length} rows`);
  }
  checkList(`${where}, row 0`, probs[0]);
  const k = checkClasses(where, classCount ?? (probs[0] as ArrayLike<number>).length);
  const values = new Float64Array(n * k);
  for (const [row, own] of probs.entries()) {
    checkList(`${where}, row ${row}`, own);
    if (own.length !== k) {
      throw new SymlossError(`${where}, row ${row}`, `${k} probabilities`, String(own.length));
    }
    values.set(own, row * k);
  }
  return { values, k };
}

function checkClasses(where: string, k: number): number {
  if (k >= 2) return k;
  throw new SymlossError(where, 'probabilities of at least two classes', String(k), {
    hint: 'of two classes give both probabilities, p and 1 − p',
  });
}

/** The class of the largest of k numbers from `start` on; of equal ones the first. */
export function largest(values: ArrayLike<number>, start: number, k: number): number {
  let best = 0;
  for (let c = 1; c < k; c++) {
    if ((values[start + c] as number) > (values[start + best] as number)) best = c;
  }
  return best;
}
