import { votesOf } from './votes.ts';

/** How much an annotator agrees with the others. */
export interface AnnotatorAgreement {
  readonly name: string;
  /** Rows that the annotator and others labelled. */
  readonly rows: number;
  /** The mean over them of the share of the others' labels that are the same; NaN without such rows. */
  readonly agreement: number;
  /** Its standard error over the rows. */
  readonly standardError: number;
  /** The agreement of the same labels with those of other rows: Σ_c (share of c among the annotator's)·(share among the others'). */
  readonly chance: number;
  /** The mean agreement of all labels of these rows with each other, the annotator's left out; NaN where nobody else's meet. */
  readonly amongOthers: number;
  /**
   * Whether the annotator disagrees with everybody: within two standard errors there is no more agreement than by chance, and less
   * than among the others.
   */
  readonly isOutlier: boolean;
  /**
   * The class that the annotator gave on all of these rows, though by the labels of the others a fifth of them or more is of other
   * classes, and so many labels of one class have a probability below 0.001; `undefined` for others.
   */
  readonly onlyClass: number | undefined;
}

/** An estimate is within so many standard errors. */
const errors = 2;

/** What others say of the rows of an annotator who gave one class: at most so many of their labels are that class. */
const mostAlike = 0.8;
/** The probability that labels like those of the others are of one class by chance. */
const leastProbable = 1e-3;

/**
 * How much each annotator agrees with the others, and whether the labels could as well be made up. Unlike the quality that
 * `consensus` estimates it takes no model, and an annotator's own labels do not count for him.
 * @param labels [n, m], row-major: 0 to k − 1, or −1 where an annotator gave none
 * @param names the annotators, [m]
 * @throws SymlossError for a label out of range, or a row without labels
 */
export function annotatorAgreement(
  labels: Int32Array,
  names: readonly string[],
  k: number,
): AnnotatorAgreement[] {
  const where = 'annotatorAgreement';
  const votes = votesOf(where, labels, names.length, k, (a) => names[a] as string);
  const sums = names.map(() => ({
    ...{ rows: 0, equal: 0, squares: 0, others: 0, pairs: 0, same: 0 },
    own: new Float64Array(k),
    rest: new Float64Array(k),
  }));
  const ofRow = new Float64Array(k);
  for (let row = 0; row < votes.n; row++) {
    const [from, to] = [votes.starts[row] as number, votes.starts[row + 1] as number];
    const size = to - from;
    if (size < 2) continue;
    const given = votes.labels.subarray(from, to);
    ofRow.fill(0);
    for (const label of given) ofRow[label] = (ofRow[label] as number) + 1;
    let pairs = 0; // ordered pairs of equal labels
    for (const count of ofRow) pairs += count * (count - 1);
    for (let v = from; v < to; v++) {
      const sum = sums[votes.annotators[v] as number] as (typeof sums)[number];
      const label = votes.labels[v] as number;
      const equal = (ofRow[label] as number) - 1;
      const share = equal / (size - 1);
      sum.rows++;
      sum.equal += share;
      sum.squares += share ** 2;
      sum.own[label] = (sum.own[label] as number) + 1;
      for (const other of given) sum.rest[other] = (sum.rest[other] as number) + 1;
      sum.rest[label] = (sum.rest[label] as number) - 1;
      sum.others += size - 1;
      sum.pairs += (size - 1) * (size - 2);
      sum.same += pairs - 2 * equal;
    }
  }
  return names.map((name, a) => {
    const { rows, equal, squares, own, rest, others, pairs, same } = sums[
      a
    ] as (typeof sums)[number];
    const agreement = equal / rows;
    const variance = Math.max(0, squares / rows - agreement ** 2) * (rows / (rows - 1));
    const standardError = Math.sqrt(variance / rows);
    const chance = own.reduce((sum, count, c) => sum + count * (rest[c] as number), 0);
    const byChance = chance / (rows * others);
    const amongOthers = same / pairs;
    const isOutlier =
      agreement - errors * standardError <= byChance &&
      agreement + errors * standardError < amongOthers;
    const only = own.indexOf(rows);
    const alike = (rest[only] as number) / others; // NaN without a class
    const isConstant = alike <= mostAlike && alike ** rows < leastProbable;
    return {
      ...{ name, rows, agreement, standardError, chance: byChance, amongOthers, isOutlier },
      onlyClass: rows > 0 && isConstant ? only : undefined,
    };
  });
}
