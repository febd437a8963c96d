import type { Expr } from '../graph/index.ts';
import { add, div, minimum, mul, sqrt, sum } from '../graph/index.ts';

/** Keeps 0/0 out of the clipping factor. */
const tiny = 1e-12;

/** Scales gradients by min(1, limit/‖g‖), the norm over all of them (Pascanu et al. 2013). */
export function clip(gradients: readonly Expr[], limit: number | undefined): readonly Expr[] {
  if (limit === undefined) return gradients;
  const scale = minimum(div(limit, sqrt(add(squaredNorm(gradients), tiny))), 1);
  return gradients.map((g) => mul(g, scale));
}

/** The sum of the squares of all elements, a scalar; at least one tensor. */
export function squaredNorm(tensors: readonly Expr[]): Expr {
  return tensors.map((x) => sum(mul(x, x))).reduce((a, b) => add(a, b));
}
