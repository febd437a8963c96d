import type { Expr } from '../graph/index.ts';
import { add, div, mean, mul, pow, sqrt, sub } from '../graph/index.ts';
import { ones, zeros } from './initialisers.ts';
import type { Layer, Scope } from './scope.ts';

const epsilon = 1e-5;
/** Weight of the newest batch in the running statistics. */
const momentum = 0.1;

/**
 * Batch normalisation of features [n, d] with a trained scale and shift: batch statistics in
 * training, running ones when applied (Ioffe and Szegedy 2015). The running variance is the
 * unbiased one, as frameworks keep it.
 */
export function batchNorm(): Layer {
  return (x, scope) => {
    const d = x.shape.slice(1);
    const scale = scope.parameter('scale', d, ones);
    const shift = scope.parameter('shift', d, zeros);
    return add(mul(whiten(x, scope), scale), shift);
  };
}

/** Zero mean and unit variance per column: batch normalisation without scale and shift. */
export function whiten(x: Expr, scope: Scope): Expr {
  const [n = 1, ...d] = x.shape;
  const runningMean = scope.state('mean', d, zeros);
  const runningVariance = scope.state('variance', d, ones);
  if (scope.mode === 'infer') {
    return div(sub(x, runningMean), sqrt(add(runningVariance, epsilon)));
  }
  const batchMean = mean(x, 0, true);
  const centred = sub(x, batchMean);
  const variance = mean(pow(centred, 2), 0, true);
  const moved = (old: Expr, now: Expr) => add(mul(old, 1 - momentum), mul(now, momentum));
  scope.update('mean', moved(runningMean, mean(x, 0)));
  scope.update(
    'variance',
    moved(runningVariance, mul(mean(pow(centred, 2), 0), n / Math.max(1, n - 1))),
  );
  return div(centred, sqrt(add(variance, epsilon)));
}
