import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import type { Expr } from '../../src/graph/index.ts';
import * as g from '../../src/graph/index.ts';
import { isHalf, longestHalfSum } from '../../src/graph/onnx/half.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { largestDifference, trialFeeds } from '../../src/runtime/trial.ts';
import { deviceTimeout, mixedDevice } from '../helpers/devices.ts';
import { tolerances } from '../tolerances.ts';
import { onnxText } from './onnx-text.ts';

const mixed = { precision: 'mixed', target: 'device' } as const;
const m = longestHalfSum;
const at = (name: string, ...shape: number[]) => g.input(name, shape);

describe('float16', () => {
  const constant = g.constant(fromNumbers('float32', [4, 2], [1, 2, 3, 4, 5, 6, 7, 8]));
  const double = (name: string) => g.input(name, [4, 4], 'float64');
  const rows: [string, boolean, Expr][] = [
    ['a matrix product of the longest sums', true, g.matMul(at('a', 2, m), at('b', m, 3))],
    ['one of longer sums', false, g.matMul(at('a', 2, m + 1), at('b', m + 1, 3))],
    [
      'a product with the left matrix transposed',
      true,
      g.matMul(at('a', m, m + 1), at('b', m, 3), { transA: true }),
    ],
    [
      'one of longer sums, transposed',
      false,
      g.matMul(at('a', m + 1, 2), at('b', m + 1, 3), { transA: true }),
    ],
    ['a product with a constant', false, g.matMul(at('a', 3, 4), constant)],
    [
      'a product with a constant, reshaped',
      false,
      g.matMul(at('a', 3, 8), g.reshape(constant, [8, 1])),
    ],
    ['a product of float64', false, g.matMul(double('a'), double('b'))],
    ['a convolution', true, g.conv2d(at('x', 2, 8, 32, 32), at('w', 3, 8, 32, 32))],
    ['one of longer sums', false, g.conv2d(at('x', 2, 9, 32, 32), at('w', 3, 9, 32, 32))],
    [
      'a gradient by the input, in groups',
      true,
      g.conv2dInputGrad(at('g', 1, m * 2, 1, 1), at('w', m * 2, 1, 1, 1), [1, 2, 1, 1], {
        groups: 2,
      }),
    ],
    [
      'one of longer sums',
      false,
      g.conv2dInputGrad(at('g', 1, m * 2, 1, 1), at('w', m * 2, 1, 1, 1), [1, 1, 1, 1]),
    ],
    [
      'a gradient by the weight',
      true,
      g.conv2dWeightGrad(at('x', 8, 1, 32, 32), at('g', 8, 2, 32, 32), [2, 1, 1, 1]),
    ],
    [
      'one of a larger batch',
      false,
      g.conv2dWeightGrad(at('x', 9, 1, 32, 32), at('g', 9, 2, 32, 32), [2, 1, 1, 1]),
    ],
    ['a sum of all elements', false, g.sum(at('a', 2, 3))],
  ];
  test.each(rows)('%s: %s', (_, expected, node) => {
    expect(isHalf(node)).toBe(expected);
  });
});

/** Two layers, their gradients, and a product of products with nothing between. */
function layers() {
  const [x, v, w] = [at('x', 6, 4), at('v', 4, 5), at('w', 5, 3)];
  const hidden = g.relu(g.matMul(x, v));
  const scores = g.matMul(hidden, w);
  const objective = g.sum(g.mul(scores, scores));
  const [byV, byW] = g.grad(objective, [v, w]) as [Expr, Expr];
  return g.program({ scores, byV, byW, chain: g.matMul(g.matMul(x, v), w) });
}

test('each value becomes float16 once, and float32 again where all else needs it', () => {
  const lines = onnxText(g.toOnnx(layers(), mixed)).split('\n');
  const halves = lines.filter((line) => line.includes('to=10'));
  const cast = halves.map((line) => /Cast\(([^,]*),/.exec(line)?.[1]?.replace(/_\d+/, ''));
  // Relu is the hidden layer, Add the gradient of scores, Mul that of the sums before the relu; the chain takes x·v as it is
  expect(cast.toSorted()).toEqual(['Add', 'Mul', 'Relu', 'v', 'w', 'x']);
  const products = lines.filter((line) => /= (MatMul|Gemm)/.test(line));
  expect(products).toHaveLength(6);
  expect(lines.filter((line) => line.includes('to=1)'))).toHaveLength(6);
});

test('without mixed precision there is none', () => {
  expect(onnxText(g.toOnnx(layers(), { target: 'device' }))).not.toContain('to=10');
});

const same = { pads: [1, 1, 1, 1] } as const;
function images() {
  const [x, w] = [at('x', 2, 4, 5, 5), at('w', 6, 4, 3, 3)];
  const y = g.conv2d(x, w, same);
  const [byX, byW] = g.grad(g.sum(g.mul(y, at('g', ...y.shape))), [x, w]) as [Expr, Expr];
  const strided = g.conv2d(x, w, { ...same, strides: [2, 2] });
  const [byStrided] = g.grad(g.sum(g.mul(strided, at('h', ...strided.shape))), [x]) as [Expr];
  return g.program({ y, byX, byW, byStrided });
}

const programs = [
  ['layers', layers()],
  ['images', images()],
] as const;

/** The largest |a − b| / max(1, |b|) of the outputs, b those of the interpreter. */
async function distance(runner: Pick<ReturnType<typeof nodeRunner>, 'load'>, own: g.Program) {
  const feeds = trialFeeds(own);
  const expected = g.interpret(own, feeds);
  const executable = await runner.load(g.toOnnx(own, mixed));
  const results = await executable.run(feeds);
  await executable.dispose();
  const all = Object.keys(expected).map((name) => largestDifference(results, expected, name));
  return Math.max(...all);
}

test.each(programs)('%s: on the CPU, which rounds less, the graph works, too', async (_, own) => {
  expect(await distance(nodeRunner(), own)).toBeLessThanOrEqual(tolerances.float16Sum);
});

const device = await mixedDevice();

describe.skipIf(typeof device === 'string')(
  'on a device with float16',
  { timeout: deviceTimeout },
  () => {
    test.each(programs)('%s: numbers are near those of float64', async (name, own) => {
      if (typeof device === 'string') return;
      const far = await distance(device, own);
      process.stdout.write(`${device.name}, ${name}: at most ${far.toPrecision(2)} from float64\n`);
      expect(far).toBeLessThanOrEqual(tolerances.float16Sum);
      expect(far).toBeGreaterThan(tolerances.float32Sum);
    });
  },
);
