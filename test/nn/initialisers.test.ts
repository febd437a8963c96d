import { describe, expect, test } from 'vitest';
import { sizeOf, stream } from '../../src/core/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import type { Initialiser, Model } from '../../src/nn/index.ts';
import {
  filled,
  kaimingUniform,
  linear,
  mlp,
  ones,
  xavierUniform,
  zeros,
} from '../../src/nn/index.ts';
import { buildStep, sgd } from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { tolerances } from '../tolerances.ts';

/** The first values of a model's variables on 20 features and 4 classes, by name. */
function drawn(model: Model, seed = 1): Record<string, Float32Array> {
  const step = buildStep({
    network: model.network(4),
    loss: crossEntropy,
    optimizer: sgd(),
    batchSize: 2,
    featureShape: [20],
    k: 4,
  });
  return Object.fromEntries(initialValues(step, seed).map(({ name, values }) => [name, values]));
}

describe('uniform initialisers', () => {
  test.each<[string, Initialiser, number]>([
    ['kaiming, 24 in', kaimingUniform(24), 0.5],
    ['kaiming, 6 in', kaimingUniform(6), 1],
    ['xavier, 40 in and 56 out', xavierUniform(40, 56), 0.25],
  ])('%s', (_, initialise, bound) => {
    const n = 20_000;
    const values = initialise([100, 200], stream(3, 'weights'));
    expect(values.length).toBe(n);
    const largest = values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    expect(largest).toBeLessThanOrEqual(bound);
    expect(largest).toBeGreaterThan(bound * (1 - tolerances.climb));
    // of u uniform in ±1: E u = 0 and E u² = 1/3, with deviations √(1/3) and √(4/45) of one draw
    const moment = (power: number) =>
      values.reduce((total, v) => total + (v / bound) ** power, 0) / n;
    const within = (deviation: number) => (tolerances.deviations * deviation) / Math.sqrt(n);
    expect(Math.abs(moment(1))).toBeLessThan(within(Math.sqrt(1 / 3)));
    expect(Math.abs(moment(2) - 1 / 3)).toBeLessThan(within(Math.sqrt(4 / 45)));
  });

  test('constants', () => {
    const rng = stream(1, 'x');
    expect(Array.from(zeros([2], rng))).toEqual([0, 0]);
    expect(Array.from(ones([1, 2], rng))).toEqual([1, 1]);
    expect(Array.from(filled(0.25)([], rng))).toEqual([0.25]);
  });
});

describe('the variables of a model', () => {
  test('relu layers start within √(6/inputs), the others within √(6/(inputs + units))', () => {
    const bound = (values: Float32Array) =>
      values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
    const relu = drawn(mlp([200]));
    expect(bound(relu['hidden1/weight']!)).toBeLessThanOrEqual(Math.sqrt(6 / 20));
    expect(bound(relu['hidden1/weight']!)).toBeGreaterThan(Math.sqrt(6 / 220));
    expect(bound(relu['output/weight']!)).toBeLessThanOrEqual(Math.sqrt(6 / 204));
    const tanh = drawn(mlp([200], { activation: 'tanh' }));
    expect(bound(tanh['hidden1/weight']!)).toBeLessThanOrEqual(Math.sqrt(6 / 220));
    expect(relu['hidden1/bias']).toEqual(new Float32Array(200));
    expect(relu['output/bias']).toEqual(new Float32Array(4));
  });

  test('depend on the seed, and on nothing else', () => {
    const first = drawn(mlp([8, 6]), 5);
    expect(drawn(mlp([8, 6]), 5)).toEqual(first);
    const other = drawn(mlp([8, 6]), 6);
    for (const name of ['hidden1/weight', 'hidden2/weight', 'output/weight']) {
      expect(other[name]).not.toEqual(first[name]);
    }
  });

  test('each come from a stream of their own: another layer does not move them', () => {
    const one = drawn(mlp([8]));
    const weight = one['hidden1/weight'];
    expect(drawn(mlp([8, 6]))['hidden1/weight']).toEqual(weight);
    expect(drawn(mlp([8], { norm: 'batch', dropout: 0.5 }))['hidden1/weight']).toEqual(weight);
    expect(drawn(mlp([8, 20]))['output/weight']).toEqual(drawn(linear())['output/weight']);
    const twins = drawn(mlp([20, 20]));
    expect(twins['hidden2/weight']!.length).toBe(sizeOf([20, 20]));
    expect(twins['hidden2/weight']).not.toEqual(twins['hidden1/weight']);
  });
});
