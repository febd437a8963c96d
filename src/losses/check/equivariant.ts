import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { Counterexample, PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack } from './result.ts';
import { trialScores } from './trials.ts';

/** Whether classes are treated alike: permuted scores give permuted values. */
export function checkEquivariant({ k, values }: Probe, rng: Rng): PropertyCheck {
  const trials = trialScores(k, rng);
  const orders = trials.map(() => Array.from(rng.permutation(k)));
  const reorder = (rows: readonly number[][]) =>
    rows.map((row, i) => (orders[i] as number[]).map((from) => row[from] as number));
  const [moved, expected] = [values(reorder(trials)), reorder(values(trials))];
  let largest = 0;
  let counterexample: Counterexample | undefined;
  for (const [i, row] of moved.entries()) {
    const z = trials[i] as number[];
    for (const [y, value] of row.entries()) {
      const other = expected[i]?.[y] as number;
      const gap = Math.abs(value - other);
      if (gap <= largest) continue;
      largest = gap;
      if (gap <= slack(other, magnitude(z))) continue;
      const permuted = (orders[i] as number[]).map((from) => z[from] as number);
      const from = orders[i]?.[y] as number;
      const statement = `the loss of label ${from} is ${short(other)} at ${shortRow(z)}, but ${short(value)} as label ${y} when the scores are permuted to ${shortRow(permuted)}`;
      counterexample = { statement, scores: [z, permuted] };
    }
  }
  const measured = { largestGap: largest };
  return counterexample === undefined
    ? { property: 'equivariant', holds: true, measured }
    : { property: 'equivariant', holds: false, measured, counterexample };
}
