import type { Feature } from './feature.ts';

/** Fewer rows than this can agree by chance. */
const rowsToTell = 20;
/** Of the rows, how many must agree. */
const nearlyAll = 0.995;
/** Of the rows of each class: else a column that is nearly constant agrees with labels that are. */
const mostOfClass = 0.9;

/**
 * Of the features those that equal the label but for names: on nearly all rows each value goes with one class, and
 * each class with one value.
 * @param features [n, d], row-major
 * @param labels [n]
 */
export function leakingFeatures(
  features: Float32Array,
  d: number,
  labels: Int32Array,
  k: number,
  columns: readonly (Feature & { readonly at: number })[],
): { readonly name: string; readonly share: number }[] {
  const n = labels.length;
  if (n < rowsToTell) return [];
  return columns.flatMap(({ name, kind, width, at }) => {
    if (width > 1 || kind === 'text') return [];
    const share = agreement(features, d, at, labels, k);
    return share >= nearlyAll ? [{ name, share }] : [];
  });
}

/** Rows of a sample, and how many of them must agree for all rows to be looked at: nearly all with much to spare. */
const sample = { rows: 4096, share: 0.95 };

/** Whether a value and a class go with each other on enough rows of a sample, evenly spread; else they do not on all. */
function mayAgree(features: Float32Array, d: number, at: number, labels: Int32Array): boolean {
  const n = labels.length;
  if (n < 4 * sample.rows) return true;
  const counts = new Map<number, Map<number, number>>();
  for (let i = 0; i < sample.rows; i++) {
    const row = Math.floor((i * n) / sample.rows);
    const value = features[row * d + at] as number;
    const own = counts.get(value) ?? new Map<number, number>();
    counts.set(value, own.set(labels[row] as number, (own.get(labels[row] as number) ?? 0) + 1));
  }
  let agreeing = 0;
  for (const own of counts.values()) agreeing += Math.max(...own.values());
  return agreeing >= sample.share * sample.rows;
}

/** The share of rows whose value and class go with each other, 0 where there are more values than classes. */
function agreement(
  features: Float32Array,
  d: number,
  at: number,
  labels: Int32Array,
  k: number,
): number {
  const n = labels.length;
  if (!mayAgree(features, d, at, labels)) return 0;
  const sizes = new Float64Array(k);
  for (const label of labels) sizes[label] = (sizes[label] as number) + 1;
  /** For each value how many rows each class has. */
  const counts = new Map<number, Map<number, number>>();
  // beside the values of the classes a few of wrong cells
  const mostValues = k + (1 - nearlyAll) * n;
  for (let row = 0; row < n; row++) {
    const value = features[row * d + at] as number;
    let own = counts.get(value); // NaN is a key of a Map
    if (own === undefined) {
      if (counts.size >= mostValues) return 0;
      own = new Map();
      counts.set(value, own);
    }
    const label = labels[row] as number;
    own.set(label, (own.get(label) ?? 0) + 1);
  }
  const best = new Map<number, number>(); // of each class, the most rows of one value
  for (const own of counts.values()) {
    let main = -1;
    let most = 0;
    for (const [label, count] of own) {
      if (count <= most) continue;
      main = label;
      most = count;
    }
    best.set(main, Math.max(best.get(main) ?? 0, most));
  }
  const isWhole = sizes.every(
    (size, label) => size === 0 || (best.get(label) ?? 0) >= mostOfClass * size,
  );
  return isWhole ? [...best.values()].reduce((sum, count) => sum + count, 0) / n : 0;
}
