import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { Counterexample, PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack } from './result.ts';
import { smallestEigenvalue } from './spectrum.ts';
import { trialScores } from './trials.ts';

/**
 * Whether every column is convex: the middle of no chord lies below the loss, and no Hessian has a negative
 * eigenvalue. Chords also show it for losses without second derivatives.
 */
export function checkConvex(probe: Probe, rng: Rng): PropertyCheck {
  const chord = lowestChord(probe, rng);
  const curvature = smallestCurvature(probe, rng);
  const measured = { chord: chord.value, eigenvalue: curvature.value };
  const counterexample = chord.counterexample ?? curvature.counterexample;
  if (counterexample === undefined) return { property: 'convex', holds: true, measured };
  return { property: 'convex', holds: false, measured, counterexample };
}

/** How much larger a violation must be to replace an earlier, simpler one. */
const clearer = 1.5;

interface Lowest {
  readonly value: number;
  readonly counterexample?: Counterexample;
}

/** About the smallest (L(a) + L(b))/2 − L((a + b)/2) over random pairs and labels. */
function lowestChord({ k, values }: Probe, rng: Rng): Lowest {
  const trials = trialScores(k, rng);
  // an earlier trial for each: simple ones come first, and make simple counterexamples
  const ends = trials.map((_, i) => trials[rng.integer(i + 1)] as number[]);
  const middles = trials.map((a, i) => a.map((v, j) => (v + (ends[i]?.[j] as number)) / 2));
  const [first, second, middle] = [values(trials), values(ends), values(middles)];
  let lowest: Lowest = { value: 0 };
  for (const [i, row] of middle.entries()) {
    const [a, b] = [trials[i] as number[], ends[i] as number[]];
    for (const [y, m] of row.entries()) {
      const [p, q] = [first[i]?.[y] as number, second[i]?.[y] as number];
      const value = (p + q) / 2 - m;
      if (value >= clearer * lowest.value || -value <= slack(p, q, m, magnitude(a, b))) continue;
      const statement = `the loss of label ${y} is ${short(p)} at ${shortRow(a)} and ${short(q)} at ${shortRow(b)}, but ${short(m)} halfway`;
      lowest = { value, counterexample: { statement, scores: [a, b] } };
    }
  }
  return lowest;
}

/** About the smallest eigenvalue of a Hessian over trials, each with another label. */
function smallestCurvature({ k, hessian }: Probe, rng: Rng): Lowest {
  let lowest: Lowest = { value: 0 };
  for (const [i, z] of trialScores(k, rng, 100).entries()) {
    const matrix = hessian(z, i % k);
    const { value, direction } = smallestEigenvalue(matrix, rng);
    if (!(value < clearer * lowest.value) || -value <= slack(magnitude(...matrix))) continue;
    const statement = `the loss of label ${i % k} at ${shortRow(z)} has curvature ${short(value)} along ${shortRow(direction)}`;
    lowest = { value, counterexample: { statement, scores: [z] } };
  }
  return lowest;
}
