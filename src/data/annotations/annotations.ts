import { noLabel } from '../../audit/index.ts';
import { SymlossError, show } from '../../core/index.ts';

/** The labels of several annotators, of which the labels of a dataset are the consensus. */
export interface Annotations {
  /** Names of the annotators, [m]. */
  readonly annotators: readonly string[];
  /** `[n, m]`, row-major: a class from 0 to k − 1, or −1 where the annotator gave the row none. */
  readonly labels: Int32Array;
}

/**
 * The annotations of some rows.
 * @param rows indices from 0 to n − 1
 */
export function selectAnnotations(
  { annotators, labels }: Annotations,
  rows: ArrayLike<number>,
): Annotations {
  const m = annotators.length;
  const selected = new Int32Array(rows.length * m);
  for (let i = 0; i < rows.length; i++) {
    const from = (rows[i] as number) * m;
    selected.set(labels.subarray(from, from + m), i * m);
  }
  return { annotators, labels: selected };
}

/** Whether any of the labels from `start` to before `end` is there. */
export function isLabelled(labels: Int32Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (labels[i] !== noLabel) return true;
  return false;
}

/** The same with other numbers for the classes. */
export function renumberAnnotations(
  { annotators, labels }: Annotations,
  numberOf: (label: number) => number,
): Annotations {
  return {
    annotators,
    labels: labels.map((label) => (label === noLabel ? noLabel : numberOf(label))),
  };
}

/** @throws SymlossError for other than n rows of m labels, two annotators of one name, a label out of range */
export function checkAnnotations(
  where: string,
  { annotators, labels }: Annotations,
  n: number,
  k: number,
): void {
  const m = annotators.length;
  if (m === 0) throw new SymlossError(where, 'at least one annotator', 'none');
  const seen = new Set<string>();
  for (const name of annotators) {
    if (seen.has(name)) {
      throw new SymlossError(where, 'annotators whose names differ', `${show(name)} twice`);
    }
    seen.add(name);
  }
  if (labels.length !== n * m) {
    const expected = `${n * m} labels, ${m} for each row`;
    throw new SymlossError(where, expected, String(labels.length));
  }
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    if (Number.isInteger(label) && label >= noLabel && label < k) continue;
    const place = `${where}, row ${Math.floor(i / m)}, annotator ${show(annotators[i % m])}`;
    throw new SymlossError(place, `a label from 0 to ${k - 1}, or ${noLabel}`, show(label));
  }
}
