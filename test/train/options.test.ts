import { describe, expect, test } from 'vitest';
import type { TrainOptions } from '../../src/index.ts';
import { all, corrupted, d, half, quick, tested } from './digit-halves.ts';
import { train } from './package.ts';

const alike = 'openDataset(…, { test }) and fromRecords(…, { like }) read data as others were read';

describe('wrong options are refused before anything runs', () => {
  const names = all.classes.join(', ');

  test.each<[string, Partial<TrainOptions>, unknown]>([
    ['epochs', { epochs: 0 }, 'epochs: expected an integer from 1 to 100000, received 0'],
    ['epochs', { epochs: 1.5 }, 'epochs: expected an integer from 1 to 100000, received 1.5'],
    [
      'loss',
      { loss: 'hinge' },
      expect.stringMatching(/^loss: expected one of ce, .*, received "hinge"/),
    ],
    [
      'data',
      { data: { features: half.features, labels: half.labels } as never },
      'data: expected a dataset, received one without featureShape, classes; make one with fromArrays, readCsv or digits',
    ],
    [
      'test',
      { test: { features: half.features, labels: half.labels } as never },
      'test: expected a dataset, received one without featureShape, classes; make one with fromArrays, readCsv or digits',
    ],
    ...(['x', [], null] as const).map(
      (value) =>
        [
          'test',
          { test: value as never },
          expect.stringMatching(/^test: expected a dataset, received /),
        ] as [string, Partial<TrainOptions>, unknown],
    ),
    ['split', { split: null as never }, 'split: expected the rows of each part, received null'],
    [
      'checkpoint',
      { checkpoint: null as never },
      'checkpoint: expected a checkpoint, received null',
    ],
    ...([0, Number.NaN, '', null] as const).map(
      (value) =>
        [
          'sampleWeights',
          { sampleWeights: value as never },
          expect.stringMatching(/^sampleWeights: expected a list of numbers, received /),
        ] as [string, Partial<TrainOptions>, unknown],
    ),
    ...[[1], [null]].map(
      (value) =>
        [
          'schedule',
          { schedule: value as never },
          `schedule: expected a text or an object with at, received ${JSON.stringify(value)}`,
        ] as [string, Partial<TrainOptions>, unknown],
    ),
    ['signal', { signal: {} as never }, 'signal: expected an AbortSignal, received {}'],
    ['onEpoch', { onEpoch: 3 as never }, 'onEpoch: expected a function, received 3'],
    ['onStep', { onStep: 'x' as never }, 'onStep: expected a function, received "x"'],
    [
      'an answer of onEpoch',
      { onEpoch: () => 'Stop' as 'stop' },
      'onEpoch: expected "stop", or nothing, received "Stop"; return "stop" to end the run after this epoch, and nothing to go on',
    ],
    ['loss', { loss: 3 as never }, 'loss: expected a text or a function, received 3'],
    [
      'loss',
      { loss: ((scores: unknown) => [scores]) as never },
      expect.stringMatching(
        /^loss: expected a loss for every row and class, \[\d+,10\] as the scores, /,
      ),
    ],
    [
      'optimizer',
      { optimizer: 'adam' },
      'optimizer: expected one of sgd, adamw, received "adam"; did you mean "adamw"?',
    ],
    [
      'schedule',
      { schedule: 'linear' },
      'schedule: expected one of constant, cosine, step, received "linear"; e.g. step:0.5,0.75',
    ],
    [
      'model',
      { model: 'resnet' },
      'model: expected one of auto, linear, mlp, cnn4, cnn8, resnet18, resnet34, resnet50, received "resnet"; did you mean "resnet18"?',
    ],
    [
      'noise',
      { noise: 'white' },
      expect.stringMatching(/^noise: expected one of none, .*, received "white"/),
    ],
    ['scores', { scores: 'l1' as 'l2' }, 'scores: expected one of none, l2, batch, received "l1"'],
    ['learningRate', { learningRate: 0 }, 'learningRate: expected a number above 0, received 0'],
    [
      'weightDecay',
      { weightDecay: -1 },
      'weightDecay: expected a number of at least 0, received -1',
    ],
    ['clipNorm', { clipNorm: 0 }, 'clipNorm: expected a number above 0, received 0'],
    ['warmup', { warmup: 1e300 }, 'warmup: expected a number of at most 100000, received 1e+300'],
    ['warmup', { warmup: -1 }, 'warmup: expected a number of at least 0, received -1'],
    [
      'warmup',
      { warmup: 9.5, epochs: 9 },
      'warmup: expected at most the 9 epochs of the run, received 9.5; the learning rate would never get to learningRate',
    ],
    ['batchSize', { batchSize: 0 }, 'batchSize: expected an integer of at least 1, received 0'],
    ['seed', { seed: -1 }, 'seed: expected an integer from 0 to 9007199254740991, received -1'],
    ['threads', { threads: 0 }, 'threads: expected an integer from 1 to 1024, received 0'],
    [
      'evaluateEvery',
      { evaluateEvery: 0 },
      'evaluateEvery: expected an integer of at least 1, received 0',
    ],
    ['keep', { keep: 'first' as 'last' }, 'keep: expected one of last, best, received "first"'],
    ['validation', { validation: 1 }, 'validation: expected a number in [0, 1), received 1'],
    ['validation', { validation: -0.1 }, 'validation: expected a number in [0, 1), received -0.1'],
    ['test', { test: 1 }, 'test: expected a number in [0, 1), received 1'],
    [
      'test',
      { test: { ...tested, classes: [...all.classes].reverse() } },
      `test data: expected classes ${names}, received ${[...all.classes].reverse().join(', ')}; ${alike}`,
    ],
    [
      'test',
      { test: { ...tested, columns: tested.columns!.map((name) => name.toUpperCase()) } },
      `test data, name of column 0: expected "p0", as in the training data, received "P0"; ${alike}`,
    ],
    [
      'test',
      {
        data: { ...half, kinds: half.columns!.map(() => 'numeric') },
        test: { ...tested, kinds: half.columns!.map((_, i) => (i === 3 ? 'date' : 'numeric')) },
      },
      `test data, kind of column 3: expected "numeric", as in the training data, received "date"; ${alike}`,
    ],
    [
      'test',
      { test: { ...tested, featureShape: [8, 8] } },
      'test data: expected rows of shape [64], as the training data, received [8,8]',
    ],
    [
      'noise beside true labels',
      { data: corrupted(half, 0.2), noise: 'symmetric:0.4' },
      'noise: expected none, since the data have labels of their own beside the true ones, received symmetric:0.4; leave out the noise, or the true labels',
    ],
    [
      'sampleWeights',
      { sampleWeights: [1, 2] },
      'sampleWeights: expected 898 weights, one per row, received 2',
    ],
    [
      'sampleWeights',
      { sampleWeights: half.labels.map((_, row) => (row === 5 ? -1 : 1)) },
      'sampleWeights, row 5: expected a number in [0, ∞), received -1',
    ],
    [
      'sampleWeights',
      { sampleWeights: Array.from(half.labels, (_, row) => (row === 7 ? Number.NaN : 1)) },
      'sampleWeights, row 7: expected a number in [0, ∞), received NaN',
    ],
    [
      'sampleWeights',
      { sampleWeights: half.labels.map(() => 0) },
      'sampleWeights: expected a training row of weight above 0, received only zeros',
    ],
    [
      'data',
      { data: { ...half, features: half.features.subarray(d) } },
      `data: expected ${898 * d} features for 898 rows of shape [64], received ${897 * d}`,
    ],
    [
      'data',
      { data: { ...half, labels: half.labels.map(() => 3) } },
      'data, labels: expected at least 2 classes, received only "3" in 898 rows',
    ],
  ])('%s: %#', async (_, options, message) => {
    const error = await train({ ...quick, ...options }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage', message });
  });
});
