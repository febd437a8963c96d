import { describe, expect, test } from 'vitest';
import { sizeOf } from '../../src/core/index.ts';
import { input } from '../../src/graph/index.ts';
import type { MlpOptions, Model } from '../../src/nn/index.ts';
import { linear, mlp, parseModel, Scope } from '../../src/nn/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import type { Rows } from './apply.ts';
import { apply, normalRows, normals } from './apply.ts';

const k = 3;
const rows = normalRows('features', 6, 5);

/** Random values for all variables of a model: small, so that erf's series converges fast. */
function valuesOf(model: Model, width: number): Record<string, number[]> {
  const scope = new Scope('infer');
  model.network(k)(input('x', [2, width]), scope);
  return Object.fromEntries(
    scope.variables.map(({ name, expr: { shape } }) => {
      const drawn = normals(name, shape, 0.4);
      return [
        name,
        name.endsWith('variance') ? drawn.map((v) => Math.fround(Math.abs(v) + 0.5)) : drawn,
      ];
    }),
  );
}

/** erf by its Taylor series, 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n! (2n + 1)). */
function erf(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    total += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * total;
}

const activations = {
  relu: (x: number) => (x > 0 ? x : 0),
  gelu: (x: number) => (x * (1 + erf(x / Math.SQRT2))) / 2,
  tanh: Math.tanh,
};

/** A dense layer in plain loops. */
function plainDense(x: Rows, weight: readonly number[], bias: readonly number[] = []): number[][] {
  return x.map((row) => {
    const units = weight.length / row.length;
    return Array.from({ length: units }, (_, j) =>
      row.reduce((total, v, i) => total + v * weight[i * units + j]!, bias[j] ?? 0),
    );
  });
}

/** The applied perceptron in plain loops: dense, running normalisation, activation, …, dense. */
function plainMlp(
  x: Rows,
  depth: number,
  { activation = 'relu', norm = 'none' }: MlpOptions,
  values: Readonly<Record<string, number[]>>,
): number[][] {
  const part = (layer: string, name: string) => values[`${layer}/${name}`]!;
  // batch norm has a shift of its own
  const bias = (layer: string) => (norm === 'batch' ? undefined : part(layer, 'bias'));
  let hidden: Rows = x;
  for (let i = 1; i <= depth; i++) {
    const layer = `hidden${i}`;
    let next = plainDense(hidden, part(layer, 'weight'), bias(layer));
    if (norm === 'batch') {
      next = next.map((row) =>
        row.map((v, j) => {
          const deviation = Math.sqrt(part(layer, 'variance')[j]! + 1e-5);
          const normal = (v - part(layer, 'mean')[j]!) / deviation;
          return normal * part(layer, 'scale')[j]! + part(layer, 'shift')[j]!;
        }),
      );
    }
    hidden = next.map((row) => row.map(activations[activation]));
  }
  return plainDense(hidden, part('output', 'weight'), part('output', 'bias'));
}

describe('a perceptron computes what plain loops compute', () => {
  test.each<[readonly number[], MlpOptions]>([
    [[7], { activation: 'relu' }],
    [[7], { activation: 'gelu' }],
    [[7], { activation: 'tanh' }],
    [[7, 4], { activation: 'relu', norm: 'batch' }],
    [[4, 6, 5], { activation: 'gelu', dropout: 0.5 }],
    [[8, 4], { activation: 'tanh', norm: 'batch', dropout: 0.2 }],
  ])('%j %j', (widths, options) => {
    const model = mlp(widths, options);
    const values = valuesOf(model, 5);
    const { output } = apply(model.network(k), rows, { mode: 'infer', values });
    const expected = plainMlp(rows, widths.length, options, values);
    const at = firstDifference(output.flat(), expected.flat(), tolerances.float64);
    expect(at < 0 ? 'equal' : `[${at}] ${output.flat()[at]}`).toBe('equal');
  });

  test('the linear model is one dense layer', () => {
    const values = valuesOf(linear(), 5);
    const { output } = apply(linear().network(k), rows, { mode: 'infer', values });
    const expected = plainDense(rows, values['output/weight']!, values['output/bias']!);
    expect(firstDifference(output.flat(), expected.flat(), tolerances.float64)).toBe(-1);
  });

  test('features of any shape are flattened', () => {
    const [flat, square] = [new Scope('infer'), new Scope('infer')];
    const network = mlp([4]).network(k);
    network(input('x', [3, 6]), flat);
    network(input('x', [3, 2, 3]), square);
    const shapes = (scope: Scope) =>
      scope.variables.map(({ name, expr }) => `${name} ${sizeOf(expr.shape)}`);
    expect(shapes(square)).toEqual(shapes(flat));
  });
});

test('training and applying use the same variables', () => {
  const network = mlp([4, 4], { norm: 'batch', dropout: 0.5 }).network(k);
  const scopes = [new Scope('train'), new Scope('infer')];
  const [training, applied] = scopes.map((scope) => {
    network(input('x', [3, 6]), scope);
    return scope.variables.map(({ kind, name, expr }) => [kind, name, expr]);
  });
  expect(applied).toEqual(training);
  expect(scopes.map((scope) => scope.uniforms.length)).toEqual([2, 0]);
});

describe('model specs', () => {
  test.each([
    ['linear', 'linear'],
    ['mlp:256', 'mlp:256'],
    [' mlp:256, 128 ', 'mlp:256,128'],
    [
      'mlp:8,dropout=0.5,activation=gelu,norm=batch',
      'mlp:8,activation=gelu,dropout=0.5,norm=batch',
    ],
    ['mlp:norm=batch,8', 'mlp:8,norm=batch'],
    ['mlp:8, dropout=0.25', 'mlp:8,dropout=0.25'],
    ['mlp:8,activation=relu,dropout=0,norm=none', 'mlp:8'],
  ])('%s is %s', (spec, canonical) => {
    expect(parseModel(spec).spec).toBe(canonical);
    expect(parseModel(canonical).spec).toBe(canonical);
  });

  test('options reach the network', () => {
    const scope = new Scope('train');
    const network = parseModel('mlp:8,4,dropout=0.5,activation=tanh,norm=batch').network(k);
    const explicit = mlp([8, 4], { dropout: 0.5, activation: 'tanh', norm: 'batch' }).network(k);
    const x = input('x', [3, 6]);
    expect(network(x, scope)).toBe(explicit(x, new Scope('train')));
  });

  test.each([
    [
      'cnn',
      'model: expected one of auto, linear, mlp, cnn4, cnn8, resnet18, resnet34, resnet50, received "cnn"; did you mean "cnn4"?',
    ],
    [
      '',
      'model: expected one of auto, linear, mlp, cnn4, cnn8, resnet18, resnet34, resnet50, received ""; e.g. mlp:256,128',
    ],
    ['linear:3', 'model linear: expected no parameters, received "3" in "linear:3"'],
    ['mlp', 'model mlp: expected at least one hidden width, received none; for none, use linear'],
    ['mlp:', 'model mlp: expected a value or key=value, received "" in "mlp:"'],
    [
      'mlp:dropout=0.5',
      'model mlp: expected at least one hidden width, received none; for none, use linear',
    ],
    ['mlp:0', 'model mlp, width: expected an integer from 1 to 65536, received 0'],
    ['mlp:65537', 'model mlp, width: expected an integer from 1 to 65536, received 65537'],
    ['mlp:2.5', 'model mlp, width: expected an integer from 1 to 65536, received 2.5'],
    ['mlp:many', 'model mlp, width: expected an integer from 1 to 65536, received "many"'],
    ['mlp:0x10', 'model mlp, width: expected an integer from 1 to 65536, received "0x10"'],
    ['mlp:8,,4', 'model mlp: expected a value or key=value, received "" in "mlp:8,,4"'],
    [
      'mlp:8,size=3',
      'model mlp: expected key=value with a key among activation, dropout, norm, received "size=3" in "mlp:8,size=3"',
    ],
    [
      'mlp:8,activation=selu',
      'model mlp, activation: expected one of relu, gelu, tanh, received "selu"',
    ],
    ['mlp:8,norm=layer', 'model mlp, norm: expected one of none, batch, received "layer"'],
    ['mlp:8,dropout=1', 'model mlp, dropout: expected a number in [0, 1), received 1'],
    ['mlp:8,dropout=half', 'model mlp, dropout: expected a number in [0, 1), received "half"'],
    [
      'mlp:8,dropout=',
      'model mlp: expected a value or key=value, received "dropout=" in "mlp:8,dropout="',
    ],
    [
      'mlp:8,dropout=0.1=0.2',
      'model mlp, dropout: expected a number in [0, 1), received "0.1=0.2"',
    ],
    [
      'mlp:8,dropout=0.1,dropout=0.2',
      'model mlp: expected dropout once, received "dropout=0.2" in "mlp:8,dropout=0.1,dropout=0.2"',
    ],
  ])('refuses %j', (spec, message) => {
    expect(messageOf(() => parseModel(spec))).toBe(message);
  });
});
