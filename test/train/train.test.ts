import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { EpochMetrics, TrainOptions } from '../../src/index.ts';
import type { Layer, Model } from '../../src/nn/index.ts';
import type { Optimizer } from '../../src/train/index.ts';
import { accuracy, memorisedShare } from '../../src/train/index.ts';
import { all, corrupted, d, half, quick, tested } from './digit-halves.ts';
import { fromArrays, graph, loadModel, nn, train } from './package.ts';

describe('seeds', () => {
  const options = { ...quick, model: 'mlp:16,dropout=0.2,norm=batch', noise: 'symmetric:0.3' };

  test('one seed gives the same bits, in threads side by side', async () => {
    const [first, second] = await Promise.all([train(options), train(options)]);
    expect(second.onnx).toEqual(first.onnx);
    const timeless = ({ seconds: _, ...metrics }: EpochMetrics) => metrics;
    expect(second.metrics.epochs.map(timeless)).toEqual(first.metrics.epochs.map(timeless));
  });

  test('another seed gives another model and another noise', async () => {
    const [first, other] = await Promise.all([train(options), train({ ...options, seed: 2 })]);
    expect(other.onnx).not.toEqual(first.onnx);
    expect(other.metrics.wrongShare).not.toBe(first.metrics.wrongShare);
  });
});

describe('what a run reports', () => {
  test('onEpoch is called once an epoch, in order, with what the result holds', async () => {
    const seen: EpochMetrics[] = [];
    const { metrics, settings } = await train({
      ...quick,
      noise: 'symmetric:0.3',
      validation: 0.2,
      onEpoch: (epoch) => seen.push(epoch),
    });
    expect(seen.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(metrics.epochs).toEqual(seen);
    expect(metrics.final).toEqual(seen[2]);
    for (const epoch of seen) {
      expect(new Set(Object.keys(epoch))).toEqual(
        new Set([
          'epoch',
          'loss',
          'learningRate',
          'trainAccuracy',
          'validationAccuracy',
          'testAccuracy',
          'memorised',
          'seconds',
        ]),
      );
    }
    const { train: trained, validation, test: testRows } = metrics.rows;
    expect([trained + validation, validation, testRows]).toEqual([898, 180, 898]);
    expect(settings).toEqual({
      loss: 'sgce:q=0.7',
      model: 'mlp:16',
      scores: 'none',
      scoreScale: 1,
      noise: 'symmetric:0.3',
      optimizer: 'sgd:momentum=0.9',
      augment: 'none',
      learningRate: 0.05,
      weightDecay: 0.01, // 10/718 rows, at most 0.01
      schedule: 'cosine',
      warmup: 0,
      clipNorm: 5,
      epochs: 3,
      batchSize: 32,
      seed: 1,
      threads: 1,
      device: 'cpu',
      metric: 'accuracy',
      keep: 'last',
      evaluateEvery: 1,
    });
  });

  test('accuracies and the memorised share are those of the exported model on raw rows', async () => {
    const noisy = corrupted(half, 0.4);
    const { metrics, predict, classes } = await withPredict({ ...quick, data: noisy, epochs: 8 });
    const trained = await predict(noisy.features);
    const held = await predict(tested.features);
    expect(held.labels).toEqual(Array.from(held.indices, (index) => classes[index]));
    expect(metrics.final.testAccuracy).toBe(accuracy(held.indices, tested.labels));
    expect(metrics.final.trainAccuracy).toBe(accuracy(trained.indices, noisy.labels));
    expect(metrics.final.memorised).toBe(
      memorisedShare(trained.indices, noisy.labels, noisy.trueLabels),
    );
    const wrong = noisy.labels.filter((label, row) => label !== noisy.trueLabels[row]).length;
    expect(metrics.wrongShare).toBe(wrong / noisy.labels.length);
  });

  test('evaluate agrees with the last epoch; a model that was disposed is saved, but predicts no more', async () => {
    const noisy = corrupted(half, 0.4);
    const trained = await train({ ...quick, data: noisy });
    const { accuracy: held, against } = await trained.evaluate(tested);
    expect([held, against]).toEqual([trained.metrics.final.testAccuracy, 'labels']);
    const wrong = await trained.evaluate(noisy);
    expect([wrong.n, wrong.against]).toEqual([898, 'trueLabels']);
    const own = await trained.predictDataset(tested, [5, 2]);
    const row = (i: number) => tested.features.slice(i * d, (i + 1) * d);
    expect(own.labels).toEqual(
      (await trained.predict(Float32Array.of(...row(5), ...row(2)))).labels,
    );
    await trained.dispose();
    await trained.dispose();
    await expect(trained.predict([])).rejects.toMatchObject({
      name: 'SymlossError',
      where: 'predict',
      received: 'one that was disposed',
    });
    const folder = mkdtempSync(join(tmpdir(), 'symloss-disposed-'));
    await trained.save(folder);
    await using saved = await loadModel(folder);
    expect(await saved.evaluate(tested)).toMatchObject({ accuracy: held });
    rmSync(folder, { recursive: true });
  });

  test('noise "none" beside known true labels adds none, and does not call the labels right', async () => {
    const noisy = corrupted(half, 0.4);
    const options = { ...quick, data: noisy, validation: 0.2 };
    const [unknown, none] = await Promise.all([
      train(options),
      train({ ...options, noise: 'none' }),
    ]);
    expect(none.metrics.wrongShare).toBe(unknown.metrics.wrongShare);
    expect(none.metrics.final.memorised).toBe(unknown.metrics.final.memorised);
    expect(none.metrics.calibration).toEqual(unknown.metrics.calibration);
    expect(none.metrics.calibration.transition).toBe('estimated');
  });

  test('onEpoch stops a run: its model is that of a run that kept this epoch', async () => {
    const stopped = await train({
      ...quick,
      loss: 'sgce:q=0.7',
      epochs: 6,
      validation: 0.2,
      noise: 'symmetric:0.3',
      onEpoch: async ({ epoch }) => (epoch === 2 ? 'stop' : undefined),
    });
    const { metrics } = stopped;
    expect([metrics.stopped, metrics.kept, metrics.epochs.length]).toEqual([true, 2, 2]);
    expect((await stopped.evaluate(tested)).accuracy).toBe(metrics.final.testAccuracy);
    expect(metrics.calibration.transition).toBe('known');
  });

  test('keep: best exports, calibrates and predicts with the best epoch', async () => {
    const options = { ...quick, epochs: 6, learningRate: 1, schedule: 'constant', loss: 'ce' };
    const noisy = { ...options, validation: 0.3, noise: 'symmetric:0.5' };
    const best = await train({ ...noisy, keep: 'best' });
    const { kept, epochs, stopped } = best.metrics;
    const reached = epochs.map(({ validationAccuracy }) => validationAccuracy!);
    expect(kept).toBe(reached.indexOf(Math.max(...reached)) + 1);
    expect([kept < 6, stopped, best.settings.keep]).toEqual([true, false, 'best']);
    expect((await best.evaluate(tested)).accuracy).toBe(epochs[kept - 1]!.testAccuracy);
    const early = await train({
      ...noisy,
      onEpoch: ({ epoch }) => (epoch === kept ? 'stop' : undefined),
    });
    expect(best.onnx).toEqual(early.onnx);
    expect(best.metrics.calibration).toEqual(early.metrics.calibration);
    await expect(train({ ...options, keep: 'best' })).rejects.toThrow(
      'keep: expected "last" without a validation part, received "best"; set validation: 0.1',
    );
  });

  test('what is not known is not reported', async () => {
    const { metrics } = await train({ ...quick, test: 0, evaluateEvery: 2 });
    const keys = metrics.epochs.map((epoch) => new Set(Object.keys(epoch)));
    const always = ['epoch', 'loss', 'learningRate', 'seconds'];
    expect(keys).toEqual([
      new Set(always),
      new Set([...always, 'trainAccuracy']),
      new Set([...always, 'trainAccuracy']),
    ]);
    expect(metrics.calibration).toEqual({ temperature: 1, transition: 'none' });
    expect('wrongShare' in metrics).toBe(false);
  });
});

describe('learns', () => {
  /** Reached by 0.94 at this seed; a network that learnt the noise stays below 0.86. */
  const bound = 0.9;

  test('digits from labels of which 40 % are wrong', { timeout: 60_000 }, async () => {
    const { metrics } = await train({
      data: all,
      noise: 'symmetric:0.4',
      loss: 'sgce:q=0.7',
      epochs: 20,
    });
    expect(metrics.final.testAccuracy).toBeGreaterThan(bound);
    expect(metrics.final.memorised).toBeLessThan(1 - bound);
    expect(metrics.calibration.transition).toBe('known');
  });

  test('better when wrong labels weigh nothing', async () => {
    const noisy = corrupted(half, 0.5);
    const options = { ...quick, data: noisy, loss: 'ce', epochs: 15 };
    const right = Array.from(noisy.labels, (label, row) =>
      label === noisy.trueLabels[row] ? 1 : 0,
    );
    const [equal, plain, weighted] = await Promise.all([
      train({ ...options, sampleWeights: right.map(() => 2) }),
      train(options),
      train({ ...options, sampleWeights: right }),
    ]);
    const reached = [equal, plain, weighted].map(({ metrics }) => metrics.final.testAccuracy!);
    expect(reached[0]).toBe(reached[1]); // only their ratios matter
    expect(reached[2]).toBeGreaterThan(bound);
    expect(reached[2]).toBeGreaterThan(reached[1]!);
  });

  test('rows with missing values', async () => {
    const holes = half.features.map((value, i) => (i % 7 === 0 ? Number.NaN : value));
    const { metrics } = await train({ ...quick, data: { ...half, features: holes }, epochs: 30 });
    expect(metrics.final.testAccuracy).toBeGreaterThan(bound);
  });

  test('tables of any width, and classes by name', async () => {
    const features = Array.from({ length: 60 }, (_, i) => [i % 2 === 0 ? i : -i - 1, 1]);
    const labels = features.map(([x]) => (x! < 0 ? 'below' : 'above'));
    const source = fromArrays({ features, labels });
    const options = { data: source, model: 'linear', loss: 'ce', test: 0, validation: 0 };
    const { predict } = await withPredict({ ...options, epochs: 20 });
    const { labels: names } = await predict([
      [30, 1],
      [-30, 1],
    ]);
    expect(names).toEqual(['above', 'below']);
  });
});

describe('the parts can be written by users', () => {
  const options = { ...quick, loss: 'unhinged', optimizer: 'sgd:momentum=0' };
  const plain = { ...options, weightDecay: 0 };

  test.each<[string, Partial<TrainOptions>, Record<string, string>]>([
    [
      'a loss',
      {
        scores: 'l2',
        loss: (z) => graph.sub(graph.mean(z, -1, true), z),
      },
      { loss: 'custom' },
    ],
    ['a model', { model: twoLayers('my-net') }, { model: 'my-net' }],
    ['an optimiser', { optimizer: descent() }, { optimizer: 'descent' }],
    [
      'a schedule',
      { schedule: { spec: 'mine', at: (progress) => (1 + Math.cos(Math.PI * progress)) / 2 } },
      { schedule: 'mine' },
    ],
  ])('%s, with the result of the one built in', async (_, own, described) => {
    const base = own.optimizer === undefined ? plain : options; // an optimiser object has its own decay
    const [builtIn, custom] = await Promise.all([train(plain), train({ ...base, ...own })]);
    expect(custom.onnx).toEqual(builtIn.onnx);
    expect(custom.settings).toMatchObject(described);
  });
});

/** What `mlp:16` builds, by hand. */
function twoLayers(spec: string): Model {
  const relu: Layer = (x) => graph.relu(x);
  return {
    spec,
    network: (k) =>
      nn.sequential(
        nn.named('hidden1', nn.sequential(nn.dense(16), relu)),
        nn.named('output', nn.dense(k, 'xavier')),
      ),
  };
}

/** w ← w − ηg */
function descent(): Optimizer {
  return {
    spec: 'descent',
    defaultLearningRate: 0.05,
    init: () => [],
    update: ({ parameter, gradient, learningRate }) => ({
      parameter: graph.sub(parameter, graph.mul(gradient, learningRate)),
      state: [],
    }),
  };
}

/** A run with its `predict` bound. */
async function withPredict(options: TrainOptions) {
  const trained = await train(options);
  const { metrics, classes } = trained;
  return { metrics, classes, predict: trained.predict.bind(trained) };
}
