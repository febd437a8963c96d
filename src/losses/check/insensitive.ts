import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack, total } from './result.ts';
import { trialScores } from './trials.ts';

const property = 'no class-insensitive part';

/**
 * How large the class-insensitive part of a loss is, the mean of its row: the largest norm of its
 * gradient, beside that of the symmetric part. It holds where that gradient is 0, so that
 * the part is a constant.
 */
export function checkInsensitive(probe: Probe, rng: Rng): PropertyCheck {
  const { k } = probe;
  const trials = trialScores(k, rng, 60);
  let [largest, symmetric, size] = [0, 0, 0];
  let worst = trials[0] as number[];
  for (const z of trials) {
    const jacobian = probe.jacobian(z);
    const mean = z.map((_, j) => total(jacobian.map((row) => row[j] as number)) / k);
    const norm = Math.hypot(...mean);
    // once it is not a number it stays so
    if (!(norm <= largest || Number.isNaN(largest))) [largest, worst] = [norm, z];
    for (const row of jacobian) {
      const rest = Math.hypot(...row.map((v, j) => v - (mean[j] as number)));
      symmetric = Math.max(symmetric, rest);
    }
    size = Math.max(size, magnitude(...jacobian));
  }
  const holds = largest <= slack(size);
  const measured = { gradientNorm: largest, symmetricGradientNorm: symmetric };
  if (holds) return { property, holds, measured };
  const statement = `at scores ${shortRow(worst)} the mean over labels has a gradient of norm ${short(largest)}`;
  return { property, holds, measured, counterexample: { statement, scores: [worst] } };
}
