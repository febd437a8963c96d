import type { LossSpec } from '../parse.ts';
import { parseLoss } from '../parse.ts';

/** The symmetric ones among the losses whose smoothness is proved. */
const alreadySymmetric = new Set(['unhinged', 'mae', 'alpha-mae', 'sgce', 'symmetrize']);

/** The largest Hessian norm of mean absolute error, 1/(3√3), for every k. */
const maeSmoothness = 1 / (3 * Math.sqrt(3));

/**
 * An upper bound of SGCE's Hessian norm, on scores of which the largest is at most `range` above
 * the smallest: ((k−1)/k)·[(1 − e^(−q·range))/2 + 2q·(q/(q+2))^q·(2/(q+2))²].
 */
export function sgceSmoothness(q: number, k: number, range = Number.POSITIVE_INFINITY): number {
  const spread = -Math.expm1(-q * range) / 2;
  const outer = 2 * q * (q / (q + 2)) ** q * (2 / (q + 2)) ** 2;
  return ((k - 1) / k) * (spread + outer);
}

/**
 * An upper bound of the Hessian norm on all scores, where docs/theory.md proves one; `undefined`
 * elsewhere.
 */
export function provedSmoothness({ spec, name, params }: LossSpec, k: number): number | undefined {
  if (name === 'ce') return 1 / 2;
  if (name === 'unhinged') return 0;
  if (name === 'mae') return maeSmoothness;
  if (name === 'alpha-mae') return (params.alpha as number) * maeSmoothness;
  // a clamp makes the gradient jump
  if (name === 'gce') return params.minProb === 0 ? 1 / 2 : undefined;
  if (name === 'sgce')
    return params.q === 1 ? maeSmoothness : sgceSmoothness(params.q as number, k);
  if (name !== 'symmetrize') return undefined;
  const base = parseLoss(spec.slice('symmetrize('.length, -1));
  if (base.name === 'ce') return 0;
  const bound = provedSmoothness(base, k);
  // symmetrizing takes a constant off a symmetric loss, and else mixes k Hessians
  if (bound === undefined || alreadySymmetric.has(base.name)) return bound;
  return ((2 * (k - 1)) / k) * bound;
}
