import { SymlossError } from '../../../src/core/index.ts';
import { notesOf } from '../../../src/losses/check/check.ts';
import type { ClassLoss, LossSpec } from '../../../src/losses/index.ts';
import { parseLoss, slopeAtEqualScores, sumOf } from '../../../src/losses/index.ts';
import { unitFactor } from '../../../src/losses/unit-slope.ts';
import type { Minimum, PathValues } from './path.ts';
import { alongPath, gapOf, minimumOf } from './path.ts';

/** What something gives, or why it cannot: as the library says it. */
export type Outcome<T> =
  | { readonly value: T; readonly error?: undefined }
  | { readonly value?: undefined; readonly error: string };

/** The value, or the message of an error that a user can mend. */
export function attempt<T>(compute: () => T): Outcome<T> {
  try {
    return { value: compute() };
  } catch (error) {
    if (error instanceof SymlossError) return { error: error.message };
    throw error;
  }
}

/** A loss as the page shows it. */
export interface Subject {
  /** As it was asked for. */
  readonly spec: LossSpec;
  /** What is drawn: the loss, or that divided by its slope at equal scores of k classes. */
  readonly lossAt: (k: number) => ClassLoss;
  /** The spec of what is drawn. */
  readonly name: string;
  /** What of it is not shown, if anything. */
  readonly notes: readonly string[];
  /** At the places `probabilities` of p_y. */
  readonly byProbability: PathValues;
  /** At the places `gaps` of z_y − z_other. */
  readonly byGap: PathValues;
  /** The smallest and the largest row sum of both. */
  readonly rowSums: readonly [number, number];
  /** At equal scores. */
  readonly slope: number;
  /** The loss at equal scores. */
  readonly atEqual: number;
  /** A bound of the Hessian norm that is proved. */
  readonly smoothness: number | undefined;
  /** What minimises the expected loss on the path, without noise and with it. */
  readonly clean: Minimum;
  readonly noisy: Minimum;
}

/** Places on the axis of p_y. */
export const probabilities: readonly number[] = Array.from({ length: 141 }, (_, i) =>
  Math.min(0.998, Math.max(0.002, i / 140)),
);

/** Places on the axis of z_y − z_other. */
export const gaps: readonly number[] = Array.from({ length: 121 }, (_, i) => (i - 60) / 7.5);

/** What the room is set to. */
export interface Setting {
  readonly k: number;
  readonly noiseRate: number;
  /** Whether losses are divided by their slope at equal scores. */
  readonly isUnit: boolean;
}

/** @throws SymlossError for a wrong spec, or a loss that is none at k classes */
export function subjectOf(text: string, { k, noiseRate, isUnit }: Setting): Subject {
  const spec = parseLoss(text);
  const shown = isUnit ? parseLoss(`unit(${spec.spec})`) : spec;
  const lossAt = (count: number) => scaled(spec, count, isUnit);
  const loss = lossAt(k);
  const n = probabilities.length;
  const places = [...probabilities.map((p) => gapOf(p, k)), ...gaps, 0];
  const all = alongPath(pathNames, loss, k, places, noiseRate);
  return {
    ...{ spec, lossAt, name: shown.spec },
    notes: notesOf(spec),
    byProbability: part(all, 0, n),
    byGap: part(all, n, n + gaps.length),
    rowSums: [least(all.rowSum), -least(all.rowSum.map((v) => -v))],
    slope: slopeAtEqualScores(loss, k),
    atEqual: all.value[places.length - 1] as number,
    smoothness: shown.smoothness(k),
    // scaling moves no minimum
    clean: minimumOf(spec.classLoss, k, 0),
    noisy: minimumOf(spec.classLoss, k, noiseRate),
  };
}

const pathNames = ['value', 'symmetric', 'insensitive', 'rowSum', 'gradient', 'noisy'] as const;

/** The loss, divided by its slope at equal scores of k classes if that is asked for; the slope is computed once. */
export function scaled({ spec, classLoss }: LossSpec, k: number, isUnit: boolean): ClassLoss {
  return isUnit ? sumOf([[unitFactor(classLoss, k, spec), classLoss]]) : classLoss;
}

/** Whether numbers are alike but for rounding. */
export function isConstant([low, high]: readonly [number, number]): boolean {
  return high - low <= 1e-9 * Math.max(1, Math.abs(low), Math.abs(high));
}

function part(values: PathValues, from: number, to: number): PathValues {
  const entries = Object.entries(values).map(([name, list]) => [name, list.slice(from, to)]);
  return Object.fromEntries(entries) as PathValues;
}

function least(values: Float64Array): number {
  return values.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
}
