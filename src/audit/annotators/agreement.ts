import type { Votes } from './votes.ts';

/** How much annotators agree with each other, over the rows that two or more of them labelled. */
export interface Agreement {
  /** Rows with at least two labels. */
  readonly rows: number;
  /** Share of pairs of labels of a row that are equal, each row with the weight of its labels; NaN without such rows. */
  readonly observed: number;
  /**
   * Krippendorff's α for nominal data: 1 − (observed disagreement)/(that of labels shuffled over all rows); 1 is
   * perfect, 0 is chance. NaN where one class only was ever given, or no row has two labels.
   */
  readonly alpha: number;
  /** Fleiss' κ, where every row has the same number of labels, at least two; else `undefined`. */
  readonly kappa: number | undefined;
}

/**
 * Agreement beyond chance. With m_u labels of row u, of which n_uc are class c, over the rows with m_u ≥ 2, n.. their
 * labels and n_c those of class c:
 *
 * - observed = Σ_u Σ_c n_uc(n_uc − 1)/(m_u − 1) / n..
 * - α = 1 − (1 − observed)/(1 − Σ_c n_c(n_c − 1)/(n..(n.. − 1))): Krippendorff, *Computing Krippendorff's alpha-reliability*,
 *   2011, C
 * - κ = (observed − Σ_c (n_c/n..)²)/(1 − Σ_c (n_c/n..)²): Fleiss, *Measuring nominal scale agreement among many raters*,
 *   Psychological Bulletin 76, 1971
 */
export function agreementOf({ n, k, starts, labels }: Votes): Agreement {
  const ofRow = new Float64Array(k);
  const ofClass = new Float64Array(k);
  let [rows, total, equal] = [0, 0, 0];
  const sizes = new Set<number>();
  for (let row = 0; row < n; row++) {
    const own = labels.subarray(starts[row], starts[row + 1]);
    sizes.add(own.length);
    if (own.length < 2) continue;
    rows++;
    total += own.length;
    let pairs = 0; // ordered pairs of equal labels
    for (const label of own) {
      pairs += 2 * (ofRow[label] as number);
      ofRow[label] = (ofRow[label] as number) + 1;
      ofClass[label] = (ofClass[label] as number) + 1;
    }
    for (const label of own) ofRow[label] = 0;
    equal += pairs / (own.length - 1);
  }
  const observed = equal / total;
  const byChance = (subtract: number): number => {
    const pairs = ofClass.reduce((sum, count) => sum + count * (count - subtract), 0);
    return pairs / (total * (total - subtract));
  };
  const beyond = (chance: number) =>
    chance === 1 ? Number.NaN : (observed - chance) / (1 - chance);
  return {
    rows,
    observed,
    alpha: beyond(byChance(1)),
    kappa: sizes.size === 1 && rows > 0 ? beyond(byChance(0)) : undefined,
  };
}

/**
 * Share of rows on which two annotators gave the same label, among those that both labelled, [m, m]; NaN where there is
 * none.
 */
export function pairwiseAgreement({ n, m, starts, annotators, labels }: Votes): Float64Array {
  const equal = new Float64Array(m * m);
  const both = new Float64Array(m * m);
  for (let row = 0; row < n; row++) {
    const [from, to] = [starts[row] as number, starts[row + 1] as number];
    for (let v = from; v < to; v++) {
      for (let w = from; w < to; w++) {
        const cell = (annotators[v] as number) * m + (annotators[w] as number);
        both[cell] = (both[cell] as number) + 1;
        if (labels[v] === labels[w]) equal[cell] = (equal[cell] as number) + 1;
      }
    }
  }
  return equal.map((count, cell) => count / (both[cell] as number));
}
