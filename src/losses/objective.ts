import { formatShape, SymlossError, sameShape } from '../core/index.ts';
import type { Expr } from '../graph/index.ts';
import { abs, add, div, maximum, mul, sum } from '../graph/index.ts';

/** Replaces the sum of the weights of a batch in which all are 0: its objective is 0. */
const tiny = 1e-12;

/** A term on the parameters: `weight · Σ |w|`. */
export interface Penalty {
  readonly kind: 'l1';
  readonly weight: number;
}

export interface ObjectiveOptions {
  /** Sample weights [n]; where all are 0 the objective is 0. Default: equal. */
  readonly weights?: Expr;
  readonly penalties?: readonly Penalty[];
  /** The parameters the penalties apply to. */
  readonly parameters?: readonly Expr[];
  /** Scalars that are added, such as terms over the batch (`batchValues`). */
  readonly terms?: readonly Expr[];
}

/**
 * The scalar that training minimises, `Σ_i w_i ⟨t_i, L_i⟩ / Σ_i w_i + Σ terms + Σ penalties`.
 * @param losses [n, k], a class loss of the scores
 * @param targets [n, k], one-hot or soft labels (rows sum to 1)
 * @throws SymlossError if shapes do not fit
 */
export function objective(
  losses: Expr,
  targets: Expr,
  { weights, penalties = [], parameters = [], terms = [] }: ObjectiveOptions = {},
): Expr {
  const [n = 0] = losses.shape;
  if (!sameShape(losses.shape, targets.shape)) {
    throw new SymlossError(
      'objective',
      `targets ${formatShape(losses.shape)}`,
      formatShape(targets.shape),
    );
  }
  if (weights !== undefined && !sameShape(weights.shape, [n])) {
    throw new SymlossError('objective', `weights ${formatShape([n])}`, formatShape(weights.shape));
  }
  const perSample = sum(mul(targets, losses), -1);
  const data =
    weights === undefined
      ? mul(sum(perSample), 1 / n)
      : div(sum(mul(weights, perSample)), maximum(sum(weights), tiny));
  const all = terms.reduce((total, term) => add(total, term), data);
  return penalties.reduce(
    (total, { weight }) =>
      parameters.reduce((subtotal, w) => add(subtotal, mul(sum(abs(w)), weight)), total),
    all,
  );
}
