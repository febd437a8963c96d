import { quantile } from '../../core/index.ts';
import type { Nearest } from './nearest.ts';
import { noNeighbour } from './nearest.ts';

export interface FarRows {
  /** [n], mean distance to the nearest rows, divided by the median of it; NaN where there are none. */
  readonly scores: Float64Array;
  /** Rows beyond the fence, the farthest first. */
  readonly rows: Uint32Array;
  /** Scores above it are far. */
  readonly fence: number;
}

/** Tukey's outer fence: so many interquartile ranges above the upper quartile. */
const outerFence = 3;

/** Where most rows are as far as the others, such as on a grid, the fence is no closer than so many medians. */
const leastFence = 3;

/**
 * Rows that are far from all others, by their mean distance to the nearest ones: those beyond Tukey's outer fence of its
 * logarithm, q₇₅ + 3·(q₇₅ − q₂₅), and at least three times as far as the median.
 *
 * Sources: F. Angiulli, C. Pizzuti, *Fast outlier detection in high dimensional spaces*, PKDD 2002 (the distance);
 * J. Tukey, *Exploratory Data Analysis*, 1977 (the fence).
 */
export function farRows(nearest: Pick<Nearest, 'distances' | 'count'>): FarRows {
  const means = meanDistances(nearest);
  const known = means.filter((mean) => mean > 0).sort();
  const middle = quantile(known, 0.5);
  const [low, high] = [quantile(known, 0.25), quantile(known, 0.75)].map(Math.log) as [
    number,
    number,
  ];
  const fence = Math.max(Math.exp(high + outerFence * (high - low)), leastFence * middle);
  const far = Array.from(means.keys()).filter((row) => (means[row] as number) > fence);
  far.sort((a, b) => (means[b] as number) - (means[a] as number) || a - b);
  return {
    scores: means.map((mean) => mean / middle),
    rows: Uint32Array.from(far),
    fence: fence / middle,
  };
}

function meanDistances({ distances, count }: Pick<Nearest, 'distances' | 'count'>): Float64Array {
  const means = new Float64Array(distances.length / count);
  for (let row = 0; row < means.length; row++) {
    let [sum, known] = [0, 0];
    for (let i = row * count; i < (row + 1) * count; i++) {
      const distance = distances[i] as number;
      if (distance === Number.POSITIVE_INFINITY) continue;
      sum += distance;
      known++;
    }
    means[row] = sum / known;
  }
  return means;
}

/** Two rows that are nearly the same, with different labels. */
export interface NearConflict {
  /** Ascending. */
  readonly rows: readonly [number, number];
  /** Divided by the median distance of rows to their nearest one. */
  readonly distance: number;
}

/** Nearly the same are rows at most so far from each other, as a share of the median distance to the nearest row. */
const nearShare = 0.1;

/**
 * Pairs of rows that are nearly the same, not quite, and have different labels, the nearest pair first. Of each row only its
 * nearest ones are looked at.
 * @param labels [n]
 */
export function nearConflicts(
  { rows, distances, count }: Nearest,
  labels: ArrayLike<number>,
): NearConflict[] {
  const firsts = new Float64Array(distances.length / count);
  for (let row = 0; row < firsts.length; row++) firsts[row] = distances[row * count] as number;
  const median = quantile(firsts.filter((d) => d > 0 && Number.isFinite(d)).sort(), 0.5);
  const found = new Map<string, NearConflict>();
  for (const [i, other] of rows.entries()) {
    const row = Math.floor(i / count);
    const distance = distances[i] as number;
    if (other === noNeighbour || !(distance > 0) || distance > nearShare * median) continue;
    if (labels[row] === labels[other]) continue;
    const pair = [Math.min(row, other), Math.max(row, other)] as const;
    found.set(pair.join(), { rows: pair, distance: distance / median });
  }
  return [...found.values()].sort(
    (a, b) => a.distance - b.distance || a.rows[0] - b.rows[0] || a.rows[1] - b.rows[1],
  );
}
