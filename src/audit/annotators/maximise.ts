import type { Pieces } from '../../core/index.ts';

/** When EM ends. */
export interface Ending {
  readonly maxIterations: number;
  /** Stop when a step raises the log posterior by no more than this per label. */
  readonly tolerance: number;
}

/** What an E step finds at some parameters. */
export interface Expected<P> {
  /** Log posterior of the parameters, up to a constant. */
  readonly logPosterior: number;
  /** The parameters that the M step makes of it. */
  readonly next: () => P;
}

export interface Maximum<P> {
  readonly parameters: P;
  /** The log posterior before every step and after the last; it never falls. */
  readonly path: readonly number[];
  readonly converged: boolean;
}

/**
 * Expectation-maximisation (Dempster, Laird, Rubin 1977): steps until the log posterior rises by no
 * more than the tolerance.
 * @param scale the number of labels
 */
export function* maximise<P>(
  start: P,
  expect: (parameters: P) => Expected<P>,
  scale: number,
  { maxIterations, tolerance }: Ending,
): Pieces<Maximum<P>> {
  let parameters = start;
  let current = expect(parameters);
  const path = [current.logPosterior];
  for (let step = 0; step < maxIterations; step++) {
    yield;
    const next = current.next();
    const after = expect(next);
    path.push(after.logPosterior);
    parameters = next;
    if (after.logPosterior - current.logPosterior <= tolerance * scale) {
      return { parameters, path, converged: true };
    }
    current = after;
  }
  return { parameters, path, converged: false };
}
