import { fromNumbers } from '../../../src/core/index.ts';
import type { Expr } from '../../../src/graph/index.ts';
import { grad, input, interpret, mul, program, sqrt, sum } from '../../../src/graph/index.ts';
import type { ClassLoss } from '../../../src/losses/index.ts';
import { decompose } from '../../../src/losses/index.ts';

/*
 * A loss along the line on which all classes but that of the label have equal scores: there it depends on one number, the gap
 * z_y − z_other, or the probability p_y of the label. The label is class 0; the mean of the scores is 0.
 */

/** A loss at places on the line, one number per place. */
export interface PathValues {
  /** L_y, the loss of the label. */
  readonly value: Float64Array;
  /** L_y − mean_j L_j. */
  readonly symmetric: Float64Array;
  /** mean_j L_j, the same for every label. */
  readonly insensitive: Float64Array;
  /** Σ_j L_j. */
  readonly rowSum: Float64Array;
  /** The Euclidean norm of ∂L_y/∂z. */
  readonly gradient: Float64Array;
  /** ⟨t, L⟩, the expected loss where the label is noisy with probabilities t. */
  readonly noisy: Float64Array;
}

/** p_y at a gap. */
export function probabilityOf(gap: number, k: number): number {
  return 1 / (1 + (k - 1) * Math.exp(-gap));
}

/** The gap at which p_y has a value in (0, 1). */
export function gapOf(p: number, k: number): number {
  return Math.log((p / (1 - p)) * (k - 1));
}

/** The scores at some gaps, rows of k numbers with the mean 0. */
export function pathScores(gaps: readonly number[], k: number): Float64Array {
  const scores = new Float64Array(gaps.length * k);
  for (const [i, gap] of gaps.entries()) {
    scores.fill(-gap / k, i * k, (i + 1) * k);
    scores[i * k] = gap - gap / k;
  }
  return scores;
}

/**
 * The probabilities of the labels that a row of class 0 gets under symmetric noise: itself with 1 − η, each other one with η/(k − 1).
 */
export function noisyLabel(k: number, noiseRate: number): number[] {
  return Array.from({ length: k }, (_, j) => (j === 0 ? 1 - noiseRate : noiseRate / (k - 1)));
}

export type PathName = keyof PathValues;

/** The expression of each, one number per row of scores; `t` are labels, `noisy` those under noise. */
const expressions: {
  readonly [N in PathName]: (loss: ClassLoss, z: Expr, t: Expr, noisy: Expr) => Expr;
} = {
  value: (loss, z, t) => sum(mul(t, loss(z)), -1),
  symmetric: (loss, z, t) => sum(mul(t, decompose(loss).symmetric(z)), -1),
  insensitive: (loss, z) => sum(decompose(loss).insensitive(z), -1),
  rowSum: (loss, z) => sum(loss(z), -1),
  gradient(loss, z, t) {
    const slopes = grad(sum(mul(t, loss(z))), [z])[0] as Expr;
    return sqrt(sum(mul(slopes, slopes), -1));
  },
  noisy: (loss, z, _, noisy) => sum(mul(noisy, loss(z)), -1),
};

/**
 * Some numbers of a loss at some gaps.
 * @throws SymlossError for a loss that cannot be evaluated at k classes
 */
export function alongPath<N extends PathName>(
  names: readonly N[],
  loss: ClassLoss,
  k: number,
  gaps: readonly number[],
  noiseRate = 0,
): Pick<PathValues, N> {
  const n = gaps.length;
  const feeds = {
    scores: fromNumbers('float64', [n, k], pathScores(gaps, k)),
    clean: fromNumbers('float64', [n, k], repeated(noisyLabel(k, 0), n)),
    flipped: fromNumbers('float64', [n, k], repeated(noisyLabel(k, noiseRate), n)),
  };
  const [z, t, flipped] = ['scores', 'clean', 'flipped'].map((name) =>
    input(name, [n, k], 'float64'),
  ) as [Expr, Expr, Expr];
  // what several of them need is computed once
  const losses = loss(z);
  const once: ClassLoss = (scores) => (scores === z ? losses : loss(scores));
  const outputs = names.map((name) => [name, expressions[name](once, z, t, flipped)] as const);
  const results = interpret(program(Object.fromEntries(outputs)), feeds);
  return Object.fromEntries(
    names.map((name) => [name, results[name]?.data as Float64Array]),
  ) as Pick<PathValues, N>;
}

function repeated(row: readonly number[], n: number): number[] {
  return Array.from({ length: n }, () => row).flat();
}

/** Where on the line the expected loss is smallest. */
export interface Minimum {
  /** p_y there: 1 where the loss keeps falling towards it, 0 likewise. `undefined` where it is the same everywhere. */
  readonly p: number | undefined;
  /** Whether it is an end of the line, so that no scores reach it. */
  readonly isEnd: boolean;
}

/** Gaps at which softmax is saturated in float64. */
const farthest = 30;
const coarse = between(-farthest, farthest, 240);

/** What is least on the line, with its place to about eight digits. */
export function minimumOf(loss: ClassLoss, k: number, noiseRate: number): Minimum {
  const expected = (gaps: readonly number[]) =>
    alongPath(['noisy'], loss, k, gaps, noiseRate).noisy;
  const values = expected(coarse);
  const least = values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const size = values.reduce((most, v) => Math.max(most, Math.abs(v)), 1);
  // bounded losses are flat at the ends to the last digit, so that an end counts as soon as it is as low
  const isLeast = (value: number | undefined, slack: number) =>
    value !== undefined && value - least <= slack * size;
  if (values.every((value) => isLeast(value, 1e-9))) return { p: undefined, isEnd: false };
  if (isLeast(values.at(-1), 1e-12)) return { p: 1, isEnd: true };
  if (isLeast(values[0], 1e-12)) return { p: 0, isEnd: true };
  let around = neighbours(coarse, leastOf(values));
  for (let round = 0; round < 6; round++) {
    const gaps = between(...around, 20);
    around = neighbours(gaps, leastOf(expected(gaps)));
  }
  return { p: probabilityOf((around[0] + around[1]) / 2, k), isEnd: false };
}

function between(low: number, high: number, steps: number): number[] {
  return Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
}

function neighbours(list: readonly number[], at: number): [number, number] {
  return [list[Math.max(0, at - 1)] as number, list[Math.min(list.length - 1, at + 1)] as number];
}

function leastOf(values: Float64Array): number {
  return values.reduce((best, value, i) => (value < (values[best] as number) ? i : best), 0);
}
