import { checkInteger, SymlossError, show } from '../../core/index.ts';

/** A missing label: the annotator did not label the row. */
export const noLabel = -1;

/** The labels of several annotators, those that there are, row by row. */
export interface Votes {
  /** Rows. */
  readonly n: number;
  /** Annotators. */
  readonly m: number;
  /** Classes. */
  readonly k: number;
  /** The labels of row i are those from `starts[i]` to `starts[i + 1]`. [n + 1] */
  readonly starts: Uint32Array;
  /** Whose label it is, 0 to m − 1. [starts[n]] */
  readonly annotators: Uint32Array;
  /** The labels, 0 to k − 1. [starts[n]] */
  readonly labels: Int32Array;
}

/**
 * The labels that there are in a table of them.
 * @param labels [n, m], row-major: 0 to k − 1, or −1 where an annotator gave none
 * @param names how rows and annotators are called in messages, from 0
 * @throws SymlossError for a wrong number of labels, one out of range, or a row without any
 */
export function votesOf(
  where: string,
  labels: Int32Array,
  m: number,
  k: number,
  names: (annotator: number) => string = String,
): Votes {
  checkInteger(`${where} annotators`, m, { min: 1 });
  checkInteger(`${where} k`, k, { min: 1 });
  const n = labels.length / m;
  if (!Number.isInteger(n) || n === 0) {
    const expected = `rows of ${m} labels, one by each annotator`;
    throw new SymlossError(`${where} labels`, expected, `${labels.length} labels`);
  }
  let given = 0; // a loop: there may be many labels that are not there
  for (let i = 0; i < labels.length; i++) if (labels[i] !== noLabel) given++;
  const starts = new Uint32Array(n + 1);
  const annotators = new Uint32Array(given);
  const kept = new Int32Array(given);
  let end = 0;
  for (let row = 0; row < n; row++) {
    starts[row] = end;
    for (let a = 0; a < m; a++) {
      const label = labels[row * m + a] as number;
      if (label === noLabel) continue;
      if (!(label >= 0 && label < k)) {
        const place = `${where}, row ${row}, annotator ${names(a)}`;
        throw new SymlossError(place, `a label from 0 to ${k - 1}, or ${noLabel}`, show(label));
      }
      annotators[end] = a;
      kept[end++] = label;
    }
    if (end === starts[row]) {
      throw new SymlossError(`${where}, row ${row}`, 'a label by some annotator', 'none', {
        hint: 'leave the row out',
      });
    }
  }
  starts[n] = end;
  return { n, m, k, starts, annotators, labels: kept };
}

/** The same with one label more in every row, by one annotator more: number m. */
export function withVote({ n, m, k, starts, annotators, labels }: Votes, extra: Int32Array): Votes {
  const more = {
    annotators: new Uint32Array(labels.length + n),
    labels: new Int32Array(labels.length + n),
  };
  for (let row = 0; row < n; row++) {
    const [from, to] = [starts[row] as number, starts[row + 1] as number];
    more.annotators.set(annotators.subarray(from, to), from + row);
    more.labels.set(labels.subarray(from, to), from + row);
    more.annotators[to + row] = m;
    more.labels[to + row] = extra[row] as number;
  }
  return { n, m: m + 1, k, starts: starts.map((start, row) => start + row), ...more };
}

/** Whether any row has two labels: without one nothing tells a good annotator from a bad one. */
export function overlaps({ starts }: Votes): boolean {
  return starts.some((start, row) => row > 0 && start - (starts[row - 1] as number) > 1);
}
