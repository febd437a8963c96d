/** Sizes of a batch of scores: n rows, k classes. */
export interface Sizes {
  readonly n: number;
  readonly k: number;
}

/** A size as an expression of the batch: `rows`·n + `classes`·k + `rest`. */
export interface Size {
  readonly rows: number;
  readonly classes: number;
  readonly rest: number;
}

/** The expression that has the given value at each of the sizes, n at most once in it; `undefined` if none has. */
export function fitSize(at: readonly Sizes[], values: readonly number[]): Size | undefined {
  const [first, second] = at as [Sizes, Sizes];
  for (const rows of [0, 1]) {
    const [a, b] = values.slice(0, 2).map((value, i) => value - rows * (at[i] as Sizes).n) as [
      number,
      number,
    ];
    const classes = (b - a) / (second.k - first.k);
    const size = { rows, classes, rest: a - classes * first.k };
    const fits = at.every((sizes, i) => valueOfSize(size, sizes) === values[i]);
    if (Number.isInteger(classes) && fits) return size;
  }
  return undefined;
}

/** The size at n and k. */
export function valueOfSize({ rows, classes, rest }: Size, { n, k }: Sizes): number {
  return rows * n + classes * k + rest;
}

/** The size if it is the same for all n and k. */
export function fixedSize({ rows, classes, rest }: Size): number | undefined {
  return rows === 0 && classes === 0 ? rest : undefined;
}

export function sameSize(a: Size, b: Size): boolean {
  return a.rows === b.rows && a.classes === b.classes && a.rest === b.rest;
}
