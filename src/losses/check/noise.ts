import type { Rng } from '../../core/index.ts';
import type { Probe } from './probe.ts';
import type { PropertyCheck } from './result.ts';
import { extent, magnitude, short, shortRow, slack, total } from './result.ts';
import { trialScores } from './trials.ts';

const property = 'noise keeps ranking';

/**
 * Whether uniform label noise leaves the loss unchanged up to scale and a constant: the expected noisy
 * loss (1 − η)·L_y + η/(k−1)·Σ_{j≠y} L_j is `factor`·L_y + η/(k−1)·ΣL_j with factor 1 − ηk/(k−1), and
 * the last term must be the same at all scores. The factor must be positive for models to keep
 * their ranking.
 */
export function checkNoise({ k, values }: Probe, rng: Rng, noiseRate: number): PropertyCheck {
  const flip = noiseRate / (k - 1);
  const factor = 1 - noiseRate - flip;
  const trials = trialScores(k, rng);
  const rows = values(trials);
  const noisy = rows.map((row) => row.map((v) => (1 - noiseRate) * v + flip * (total(row) - v)));
  const offsets = noisy.map((row, i) => row.map((v, y) => v - factor * (rows[i]?.[y] as number)));
  const all = offsets.flat();
  const [lowest, highest] = extent(all);
  const spread = highest - lowest;
  const isSame = spread <= slack(magnitude(...rows), magnitude(...trials));
  const measured = { factor, constant: all[0] as number, spread };
  if (isSame && factor > 0) return { property, holds: true, measured };
  const ofLabel0 = (from: readonly number[][]) => from.map((row) => row[0] as number);
  const clean = ofLabel0(rows);
  const pair = reversed(clean, ofLabel0(noisy)) ?? (isSame ? furthest(clean) : undefined);
  if (pair === undefined) return { property, holds: isSame && factor > 0, measured };
  const scores = [trials[pair[0]] as number[], trials[pair[1]] as number[]];
  const [a, b] = scores.map(shortRow);
  const both = (from: readonly number[][]) =>
    pair.map((i) => short(from[i]?.[0] as number)).join(' and ');
  const statement = `the loss of label 0 is ${both(rows)} at ${a} and ${b}, but under noise ${both(noisy)} in expectation`;
  return { property, holds: false, measured, counterexample: { statement, scores } };
}

/** The highest and the lowest: a pair that has the same value under noise where the factor is 0. */
function furthest(clean: readonly number[]): [number, number] | undefined {
  const [lowest, highest] = extent(clean);
  if (highest - lowest <= slack(magnitude(clean))) return undefined;
  return [clean.indexOf(lowest), clean.indexOf(highest)];
}

/** How much larger a reversal must be to replace an earlier, simpler one. */
const clearer = 2;

/** A pair whose order noise reverses, with about the largest smaller gap of the two. */
function reversed(
  clean: readonly number[],
  noisy: readonly number[],
): [number, number] | undefined {
  let [worst, pair]: [number, [number, number] | undefined] = [slack(magnitude(clean)), undefined];
  for (let i = 0; i < clean.length; i++) {
    for (let j = 0; j < clean.length; j++) {
      const gap = Math.min(
        (clean[j] as number) - (clean[i] as number),
        (noisy[i] as number) - (noisy[j] as number),
      );
      if (gap > clearer * worst) [worst, pair] = [gap, [i, j]];
    }
  }
  return pair;
}
