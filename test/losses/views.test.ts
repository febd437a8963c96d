import { describe, expect, test } from 'vitest';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';
import { difference, randomScores } from './values.ts';

const first = randomScores('first view', 5, 3, 1);
const secondView = randomScores('second view', 5, 3, 1);
const labels = [0, 1, 2, 0, 1];
const flat = (rows: readonly Float64Array[]) => rows.flatMap((row) => Array.from(row));

/** gjs without a clamp from its definition, slowly: s (π KL(e_y, M) + w KL(p, M) + w KL(p', M)). */
function slowly(pi: number): number[] {
  const softmax = (z: readonly number[]) => {
    const exps = z.map(Math.exp);
    return exps.map((e) => e / exps.reduce((a, b) => a + b));
  };
  return first.map((z, i) => {
    const label = z.map((_, j) => (j === labels[i] ? 1 : 0));
    const parts = [label, softmax(z), softmax(secondView[i]!)];
    const weights = [pi, (1 - pi) / 2, (1 - pi) / 2];
    const mix = z.map((_, j) => parts.reduce((sum, p, v) => sum + weights[v]! * p[j]!, 0));
    const kl = (p: readonly number[]) =>
      p.reduce((sum, v, j) => sum + (v === 0 ? 0 : v * Math.log(v / mix[j]!)), 0);
    const sum = parts.reduce((total, p, v) => total + weights[v]! * kl(p), 0);
    return -sum / ((1 - pi) * Math.log(1 - pi));
  });
}

test.each([0.1, 0.5, 0.9])('gjs of two views by its definition, pi = %d', (pi) => {
  const { values } = evaluate(`gjs:pi=${pi},minProb=0`, first, labels, { secondView });
  expect(difference(values, slowly(pi), tolerances.float64)).toBe('equal');
});

test('of equal views gjs is js, with the sum of both gradients', () => {
  const [js, plain] = ['js:pi=0.3', 'gjs:pi=0.3'].map((spec) => evaluate(spec, first, labels));
  const both = evaluate('gjs:pi=0.3', first, labels, { secondView: first });
  const sum = flat(both.gradients).map((g, i) => g + flat(both.secondGradients!)[i]!);
  for (const values of [plain!.values, both.values]) {
    expect(difference(values, js!.values, tolerances.float64)).toBe('equal');
  }
  for (const gradient of [flat(plain!.gradients), sum]) {
    expect(difference(gradient, flat(js!.gradients), tolerances.float64)).toBe('equal');
  }
});

describe('what is made of a loss of two views', () => {
  const values = (spec: string) => evaluate(spec, first, labels, { secondView }).values;
  const one = (spec: string) => evaluate(spec, first, labels).values;
  const rowMeans = first.map((z, i) => {
    const all = z.map(
      (_, y) => evaluate('gjs', [z], [y], { secondView: [secondView[i]!] }).values[0]!,
    );
    return all.reduce((a, b) => a + b) / all.length;
  });

  test.each<[string, (i: number) => number]>([
    ['2*gjs + 3*ce', (i) => 2 * values('gjs')[i]! + 3 * one('ce')[i]!],
    // the other terms, and what is remembered, are of the first view
    ['gjs + elr', (i) => values('gjs')[i]! + one('elr')[i]!],
    ['symmetrize(gjs)', (i) => values('gjs')[i]! - rowMeans[i]!],
    ['symmetrize(gjs + elr)', (i) => values('gjs')[i]! - rowMeans[i]! + one('symmetrize(elr)')[i]!],
    ['unit(gjs)', (i) => (values('gjs')[i]! * one('unit(js)')[i]!) / one('js')[i]!],
  ])('%s', (spec, expected) => {
    expect(parseLoss(spec).views).toBeDefined();
    expect(
      difference(
        values(spec),
        first.map((_, i) => expected(i)),
        tolerances.float64,
      ),
    ).toBe('equal');
  });

  test('logit-clip clips both views', () => {
    const clip = (row: readonly number[]) => {
      const norm = Math.hypot(...row);
      return row.map((v) => (norm > 0.8 ? v / (0.8 * norm) : v));
    };
    const clipped = { secondView: secondView.map(clip) };
    const expected = evaluate('gjs', first.map(clip), labels, clipped).values;
    const found = values('logit-clip(gjs):temp=0.8,eps=0');
    expect(difference(found, expected, tolerances.float64)).toBe('equal');
  });
});

test.each<[string, object, string]>([
  ['ce', { secondView }, 'evaluate: expected no second view: the loss takes one, received one'],
  [
    'gjs',
    { secondView: [[1, 2, 3]] },
    'evaluate: expected a second view of 5 rows, one per row of scores, received 1',
  ],
  [
    'gjs',
    { secondView: first.map(() => [1, 2]) },
    'second view, row 0: expected 3 scores, as in row 0, received 2',
  ],
  [
    'ce',
    { memory: first },
    'evaluate: expected no memory: the loss remembers nothing, received one',
  ],
  [
    'elr',
    { memory: [[0, 0, 0]] },
    'evaluate: expected a memory of 5 rows, one per row of scores, received 1',
  ],
  ['aldr-kl', { memory: first }, 'memory, row 0: expected 1 finite numbers, received 3'],
  [
    'elr',
    { memory: first.map(() => [0, 0, Number.NaN]) },
    'memory, row 0: expected 3 finite numbers, received 0, 0, NaN',
  ],
])('%s with %j', (spec, options, message) => {
  expect(messageOf(() => evaluate(spec, first, labels, options))).toBe(message);
});
