/**
 * Dawid and Skene's model as it is written down, with lists and products: the second opinion on `confusionEstimate`. A fixed number of steps in each of two stages.
 */

type Matrix = number[][]; // [true class][label]

export interface SlowOptions {
  readonly k: number;
  readonly steps: number;
  /** p(true class | row), [n][k]. */
  readonly rowPriors?: readonly (readonly number[])[];
}

/** @param rows labels of each row, [n][m], −1 where there is none @returns posteriors [n][k] */
export function slowDawidSkene(rows: readonly (readonly number[])[], options: SlowOptions): Matrix {
  const { k, steps } = options;
  const m = (rows[0] as readonly number[]).length;
  const all = classes(k);
  const base = all.map((i) => all.map((j) => (i === j ? 0.9 : 0.1 / (k - 1))));
  const shares = rows.map((row) => {
    const given = row.filter((label) => label >= 0);
    return all.map((c) => given.filter((label) => label === c).length / given.length);
  });
  let prior = all.map(
    (c) => (1 / k + rows.flat().filter((label) => label === c).length) / (1 + given(rows).length),
  );
  let common = normaliseRows(
    plus(sum(rows.map((row, n) => countRow(row, at(shares, n), k))), base),
  );
  const commonOf = () => common;
  let posterior = expectation(rows, prior, commonOf, options);
  const pooled = () =>
    normaliseRows(plus(sum(rows.map((row, n) => countRow(row, at(posterior, n), k))), base));
  for (let step = 0; step < steps; step++) {
    common = pooled();
    prior = classShares(posterior, k);
    posterior = expectation(rows, prior, commonOf, options);
  }
  const counts = Array.from({ length: m }, (_, a) =>
    sum(rows.map((row, n) => countRow([row[a] as number], at(posterior, n), k))),
  );
  const priors = counts.map((own) => {
    const total = (cell: (i: number, j: number) => number) =>
      all.flatMap((i) => all.map((j) => at(at(own, i), j) * cell(i, j))).reduce((x, y) => x + y, 0);
    const errors = total((i, j) => (i === j ? 0 : 1));
    const expected = total((i) => 1 - at(at(common, i), i));
    const ratio = (errors + 2) / (expected + 2);
    return all.map((i) => {
      const right = at(at(common, i), i);
      const odds = ((1 - right) / right) * ratio;
      return all.map((j) =>
        i === j ? 1 / (1 + odds) : ((odds / (1 + odds)) * at(at(common, i), j)) / (1 - right),
      );
    });
  });
  let own = priors;
  const ownOf = (a: number) => at(own, a);
  posterior = expectation(rows, prior, ownOf, options);
  const ownCounts = (a: number) =>
    sum(rows.map((row, n) => countRow([row[a] as number], at(posterior, n), k)));
  for (let step = 0; step < steps; step++) {
    own = priors.map((centre, a) => normaliseRows(plus(ownCounts(a), times(centre, 5))));
    prior = classShares(posterior, k);
    posterior = expectation(rows, prior, ownOf, options);
  }
  return posterior;
}

/** E step: the product of the prior and of each label's probability, for every class. */
export function expectation(
  rows: readonly (readonly number[])[],
  prior: readonly number[],
  matrixOf: (annotator: number) => Matrix,
  { k, rowPriors }: Pick<SlowOptions, 'k' | 'rowPriors'>,
): Matrix {
  return rows.map((row, n) => {
    const products = classes(k).map((i) =>
      row.reduce(
        (product, label, a) => (label < 0 ? product : product * at(at(matrixOf(a), i), label)),
        rowPriors === undefined ? at(prior, i) : at(at(rowPriors, n), i),
      ),
    );
    return normalise(products);
  });
}

function classShares(posterior: Matrix, k: number): number[] {
  return normalise(
    classes(k).map((c) => posterior.reduce((total, p) => total + at(p, c), 0) + 1 / k),
  );
}

function countRow(labels: readonly number[], posterior: readonly number[], k: number): Matrix {
  return classes(k).map((i) =>
    classes(k).map((j) => at(posterior, i) * labels.filter((label) => label === j).length),
  );
}

const given = (rows: readonly (readonly number[])[]) => rows.flat().filter((label) => label >= 0);
const classes = (k: number) => Array.from({ length: k }, (_, c) => c);
const plus = (a: Matrix, b: Matrix): Matrix =>
  a.map((row, i) => row.map((value, j) => value + at(at(b, i), j)));
const sum = (matrices: readonly Matrix[]): Matrix => matrices.reduce(plus);
const times = (a: Matrix, factor: number): Matrix =>
  a.map((row) => row.map((value) => factor * value));
const normaliseRows = (matrix: Matrix): Matrix => matrix.map(normalise);

function normalise(values: readonly number[]): number[] {
  const total = values.reduce((x, y) => x + y, 0);
  return values.map((value) => value / total);
}

function at<T>(values: readonly T[], i: number): T {
  return values[i] as T;
}
