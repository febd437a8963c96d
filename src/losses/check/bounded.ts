import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { extent, magnitude, short, shortRow } from './result.ts';
import { trialScores } from './trials.ts';

/** Two sizes of scores, both where softmax with any exponent above 1e-6 is saturated. */
const [far, farther] = [1e7, 1e8];
/** A bounded loss has stopped growing there; even a logarithm would still grow by 1.14. */
const growth = 1.01;

/** Whether values stay in a finite range: whether they stop growing as scores are scaled up. */
export function checkBounded({ k, values }: Probe, rng: Rng): PropertyCheck {
  const trials = trialScores(k, rng);
  const scaled = (scale: number) =>
    trials.map((z) => {
      const size = Math.max(...z.map(Math.abs), 1);
      return z.map((v) => (scale / size) * v);
    });
  const extreme = scaled(farther);
  const [near, wide] = [values(scaled(far)), values(extreme)];
  const all = [near, wide].flat(2);
  const sizes = wide.map((row) => magnitude(row));
  const reached = magnitude(...wide);
  const holds = reached <= growth * magnitude(...near);
  const [lowest, highest] = extent(all);
  const measured = { lowest, highest };
  if (holds) return { property: 'bounded', holds, measured };
  // the first that is at least half as large: simple trials come first
  const at = Math.max(
    sizes.findIndex((size) => !(size < reached / 2)),
    0,
  );
  const z = extreme[at] as number[];
  const row = wide[at] as number[];
  const y = Math.max(
    row.findIndex((v) => Math.abs(v) === sizes[at]),
    0,
  );
  const statement = `the loss of label ${y} is ${short(row[y] as number)} at ${shortRow(z)}, and ${short(near[at]?.[y] as number)} at a tenth of these scores`;
  return { property: 'bounded', holds, measured, counterexample: { statement, scores: [z] } };
}
