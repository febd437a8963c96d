import { describe, expect, test } from 'vitest';
import { fromNumbers, sizeOf, stream, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';
import { onnxText } from './onnx-text.ts';

const byProducts = { target: 'device', weightGrad: 'products' } as const;
const opsOf = (program: g.Program, options: g.OnnxOptions) =>
  onnxText(g.toOnnx(program, options))
    .split('\n')
    .map((line) => /= (\w+)/.exec(line)?.[1]);

/** The gradient of a weight [o, c, 3, 3] by images [n, c, h, h], padded so that it has as many positions. */
function gradient(n: number, c: number, o: number, h: number) {
  const [x, y] = [g.input('x', [n, c, h, h]), g.input('g', [n, o, h, h])];
  return g.program({ dw: g.conv2dWeightGrad(x, y, [o, c, 3, 3], { pads: [1, 1, 1, 1] }) });
}

describe.each<Runner>([nodeRunner(), ...(await testedDevices())])(
  '$name: weight gradients by products are those of the interpreter',
  { timeout: deviceTimeout },
  (runner) => {
    const expectEqual = async (program: g.Program, feeds: g.Feeds, name: string) => {
      const executable = await runner.load(g.toOnnx(program, byProducts));
      const results = await executable.run(feeds);
      await executable.dispose();
      const [found, expected] = [results, g.interpret(program, feeds)].map((own) => own[name]!);
      expect(found!.shape).toEqual(expected!.shape);
      const at = firstDifference(toNumbers(found!), toNumbers(expected!), tolerances.float32Sum);
      expect(at).toBe(-1);
    };

    test.each(opCases.conv2dWeightGrad)('$name', async (own) => {
      await expectEqual(programOf(own, 'float32'), feedsOf(own, 'float32'), 'y');
    });

    test('images in parts', async () => {
      const program = gradient(6, 256, 512, 1);
      const rng = stream(1, 'weight products');
      const feeds = Object.fromEntries(
        program.inputs.map(({ attrs: { name, shape } }) => [
          name,
          fromNumbers(
            'float32',
            shape,
            Float64Array.from({ length: sizeOf(shape) }, () => rng.normal()),
          ),
        ]),
      );
      await expectEqual(program, feeds, 'dw');
    });
  },
);

test('one product for each element of the kernel, of parts of images where these are needed', () => {
  const small = opsOf(gradient(6, 4, 8, 5), byProducts);
  expect(small.filter((op) => op === 'MatMul')).toHaveLength(9);
  expect(small).not.toContain('Conv');
  // 2^17 numbers of a product: two parts are enough; of 2^18 one is
  expect(opsOf(gradient(6, 256, 512, 1), byProducts)).toContain('ReduceSum');
  expect(opsOf(gradient(6, 512, 512, 1), byProducts)).not.toContain('ReduceSum');
});

test('a convolution on the CPU, in groups, and where nothing else is asked for', () => {
  const plain = gradient(6, 4, 8, 5);
  const [x, y] = [g.input('x', [2, 4, 5, 5]), g.input('g', [2, 4, 5, 5])];
  const options = { pads: [1, 1, 1, 1], groups: 2 } as const;
  const inGroups = g.program({ dw: g.conv2dWeightGrad(x, y, [4, 2, 3, 3], options) });
  for (const ops of [
    opsOf(plain, { target: 'device' }),
    opsOf(plain, { weightGrad: 'products' }),
    opsOf(inGroups, byProducts),
  ]) {
    expect(ops).toContain('Conv');
    expect(ops).not.toContain('MatMul');
  }
});
