import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../../src/core/index.ts';
import * as g from '../../../src/graph/index.ts';
import { checkProperty } from '../../../src/losses/check/index.ts';
import type { ClassLoss, Property } from '../../../src/losses/index.ts';
import {
  checkLoss,
  crossEntropy,
  evaluate,
  lossDefinitions,
  mae,
  parseLoss,
  sgceSmoothness,
  unhinged,
} from '../../../src/losses/index.ts';
import { isClose, tolerances } from '../../tolerances.ts';
import { lossMatrix, total } from '../values.ts';

function of(loss: ClassLoss | string, property: Property, k = 10) {
  return checkProperty(loss, property, { k });
}

/** Which properties hold, in the order of the report. */
function pattern(loss: ClassLoss | string, k: number): string {
  const mark = { true: '+', false: '-', null: '?' };
  return checkLoss(loss, { k })
    .checks.map(({ holds }) => mark[`${holds}`])
    .join('');
}

// symmetric, no insensitive part, convex, non-increasing, equivariant, bounded, smooth, unhinged at 0, noise
describe.each([2, 3, 10])('k = %i', (k) => {
  test.each([
    ['ce', '--+++-++-'],
    ['mae', '++-++++++'],
    ['gce:q=0.7,minProb=0', '---++++' + '+-'],
    ['unhinged', '+++++-+++'],
    ['symmetrize(ce)', '+++++-+++'],
    ['sgce:q=0.4', '++-++++++'],
    ['sgce:q=1', '++-++++++'],
    ['alpha-mae:alpha=0.1,form=scale', '++-++++++'],
    ['alpha-mae:alpha=0.1', '++-++-+++'],
  ])('%s: %s', (spec, expected) => {
    expect(pattern(spec, k)).toBe(expected);
  });
});

test.each([...lossDefinitions.keys()])('%s is as symmetric and bounded as it claims', (name) => {
  const { symmetric, isBounded } = parseLoss(name);
  const holds = (property: Property) => of(name, property).holds;
  expect(holds('symmetric')).toBe(symmetric === 'yes');
  expect(of(`symmetrize(${name})`, 'symmetric').holds).toBe(true);
  expect(holds('bounded')).toBe(isBounded);
  expect(holds('smooth')).not.toBe(false);
});

test('a report says what of a loss it does not measure', () => {
  const notes = (spec: string) =>
    checkLoss(spec, { k: 2 }).notes?.map((note) => note.split(':')[0]);
  expect(notes('ce')).toBe(undefined);
  expect(notes('elr')).toEqual(['the loss remembers rows']);
  expect(notes('gjs')).toEqual(['the loss takes two views of a row']);
  expect(notes('mae + er')).toEqual([
    'the loss adds a term over the whole batch, which is not measured',
  ]);
});

test('counterexamples are what they say', () => {
  const { scores } = of('ce', 'symmetric').counterexample!;
  const sums = lossMatrix(crossEntropy, scores).map(total);
  expect(sums[1]! - sums[0]!).toBeGreaterThan(tolerances.plainDifference);
  const chord = of('mae', 'convex').counterexample!;
  const [a, b] = chord.scores as [number[], number[]];
  const middle = a.map((v, j) => (v + b[j]!) / 2);
  const [p, q, m] = lossMatrix(mae, [a, b, middle]);
  const gaps = m!.map((v, y) => v - (p![y]! + q![y]!) / 2);
  expect(Math.max(...gaps)).toBeGreaterThan(tolerances.plainDifference);
});

test('under noise, models that cross-entropy ranks may change places', () => {
  const { scores } = of('ce', 'noise keeps ranking').counterexample!;
  const [a, b] = lossMatrix(crossEntropy, scores) as [number[], number[]];
  const noisy = (row: number[]) => 0.6 * row[0]! + (0.4 / 9) * (total(row) - row[0]!);
  expect(a[0]).toBeLessThan(b[0]!);
  expect(noisy(a)).toBeGreaterThan(noisy(b));
});

test('no symmetric loss survives noise of (k − 1)/k', () => {
  const at = (noiseRate: number) =>
    checkProperty('mae', 'noise keeps ranking', { k: 2, noiseRate });
  expect(at(0.45).holds).toBe(true);
  expect(at(0.5).holds).toBe(false);
  expect(at(0.6).counterexample?.statement).toContain('under noise');
});

test.each([
  [1, 1 / (3 * Math.sqrt(3))],
  [0.7, 0.227],
  [0.4, 0.27],
  [0.1, 0.347],
])('SGCE, k = 10, q = %d: the largest Hessian norm found is %d', (q, expected) => {
  const { found = Number.NaN } = of(`sgce:q=${q}`, 'smooth').measured;
  expect(Math.abs(found / expected - 1)).toBeLessThan(tolerances.climb);
  expect(found).toBeLessThan(sgceSmoothness(q, 10));
});

test('what symmetrizing does to a proved bound', () => {
  const bound = (spec: string) => of(spec, 'smooth').measured.bound;
  expect(bound('symmetrize(ce)')).toBe(0);
  expect(bound('symmetrize(sgce:q=0.4)')).toBe(bound('sgce:q=0.4'));
  expect(bound('symmetrize(gce:q=0.4,minProb=0)')).toBe(((2 * 9) / 10) * (1 / 2));
  expect(bound('symmetrize(gce:q=0.4)')).toBe(undefined);
});

test('linearised at equal scores: the multiple of unhinged and the constant', () => {
  const { multiple, constant } = of('ce', 'unhinged at equal scores', 4).measured;
  expect(isClose(multiple!, 1, tolerances.float64)).toBe(true);
  expect(isClose(constant!, Math.log(4), tolerances.float64)).toBe(true);
});

test('convex and symmetric, yet not unhinged: L_j = z_{j+1} − z_j treats classes unalike', () => {
  const k = 5;
  const turned = Array.from({ length: k * k }, (_, i) => {
    const [from, to] = [Math.floor(i / k), i % k];
    return from === (to + 1) % k ? 1 : 0;
  });
  const cyclic: ClassLoss = (z) =>
    g.sub(g.matMul(z, g.constant(fromNumbers('float64', [k, k], turned))), z);
  expect(lossMatrix(cyclic, [[1, 10, 100, 1000, 10000]])).toEqual([[9, 90, 900, 9000, 1 - 10000]]);
  expect(pattern(cyclic, k)).toBe('++++--?-+');
  expect(of(cyclic, 'equivariant', k).counterexample?.scores).toHaveLength(2);
});

test('convex and symmetric, yet not unhinged: its negative is not non-increasing', () => {
  expect(pattern((z) => g.neg(unhinged(z)), 4)).toBe('+++-+-?++');
});

test.each(['ce', 'mae', 'gce'])(
  'logit-clip(%s) rises with a score that makes the norm larger',
  (loss) => {
    // (z, −1, …, −1): the higher z, the smaller the others are after clipping, and closer to it
    const values = [9, 10, 11, 12].map(
      (z) => evaluate(`logit-clip(${loss})`, [[z, ...Array(9).fill(-1)]], [0]).values[0] as number,
    );
    expect([...values].sort((a, b) => a - b)).toEqual(values);
    for (const seed of [1, 2, 3]) {
      const { checks } = checkLoss(`logit-clip(${loss})`, { k: 10, seed });
      expect(checks.find(({ property }) => property === 'non-increasing')?.holds).toBe(false);
    }
  },
);

test('noise that leaves a loss no ranking: the two losses that become one are shown', () => {
  const { checks } = checkLoss('mae', { k: 10, noiseRate: 0.9 });
  const { holds, counterexample } = checks.find(
    (check) => check.property === 'noise keeps ranking',
  )!;
  expect(holds).toBe(false);
  // 1 − p_y is from 0 to 1; under this noise it is 0.9 whatever the scores
  expect(counterexample?.statement).toMatch(
    /^the loss of label 0 is 0 and 1 at .*, but under noise 0\.9 and 0\.9 in expectation$/,
  );
});

test('a loss that rewards wrong labels is not non-increasing', () => {
  const reversed: ClassLoss = (z) => g.neg(mae(z));
  expect(of(reversed, 'non-increasing').holds).toBe(false);
  expect(of(reversed, 'non-increasing').counterexample?.statement).toContain('raises the loss');
});

test('a loss that is no number somewhere is not passed over', () => {
  // ln 0 at saturated scores
  const broken: ClassLoss = (z) => g.mul(g.sub(mae(z), 1), g.log(g.sub(1, mae(z))));
  const { holds, measured } = of(broken, 'bounded');
  expect({ holds, ...measured }).toEqual({ holds: false, lowest: Number.NaN, highest: Number.NaN });
  expect(of(broken, 'symmetric').holds).toBe(false);
  expect(of(broken, 'no class-insensitive part').holds).toBe(false);
  expect(Number.isFinite(of(broken, 'smooth').measured.found)).toBe(true);
});

test.each(['ce', 'sgce:q=0.4'])('%s: a property by itself is as in the report', (spec) => {
  const { checks } = checkLoss(spec, { k: 3, seed: 2 });
  expect(checks).toHaveLength(9);
  for (const check of checks) {
    expect(checkProperty(spec, check.property, { k: 3, seed: 2 })).toEqual(check);
  }
});

test('the same seed gives the same report, and options are checked', () => {
  expect(checkLoss('sgce:q=0.4', { seed: 5 })).toEqual(checkLoss('sgce:q=0.4', { seed: 5 }));
  expect(() => checkLoss('ce', { k: 1 })).toThrow('classes: expected');
  expect(() => checkLoss('ce', { noiseRate: 1.5 })).toThrow('noise rate: expected');
});
