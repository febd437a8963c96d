import { expect, test } from 'vitest';
import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import { input, interpret, program } from '../../src/graph/index.ts';
import { parseModel, Scope } from '../../src/nn/index.ts';
import { resolve } from '../../src/run/resolve.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const table = { rows: 2000, featureShape: [3], isTable: true, hasValidation: true };
const settingsOf = (settings: Parameters<typeof resolve>[0], size = table) => {
  const { optimizer, learningRate, weightDecay, batchSize, keep } = resolve(settings, size);
  return [optimizer.spec.split(':')[0], learningRate, weightDecay, batchSize, keep];
};

test('auto is trained in its own way on tables, unless the run says otherwise', () => {
  expect(settingsOf({})).toEqual(['adamw', 0.002, 0.02, 64, 'best']);
  expect(settingsOf({}, { ...table, rows: 20_000 })).toEqual(['adamw', 0.002, 0.02, 128, 'best']);
  expect(settingsOf({}, { ...table, hasValidation: false }).at(-1)).toBe('last');
  expect(settingsOf({ learningRate: 0.01, keep: 'last', batchSize: 8 })).toEqual([
    ...['adamw', 0.01, 0.02, 8, 'last'],
  ]);
});

const adamw = ['adamw', 0.001, 0.01, 32, 'best'];
test.each<[string, number, number[], unknown[]]>([
  ['few images', 4096, [3, 32, 32], adamw],
  ['more images, of fewer pixels', 5349, [1, 28, 28], adamw],
  ['many images', 4097, [3, 32, 32], ['sgd', 0.05, 0.0024, 32, 'last']],
  ['images of few pixels', 100, [3, 7, 32], ['sgd', 0.05, 0.01, 32, 'last']],
])('%s: how auto is trained', (_, rows, featureShape, expected) => {
  const size = { rows, featureShape, isTable: false, hasValidation: true };
  expect(settingsOf({}, size)).toEqual(expected);
});

test('auto is cnn4 for few images, and one hidden layer for many', () => {
  const layersOf = (rows: number) => {
    const size = { rows, featureShape: [3, 32, 32], isTable: false };
    const scope = new Scope('train');
    parseModel('auto').sized?.(size).network(10)(input('x', [2, 3, 32, 32]), scope);
    return scope.variables.map(({ name, expr }) => [name, expr.shape]);
  };
  const cnn = new Scope('train');
  parseModel('cnn4').network(10)(input('x', [2, 3, 32, 32]), cnn);
  expect(layersOf(1000)).toEqual(cnn.variables.map(({ name, expr }) => [name, expr.shape]));
  expect(layersOf(5000)[0]).toEqual(['hidden1/weight', [3072, 256]]);
});

test('another optimizer, another network and arrays have settings of their own', () => {
  const sgd = ['sgd', 0.05, 0.005, 32];
  expect(settingsOf({ optimizer: 'sgd' })).toEqual(['sgd', 0.05, 0.005, 64, 'best']);
  expect(settingsOf({ model: 'mlp:256' })).toEqual([...sgd, 'last']);
  expect(settingsOf({}, { ...table, isTable: false })).toEqual([...sgd, 'last']);
});

test('words have a weight for each class, beside two hidden layers for what else there is', () => {
  const [n, own, terms, k] = [5, 3, 4, 2];
  const model =
    parseModel('auto').sized?.({ rows: 500, featureShape: [3], isTable: true }) ??
    parseModel('auto');
  const scope = new Scope('infer');
  const x = input('x', [n, own + terms]);
  const whole = model.network(k, terms)(x, scope);
  const names = scope.variables.map(({ name }) => name);
  expect(names).toEqual([
    ...['hidden1/weight', 'hidden1/bias', 'hidden2/weight', 'hidden2/bias'],
    ...['output/weight', 'output/bias', 'words/weight'],
  ]);
  const draw = (name: string, shape: readonly number[]) => {
    const rng = stream(1, name);
    const size = shape.reduce((a, b) => a * b, 1);
    return fromNumbers(
      'float32',
      shape,
      Array.from({ length: size }, () => rng.normal()),
    );
  };
  const words = scope.variables.find(({ name }) => name === 'words/weight')!;
  expect([...words.initialise([terms, k], stream(1, 'words'))]).toEqual(Array(k * terms).fill(0));
  const values = Object.fromEntries(
    scope.variables.map(({ name, expr }) => [name, draw(name, expr.shape)]),
  );
  const rows = draw('rows', [n, own + terms]);
  const scores = (features: typeof rows) =>
    toNumbers(interpret(program({ scores: whole }), { x: features, ...values }).scores!);
  const without = fromNumbers(
    'float32',
    [n, own + terms],
    Array.from(rows.data, (value, i) => (i % (own + terms) < own ? Number(value) : 0)),
  );
  const [all, rest] = [scores(rows), scores(without)];
  const weights = toNumbers(values['words/weight']!);
  const expected = Array.from({ length: n * k }, (_, i) => {
    const [row, c] = [Math.floor(i / k), i % k];
    let sum = 0;
    for (let t = 0; t < terms; t++) {
      sum += Number(rows.data[row * (own + terms) + own + t]) * weights[t * k + c]!;
    }
    return rest[i]! + 4 * sum; // 2,000 rows / 500
  });
  expect(firstDifference([...all], expected, tolerances.float32Steps)).toBe(-1);
});
