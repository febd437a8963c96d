import type { Feature } from './feature.ts';

/** Fewer rows than this can agree by chance. */
const rowsToTell = 20;
/** Of the rows, how many must agree. */
const nearlyAll = 0.995;
/** Of the rows of each class: else a column that is nearly constant agrees with labels that are. */
const mostOfClass = 0.9;

/**
 * Of the features those that equal the label but for names: on nearly all rows each value goes with one class, and
 * each class with one value; of three classes or more also where labels are wrong, see `renamedShare`. Those that hold the names of
 * classes themselves, and not on nearly all rows the right one, are left to `otherLabels`.
 * @param features [n, d], row-major
 * @param labels [n]
 */
export function leakingFeatures(
  features: Float32Array,
  d: number,
  labels: Int32Array,
  classes: readonly string[],
  columns: readonly (Feature & { readonly at: number })[],
): { readonly name: string; readonly share: number }[] {
  const n = labels.length;
  if (n < rowsToTell) return [];
  const others = new Set(
    otherLabels(features, d, labels, classes, columns).map(({ name }) => name),
  );
  return columns.flatMap(({ name, kind, width, at }) => {
    if (width > 1 || kind === 'text') return [];
    const share = agreement(features, d, at, labels, classes.length);
    return share === 0 || (share < nearlyAll && others.has(name)) ? [] : [{ name, share }];
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

/** Rows of a sample, and how many of them must agree for all rows to be looked at, of two classes and of more. */
const sample = { rows: 4096, share: 0.95, ofMore: 0.45 };

/** Whether a value and a class go with each other on enough rows of a sample, evenly spread; else they do not on all. */
function mayAgree(
  features: Float32Array,
  d: number,
  at: number,
  labels: Int32Array,
  k: number,
): boolean {
  const n = labels.length;
  if (n < 4 * sample.rows) return true;
  const counts = new Counts();
  for (let i = 0; i < sample.rows; i++) {
    const row = Math.floor((i * n) / sample.rows);
    counts.add(features[row * d + at] as number, labels[row] as number);
  }
  const share = k < leastClasses ? sample.share : sample.ofMore;
  return sum(counts.best().values()) >= share * sample.rows;
}

/** The share of rows whose value and class go with each other, 0 where it is no leak. */
function agreement(
  features: Float32Array,
  d: number,
  at: number,
  labels: Int32Array,
  k: number,
): number {
  const n = labels.length;
  if (!mayAgree(features, d, at, labels, k)) return 0;
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
  const share = sum(best.values()) / n;
  return isWhole && share >= nearlyAll ? share : renamedShare(counts.mains(), n, k);
}

/** Of two classes many features, such as the sex of people, go with the label as a column does from which some labels differ. */
const leastClasses = 3;
/** Of the rows, how many must have a value, and of these, how many one of the k most frequent ones: some cells are missing or wrong. */
const [leastFilled, leastFrequent] = [0.9, 0.98];
/** Of the rows, how many may have a label that does not go with their value. */
const mostWrong = 0.5;
/** Standard deviations that the statistic of equal rates may be above its mean. */
const mostUneven = 4;

/**
 * The share of rows whose value and class go with each other, of a column that is the label but for names, where labels were made
 * wrong: it has a value for each class, and the labels differ from all of them at the same rate, by Pearson's chi-squared statistic. 0
 * for other columns: the values of a feature have rates of their own.
 */
function renamedShare(values: readonly Main[], n: number, k: number): number {
  if (k < leastClasses) return 0;
  const filled = sum(values.map((value) => value.rows));
  const own = [...values].sort((a, b) => b.rows - a.rows).slice(0, k);
  if (own.length < k || new Set(own.map(({ label }) => label)).size < k) return 0;
  const rows = sum(own.map((value) => value.rows));
  const right = sum(own.map(({ most }) => most));
  const rate = 1 - right / rows;
  if (filled < leastFilled * n || rows < leastFrequent * filled) return 0;
  if (rate > mostWrong || rate === 0) return 0;
  const statistic = sum(
    own.map(({ rows: size, most }) => (size * (1 - most / size - rate) ** 2) / (rate * (1 - rate))),
  );
  const freedom = k - 1;
  const isEven = statistic < freedom + mostUneven * Math.sqrt(2 * freedom);
  return isEven ? right / n : 0;
}

/** A value of a column: its rows, the class that most of them have, and how many that are. */
interface Main {
  readonly rows: number;
  readonly label: number;
  readonly most: number;
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
      const { label, most } = mainOf(own);
      best.set(label, Math.max(best.get(label) ?? 0, most));
    }
    return best;
  }

  /** Of all values but missing ones. */
  mains(): Main[] {
    return [...this.#counts].flatMap(([value, own]) => (Number.isNaN(value) ? [] : [mainOf(own)]));
  }
}

/** @param counts of the classes of a value's rows */
function mainOf(counts: ReadonlyMap<number, number>): Main {
  let label = -1;
  let [rows, most] = [0, 0];
  for (const [own, count] of counts) {
    rows += count;
    if (count <= most) continue;
    label = own;
    most = count;
  }
  return { rows, label, most };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
