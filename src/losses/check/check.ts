import { checkInteger, checkNumber, stream } from '../../core/index.ts';
import type { ClassLoss } from '../class-loss.ts';
import type { LossSpec } from '../spec.ts';
import { parseLoss } from '../spec.ts';
import { checkBounded } from './bounded.ts';
import { checkConvex } from './convex.ts';
import { checkEquivariant } from './equivariant.ts';
import { checkInsensitive } from './insensitive.ts';
import { checkLinearised } from './linearised.ts';
import { checkMonotone } from './monotone.ts';
import { checkNoise } from './noise.ts';
import { probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { checkSmooth } from './smooth.ts';
import { checkSymmetric } from './symmetric.ts';

export interface CheckOptions {
  /** Number of classes, 2 or more. Default: 10. */
  readonly k?: number;
  /** Rate η of uniform label noise, in [0, 1]. Default: 0.4. */
  readonly noiseRate?: number;
  /** Default: 1. */
  readonly seed?: number;
}

/** What was measured of a loss, as plain data. */
export interface LossCheck {
  /** The canonical spec, where the loss was given as one. */
  readonly spec?: string;
  readonly k: number;
  readonly noiseRate: number;
  readonly seed: number;
  readonly checks: readonly PropertyCheck[];
  /** What of the loss was not measured, if anything. */
  readonly notes?: readonly string[];
}

/**
 * Measures the properties that decide how a loss behaves under label noise, on random and adversarial
 * scores in float64. "Holds" means that no counterexample was found; a counterexample is proof.
 * The same seed gives the same numbers.
 * @param loss a class loss, or a spec such as `sgce:q=0.4`, for which proved bounds are known
 * @throws SymlossError for a wrong spec, k below 2 or a noise rate outside [0, 1]
 *
 * @example
 * checkLoss('unhinged').checks.find((c) => c.property === 'symmetric')?.holds // true
 */
export function checkLoss(
  loss: ClassLoss | string,
  { k = 10, noiseRate = 0.4, seed = 1 }: CheckOptions = {},
): LossCheck {
  checkInteger('classes', k, { min: 2 });
  checkNumber('noise rate', noiseRate, { min: 0, max: 1 });
  const spec = typeof loss === 'string' ? parseLoss(loss) : undefined;
  const subject = probe(spec?.classLoss ?? (loss as ClassLoss), k);
  const rng = (name: string) => stream(seed, `check ${name}`);
  const checks = [
    checkSymmetric(subject, rng('symmetric')),
    checkInsensitive(subject, rng('insensitive')),
    checkConvex(subject, rng('convex')),
    checkMonotone(subject, rng('monotone')),
    checkEquivariant(subject, rng('equivariant')),
    checkBounded(subject, rng('bounded')),
    checkSmooth(subject, rng('smooth'), spec?.smoothness(k)),
    checkLinearised(subject, rng('linearised')),
    checkNoise(subject, rng('noise'), noiseRate),
  ];
  const notes = spec === undefined ? [] : notesOf(spec);
  return {
    ...(spec && { spec: spec.spec }),
    ...{ k, noiseRate, seed, checks },
    ...(notes.length > 0 && { notes }),
  };
}

/** What of a loss is not measured, if anything, in words. */
export function notesOf({ memory, views, batchTerms }: LossSpec): string[] {
  const remembers =
    'the loss remembers rows: measured as of rows that are seen for the first time, what it remembers held constant';
  const takes = 'the loss takes two views of a row: measured for equal ones';
  const adds = 'the loss adds a term over the whole batch, which is not measured';
  return [
    ...(memory ? [remembers] : []),
    ...(views ? [takes] : []),
    ...(batchTerms.length > 0 ? [adds] : []),
  ];
}
