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

/** Of the rows, how many must have the same name in a column as in the label: of two classes many do by chance. */
const leastSame = (k: number) => (k === 2 ? 0.8 : 0.5);

/**
 * Of the features those that hold the names of the classes and nothing else, and mostly that of the label: labels of another time
 * or person. Those that equal the label are not among them.
 * @param features [n, d], row-major
 * @param labels [n]
 */
export function otherLabels(
  features: Float32Array,
  d: number,
  labels: Int32Array,
  classes: readonly string[],
  columns: readonly (Feature & { readonly at: number })[],
): { readonly name: string; readonly share: number }[] {
  if (labels.length < rowsToTell) return [];
  const placeOf = new Map(classes.map((name, place) => [name, place]));
  return columns.flatMap(({ name, kind, width, at, texts }) => {
    if (width > 1 || (kind !== 'categorical' && kind !== 'numeric')) return [];
    if (texts?.some((text) => !placeOf.has(text))) return [];
    const places = new Map<number, number>(); // of values, which repeat
    let same = 0;
    for (const [row, label] of labels.entries()) {
      const value = features[row * d + at] as number;
      if (Number.isNaN(value)) continue;
      let place = places.get(value);
      if (place === undefined) {
        place = placeOf.get(texts === undefined ? String(value) : (texts[value] as string));
        if (place === undefined) return [];
        places.set(value, place);
      }
      if (place === label) same++;
    }
    const share = same / labels.length;
    const isOther = places.size === classes.length && share >= leastSame(classes.length);
    return isOther && share < nearlyAll ? [{ name, share }] : [];
  });
}

/** Rows of a sample, and how many of them must agree for all rows to be looked at: nearly all with much to spare. */
const sample = { rows: 4096, share: 0.95 };

/** Whether a value and a class go with each other on enough rows of a sample, evenly spread; else they do not on all. */
function mayAgree(features: Float32Array, d: number, at: number, labels: Int32Array): boolean {
  const n = labels.length;
  if (n < 4 * sample.rows) return true;
  const counts = new Counts();
  for (let i = 0; i < sample.rows; i++) {
    const row = Math.floor((i * n) / sample.rows);
    counts.add(features[row * d + at] as number, labels[row] as number);
  }
  return sum(counts.best().values()) >= sample.share * sample.rows;
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
  const counts = new Counts();
  // beside the values of the classes a few of wrong cells
  const mostValues = k + (1 - nearlyAll) * n;
  for (let row = 0; row < n; row++) {
    counts.add(features[row * d + at] as number, labels[row] as number);
    if (counts.values > mostValues) return 0;
  }
  const best = counts.best();
  const isWhole = sizes.every(
    (size, label) => size === 0 || (best.get(label) ?? 0) >= mostOfClass * size,
  );
  return isWhole ? sum(best.values()) / n : 0;
}

/** For each value how many rows each class has. */
class Counts {
  readonly #counts = new Map<number, Map<number, number>>(); // NaN is a key of a Map

  get values(): number {
    return this.#counts.size;
  }

  add(value: number, label: number): void {
    let own = this.#counts.get(value);
    if (own === undefined) {
      own = new Map();
      this.#counts.set(value, own);
    }
    own.set(label, (own.get(label) ?? 0) + 1);
  }

  /** Of each class the most rows of one value that have no other class more often. */
  best(): Map<number, number> {
    const best = new Map<number, number>();
    for (const own of this.#counts.values()) {
      let main = -1;
      let most = 0;
      for (const [label, count] of own) {
        if (count <= most) continue;
        main = label;
        most = count;
      }
      best.set(main, Math.max(best.get(main) ?? 0, most));
    }
    return best;
  }
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
