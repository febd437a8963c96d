import { SymlossError } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import {
  add,
  constant,
  div,
  exp,
  expm1,
  log,
  log1p,
  max,
  maximum,
  mul,
  neg,
  pow,
  stopGradient,
  sub,
  sum,
} from '../graph/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { logProbs } from './class-loss.ts';
import { defineLoss } from './definition.ts';

/** exp_t2(x)^power, elementwise: probabilities, and their powers in one rounding. */
type TemperedPower = (x: Expr, power: number) => Expr;

/** In place of the base 0 of probabilities that are 0, so that no slope is infinite; its powers are 0 to float32. */
const tiny = 1e-30;

/** exp_t(x) = max(1 + (1 − t)x, 0)^(1/(1 − t)) for t ≠ 1 and x ≤ 0. */
function temperedPower(t: number): TemperedPower {
  if (t > 1) return (x, power) => exp(mul(log1p(mul(x, 1 - t)), -power / (t - 1)));
  return (x, power) => pow(maximum(add(mul(x, 1 - t), 1), tiny), power / (1 - t));
}

/**
 * A Newton step towards the L with Σ_j exp_t(a_j − L) = 1, on F(L)^(1−t) with F the sum, which is linear in L where all a are
 * equal: L + F (F^(t−1) − 1)/((t − 1) Σ_j p_j^t).
 */
function newtonStep(a: Expr, norm: Expr, t: number, power: TemperedPower): Expr {
  const shifted = sub(a, norm);
  const total = sum(power(shifted, 1), -1, true);
  const slope = mul(sum(power(shifted, t), -1, true), t - 1);
  return add(norm, div(mul(total, expm1(mul(log(total), t - 1))), slope));
}

/** From L = max a it converges from below; 9 are the most that random scores of up to 1,000 classes took. */
const newtonSteps = 10;

/** The normaliser L of a with maximum 0, Σ_j exp_t(a_j − L) = 1, without gradient. */
function converged(a: Expr, t: number, power: TemperedPower): Expr {
  let norm = constant(0, a.dtype);
  for (let i = 0; i < newtonSteps; i++) norm = newtonStep(a, norm, t, power);
  return norm;
}

/** L by the published fixed-point iteration, a ← a₀·Z(a)^(1−t) with Z(a) = Σ_j exp_t(a_j), a fixed number of times. */
function iterated(a: Expr, t: number, power: TemperedPower, iterations: number): Expr {
  const total = (x: Expr) => sum(power(x, 1), -1, true);
  let scaled = a;
  for (let i = 0; i < iterations; i++) scaled = mul(a, pow(total(scaled), 1 - t));
  // −ln_t(1/Z) = (Z^(t−1) − 1)/(t − 1)
  return div(expm1(mul(log(total(scaled)), t - 1)), t - 1);
}

/**
 * A normaliser found without gradient, with the derivatives of the implicit function: ∂L/∂a_j = w_j = p_j^t/Σ_i p_i^t at the p
 * that it gives. L + ½ Σ_j (w_j(a) + w_j)·(a_j − ā_j), where ā is a as a constant, so that the second term is 0, and w(a) follows
 * a to first order, has them to second order: the trapezoidal rule.
 */
function withImplicitGradient(a: Expr, norm: Expr, t: number, power: TemperedPower): Expr {
  const shares = (shifted: Expr) => {
    const weights = power(shifted, t);
    return div(weights, sum(weights, -1, true));
  };
  const still = stopGradient(a);
  const moved = sub(a, still);
  const first = shares(sub(still, norm));
  const linear = add(norm, sum(mul(first, moved), -1, true));
  const both = mul(add(shares(sub(a, linear)), first), 0.5);
  return add(norm, sum(mul(both, moved), -1, true));
}

/**
 * Bi-tempered logistic loss, `−ln_t1 p_y − (1 − Σ_j p_j^(2−t1))/(2 − t1)` with the tempered softmax
 * `p_j = exp_t2(z_j − L)`, `Σ_j p_j = 1`, where `ln_t x = (x^(1−t) − 1)/(1 − t)` and exp_t is its inverse: t1 < 1 bounds the loss,
 * t2 > 1 gives softmax a heavy tail. Cross-entropy for t1 = t2 = 1. Bounded for t1 < 1, not symmetric (Amid et al. 2019).
 *
 * L is converged to the precision of the numbers, and the gradient is that of the loss. The published code makes five
 * iterations, after which p does not sum to 1: `iters` does as it does.
 * @param t1 in [0, 1], at most t2
 * @param t2 in (0, 10]; below 1 far classes have p = 0
 * @param iters 0, to convergence; or a number of the published iterations, for t2 > 1
 * @throws SymlossError for t1 above t2, or iterations with t2 of 1 or less
 */
export function biTempered(t1: number, t2: number, iters = 0): ClassLoss {
  checkTemperatures(t1, t2, iters);
  if (t2 === 1) {
    return (scores) => {
      const logP = logProbs(scores);
      const label = t1 === 1 ? neg(logP) : div(neg(expm1(mul(logP, 1 - t1))), 1 - t1);
      return add(label, remainder(exp(mul(logP, 2 - t1)), t1));
    };
  }
  const power = temperedPower(t2);
  return (scores) => {
    const a = sub(scores, stopGradient(max(scores, -1, true)));
    const still = stopGradient(a);
    const found = iters === 0 ? converged(still, t2, power) : iterated(still, t2, power, iters);
    const shifted = sub(a, withImplicitGradient(a, found, t2, power));
    const label =
      t1 === 1
        ? div(log1p(mul(shifted, 1 - t2)), t2 - 1)
        : div(sub(1, power(shifted, 1 - t1)), 1 - t1);
    return add(label, remainder(power(shifted, 2 - t1), t1));
  };
}

/** −(1 − Σ_j p_j^(2−t1))/(2 − t1), from these powers. */
function remainder(powers: Expr, t1: number): Expr {
  return div(sub(sum(powers, -1, true), 1), 2 - t1);
}

function checkTemperatures(t1: number, t2: number, iters: number): void {
  if (t1 > t2) {
    throw new SymlossError('loss bi-tempered, t1', `at most t2, ${t2}`, String(t1));
  }
  if (iters > 0 && t2 <= 1) {
    throw new SymlossError('loss bi-tempered, iters', 'iterations with t2 above 1', `t2 ${t2}`, {
      hint: 'without them L is converged',
    });
  }
}

export const biTemperedDefinition = defineLoss({
  name: 'bi-tempered',
  formula:
    '-ln_t1 p_y - (1 - sum_j p_j^(2-t1))/(2 - t1), p_j = exp_t2(z_j - L), sum_j p_j = 1, ln_t x = (x^(1-t) - 1)/(1 - t)',
  parameters: {
    t1: {
      kind: 'number',
      default: 0.8,
      range: { min: 0, max: 1 },
      about: 'temperature of the logarithm; below 1 the loss is bounded',
    },
    t2: {
      kind: 'number',
      default: 1.2,
      range: { min: 0, max: 10, openMin: true },
      about: 'temperature of the softmax, at least t1; above 1 its tails are heavy',
    },
    iters: {
      kind: 'number',
      default: 0,
      range: { min: 0, max: 100 },
      integer: true,
      about: 'published iterations for the normaliser; 0 for convergence',
    },
  },
  symmetric: () => 'no',
  isBounded: ({ t1 }) => t1 < 1,
  reference: 'Amid, Warmuth, Anil and Koren 2019',
  build: ({ t1, t2, iters }) => biTempered(t1, t2, iters),
});
