import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import { evaluate, findLoss, lossDefinitions, parseLoss } from '../../src/losses/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { handScores, settings, specs } from './settings.ts';
import {
  cancellation,
  difference,
  float32Feeds,
  float32Program,
  jacobian,
  lossMatrix,
  randomScores,
  total,
} from './values.ts';

test('every loss of the registry has settings here, and α-MAE in both forms', () => {
  const tried = settings.map(({ spec }) => parseLoss(spec));
  expect(new Set(tried.map(({ name }) => name))).toEqual(new Set(lossDefinitions.keys()));
  for (const { name, parameters } of lossDefinitions.values()) {
    const expected = Object.keys(parameters).length === 0 ? 1 : 2;
    const own = new Set(tried.filter((spec) => spec.name === name).map(({ spec }) => spec));
    expect([name, own.size >= expected]).toEqual([name, true]);
  }
  expect(new Set(tried.map(({ params }) => params['form']))).toEqual(
    new Set([undefined, 'scale', 'mix']),
  );
});

describe('values worked out by hand', () => {
  test.each(settings)('$spec', ({ spec, values, symmetrized }) => {
    const { classLoss } = parseLoss(spec);
    const [row] = lossMatrix(classLoss, [handScores]);
    expect(difference(row!, values, tolerances.float64)).toBe('equal');
    // the loss of a sample is the column of its label
    const own = evaluate(spec, [handScores, handScores, handScores], [2, 0, 1]).values;
    const expected = [values[2]!, values[0]!, values[1]!];
    expect(difference(own, expected, tolerances.float64)).toBe('equal');
    const [symmetric] = lossMatrix(parseLoss(`symmetrize(${spec})`).classLoss, [handScores]);
    expect(difference(symmetric!, symmetrized, tolerances.float64)).toBe('equal');
  });
});

describe('gradients agree with central differences in float64', () => {
  const step = 1e-5;
  const stopping = new Set(
    settings.flatMap(({ spec, stops }) => (stops ? [spec, `symmetrize(${spec})`] : [])),
  );

  test.each(specs.filter((spec) => !stopping.has(spec)))('%s', (spec) => {
    const { classLoss } = parseLoss(spec);
    for (const k of [2, 3, 10]) {
      for (const scores of randomScores(`gradient ${k}`, 4, k)) {
        const shifted = (h: number) =>
          scores.map((_, j) => scores.map((z, i) => (i === j ? z + h : z)));
        const up = lossMatrix(classLoss, shifted(step));
        const down = lossMatrix(classLoss, shifted(-step));
        const gradients = jacobian(classLoss, scores);
        const expected = scores.map((_, y) =>
          scores.map((_, j) => (up[j]![y]! - down[j]![y]!) / (2 * step)),
        );
        expect(difference(gradients.flat(), expected.flat(), tolerances.centralDifference)).toBe(
          'equal',
        );
      }
    }
  });
});

describe('at scores of ±1e4 values and gradients are finite, gradients sum to 0 unless shifts count', () => {
  const far = 1e4;
  const scores = [
    [far, -far, 0],
    [-far, far, far],
    [far, far, far],
    [-far, -far, -far],
    [0, 0, -far],
  ];
  const batch = scores.flatMap((row) => [row, row, row]);
  const labels = batch.map((_, i) => i % 3);
  const runner = nodeRunner();

  const shifted = new Set(
    settings.flatMap(({ spec, shifts }) => (shifts ? [spec, `symmetrize(${spec})`] : [])),
  );

  /** Adding a constant to all scores changes no loss of softmax, nor unhinged. */
  function check(
    spec: string,
    values: ArrayLike<number>,
    gradients: readonly (readonly number[])[],
  ): void {
    expect(Array.from(values).filter((v) => !Number.isFinite(v))).toEqual([]);
    expect(gradients.flat().filter((g) => !Number.isFinite(g))).toEqual([]);
    if (shifted.has(spec)) return;
    const sums = gradients.map(total);
    const zeros = sums.map(() => 0);
    expect(difference(sums, zeros, tolerances.float32LossGradient)).toBe('equal');
  }

  test.each(specs)('%s', async (spec) => {
    const exact = evaluate(spec, batch, labels);
    check(
      spec,
      exact.values,
      exact.gradients.map((row) => Array.from(row)),
    );
    const program = float32Program(parseLoss(spec).classLoss, batch.length, 3);
    const executable = await runner.compile(program);
    const { values, gradient } = await executable.run(float32Feeds(batch, labels));
    await executable.dispose();
    const slopes = Array.from(toNumbers(gradient!));
    check(
      spec,
      toNumbers(values!),
      batch.map((_, i) => slopes.slice(3 * i, 3 * i + 3)),
    );
    const scales = cancellation(spec, batch);
    const scaled = (list: ArrayLike<number>) => Array.from(list, (v, i) => v / scales[i]!);
    const expected = scaled(exact.values);
    expect(difference(scaled(toNumbers(values!)), expected, tolerances.float32Loss)).toBe('equal');
  });
});

describe('the definition says whether rows sum to a constant', () => {
  test.each(specs)('%s', (spec) => {
    const { classLoss, name, params } = parseLoss(spec);
    const symmetry = name === 'symmetrize' ? 'yes' : findLoss(name).symmetric(params);
    for (const k of [2, 3, 10]) {
      // far apart, so that some probabilities are below the clamp
      const sums = lossMatrix(classLoss, randomScores(`sums ${k}`, 50, k, 10)).map(total);
      const [low, high] = [Math.min(...sums), Math.max(...sums)];
      expect(isClose(low, high, tolerances.float64)).toBe(symmetry === 'yes');
      const raised = (k - 1) * ((params['minProb'] as number | undefined) ?? 0);
      const most = symmetry === 'nearly' ? low * raised : Number.POSITIVE_INFINITY;
      expect(high - low).toBeLessThanOrEqual(most);
      const least = symmetry === 'no' ? tolerances.plainDifference : 0;
      expect(high - low).toBeGreaterThanOrEqual(least);
    }
  });
});
