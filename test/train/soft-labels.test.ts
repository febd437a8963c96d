import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import { interpret } from '../../src/graph/index.ts';
import type { Dataset, TrainOptions } from '../../src/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { parseModel } from '../../src/nn/index.ts';
import { buildStep, sgd } from '../../src/train/index.ts';
import { firstDifference, isClose, tolerances } from '../tolerances.ts';
import { all, half, tested } from './digit-halves.ts';
import { train } from './package.ts';

const k = 10;
const oneHot = ({ labels }: Dataset) =>
  Float32Array.from({ length: labels.length * k }, (_, i) =>
    labels[Math.floor(i / k)] === i % k ? 1 : 0,
  );

/** One epoch of eight steps. */
const quick = {
  data: half,
  model: 'mlp:16',
  test: tested,
  validation: 0,
  loss: 'sgce:q=0.7',
  epochs: 1,
  batchSize: 112,
} satisfies TrainOptions;

test.each(['ce', 'sgce:q=0.7', 'nce+rce'])(
  '%s: soft labels that are one-hot are hard ones',
  async (loss) => {
    const soft = { ...half, softLabels: oneHot(half) };
    const [hard, one] = await Promise.all([
      train({ ...quick, loss }),
      train({ ...quick, loss, data: soft }),
    ]);
    const { loss: expected } = hard.metrics.final;
    expect(isClose(one.metrics.final.loss, expected, tolerances.float32Steps)).toBe(true);
    const probs = async (model: typeof hard) =>
      (await model.predict(tested.features)).probs.flatMap((row) => [...row]);
    expect(firstDifference(await probs(one), await probs(hard), tolerances.float32Steps)).toBe(-1);
  },
);

test('a step pulls by p − t: a row of two halves towards both classes alike', () => {
  const step = buildStep({
    network: parseModel('linear').network(3),
    loss: crossEntropy,
    optimizer: sgd({ momentum: 0 }),
    batchSize: 2,
    featureShape: [1],
    k: 3,
    soft: true,
  });
  expect(Object.keys(step.program.inputs)).not.toContain('labels');
  const zeros = Object.fromEntries(
    step.slots.map(({ name, shape }) => [name, fromNumbers('float32', shape, new Float32Array(3))]),
  );
  const outputs = interpret(
    step.program,
    {
      ...zeros,
      features: fromNumbers('float32', [2, 1], [1, -1]),
      targets: fromNumbers('float32', [2, 3], [0.5, 0.5, 0, 0, 0.25, 0.75]),
      learningRate: fromNumbers('float32', [], [1]),
    },
    { exact: true },
  );
  // p = 1/3 everywhere; the bias moves by the mean of t − p, the weight by that of (t − p)·x
  const mean = (a: number[], b: number[], sign: number) => a.map((v, j) => (v + sign * b[j]!) / 2);
  const pull = [
    [0.5, 0.5, 0],
    [0, 0.25, 0.75],
  ].map((t) => t.map((v) => v - 1 / 3));
  const moved = (name: string) => toNumbers(outputs[`next/${name}`]!);
  const [bias, weight] = [mean(pull[0]!, pull[1]!, 1), mean(pull[0]!, pull[1]!, -1)];
  expect(firstDifference(moved('output/bias'), bias, tolerances.float64)).toBe(-1);
  expect(firstDifference(moved('output/weight'), weight, tolerances.float64)).toBe(-1);
  expect(isClose(toNumbers(outputs.objective!)[0]!, Math.log(3), tolerances.float64)).toBe(true);
});

describe('train', () => {
  /** Left is a, right is b, and in the middle they are equally likely. */
  const n = 90;
  const place = (row: number) => (row % 3) - 1;
  const data: Dataset = {
    name: 'three places',
    features: Float32Array.from({ length: n }, (_, row) => place(row)),
    featureShape: [1],
    labels: Int32Array.from({ length: n }, (_, row) => (place(row) === 1 ? 1 : 0)),
    softLabels: Float32Array.from({ length: 2 * n }, (_, i) => {
      const right = (place(Math.floor(i / 2)) + 1) / 2;
      return i % 2 === 1 ? right : 1 - right;
    }),
    classes: ['a', 'b'],
    notices: [],
  };
  const options = { data, model: 'linear', loss: 'ce', epochs: 40, learningRate: 0.5 } as const;

  test('leaves the doubtful in doubt, and measures against the labels', async () => {
    const model = await train({ ...options, test: 0.3, validation: 0 });
    const { probs } = await model.predict([[-1], [0], [1]]);
    const [left, middle, right] = probs.map((row) => row[1]!);
    expect(left).toBeLessThan(0.1);
    expect(Math.abs(middle! - 0.5)).toBeLessThan(tolerances.plainDifference);
    expect(right).toBeGreaterThan(0.9);
    const rows = Array.from(model.split.test);
    const predicted = await model.predictDataset(data, rows);
    const agree = rows.filter((row, i) => predicted.indices[i] === data.labels[row]).length;
    expect(model.metrics.final.testAccuracy).toBe(agree / rows.length);
  });

  test('reads soft labels of images in the thread that prefetches', async () => {
    const { columns: _, ...rest } = all;
    const features = Uint8Array.from(all.features, (v) => v * 15);
    const images = { ...rest, features, featureShape: [1, 8, 8] };
    const own = {
      model: 'mlp:16',
      loss: 'sgce:q=0.7',
      epochs: 1,
      batchSize: 256,
      augment: 'crop:1',
    };
    const [hard, soft] = await Promise.all([
      train({ ...own, data: images }),
      train({ ...own, data: { ...images, softLabels: oneHot(all) } }),
    ]);
    const losses = [soft, hard].map(({ metrics }) => metrics.final.loss) as [number, number];
    expect(isClose(...losses, tolerances.float32Steps)).toBe(true);
  });

  const change = (row: number, shares: readonly [number, number]) => {
    const softLabels = data.softLabels!.slice();
    softLabels.set(shares, 2 * row);
    return { data: { ...data, softLabels } };
  };

  test.each<[string, Partial<TrainOptions>, string]>([
    [
      'too few',
      { data: { ...data, softLabels: data.softLabels!.slice(2) } },
      'data, soft labels: expected 180 shares, 2 for each row, received 178',
    ],
    [
      'a wrong sum',
      change(7, [0.5, 0.25]),
      'data, soft labels, row 7: expected shares of the classes that sum to 1, received a sum of 0.75; divide each row by its sum; scores (logits) need a softmax',
    ],
    [
      'a negative share',
      change(7, [1.5, -0.5]),
      'data, soft labels, row 7, class 1: expected a finite number, at least 0, received -0.5',
    ],
    [
      'no number',
      change(7, [1, Number.NaN]),
      'data, soft labels, row 7, class 1: expected a finite number, at least 0, received NaN',
    ],
    [
      'another label than the largest',
      change(0, [0.25, 0.75]),
      'data, soft labels, row 0: expected the label 1, its largest share, received 0',
    ],
    [
      'noise',
      { noise: 'symmetric:0.2' },
      'noise: expected none, since the labels are soft, received symmetric:0.2; leave out the noise, or the soft labels',
    ],
  ])('refuses %s', async (_, more, message) => {
    const error = await train({ ...options, ...more }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage', message });
  });
});

test('weights of the dataset are those of the run, unless it has its own', async () => {
  const sampleWeights = Float32Array.from(half.labels, (_, row) => 1 + (row % 4));
  const data = { ...half, sampleWeights };
  const ones = Array.from(half.labels, () => 1);
  const [inData, inOptions, plain, over] = await Promise.all([
    train({ ...quick, data }),
    train({ ...quick, sampleWeights }),
    train({ ...quick, sampleWeights: ones }),
    train({ ...quick, data, sampleWeights: ones }),
  ]);
  expect(inData.onnx).toEqual(inOptions.onnx);
  expect(over.onnx).toEqual(plain.onnx);
  expect(inData.onnx).not.toEqual(plain.onnx);
  await expect(
    train({ ...quick, data: { ...half, sampleWeights: sampleWeights.slice(1) } }),
  ).rejects.toThrow('data, sample weights: expected 898, one for each row, received 897');
});
