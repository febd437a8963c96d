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

describe('gradients as text', () => {
  const lines = (y: g.Expr, wrt: readonly g.Expr[]) =>
    g.toText(g.grad(g.sum(g.mul(y, g.input('g', y.shape))), wrt)).split('\n');

  test('of a product: one product each', () => {
    const [a, b] = [g.input('a', [2, 3]), g.input('b', [4, 3])];
    expect(lines(g.matMul(a, b, { transB: true }), [a, b])).toEqual([
      '%0 = input(name=g) : float32[2,4]',
      '%1 = input(name=b) : float32[4,3]',
      '%2 = matMul(%0, %1) : float32[2,3]',
      '%3 = input(name=a) : float32[2,3]',
      '%4 = matMul(%0, %3, transA=true) : float32[4,3]',
      'return %2, %4',
    ]);
  });

  test('of logSoftmax: g − p Σ g', () => {
    expect(lines(g.logSoftmax(z), [z])).toEqual([
      '%0 = input(name=g) : float32[2,3]',
      '%1 = input(name=z) : float32[2,3]',
      '%2 = softmax(%1, axis=1) : float32[2,3]',
      '%3 = sum(%0, axes=[1], keepDims=true) : float32[2,1]',
      '%4 = mul(%2, %3) : float32[2,3]',
      '%5 = sub(%0, %4) : float32[2,3]',
      'return %5',
    ]);
  });

  test('of a convolution: one each', () => {
    const [x, w] = [g.input('x', [1, 2, 4, 4]), g.input('w', [3, 2, 2, 2])];
    expect(lines(g.conv2d(x, w), [x, w])).toEqual([
      '%0 = input(name=g) : float32[1,3,3,3]',
      '%1 = input(name=w) : float32[3,2,2,2]',
      '%2 = conv2dInputGrad(%0, %1, strides=[1,1], pads=[0,0,0,0], groups=1) : float32[1,2,4,4]',
      '%3 = input(name=x) : float32[1,2,4,4]',
      '%4 = conv2dWeightGrad(%3, %0, strides=[1,1], pads=[0,0,0,0], groups=1) : float32[3,2,2,2]',
      'return %2, %4',
    ]);
  });

  test('of channelAffine with addend and relu', () => {
    const [x, r] = [g.input('x', [4, 2]), g.input('r', [4, 2])];
    const [scale, shift] = [g.input('scale', [2]), g.input('shift', [2])];
    const y = g.channelAffine(x, scale, shift, { addend: r, relu: true });
    expect(lines(y, [x, scale, shift, r])).toEqual([
      '%0 = input(name=g) : float32[4,2]',
      '%1 = input(name=x) : float32[4,2]',
      '%2 = input(name=scale) : float32[2]',
      '%3 = input(name=shift) : float32[2]',
      '%4 = input(name=r) : float32[4,2]',
      '%5 = channelAffine(%1, %2, %3, %4, relu=true) : float32[4,2]',
      '%6 = step(%5) : float32[4,2]',
      '%7 = mul(%0, %6) : float32[4,2]',
      '%8 = constant(0) : float32[]',
      '%9 = broadcastTo(%8) : float32[2]',
      '%10 = channelAffine(%7, %2, %9) : float32[4,2]',
      '%11 = channelDot(%7, %1) : float32[2]',
      '%12 = sum(%7, axes=[0]) : float32[2]',
      'return %10, %11, %12, %7',
    ]);
  });
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
      'concat: expected shapes that agree except along axis 0, received [2,3] · [2,4]',
    ],
    [
      () => g.conv2d(g.input('images', [2, 3, 8, 8]), g.input('w', [4, 2, 3, 3])),
      'conv2d: expected x [n,c,h,w] and weights [o,c/groups,kh,kw], with o and c multiples of the groups, received [2,3,8,8] · [4,2,3,3], 1 group',
    ],
    [
      () => g.maxPool(g.input('images', [2, 3, 2, 2]), [3, 3]),
      'maxPool: expected a window within the padded input, strides of 1 or more, pads smaller than the window, received window [3,3], strides [1,1], pads [0,0,0,0] on [2,3,2,2]',
    ],
    [
      () => g.channelAffine(z, g.input('s3', [3]), g.input('s2', [2])),
      'channelAffine: expected shape [3], received [2]',
    ],
    [
      () =>
        g.channelAffine(z, g.input('s3', [3]), g.input('s3', [3]), { addend: g.input('s3', [3]) }),
      'channelAffine: expected shape [2,3], received [3]',
    ],
    [
      () => g.broadcastTo(z, [2, 6]),
      'broadcastTo: expected a shape that the operand broadcasts to, received [2,3] → [2,6]',
    ],
    [
      () =>
        g.interpret(
          g.program({ y: g.gather(g.full([2], 1), g.constant(fromNumbers('int64', [1], [2]))) }),
          {},
        ),
      'gather: expected an index from 0 to 1, received 2',
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
