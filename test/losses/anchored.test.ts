import { expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { evaluate } from '../../src/losses/index.ts';
import { isClose, tolerances } from '../tolerances.ts';

const k = 4;
const rows = 6;
const labels = Array.from({ length: rows }, (_, row) => row % k);

/** Scores of some rows by random models, some of which know the labels. */
function randomModels(count: number): number[][][] {
  const rng = stream(7, 'models');
  return Array.from({ length: count }, () => {
    const [spread, skill] = [3 * rng.uniform(), 4 * rng.uniform()];
    return labels.map((label) =>
      Array.from({ length: k }, (_, j) => spread * rng.normal() + (j === label ? skill : 0)),
    );
  });
}

const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

const models = randomModels(200);

/** Of each model the mean loss, where a row has label j with a probability that depends on its true one. */
function risks(loss: string, probability: (label: number, j: number) => number): number[] {
  const soft = labels.map((label) => Array.from({ length: k }, (_, j) => probability(label, j)));
  const { values } = evaluate(
    loss,
    models.flat(),
    models.flatMap(() => soft),
  );
  return models.map((_, i) => mean(Array.from(values.subarray(i * rows, (i + 1) * rows))));
}

/** Under uniform noise. */
function noisyRisks(loss: string, noiseRate: number): number[] {
  return risks(loss, (label, j) => (j === label ? 1 - noiseRate : noiseRate / (k - 1)));
}

/** ln Σ e^z − mean(z), the class-insensitive part of cross-entropy: its mean over all labels. */
const insensitive = risks('ce', () => 1 / k);

const least = (values: readonly number[]) => values.indexOf(Math.min(...values));

test.each([0.2, 0.5, 0.7])('noise of rate %d moves the minimiser within the bound', (noiseRate) => {
  const f = 1 - (noiseRate * k) / (k - 1);
  const moved = [0, 0.1, 0.5, 1].map((ce) => {
    const loss = `anchored:q=0.7,ce=${ce}`;
    const clean = noisyRisks(loss, 0);
    const [g, h] = [least(clean), least(noisyRisks(loss, noiseRate))];
    const spread = (insensitive[g] as number) - (insensitive[h] as number);
    const excess = (clean[h] as number) - (clean[g] as number);
    expect(spread).toBeGreaterThanOrEqual(-tolerances.float64);
    expect(excess).toBeLessThanOrEqual(ce * (1 / f - 1) * spread + tolerances.float64);
    return h !== g;
  });
  expect(moved[0]).toBe(false); // a symmetric loss ranks all models as without noise
  expect(moved.at(-1)).toBe(true); // cross-entropy does not, or nothing would be tested
});

test('noise weighs the class-insensitive part by 1/f', () => {
  const [noiseRate, ce] = [0.5, 0.3];
  const f = 1 - (noiseRate * k) / (k - 1);
  const loss = `anchored:q=0.4,ce=${ce}`;
  const clean = noisyRisks(loss, 0);
  const offsets = noisyRisks(loss, noiseRate).map((noisy, i) => {
    const heavier = (clean[i] as number) + ce * (1 / f - 1) * (insensitive[i] as number);
    return noisy - f * heavier;
  });
  for (const offset of offsets) {
    expect(isClose(offset, offsets[0] as number, tolerances.float64)).toBe(true);
  }
});
