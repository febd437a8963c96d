import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { extent, magnitude, short, shortRow, slack, total } from './result.ts';
import { trialScores } from './trials.ts';

/** Whether every row sums to the same constant: the spread of the sum over many scores. */
export function checkSymmetric(probe: Probe, rng: Rng): PropertyCheck {
  const trials = trialScores(probe.k, rng);
  const rows = probe.values(trials);
  const sums = rows.map(total);
  const [lowest, highest] = extent(sums);
  const spread = highest - lowest;
  const holds = spread <= slack(magnitude(...rows), magnitude(...trials));
  const measured = { rowSum: sums[0] as number, spread };
  if (holds) return { property: 'symmetric', holds, measured };
  // a sum that is not a number is its own counterexample
  const at = (sum: number) =>
    trials[
      Math.max(
        sums.findIndex((s) => Object.is(s, sum)),
        0,
      )
    ] ?? [];
  const scores = [at(lowest), at(highest)];
  const [a, b] = scores.map(shortRow);
  const statement = `the row sums to ${short(lowest)} at scores ${a} and to ${short(highest)} at ${b}, ${short(spread)} apart`;
  return { property: 'symmetric', holds, measured, counterexample: { statement, scores } };
}
