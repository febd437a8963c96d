import type { Sizes } from './sizes.ts';

/** A number as an expression of the batch: factor·n^rows·k^classes·(ln k)^log·(k − 1)^others + rest. */
export interface Factor {
  readonly factor: number;
  readonly rows: number;
  readonly classes: number;
  readonly log: number;
  readonly others: number;
  readonly rest: number;
}

/** How far a number that was computed for some k may be from the expression: some roundings of float64. */
const tolerance = 1e-12;

/** Decimals of an exponent of k. */
const exponentDigits = 10;

export function fixedFactor(factor: number): Factor {
  return { factor, rows: 0, classes: 0, log: 0, others: 0, rest: 0 };
}

/** The number if it is the same for all n and k. */
export function fixedNumber(factor: Factor): number | undefined {
  const { rows, classes, log, others } = factor;
  return rows === 0 && classes === 0 && log === 0 && others === 0 ? factor.factor : undefined;
}

/**
 * The expression that has the given value at each of the sizes, five or more of them, up to roundings; `undefined` if no
 * expression of the form has.
 */
export function fitFactor(at: readonly Sizes[], values: readonly number[]): Factor | undefined {
  const [first] = values as [number];
  if (values.every((value) => Object.is(value, first))) return fixedFactor(first);
  if (values.some((value) => !Number.isFinite(value))) return undefined;
  for (const [rows, log, others] of exponents) {
    const found = fitPower(at, values, { rows, log, others });
    if (found !== undefined) return found;
  }
  return fitLine(at, values);
}

/** Of n, ln k and k − 1, simple ones first. */
const exponents = [0, -1, 1]
  .flatMap((rows) =>
    [0, 1, -1].flatMap((log) => [0, 1, -1].map((others) => [rows, log, others] as const)),
  )
  .sort((a, b) => used(a) - used(b));

function used(list: readonly number[]): number {
  return list.filter((exponent) => exponent !== 0).length;
}

function fitPower(
  at: readonly Sizes[],
  values: readonly number[],
  fixed: Pick<Factor, 'rows' | 'log' | 'others'>,
): Factor | undefined {
  const rest = { ...fixed, rest: 0 };
  const quotients = at.map(
    (sizes, i) => (values[i] as number) / valueOfFactor({ ...rest, factor: 1, classes: 0 }, sizes),
  );
  const [a, b] = [quotients[0] as number, quotients.at(-1) as number];
  const [from, to] = [at[0] as Sizes, at.at(-1) as Sizes];
  if (!(a / b > 0)) return undefined;
  const classes = Number((Math.log(b / a) / Math.log(to.k / from.k)).toFixed(exponentDigits));
  const found = { ...rest, factor: rounded(a / from.k ** classes), classes };
  return agrees(found, at, values) ? found : undefined;
}

/** factor·k + rest. */
function fitLine(at: readonly Sizes[], values: readonly number[]): Factor | undefined {
  const [from, to] = [at[0] as Sizes, at.at(-1) as Sizes];
  const [a, b] = [values[0] as number, values.at(-1) as number];
  const factor = rounded((b - a) / (to.k - from.k));
  const found = { ...fixedFactor(factor), classes: 1, rest: rounded(a - factor * from.k) };
  return agrees(found, at, values) ? found : undefined;
}

function agrees(factor: Factor, at: readonly Sizes[], values: readonly number[]): boolean {
  return at.every((sizes, i) => {
    const value = values[i] as number;
    return Math.abs(valueOfFactor(factor, sizes) - value) <= tolerance * Math.abs(value);
  });
}

/** The number at n and k. */
export function valueOfFactor(
  { factor, rows, classes, log, others, rest }: Factor,
  { n, k }: Sizes,
): number {
  return factor * n ** rows * k ** classes * Math.log(k) ** log * (k - 1) ** others + rest;
}

/** Without the last digits, which are roundings of what it was computed of. */
function rounded(x: number): number {
  const short = Number(x.toPrecision(12));
  return Math.abs(short - x) <= tolerance * Math.max(1, Math.abs(x)) ? short : x;
}
