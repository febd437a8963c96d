import { SymlossError } from './errors.ts';

export interface Range {
  readonly min?: number;
  readonly max?: number;
  /** Exclude the lower end. */
  readonly openMin?: boolean;
  /** Exclude the upper end. */
  readonly openMax?: boolean;
}

/** `(0, 1]`, `[0, ∞)`: a range as messages and listings show it. */
export function formatRange(range: Range): string {
  const low = range.min === undefined ? '(-∞' : `${range.openMin ? '(' : '['}${range.min}`;
  const high = range.max === undefined ? '∞)' : `${range.max}${range.openMax ? ')' : ']'}`;
  return `${low}, ${high}`;
}

/** @throws SymlossError unless `value` is a finite number in the range. */
export function checkNumber(where: string, value: unknown, range: Range = {}): number {
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = range;
  const inside =
    typeof value === 'number' &&
    Number.isFinite(value) &&
    (range.openMin ? value > min : value >= min) &&
    (range.openMax ? value < max : value <= max);
  if (!inside) throw new SymlossError(where, `a number in ${formatRange(range)}`, show(value));
  return value;
}

/** `an integer from 1 to 9`, `an integer of at least 1`: what a range allows of them; ends belong to it. */
export function formatIntegers({ min, max }: Range): string {
  if (min !== undefined && max !== undefined) return `an integer from ${min} to ${max}`;
  if (min !== undefined) return `an integer of at least ${min}`;
  return max === undefined ? 'an integer' : `an integer of at most ${max}`;
}

/** @throws SymlossError unless `value` is an integer in the range, whose ends belong to it. */
export function checkInteger(where: string, value: unknown, range: Range = {}): number {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  if (!Number.isSafeInteger(value) || (value as number) < min || (value as number) > max) {
    throw new SymlossError(where, formatIntegers(range), show(value));
  }
  return value as number;
}

/** @throws SymlossError unless `value` is one of the options. */
export function checkOneOf<T extends string>(
  where: string,
  value: unknown,
  options: readonly T[],
): T {
  if (!options.includes(value as T)) {
    throw new SymlossError(where, `one of ${options.join(', ')}`, show(value));
  }
  return value as T;
}

/** @throws SymlossError unless `value` is an array or a typed array. */
export function checkList(where: string, value: unknown): void {
  if (!isList(value)) throw new SymlossError(where, 'an array', show(value));
}

/** Whether `value` is an array or a typed array. */
export function isList(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}

/**
 * Checks class labels: integers from 0 to k − 1.
 * @throws SymlossError naming the first bad row (counted from 0).
 */
export function checkLabels(where: string, labels: ArrayLike<number>, k: number): void {
  for (let row = 0; row < labels.length; row++) {
    const label = labels[row] as number;
    if (!Number.isInteger(label) || label < 0 || label >= k) {
      throw new SymlossError(`${where}, row ${row}`, `a label from 0 to ${k - 1}`, show(label));
    }
  }
}

/** @throws SymlossError naming the first that is no index of one of n rows. */
export function checkRowIndices(where: string, rows: ArrayLike<number>, n: number): void {
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] as number;
    if (Number.isInteger(row) && row >= 0 && row < n) continue;
    throw new SymlossError(where, `row indices from 0 to ${n - 1}`, show(row));
  }
}

/** A value as error messages show it: strings quoted, objects as JSON, long ones cut. */
export function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (typeof value !== 'object' || value === null) return String(value);
  try {
    return cut(JSON.stringify(value));
  } catch {
    return 'a value that is nested too deep, or holds itself';
  }
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}
