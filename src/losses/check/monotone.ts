import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { Counterexample, PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack } from './result.ts';
import { trialScores } from './trials.ts';

/** Whether L_y never rises with z_y: its largest change when that score is raised, half of the time the highest of its row. */
export function checkMonotone({ k, values }: Probe, rng: Rng): PropertyCheck {
  const trials = trialScores(k, rng);
  const labels = trials.map((z) =>
    rng.uniform() < 0.5 ? z.indexOf(Math.max(...z)) : rng.integer(k),
  );
  const steps = trials.map(() => 10 ** (2 * rng.uniform() - 1));
  const raised = trials.map((z, i) =>
    z.map((v, j) => (j === labels[i] ? v + (steps[i] as number) : v)),
  );
  const [before, after] = [values(trials), values(raised)];
  let largest = Number.NEGATIVE_INFINITY;
  let counterexample: Counterexample | undefined;
  for (const [i, z] of trials.entries()) {
    const y = labels[i] as number;
    const [a, b] = [before[i]?.[y] as number, after[i]?.[y] as number];
    if (b - a <= largest) continue;
    largest = b - a;
    if (largest <= slack(a, b, magnitude(z))) continue;
    const statement = `raising the score of label ${y} at ${shortRow(z)} by ${short(steps[i] as number)} raises the loss from ${short(a)} to ${short(b)}`;
    counterexample = { statement, scores: [z, raised[i] as number[]] };
  }
  const measured = { largestChange: largest };
  return counterexample === undefined
    ? { property: 'non-increasing', holds: true, measured }
    : { property: 'non-increasing', holds: false, measured, counterexample };
}
