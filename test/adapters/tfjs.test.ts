import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { layers, sequential } from '@tensorflow/tfjs-layers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Tfjs } from '../../src/adapters/index.ts';
import { tfjsLoss } from '../../src/adapters/index.ts';
import { softmax } from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import { evaluate, parseLoss } from '../../src/losses/index.ts';
import { normaliseScores, Scope } from '../../src/nn/index.ts';
import { bundleTfjs } from '../helpers/tfjs.ts';
import { emitCases, faultsOf } from '../losses/emit/fixtures.ts';
import { difference, randomScores } from '../losses/values.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';

type Rows = readonly (readonly number[])[];
type Whole = Tfjs & { layers: typeof layers; sequential: typeof sequential };

const folder = mkdtempSync(join(tmpdir(), 'symloss-tfjs-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let tf: Whole;
beforeAll(async () => {
  const file = await bundleTfjs(new URL('./tfjs-entry.js', import.meta.url), folder);
  tf = await import(/* @vite-ignore */ pathToFileURL(file).href);
  await tf.setBackend('cpu');
});

const matrix = (rows: Rows) => tf.tensor2d(rows.map((row) => [...row]));
const oneHot = (labels: readonly number[], k: number) =>
  tf.cast(tf.oneHot(tf.tensor1d([...labels], 'int32'), k), 'float32');

test('gives the losses and gradients of the fixtures, in float32', () => {
  // a loss is given targets and scores only
  const cases = emitCases().filter(
    ({ second, memory }) => second === undefined && memory === undefined,
  );
  expect(new Set(cases.map(({ spec }) => spec)).size).toBeGreaterThan(130);
  const results = cases.map(({ spec, scores, labels, losses: known }) =>
    tf.tidy(() => {
      const loss = tfjsLoss(tf, spec, { scores: 'none' });
      const targets = oneHot(labels, scores[0]!.length);
      const z = matrix(scores);
      const losses = loss(targets, z);
      const whole = (from: Tensor) => tf[known ? 'sum' : 'mean'](loss(targets, from));
      return {
        losses: Array.from(losses.dataSync()),
        mean: Array.from(tf.mean(losses).dataSync()),
        memory: [],
        gradient: Array.from(tf.grad(whole)(z).dataSync()),
      };
    }),
  );
  const { float32Loss, float32Op, float32LossGradient } = tolerances;
  const wanted = { losses: float32Loss, memory: float32Op, gradient: float32LossGradient };
  expect(faultsOf(cases, results, wanted, { scaled: true })).toEqual([]);
  expect(tf.memory().numTensors).toBe(0);
});

describe('model.compile and fit', () => {
  const [n, k] = [12, 3];
  const x = randomScores('features', n, 2, 1);
  const labels = x.map((_, i) => (i * i) % k);
  const soft = labels.map((y) => [0, 1, 2].map((j) => (j === y ? 0.8 : 0.1)));
  const [kernel, bias] = [randomScores('kernel', 2, k, 1), [0.1, 0, -0.1]];

  interface Weights {
    readonly kernel: Rows;
    readonly bias: readonly number[];
  }

  /** The weights after a step of gradient descent on all rows, slowly and in float64. */
  function stepped(
    loss: ClassLoss | string,
    targets: Rows,
    { kernel: w, bias: b }: Weights,
  ): Weights {
    const scores = x.map((row) => b.map((v, j) => v + row[0]! * w[0]![j]! + row[1]! * w[1]![j]!));
    const { gradients } = evaluate(loss, scores, targets).batch;
    const slope = (j: number, factor: (i: number) => number) =>
      gradients.reduce((total, g, i) => total + g[j]! * factor(i), 0);
    return {
      kernel: w.map((row, f) => row.map((v, j) => v - 0.5 * slope(j, (i) => x[i]![f]!))),
      bias: b.map((v, j) => v - 0.5 * slope(j, () => 1)),
    };
  }

  function slowly(loss: ClassLoss | string, targets: Rows): number[] {
    let weights: Weights = { kernel, bias };
    for (let step = 0; step < 5; step++) weights = stepped(loss, targets, weights);
    return [...weights.kernel.flat(), ...weights.bias];
  }

  async function fitted(loss: ReturnType<typeof tfjsLoss>, targets: Rows): Promise<number[]> {
    const model = tf.sequential();
    const dense = tf.layers.dense({ units: k, inputShape: [2], activation: 'linear' });
    model.add(dense);
    dense.setWeights([matrix(kernel), tf.tensor1d(bias)]);
    model.compile({ optimizer: tf.train.sgd(0.5), loss });
    await model.fit(matrix(x), matrix(targets), { epochs: 5, batchSize: n, verbose: 0 });
    return model.getWeights().flatMap((weights) => Array.from(weights.dataSync()));
  }

  const l2 = normaliseScores('l2');
  const onSphere: ClassLoss = (z) => parseLoss('unhinged').classLoss(l2(z, new Scope('infer')));
  test.each<[string, ClassLoss | string, ClassLoss | string]>([
    ['sgce:q=0.4', 'sgce:q=0.4', 'sgce:q=0.4'],
    ['a term of the batch', 'ce + er:lambda=0.5', 'ce + er:lambda=0.5'],
    ['scores that the loss wants on the unit sphere', 'unhinged', onSphere],
    ['a loss of your own', softmax, softmax],
  ])('%s: gives the weights of gradient descent in float64', async (_, loss, expected) => {
    const found = await fitted(tfjsLoss(tf, loss), soft);
    const wanted = slowly(expected, soft);
    expect(difference(wanted, slowly('ce', soft), tolerances.float32Steps)).not.toBe('equal');
    expect(difference(found, wanted, tolerances.float32Steps)).toBe('equal');
  });

  test('the loss that fit reports is the objective of the batch, for batches of any size', () => {
    const scores = randomScores('scores', 7, k, 2);
    const loss = tfjsLoss(tf, 'anl-ce+er:lambda=0.5');
    for (const rows of [7, 3, 1, 7]) {
      const [z, y] = [scores.slice(0, rows), labels.slice(0, rows)];
      const found = tf.mean(loss(oneHot(y, k), matrix(z))).dataSync();
      const { value } = evaluate('anl-ce+er:lambda=0.5', z, y).batch;
      expect(difference(found, [value], tolerances.float32Loss)).toBe('equal');
    }
  });
});

describe('what is not a loss of scores and labels is refused', () => {
  const hint = '; symloss emit writes it as a function, for a training loop of your own';

  test.each([
    [
      'elr',
      `tfjsLoss elr:beta=0.7: expected a loss of scores and labels, received one that remembers rows${hint}`,
    ],
    [
      'gjs',
      `tfjsLoss gjs:pi=0.5: expected a loss of scores and labels, received one of two views of each row${hint}`,
    ],
    [
      'anl-ce:delta=0.1',
      'tfjsLoss anl-ce:alpha=5,delta=0.1: expected a loss of scores and labels, received one with a penalty on the weights; leave it out (delta=0), and give the layers of the model a regularizer',
    ],
  ])('%s', (spec, message) => {
    expect(messageOf(() => tfjsLoss(tf, spec))).toBe(message);
  });

  test('class indices in place of one-hot targets', () => {
    const loss = tfjsLoss(tf, 'ce');
    const message =
      'tfjsLoss: expected targets [2,3], one-hot or soft labels, received [2,1]; tf.oneHot(labels, 3) makes them of class indices';
    expect(
      messageOf(() =>
        loss(
          matrix([[0], [2]]),
          matrix([
            [1, 2, 3],
            [1, 2, 3],
          ]),
        ),
      ),
    ).toBe(message);
    const ranks = 'tfjsLoss: expected scores [n, k], received [3]';
    expect(messageOf(() => loss(tf.tensor1d([1, 0, 0]), tf.tensor1d([1, 2, 3])))).toBe(ranks);
  });
});
