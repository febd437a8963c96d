/** A property that a loss may have. */
export type Property =
  | 'symmetric'
  | 'no class-insensitive part'
  | 'convex'
  | 'non-increasing'
  | 'equivariant'
  | 'bounded'
  | 'smooth'
  | 'unhinged at equal scores'
  | 'noise keeps ranking';

/** Where a property fails, in numbers. */
export interface Counterexample {
  /** In words, with the numbers. */
  readonly statement: string;
  /** The score vectors it is about. */
  readonly scores: readonly (readonly number[])[];
}

/** One property of one loss, as measured: plain data. */
export interface PropertyCheck {
  readonly property: Property;
  /** `null` where nothing is claimed: it is only measured. */
  readonly holds: boolean | null;
  readonly measured: Readonly<Record<string, number>>;
  readonly counterexample?: Counterexample;
}

/**
 * What rounding may add to numbers of this size: sums of up to a few hundred float64 terms, with
 * a margin. Scores count, since losses subtract them from each other.
 */
export function slack(...sizes: readonly number[]): number {
  return 1e-11 * sizes.reduce((most, size) => Math.max(most, Math.abs(size)), 1);
}

/** The largest magnitude in some rows. */
export function magnitude(...rows: readonly (readonly number[])[]): number {
  return rows.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 0);
}

/** The smallest and the largest of any number of values. */
export function extent(values: readonly number[]): [number, number] {
  const min = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  return [min, values.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY)];
}

/** `0.2345`, `-1.5e-9`: four digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `(0, 1.5, -3)`; four and more equal numbers at the end as `(1, 0, …, 0)`. */
export function shortRow(row: readonly number[]): string {
  const texts = row.map(short);
  const last = texts.at(-1) as string;
  const from = texts.findLastIndex((text) => text !== last) + 1;
  const shown = texts.length - from > 3 ? [...texts.slice(0, from + 1), '…', last] : texts;
  return `(${shown.join(', ')})`;
}

export function total(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0);
}
