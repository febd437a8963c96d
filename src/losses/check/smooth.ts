import type { Rng } from '../../core/index.ts';
import type { Peak } from './climb.ts';
import { climb } from './climb.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { magnitude, short, shortRow, slack } from './result.ts';
import { spectralNorm } from './spectrum.ts';

/** Scores (label, two other classes, all the rest) from which the climb starts. */
const starts: readonly (readonly number[])[] = [
  [0.3, 0, -30, -30],
  [0, 0, 0, 0],
  [-30, 0, 0, -3],
  [-300, 0, 0, -10],
];
const scales = [1, 10, 100];

/**
 * How smooth the loss is: the largest spectral norm of a Hessian that a climb finds, first over
 * scores with all but three alike, then over all. It is a lower bound of β, and the check holds if it
 * is not above the proved upper bound; kinks, where there is no Hessian, are not seen.
 * @param bound a proved upper bound of β over all scores
 */
export function checkSmooth(probe: Probe, rng: Rng, bound?: number): PropertyCheck {
  const { point, value } = largestHessian(probe, rng);
  if (bound === undefined) return { property: 'smooth', holds: null, measured: { found: value } };
  const measured = { found: value, bound };
  const holds = value <= bound + slack(magnitude(...probe.hessian(point)));
  if (holds) return { property: 'smooth', holds, measured };
  const statement = `at scores ${shortRow(point)} the Hessian of the loss of label 0 has norm ${short(value)}, above ${short(bound)}`;
  return { property: 'smooth', holds, measured, counterexample: { statement, scores: [point] } };
}

/** The largest spectral norm found of the Hessian of the loss of label 0, and where. */
export function largestHessian({ k, hessian }: Probe, rng: Rng): Peak {
  const norm = (z: readonly number[]) => {
    const found = spectralNorm(hessian(z), rng);
    // not a number where float64 has no second derivative
    return Number.isFinite(found) ? found : 0;
  };
  const spread = (blocks: readonly number[]) =>
    Array.from({ length: k }, (_, j) => blocks[Math.min(j, 3)] as number);
  const normOf = (blocks: readonly number[]) => norm(spread(blocks));
  let best: Peak = { point: spread([0, 0, 0, 0]), value: 0 };
  for (const scale of scales) {
    for (const start of starts) {
      const from = start.map((v) => scale * v);
      const { point, value } = climb(normOf, from, { rng, scale, steps: 100 });
      if (value > best.value) best = { point: spread(point), value };
    }
  }
  return climb(norm, best.point, { rng, scale: 0.3, steps: 60 });
}
