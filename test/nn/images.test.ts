import { describe, expect, test } from 'vitest';
import { fromNumbers, sizeOf, toNumbers } from '../../src/core/index.ts';
import type { Expr } from '../../src/graph/index.ts';
import { input, interpret, program, relu } from '../../src/graph/index.ts';
import { parseLoss } from '../../src/losses/index.ts';
import type { Layer } from '../../src/nn/index.ts';
import {
  avgPool,
  batchNorm,
  cnn4,
  cnn8,
  conv,
  dense,
  flatten,
  globalAvgPool,
  linear,
  maxPool,
  named,
  parseModel,
  residual,
  resnet,
  Scope,
  sequential,
} from '../../src/nn/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { buildStep, sgd } from '../../src/train/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { normals } from './apply.ts';

const devices = await testedDevices();

/** A layer's value on images in float64, its variables given by name. */
function applyTo(
  layer: Layer,
  shape: readonly number[],
  images: readonly number[],
  values: Readonly<Record<string, readonly number[]>> = {},
  mode: 'train' | 'infer' = 'train',
): { y: number[]; shape: readonly number[]; updated: (name: string) => number[] } {
  const scope = new Scope(mode);
  const y = layer(input('x', shape), scope);
  const outputs: Record<string, Expr> = { y };
  for (const variable of scope.variables) outputs[`${variable.name}'`] = scope.updated(variable);
  const inputs = [input('x', shape), ...scope.variables.map(({ expr }) => expr)];
  const feeds = Object.fromEntries(
    inputs.map(({ attrs }) => [
      attrs.name,
      fromNumbers('float32', attrs.shape, attrs.name === 'x' ? images : values[attrs.name]!),
    ]),
  );
  const results = interpret({ inputs, outputs }, feeds, { exact: true });
  const numbers = (name: string) => Array.from(toNumbers(results[name]!));
  return { y: numbers('y'), shape: y.shape, updated: (name) => numbers(`${name}'`) };
}

describe('layers on images', () => {
  const image = [1, 2, 3, 4, 5, 6, 7, 8, 9];

  test('a convolution by hand: padded by default, with a bias', () => {
    const values = { weight: [0, 1, 0, 1, -4, 1, 0, 1, 0], bias: [0.5] };
    const { y } = applyTo(conv(1, 3), [1, 1, 3, 3], image, values);
    // the sum of the neighbours, less four times the place, plus the bias
    expect(y).toEqual([2.5, 1.5, -3.5, -2.5, 0.5, -6.5, -15.5, -10.5, -21.5]);
  });

  test('strides, no padding, no bias', () => {
    const layer = conv(1, 1, { stride: 2, bias: false });
    const { y, shape } = applyTo(layer, [1, 1, 3, 3], image, { weight: [10] });
    expect(shape).toEqual([1, 1, 2, 2]);
    expect(y).toEqual([10, 30, 70, 90]);
  });

  test('groups see their own channels', () => {
    const layer = conv(2, 1, { groups: 2, bias: false });
    const { y } = applyTo(layer, [1, 2, 1, 2], [1, 2, 3, 4], { weight: [10, 100] });
    expect(y).toEqual([10, 20, 300, 400]);
  });

  test('pools by hand', () => {
    expect(applyTo(maxPool(2, { stride: 1 }), [1, 1, 3, 3], image).y).toEqual([5, 6, 8, 9]);
    expect(applyTo(avgPool(2, { stride: 1 }), [1, 1, 3, 3], image).y).toEqual([3, 4, 6, 7]);
    expect(applyTo(globalAvgPool, [1, 1, 3, 3], image).y).toEqual([5]);
    const padded = maxPool(3, { stride: 2, padding: 1 });
    expect(
      applyTo(
        padded,
        [1, 1, 3, 3],
        image.map((v) => -v),
      ).y,
    ).toEqual([-1, -2, -4, -5]);
  });

  test('a residual sum, with and without a shortcut', () => {
    const twice: Layer = (x, scope) => conv(1, 1, { bias: false })(x, scope.within('a'));
    const { y } = applyTo(residual(twice), [1, 1, 1, 2], [3, 4], { 'a/weight': [2] });
    expect(y).toEqual([9, 12]);
    const other = residual(twice, named('b', conv(1, 1, { bias: false })));
    const values = { 'a/weight': [2], 'b/weight': [10] };
    expect(applyTo(other, [1, 1, 1, 2], [3, 4], values).y).toEqual([36, 48]);
  });

  test('tables are refused with what to do', () => {
    expect(messageOf(() => conv(8, 3)(input('x', [4, 64]), new Scope('train')))).toBe(
      'conv: expected images [n, channels, height, width], received [4,64]; convolutional networks need image data; for tables use mlp',
    );
  });
});

describe('batch norm of images', () => {
  const shape = [3, 2, 2, 2];
  const x = normals('images', shape, 2).map((v, i) =>
    Math.fround(v + (Math.floor(i / 4) % 2 === 0 ? 5 : -1)),
  );
  const values = { scale: [2, 0.5], shift: [1, -3], mean: [0.25, 0.5], variance: [4, 9] };
  const ofChannel = (c: number) => x.filter((_, i) => Math.floor(i / 4) % 2 === c);
  const meanOf = (numbers: readonly number[]) =>
    numbers.reduce((a, b) => a + b, 0) / numbers.length;

  test('normalises each channel over images and places, and moves the running statistics', () => {
    const { y, updated } = applyTo(batchNorm(), shape, x, values);
    const statistics = [0, 1].map((c) => {
      const mean = meanOf(ofChannel(c));
      return { mean, variance: meanOf(ofChannel(c).map((v) => (v - mean) ** 2)) };
    });
    const expected = x.map((v, i) => {
      const c = Math.floor(i / 4) % 2;
      const { mean, variance } = statistics[c]!;
      return ((v - mean) / Math.sqrt(variance + 1e-5)) * values.scale[c]! + values.shift[c]!;
    });
    expect(firstDifference(y, expected, tolerances.float64)).toBe(-1);
    const means = statistics.map(({ mean }, c) => 0.9 * values.mean[c]! + 0.1 * mean);
    const variances = statistics.map(
      ({ variance }, c) => 0.9 * values.variance[c]! + 0.1 * variance * (12 / 11),
    );
    expect(firstDifference(updated('mean'), means, tolerances.float64)).toBe(-1);
    expect(firstDifference(updated('variance'), variances, tolerances.float64)).toBe(-1);
  });

  test('applies the running statistics', () => {
    const { y, updated } = applyTo(batchNorm(), shape, x, values, 'infer');
    const expected = x.map((v, i) => {
      const c = Math.floor(i / 4) % 2;
      const normal = (v - values.mean[c]!) / Math.sqrt(values.variance[c]! + 1e-5);
      return normal * values.scale[c]! + values.shift[c]!;
    });
    expect(firstDifference(y, expected, tolerances.float64)).toBe(-1);
    expect(updated('mean')).toEqual(values.mean);
  });
});

describe('the networks', () => {
  function parameterCount(network: Layer, image: readonly number[]): number {
    const scope = new Scope('train');
    network(input('x', [2, ...image]), scope);
    return scope.variables
      .filter(({ kind }) => kind === 'parameter')
      .reduce((total, { expr }) => total + sizeOf(expr.shape), 0);
  }

  test.each([
    // counts that the field quotes for the residual networks
    ['resnet18', resnet(18), 10, [3, 32, 32], 11_173_962],
    ['resnet34', resnet(34), 10, [3, 32, 32], 21_282_122],
    ['resnet50', resnet(50), 1000, [3, 224, 224], 25_557_032],
    // convolutions, two per channel of batch norm, dense layers
    ['cnn4', cnn4(), 10, [1, 28, 28], 288 + 64 + 18_432 + 128 + 401_408 + 256 + 1290],
    [
      'cnn8',
      cnn8(),
      10,
      [3, 32, 32],
      1728 + 36_864 + 73_728 + 147_456 + 225_792 + 345_744 + 2 * 776 + 802_816 + 512 + 2570,
    ],
  ] as const)('%s has the published number of parameters', (spec, model, k, image, count) => {
    expect(model.spec).toBe(spec);
    expect(parseModel(spec).spec).toBe(spec);
    expect(parameterCount(model.network(k), image)).toBe(count);
  });

  test('images that pooling would leave nothing of are refused', () => {
    const build = (model: typeof cnn8, side: number) =>
      messageOf(() => model().network(3)(input('x', [2, 3, side, side]), new Scope('train')));
    expect(build(cnn8, 7)).toBe(
      'cnn8: expected images of at least 8 × 8 pixels, received 7 × 7; scale them (imageSize: 32), or take another network (model: mlp)',
    );
    expect(build(cnn4, 3)).toContain('cnn4: expected images of at least 4 × 4 pixels');
    const { shape } = cnn8().network(3)(input('x', [2, 3, 8, 8]), new Scope('train'));
    expect(shape).toEqual([2, 3]);
  });

  test('names of variables are paths', () => {
    const scope = new Scope('train');
    resnet(18).network(10)(input('x', [2, 3, 32, 32]), scope);
    expect(scope.variables.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['stem/weight', 'stage2/block1/shortcut/scale', 'output/bias']),
    );
  });
});

describe('a training step of a convolutional network', () => {
  const [batch, k] = [16, 3];
  const plain = sequential(
    named('a', sequential(conv(16, 3, { bias: false }), batchNorm(), maxPool(2), relu)),
    named('b', sequential(conv(20, 3, { stride: 2 }), relu)),
    flatten,
    dense(k, 'xavier'),
  );
  const block = sequential(
    named('c1', sequential(conv(16, 3, { stride: 2, bias: false }), batchNorm(), relu)),
    named('c2', sequential(conv(16, 3, { bias: false }), batchNorm())),
  );
  const shortcut = named('s', sequential(conv(16, 1, { stride: 2, bias: false }), batchNorm()));
  const residualNetwork = sequential(
    named('stem', sequential(conv(17, 3, { bias: false }), batchNorm(), relu)),
    residual(block, shortcut),
    relu,
    globalAvgPool,
    dense(k, 'xavier'),
  );
  test.each<[string, Layer, Runner]>([
    ['blocked images', plain, nodeRunner()],
    ['images as they are', plain, nodeRunner({ block: 1 })],
    ['standard operators', plain, nodeRunner({ contrib: false })],
    ['blocked images, residual', residualNetwork, nodeRunner()],
    ['images as they are, residual', residualNetwork, nodeRunner({ block: 1 })],
    ...devices.flatMap((device) => [
      [device.name, plain, device] as [string, Layer, Runner],
      [`${device.name}, residual`, residualNetwork, device] as [string, Layer, Runner],
    ]),
  ])(
    '%s: onnxruntime makes the update that the interpreter makes',
    async (_, network, runner) => {
      const step = buildStep({
        network,
        loss: parseLoss('ce').classLoss,
        optimizer: sgd(),
        clipNorm: 5,
        batchSize: batch,
        featureShape: [2, 8, 8],
        k,
      });
      const feeds = Object.fromEntries(
        step.program.inputs.map(({ attrs: { name, shape, dtype } }) => {
          const drawn = normals(name, shape, name === 'features' ? 1 : 0.3);
          const numbers =
            name === 'learningRate'
              ? [0.1]
              : name === 'labels'
                ? drawn.map((_, i) => i % k)
                : /variance|scale/.test(name)
                  ? drawn.map((v) => Math.fround(1 + Math.abs(v)))
                  : drawn;
          return [name, fromNumbers(dtype, shape, numbers)];
        }),
      );
      const expected = interpret(step.program, feeds, { exact: true });
      const executable = await runner.compile(program(step.program.outputs));
      const results = await executable.run(feeds);
      await executable.dispose();
      for (const [name, value] of Object.entries(expected)) {
        const at = firstDifference(
          toNumbers(results[name]!),
          toNumbers(value),
          tolerances.float32Net,
        );
        expect(
          at < 0 ? name : `${name}[${at}]: ${results[name]!.data[at]} for ${value.data[at]}`,
        ).toBe(name);
      }
    },
    deviceTimeout,
  );

  test('tables stay tables: a linear model flattens images', () => {
    const scope = new Scope('train');
    expect(linear().network(k)(input('x', [2, 3, 4, 4]), scope).shape).toEqual([2, k]);
  });
});
