import { describe, expect, test } from 'vitest';
import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import type { Op } from '../../src/graph/index.ts';
import * as g from '../../src/graph/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';

const step = 1e-5;

/** A scalar of y that weighs its elements differently, so that no two of them can be confused. */
function weighted(y: g.Expr): g.Expr {
  const rng = stream(3, 'weights');
  const weights = Array.from({ length: toSize(y) }, () => rng.uniform() + 0.5);
  return g.sum(g.mul(y, g.constant(fromNumbers('float64', y.shape, weights))));
}

function toSize(y: g.Expr): number {
  return y.shape.reduce((a, b) => a * b, 1);
}

describe('gradients agree with central differences in float64', () => {
  for (const op of Object.keys(opCases) as Op[]) {
    for (const c of opCases[op]) {
      const { inputs, outputs } = programOf(c, 'float64');
      const y = outputs.y!;
      const floats = inputs.filter((x) => x.dtype === 'float64');
      if (c.differentiable === false || y.dtype !== 'float64' || floats.length === 0) continue;
      test(`${op}: ${c.name}`, () => {
        const feeds = feedsOf(c, 'float64');
        const scalar = weighted(y);
        const gradients = g.grad(scalar, floats);
        const value = g.program({ value: scalar });
        floats.forEach((x, i) => {
          const result = g.interpret({ inputs, outputs: { gradient: gradients[i]! } }, feeds)
            .gradient!;
          expect(result.shape).toEqual(x.shape);
          const { name } = x.attrs;
          const at = toNumbers(feeds[name]!);
          const expected = at.map((_, j) => {
            const moved = (h: number) => {
              const data = at.slice();
              data[j]! += h;
              const run = g.interpret(value, {
                ...feeds,
                [name]: fromNumbers('float64', x.shape, data),
              });
              return run.value!.data[0] as number;
            };
            return (moved(step) - moved(-step)) / (2 * step);
          });
          const actual = toNumbers(result);
          const wrong = firstDifference(actual, expected, tolerances.centralDifference);
          expect(
            wrong < 0 ? 'equal' : `${name}[${wrong}] ${actual[wrong]} for ${expected[wrong]}`,
          ).toBe('equal');
        });
      });
    }
  }
});

describe('kinks and ties are decided', () => {
  const x = g.input('x', [3], 'float64');
  const feeds = { x: fromNumbers('float64', [3], [-1, 0, 2]) };
  const gradientOf = (y: g.Expr) =>
    Array.from(toNumbers(g.interpret(g.program({ d: g.grad(g.sum(y), [x])[0]! }), feeds).d!));

  test.each([
    ['relu at 0: 0', g.relu(x), [0, 0, 1]],
    ['abs at 0: 0', g.abs(x), [-1, 0, 1]],
    ['maximum tie: the first operand', g.maximum(x, 0), [0, 1, 1]],
    ['minimum tie: the first operand', g.minimum(x, 0), [1, 1, 0]],
    ['clamp passes at both ends', g.clamp(x, -1, 0), [1, 1, 0]],
    ['max ties share equally', g.max(g.concat([x, x])), [0, 0, 1]],
    ['stopGradient ends gradients', g.mul(g.stopGradient(x), x), [-1, 0, 2]],
    ['x^0 has gradient 0 at 0', g.pow(x, 0), [0, 0, 0]],
  ])('%s', (_, y, expected) => {
    expect(gradientOf(y).map((v) => v + 0)).toEqual(expected);
  });

  test('an expression the scalar does not depend on gets zeros', () => {
    const other = g.input('other', [2, 2], 'float64');
    const [d] = g.grad(g.sum(x), [other]);
    expect(Array.from(toNumbers(g.interpret(g.program({ d: d! }), {}).d!))).toEqual([0, 0, 0, 0]);
  });

  test('gradients can be differentiated: d²/dx² of Σ x³ is 6x', () => {
    const [d] = g.grad(g.sum(g.pow(x, 3)), [x]);
    const [dd] = g.grad(g.sum(d!), [x]);
    expect(Array.from(toNumbers(g.interpret(g.program({ dd: dd! }), feeds).dd!))).toEqual([
      -6, 0, 12,
    ]);
  });

  test('a graph deeper than the call stack', () => {
    let y: g.Expr = x;
    for (let i = 0; i < 50_000; i++) y = g.add(y, x);
    expect(gradientOf(y)).toEqual([50_001, 50_001, 50_001]);
  });
});
