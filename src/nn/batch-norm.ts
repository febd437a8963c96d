import type { Expr } from '../graph/index.ts';
import {
  add,
  channelAffine,
  channelMoments,
  div,
  maximum,
  mean,
  mul,
  pow,
  reshape,
  slice,
  sqrt,
  sub,
} from '../graph/index.ts';
import { ones, zeros } from './initialisers.ts';
import type { Layer, Scope } from './scope.ts';

const epsilon = 1e-5;
/** Weight of the newest batch in the running statistics. */
const momentum = 0.1;

/**
 * Batch normalisation of rows [n, d] by column, or of images [n, c, h, w] by channel, with a trained
 * scale and shift: batch statistics in training, running ones at inference (Ioffe and Szegedy
 * 2015). The running variance is the unbiased one, as frameworks keep it.
 */
export function batchNorm(): Layer {
  return (x, scope) => {
    const [, c = 0] = x.shape;
    const scale = scope.parameter('scale', [c], ones);
    const shift = scope.parameter('shift', [c], zeros);
    if (x.shape.length === 2) return add(mul(standardize(x, scope), scale), shift);
    const { mean: centre, variance } = imageStatistics(x, scope);
    const factor = div(scale, sqrt(add(variance, epsilon)));
    return channelAffine(x, factor, sub(shift, mul(centre, factor)));
  };
}

/**
 * Standardizes each column, (x − mean)/√(variance + 10⁻⁵): batch normalisation without scale and
 * shift.
 */
export function standardize(x: Expr, scope: Scope): Expr {
  const [n = 1, ...d] = x.shape;
  const running = runningStatistics(d, scope);
  if (scope.mode === 'infer') {
    return div(sub(x, running.mean), sqrt(add(running.variance, epsilon)));
  }
  const batchMean = mean(x, 0, true);
  const centred = sub(x, batchMean);
  const variance = mean(pow(centred, 2), 0, true);
  update(running, { mean: mean(x, 0), variance: mean(pow(centred, 2), 0) }, n, scope);
  return div(centred, sqrt(add(variance, epsilon)));
}

interface Statistics {
  readonly mean: Expr;
  readonly variance: Expr;
}

/**
 * By channel, from Σx and Σx² in one look at the images; rounding may take the difference of the two
 * below 0, and costs the variance about (mean/deviation)²·10⁻⁷ of its size, little after a
 * convolution.
 */
function imageStatistics(x: Expr, scope: Scope): Statistics {
  const [n = 1, c = 1, ...places] = x.shape;
  const running = runningStatistics([c], scope);
  if (scope.mode === 'infer') return running;
  const count = places.reduce((product, size) => product * size, n);
  const moments = mul(channelMoments(x), 1 / count);
  const row = (i: number) => reshape(slice(moments, [i, 0], [i + 1, c]), [c]);
  const centre = row(0);
  const batch = { mean: centre, variance: maximum(sub(row(1), mul(centre, centre)), 0) };
  update(running, batch, count, scope);
  return batch;
}

function runningStatistics(shape: readonly number[], scope: Scope): Statistics {
  return {
    mean: scope.state('mean', shape, zeros),
    variance: scope.state('variance', shape, ones),
  };
}

/** Moves the running statistics towards those of a batch of `count` values. */
function update(old: Statistics, batch: Statistics, count: number, scope: Scope): void {
  const moved = (before: Expr, now: Expr) => add(mul(before, 1 - momentum), mul(now, momentum));
  scope.update('mean', moved(old.mean, batch.mean));
  const unbiased = mul(batch.variance, count / Math.max(1, count - 1));
  scope.update('variance', moved(old.variance, unbiased));
}
