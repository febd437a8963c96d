import { SymlossError } from '../../../src/core/index.ts';
import { notesOf } from '../../../src/losses/check/check.ts';
import type { LossSpec } from '../../../src/losses/index.ts';
import { parseLoss, slopeAtEqualScores } from '../../../src/losses/index.ts';
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
  /** The loss that is drawn: of unit slope, if that is chosen. */
  readonly shown: LossSpec;
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

/** @throws SymlossError for a wrong spec, or a loss that is none at k classes */
export function subjectOf(
  text: string,
  { k, noiseRate, isUnit }: { k: number; noiseRate: number; isUnit: boolean },
): Subject {
  const spec = parseLoss(text);
  const shown = isUnit ? parseLoss(`unit(${spec.spec})`) : spec;
  const { classLoss } = shown;
  const n = probabilities.length;
  const places = [...probabilities.map((p) => gapOf(p, k)), ...gaps, 0];
  const all = alongPath(classLoss, k, places, noiseRate);
  return {
    spec,
    shown,
    notes: notesOf(spec),
    byProbability: part(all, 0, n),
    byGap: part(all, n, n + gaps.length),
    rowSums: [least(all.rowSum), -least(all.rowSum.map((v) => -v))],
    slope: slopeAtEqualScores(classLoss, k),
    atEqual: all.value[places.length - 1] as number,
    smoothness: shown.smoothness(k),
    clean: minimumOf(classLoss, k, 0),
    noisy: minimumOf(classLoss, k, noiseRate),
  };
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
