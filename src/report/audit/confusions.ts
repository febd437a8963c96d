import type { DatasetAudit } from '../../run/index.ts';

/** What confusions are counted in. */
export type Estimates = Pick<
  DatasetAudit,
  'classes' | 'labels' | 'py' | 'transition' | 'noiseRate'
>;

/** Rows of one class that are labelled with another. */
export interface Confusion {
  readonly from: number;
  readonly to: number;
  /** Estimated share of the rows of `from`. */
  readonly rate: number;
  /** Estimated number of rows. */
  readonly rows: number;
}

/** Rounded, fewer are none. */
const leastRows = 0.5;

/**
 * How labels go wrong, the most frequent confusion first. There are none where the noise is of one rate: then nothing is
 * known of single pairs.
 */
export function frequentConfusions({ labels, py, transition, noiseRate }: Estimates): Confusion[] {
  if (noiseRate !== undefined) return [];
  const n = labels.length;
  return transition
    .flatMap((row, from) =>
      row.map((rate, to) => ({ from, to, rate, rows: n * (py[from] as number) * rate })),
    )
    .filter(({ from, to, rows }) => from !== to && rows >= leastRows)
    .sort((a, b) => b.rows - a.rows);
}
