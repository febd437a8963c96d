import type { Rng, Spec } from '../../core/index.ts';
import { checkInteger, checkNumber, stream } from '../../core/index.ts';
import type { ClassLoss } from '../class-loss.ts';
import { checkedLoss } from '../class-loss.ts';
import type { LossName } from '../registry.ts';
import type { LossSpec } from '../spec.ts';
import { parseLoss } from '../spec.ts';
import { checkBounded } from './bounded.ts';
import { checkConvex } from './convex.ts';
import { checkEquivariant } from './equivariant.ts';
import { checkInsensitive } from './insensitive.ts';
import { checkLinearised } from './linearised.ts';
import { checkMonotone } from './monotone.ts';
import { checkNoise } from './noise.ts';
import type { Probe } from './probe.ts';
import { probe } from './probe.ts';
import type { Property, PropertyCheck } from './result.ts';
import { checkSmooth } from './smooth.ts';
import { checkSymmetric } from './symmetric.ts';

export interface CheckOptions {
  /** Number of classes, 2 or more. Default: 10. */
  readonly k?: number | undefined;
  /** Rate η of uniform label noise, in [0, 1]. Default: 0.4. */
  readonly noiseRate?: number | undefined;
  /** Default: 1. */
  readonly seed?: number | undefined;
}

type GivenOptions = { readonly [O in keyof CheckOptions]-?: NonNullable<CheckOptions[O]> };

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
  loss: ClassLoss | Spec<LossName>,
  { k = 10, noiseRate = 0.4, seed = 1 }: CheckOptions = {},
): LossCheck {
  const subject = subjectOf(loss, { k, noiseRate, seed });
  const checks = (Object.keys(measures) as Property[]).map((property) =>
    measure(subject, property),
  );
  const notes = subject.spec === undefined ? [] : notesOf(subject.spec);
  return {
    ...(subject.spec && { spec: subject.spec.spec }),
    ...{ k, noiseRate, seed, checks },
    ...(notes.length > 0 && { notes }),
  };
}

/** One property of those that `checkLoss` measures, and with the same numbers. */
export function checkProperty(
  loss: ClassLoss | Spec<LossName>,
  property: Property,
  { k = 10, noiseRate = 0.4, seed = 1 }: CheckOptions = {},
): PropertyCheck {
  return measure(subjectOf(loss, { k, noiseRate, seed }), property);
}

interface Subject {
  readonly spec: LossSpec | undefined;
  readonly probe: Probe;
  readonly options: GivenOptions;
}

function subjectOf(loss: ClassLoss | string, options: GivenOptions): Subject {
  checkInteger('classes', options.k, { min: 2 });
  checkNumber('noise rate', options.noiseRate, { min: 0, max: 1 });
  const spec = typeof loss === 'string' ? parseLoss(loss) : undefined;
  return {
    spec,
    probe: probe(spec?.classLoss ?? checkedLoss(loss as ClassLoss), options.k),
    options,
  };
}

type Measure = (probe: Probe, rng: Rng, subject: Subject) => PropertyCheck;

/** The properties in the order of a report, each with the name of its stream of random numbers. */
const measures: { readonly [P in Property]: readonly [stream: string, measure: Measure] } = {
  symmetric: ['symmetric', checkSymmetric],
  'no class-insensitive part': ['insensitive', checkInsensitive],
  convex: ['convex', checkConvex],
  'non-increasing': ['monotone', checkMonotone],
  equivariant: ['equivariant', checkEquivariant],
  bounded: ['bounded', checkBounded],
  smooth: [
    'smooth',
    (at, rng, { spec, options }) => checkSmooth(at, rng, spec?.smoothness(options.k)),
  ],
  'unhinged at equal scores': ['linearised', checkLinearised],
  'noise keeps ranking': [
    'noise',
    (at, rng, { options }) => checkNoise(at, rng, options.noiseRate),
  ],
};

function measure(subject: Subject, property: Property): PropertyCheck {
  const [name, check] = measures[property];
  return check(subject.probe, stream(subject.options.seed, `check ${name}`), subject);
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
