import { describe, expect, test } from 'vitest';
import type { LossCheck } from '../../src/losses/index.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { folders, symloss, tableOf } from './run.ts';

const cwd = folders('check')();

/** The table of `symloss check`: the properties that hold or not, and what was measured. */
async function check(...args: readonly string[]) {
  const { code, stdout, stderr } = await symloss(['check', ...args], cwd);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const table = tableOf(stdout);
  table.delete('property');
  const holds = Object.fromEntries([...table].map(([property, [answer]]) => [property, answer]));
  const measured = (property: string, name: string) =>
    Number(new RegExp(`(?:^|, )${name} (\\S+?)(?:,|$)`).exec(table.get(property)![1]!)![1]);
  return { stdout, holds, measured };
}

const all = {
  symmetric: 'yes',
  'no class-insensitive part': 'yes',
  convex: 'yes',
  'non-increasing': 'yes',
  equivariant: 'yes',
  bounded: 'yes',
  smooth: 'yes',
  'unhinged at equal scores': 'yes',
  'noise keeps ranking': 'yes',
};

/** Printed to four digits. */
const printed = tolerances.fourDigits;

describe('symloss check agrees with the theorems', () => {
  test('ce: convex and not symmetric, hence noise may turn a ranking round', async () => {
    const { holds, measured, stdout } = await check('ce');
    expect(holds).toEqual({
      ...all,
      symmetric: 'no',
      'no class-insensitive part': 'no',
      bounded: 'no',
      'noise keeps ranking': 'no',
    });
    expect(isClose(measured('symmetric', 'row sum'), 10 * Math.log(10), printed)).toBe(true);
    expect(measured('smooth', 'found')).toBe(0.5);
    expect(measured('unhinged at equal scores', 'multiple')).toBe(1);
    expect(stdout).toContain('symmetric fails: the row sums to 23.03 at scores (0, …, 0) and to ');
    expect(stdout).toMatch(
      /bounded fails: the loss of label \d is 100000000 at .* a tenth of these scores/,
    );
    expect(stdout).toMatch(
      /noise keeps ranking fails: the loss of label 0 is .* under noise .* in expectation/,
    );
  });

  test('unhinged: convex and symmetric, hence linear and unbounded', async () => {
    const { holds, measured } = await check('unhinged');
    expect(holds).toEqual({ ...all, bounded: 'no' });
    expect(measured('smooth', 'found')).toBe(0);
    expect(measured('unhinged at equal scores', 'multiple')).toBe(1);
    expect(isClose(measured('noise keeps ranking', 'factor'), 5 / 9, printed)).toBe(true);
  });

  test('sgce: symmetric, and not unhinged, hence not convex', async () => {
    const { holds, measured, stdout } = await check('sgce:q=0.4');
    expect(holds).toEqual({ ...all, convex: 'no' });
    expect(stdout).toMatch(/convex fails: the loss of label \d is \S+ at .* halfway/);
    expect(isClose(measured('smooth', 'found'), 0.27, tolerances.climb)).toBe(true);
    expect(isClose(measured('unhinged at equal scores', 'multiple'), 10 ** -0.4, printed)).toBe(
      true,
    );
  });

  test.each([
    ['alpha-mae:alpha=0.1,form=scale', 0.1],
    ['mae', 1],
  ])('%s: Hessian norm α/(3√3), sums to (k − 1)/α', async (spec, alpha) => {
    const { holds, measured } = await check(spec);
    expect(holds).toEqual({ ...all, convex: 'no' });
    const bound = alpha / (3 * Math.sqrt(3));
    expect(isClose(measured('smooth', 'bound') / bound, 1, printed)).toBe(true);
    expect(isClose(measured('smooth', 'found') / bound, 1, tolerances.climb)).toBe(true);
    expect(isClose(measured('symmetric', 'row sum'), 9 / alpha, printed)).toBe(true);
  });

  test('options reach the check', async () => {
    const { measured } = await check('mae', '--classes', '4', '--noise-rate', '0.3', '--seed', '2');
    expect(isClose(measured('noise keeps ranking', 'factor'), 0.6, printed)).toBe(true);
    expect(isClose(measured('symmetric', 'row sum'), 3, printed)).toBe(true);
  });
});

test('--json prints the report as data', async () => {
  const { stdout } = await symloss(['check', 'gce:q=0.7', '--json'], cwd);
  const { spec, k, checks } = JSON.parse(stdout) as LossCheck;
  expect({ spec, k }).toEqual({ spec: 'gce:q=0.7', k: 10 });
  const smooth = checks.find(({ property }) => property === 'smooth')!;
  expect(smooth.holds).toBe(null); // its clamp makes the gradient jump: no bound is proved
  expect(checks[0]!.counterexample!.scores).toHaveLength(2);
});

test.each([
  ['sgce:q=2', 'loss sgce'],
  ['mse', 'loss: expected one of'],
  ['ce --classes 1', '--classes: expected an integer from 2 to 100, received 1'],
  ['ce --noise-rate 2', 'noise rate: expected'],
])('check %s is refused', async (args, message) => {
  const { code, stderr } = await symloss(['check', ...args.split(' ')], cwd);
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
