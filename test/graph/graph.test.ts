import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { messageOf } from '../messages.ts';

const z = g.input('z', [2, 3]);

describe('nodes', () => {
  test('equal expressions are one node', () => {
    expect(g.exp(g.mul(z, 2))).toBe(g.exp(g.mul(z, 2)));
    expect(g.exp(g.mul(z, 2))).not.toBe(g.exp(g.mul(z, 3)));
    expect(g.input('z', [2, 3])).toBe(z);
    expect(g.mul(z, 0)).not.toBe(g.mul(z, -0));
    expect(g.sum(z, -1)).toBe(g.sum(z, 1));
  });

  test('are immutable', () => {
    expect(Object.isFrozen(g.exp(z))).toBe(true);
  });

  test('neutral operands vanish', () => {
    expect(g.add(z, 0)).toBe(z);
    expect(g.mul(g.full([2, 3], 1), z)).toBe(z);
    expect(g.neg(g.neg(z))).toBe(z);
    // adding zeros of a larger shape stretches, so it stays
    expect(g.add(g.input('row', [3]), g.full([2, 3], 0)).shape).toEqual([2, 3]);
  });

  test('a broadcast before an elementwise op is left to the op', () => {
    const row = g.input('row', [1, 3]);
    expect(g.add(z, g.broadcastTo(row, [2, 3]))).toBe(g.add(z, row));
    expect(g.add(g.broadcastTo(row, [2, 3]), g.broadcastTo(row, [2, 3])).shape).toEqual([2, 3]);
  });
});

test('text form', () => {
  const [d] = g.grad(g.mean(g.relu(g.matMul(z, g.input('w', [4, 3]), { transB: true }))), [z]);
  expect(g.toText(d!)).toBe(
    [
      '%0 = constant(0.125) : float32[]',
      '%1 = reshape(%0) : float32[1,1]',
      '%2 = input(name=z) : float32[2,3]',
      '%3 = input(name=w) : float32[4,3]',
      '%4 = matMul(%2, %3, transB=true) : float32[2,4]',
      '%5 = relu(%4) : float32[2,4]',
      '%6 = step(%5) : float32[2,4]',
      '%7 = mul(%1, %6) : float32[2,4]',
      '%8 = matMul(%7, %3) : float32[2,3]',
      'return %8',
    ].join('\n'),
  );
});

describe('errors name the op and the shapes', () => {
  const x = g.input('x', [128, 784]);
  test.each([
    [
      () => g.matMul(x, g.input('w', [512, 10])),
      'matMul: expected inner dimensions to agree, received [128,784] · [512,10]',
    ],
    [
      () => g.add(z, g.input('b', [4])),
      'add: expected shapes that broadcast, received [2,3] · [4]',
    ],
    [
      () => g.add(z, g.input('d', [3], 'float64')),
      'add: expected operands of one type, received float32[2,3] · float64[3]',
    ],
    [() => g.exp(g.input('i', [3], 'int64')), 'exp: expected type float, received int64[3]'],
    [() => g.sum(z, 2), 'sum: expected an axis of [2,3], received 2'],
    [() => g.reshape(z, [4, 2]), 'reshape: expected a shape of 6 elements, received [2,3] → [4,2]'],
    [
      () => g.grad(z, [z]),
      'grad: expected a float scalar of shape [], received float32[2,3]; reduce it first, e.g. with mean',
    ],
    [
      () => g.concat([z, g.input('c', [2, 4])], 0),
      'concat: expected shapes that agree but for axis 0, received [2,3] · [2,4]',
    ],
    [
      () => g.program({ y: g.add(g.input('a', [1]), g.input('a', [2])) }),
      'program: expected inputs and outputs of different names, received a',
    ],
    [
      () => g.interpret(g.program({ y: g.exp(z) }), { z: fromNumbers('float32', [1], [0]) }),
      'input z: expected float32[2,3], received float32[1]',
    ],
    [
      () => g.interpret(g.program({ y: g.exp(z) }), {}),
      'input z: expected float32[2,3], received nothing',
    ],
  ])('%#', (act, message) => {
    expect(messageOf(act)).toBe(message);
  });
});
