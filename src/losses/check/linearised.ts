import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack, total } from './result.ts';

const property = 'unhinged at equal scores';

/**
 * Whether the loss, linearised where all scores are equal, is a multiple of unhinged plus a
 * constant: L(c·1)_y = constant, and gradients multiple·(1/k − onehot(y)).
 */
export function checkLinearised({ k, values, jacobian }: Probe, rng: Rng): PropertyCheck {
  let measured = { multiple: 0, constant: 0, residual: 0 };
  for (const c of [0, 1, -10, 10 * rng.normal()]) {
    const z = new Array<number>(k).fill(c);
    const row = values([z])[0] as number[];
    const slopes = jacobian(z);
    const constant = total(row) / k;
    const trace = slopes.reduce((sum, slope, y) => sum + (slope[y] as number), 0);
    const multiple = -trace / (k - 1);
    const residual = magnitude(
      row.map((v) => v - constant),
      slopes.flatMap((slope, y) => slope.map((v, j) => v - multiple * (1 / k - (j === y ? 1 : 0)))),
    );
    if (c === 0) measured = { multiple, constant, residual };
    if (residual <= slack(magnitude(row, ...slopes), c)) continue;
    const statement = `at scores ${shortRow(z)} the loss of label 0 is ${short(row[0] as number)} with gradient ${shortRow(slopes[0] as number[])}, ${short(residual)} off the nearest multiple of unhinged`;
    const counterexample = { statement, scores: [z] };
    return { property, holds: false, measured: { multiple, constant, residual }, counterexample };
  }
  return { property, holds: true, measured };
}
