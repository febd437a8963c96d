import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { tolerances } from '../tolerances.ts';
import { countByLoss, groupCases, readReference } from './fixture.ts';
import { cancellation, difference, float32Feeds, float32Program } from './values.ts';

const cases = readReference();
const groups = groupCases(cases);
const named = groups.map((group) => ({ name: `${group.spec}, k = ${group.k}`, ...group }));

test('every case of the file runs', () => {
  expect(countByLoss(groups.flatMap((group) => group.cases))).toEqual({
    ce: 63,
    mae: 63,
    gce: 252,
    rce: 63,
    sce: 126,
    focal: 63,
    nce: 63,
    nfl: 63,
    nnce: 63,
    nnfl: 63,
    agce: 126,
    aul: 63,
    ael: 63,
    nce_rce: 63,
    nce_mae: 63,
    nce_agce: 126,
    anl_ce: 63,
    anl_fl: 63,
    unhinged: 63,
    sgce: 315,
    alpha_mae_raw: 252,
    alpha_mae_centred: 252,
    symmetrize: 1534,
  });
  expect(groups.flatMap((group) => group.cases)).toHaveLength(3928);
});

test('the gradient given is the true one wherever the file has both', () => {
  const both = cases.filter((c) => c.grad_true !== undefined);
  expect(both.length).toBeGreaterThan(0);
  expect(both.filter((c) => !c.grad.every((g, i) => g === c.grad_true![i]))).toEqual([]);
});

describe('float64 evaluation agrees with the reference', () => {
  test.each(named)('$name', ({ spec, cases: group }) => {
    const { values, gradients } = evaluate(
      spec,
      group.map((c) => c.z),
      group.map((c) => c.y),
    );
    const expected = group.map((c) => c.value);
    expect(difference(values, expected, tolerances.float64)).toBe('equal');
    group.forEach((c, i) => {
      const found = difference(gradients[i]!, c.grad, tolerances.float64);
      expect(`case ${c.id}: ${found}`).toBe(`case ${c.id}: equal`);
    });
  });
});

const runners = [nodeRunner(), ...(await testedDevices())];

describe.each(runners)(
  'float32 in $name agrees with the reference',
  { timeout: deviceTimeout },
  (runner) => {
    test.each(named)('$name', async ({ spec, k, cases: group }) => {
      const { classLoss } = parseLoss(spec);
      const executable = await runner.compile(float32Program(classLoss, group.length, k));
      const scores = group.map((c) => c.z);
      // the scores are exact in float32, so only the computation differs
      expect(scores.flat().every((z) => Math.fround(z) === z)).toBe(true);
      const { values, gradient } = await executable.run(
        float32Feeds(
          scores,
          group.map((c) => c.y),
        ),
      );
      await executable.dispose();
      const scales = cancellation(spec, scores);
      const actual = Array.from(toNumbers(values!), (value, i) => value / scales[i]!);
      const expected = group.map((c, i) => c.value / scales[i]!);
      expect(difference(actual, expected, tolerances.float32Loss)).toBe('equal');
      const slopes = group.flatMap((c) => c.grad);
      expect(difference(toNumbers(gradient!), slopes, tolerances.float32LossGradient)).toBe(
        'equal',
      );
    });
  },
);
