import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { collectClasses } from '../../src/data/classes.ts';
import { closest, editDistance } from '../../src/data/closest.ts';
import type { Dataset } from '../../src/data/index.ts';
import {
  applyStandardiser,
  Batches,
  checkDataset,
  fitStandardiser,
  fromArrays,
  gatherInts,
  gatherRows,
  rowCount,
  selectRows,
  stratifiedSplit,
} from '../../src/data/index.ts';

const small = fromArrays({
  features: [
    [1, 2],
    [3, 4],
    [5, Number.NaN],
  ],
  labels: ['dog', 'cat', 'dog'],
  trueLabels: ['dog', 'cat', 'eel'],
  columns: ['a', 'b'],
  name: 'pets',
});

describe('fromArrays', () => {
  it('sorts the classes and counts those of the true labels', () => {
    expect(small.classes).toEqual(['cat', 'dog', 'eel']);
    expect([...small.labels]).toEqual([1, 0, 1]);
    expect([...(small.trueLabels ?? [])]).toEqual([1, 0, 2]);
    expect([...small.features]).toEqual([1, 2, 3, 4, 5, Number.NaN]);
    expect(small.featureShape).toEqual([2]);
    expect(small.name).toBe('pets');
    expect(rowCount(small)).toBe(3);
  });

  it('sorts numbers as numbers', () => {
    const data = fromArrays({ features: [[1], [2], [3]], labels: [10, 9, -1] });
    expect(data.classes).toEqual(['-1', '9', '10']);
    expect([...data.labels]).toEqual([2, 1, 0]);
  });

  it('takes the values of all rows in one array, with a shape or without', () => {
    const features = Float32Array.of(1, 2, 3, 4);
    const data = fromArrays({ features, labels: ['a', 'b'] });
    expect(data.features).toBe(features);
    expect(data.featureShape).toEqual([2]);
    const images = fromArrays({ features, featureShape: [1, 2, 1], labels: ['a', 'b'] });
    expect([images.features, images.featureShape]).toEqual([features, [1, 2, 1]]);
  });

  it('keeps the bytes of images, and takes those of tables as numbers', () => {
    const features = Uint8Array.of(0, 255, 7, 8);
    const images = fromArrays({ features, featureShape: [1, 1, 2], labels: [1, 0] });
    expect(images.features).toBe(features);
    expect([images.featureShape, images.classes, [...images.labels]]).toEqual([
      ...[
        [1, 1, 2],
        ['0', '1'],
        [1, 0],
      ],
    ]);
    const table = fromArrays({ features, labels: [1, 0] });
    expect(table.features).toEqual(Float32Array.of(0, 255, 7, 8));
  });

  it('keeps the classes that are given, in their order', () => {
    const rows = [[1], [2], [3]];
    const classes = ['dog', 'eel', 'cat'];
    const options = { labels: ['cat', ' dog ', 'cat'], trueLabels: ['dog', 'dog', 'eel'], classes };
    const data = fromArrays({ features: rows, ...options });
    expect(data.classes).toEqual(classes);
    expect([[...data.labels], [...(data.trueLabels ?? [])]]).toEqual([
      [2, 0, 2],
      [0, 0, 1],
    ]);
    const labels = Float32Array.of(10, 2, 10);
    const numbers = fromArrays({ features: rows, labels, classes: ['10', '2.0'] });
    expect([...numbers.labels]).toEqual([0, 1, 0]);
  });

  it('takes soft labels, divides them by their sums and takes the largest as the label', () => {
    const labels = [
      [0.2, 0.30003, 0.5],
      [0.4, 0.4, 0.2],
      [0, 0, 1],
    ];
    const features = [[1], [2], [3]];
    const classes = ['a', 'b', 'c'];
    const data = fromArrays({ features, labels, classes, trueLabels: ['c', 'b', 'a'] });
    const sum = 0.2 + 0.30003 + 0.5;
    expect([...(data.softLabels ?? [])]).toEqual(
      [0.2 / sum, 0.30003 / sum, 0.5 / sum, 0.4, 0.4, 0.2, 0, 0, 1].map(Math.fround),
    );
    expect([[...data.labels], [...(data.trueLabels ?? [])]]).toEqual([
      [2, 0, 2], // of equal shares the first
      [2, 1, 0],
    ]);
    const flat = Float32Array.from(labels.flat());
    for (const rows of [features, Float32Array.of(1, 2, 3)]) {
      const again = fromArrays({ features: rows, labels: flat, classes });
      expect([again.labels, again.classes]).toEqual([data.labels, classes]);
    }
    expect(fromArrays({ features, labels }).classes).toEqual(['0', '1', '2']);
  });

  it('takes weights of the rows', () => {
    const data = fromArrays({ features: [[1], [2]], labels: [0, 1], sampleWeights: [0, 2.5] });
    expect(data.sampleWeights).toEqual(Float32Array.of(0, 2.5));
  });

  it.each<[string, () => unknown, string]>([
    [
      'rows',
      () => fromArrays({ features: [[1]], labels: ['a', 'b'] }),
      'fromArrays: expected 2 rows of features, one per label, received 1',
    ],
    [
      'ragged rows',
      () => fromArrays({ features: [[1], [1, 2]], labels: ['a', 'b'] }),
      'fromArrays, row 1: expected 1 features, as in row 0, received 2',
    ],
    [
      'shape',
      () => fromArrays({ features: new Float32Array(2), featureShape: [0], labels: ['a', 'b'] }),
      'fromArrays, featureShape: expected positive integers, received [0]',
    ],
    [
      'length',
      () => fromArrays({ features: new Float32Array(3), labels: ['a', 'b'] }),
      'fromArrays, features: expected rows of equal length, or their shape (featureShape), received 3 values, 2 labels',
    ],
    [
      'rows of a shape',
      () => fromArrays({ features: [[1], [2]], featureShape: [1, 2, 2], labels: ['a', 'b'] }),
      'fromArrays, row 0: expected 4 features (featureShape), received 1',
    ],
    [
      'field',
      () => fromArrays({ features: [[1]], lable: ['a'] } as never),
      'fromArrays: expected fields among features, featureShape, labels, annotations, classes, trueLabels, sampleWeights, ' +
        'columns, name, received "lable"; did you mean "labels"?',
    ],
    [
      'absent labels',
      () => fromArrays({ features: [[1]] } as never),
      'fromArrays, labels: expected an array, received undefined',
    ],
    [
      'class',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], classes: ['a', 'c'] }),
      'fromArrays, labels, row 1: expected one of the classes "a", "c", received "b"',
    ],
    [
      'class numbers',
      () => fromArrays({ features: [[1], [2]], labels: [0, 1], classes: ['a', 'c'] }),
      'fromArrays, labels, row 0: expected one of the classes "a", "c", received "0"; ' +
        'labels are names of classes, not their numbers',
    ],
    [
      'classes',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], classes: ['a', 'b', 'a'] }),
      'fromArrays, classes: expected names that differ, received "a" twice',
    ],
    [
      'sum of soft labels',
      () =>
        fromArrays({
          features: [[1], [2]],
          labels: [
            [1, 0],
            [0.4, 0.4],
          ],
        }),
      'fromArrays, labels, row 1: expected shares of the classes that sum to 1, received a sum of 0.8; ' +
        'divide each row by its sum; scores (logits) need a softmax',
    ],
    [
      'negative soft label',
      () =>
        fromArrays({
          features: [[1], [2]],
          labels: [
            [1, 0],
            [1.5, -0.5],
          ],
        }),
      'fromArrays, labels, row 1, class 1: expected a finite number, at least 0, received -0.5',
    ],
    [
      'NaN as soft label',
      () =>
        fromArrays({
          features: [[1], [2]],
          labels: [
            [1, 0],
            [1, Number.NaN],
          ],
        }),
      'fromArrays, labels, row 1, class 1: expected a finite number, at least 0, received NaN',
    ],
    [
      'ragged soft labels',
      () => fromArrays({ features: [[1], [2]], labels: [[1, 0], [1]] }),
      'fromArrays, labels, row 1: expected 2 shares, one for each class, received 1',
    ],
    [
      'count of soft labels',
      () => fromArrays({ features: [[1], [2]], labels: new Float32Array(3), classes: ['a', 'b'] }),
      'fromArrays, labels: expected 2 labels, or 4 shares of 2 classes, received 3',
    ],
    [
      'count of weights',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], sampleWeights: [1] }),
      'fromArrays, sample weights: expected 2, one for each row, received 1',
    ],
    [
      'weight',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], sampleWeights: [1, -1] }),
      'fromArrays, sample weights, row 1: expected a finite number, at least 0, received -1',
    ],
    [
      'weights of 0',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], sampleWeights: [0, 0] }),
      'fromArrays, sample weights: expected a weight above 0, received only 0',
    ],
    [
      'one class',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'a'] }),
      'fromArrays, labels: expected at least 2 classes, received only "a" in 2 rows',
    ],
    [
      'empty label',
      () => fromArrays({ features: [[1], [2]], labels: ['a', ' '] }),
      'fromArrays, labels, row 1: expected a text or a finite number, received " "',
    ],
    [
      'infinite feature',
      () => fromArrays({ features: [[1], [Infinity]], labels: ['a', 'b'], columns: ['x'] }),
      'fromArrays, row 1, column "x": expected a finite number, received Infinity',
    ],
    [
      'true labels',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], trueLabels: ['a'] }),
      'fromArrays: expected 2 true labels, received 1',
    ],
    [
      'column names',
      () => fromArrays({ features: [[1], [2]], labels: ['a', 'b'], columns: ['x', 'y'] }),
      'fromArrays: expected 1 column names, received 2',
    ],
    [
      'no rows',
      () => fromArrays({ features: [], labels: [] }),
      'fromArrays: expected at least one row, received none',
    ],
  ])('refuses wrong %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});

describe('checkDataset and selectRows', () => {
  it('refuses a label out of range and a missing feature', () => {
    const bad: Dataset = { ...small, labels: Int32Array.of(0, 3, 1) };
    expect(() => checkDataset('d', bad)).toThrow(
      'd, labels, row 1: expected a label from 0 to 2, received 3',
    );
    const short: Dataset = { ...small, features: new Float32Array(5) };
    expect(() => checkDataset('d', short)).toThrow(
      'd: expected 6 features for 3 rows of shape [2], received 5',
    );
  });

  it('refuses soft labels that the labels do not stand for, and shares that are none', () => {
    const soft = fromArrays({
      features: [[1], [2]],
      labels: [
        [0.75, 0.25],
        [0, 1],
      ],
    });
    expect([...soft.labels]).toEqual([0, 1]);
    expect(() => checkDataset('d', { ...soft, labels: Int32Array.of(1, 0) })).toThrow(
      'd, soft labels, row 0: expected the label 0, its largest share, received 1',
    );
    const softLabels = Float32Array.of(0.75, 0.25, 1, 1);
    expect(() => checkDataset('d', { ...soft, softLabels })).toThrow(
      'd, soft labels, row 1: expected shares of the classes that sum to 1, received a sum of 2',
    );
    const short = { ...soft, softLabels: new Float32Array(3) };
    expect(() => checkDataset('d', short)).toThrow(
      'd, soft labels: expected 4 shares, 2 for each row, received 3',
    );
    expect(() => checkDataset('d', { ...soft, sampleWeights: new Float32Array(1) })).toThrow(
      'd, sample weights: expected 2, one for each row, received 1',
    );
  });

  it('selects soft labels and weights with their rows', () => {
    const features = [[1], [2], [3]];
    const labels = [
      [1, 0],
      [0.25, 0.75],
      [0, 1],
    ];
    const data = fromArrays({ features, labels, sampleWeights: [1, 2, 3] });
    const part = selectRows(data, [1, 0, 1]);
    expect([...(part.softLabels ?? [])]).toEqual([0.25, 0.75, 1, 0, 0.25, 0.75]);
    expect([...(part.sampleWeights ?? [])]).toEqual([2, 1, 2]);
    checkDataset('part', part);
  });

  it('selects rows in the given order and keeps the classes', () => {
    const two = selectRows(small, [2, 0]);
    expect([...two.features]).toEqual([5, Number.NaN, 1, 2]);
    expect([...two.labels]).toEqual([1, 1]);
    expect([...(two.trueLabels ?? [])]).toEqual([2, 1]);
    expect(two.classes).toEqual(['cat', 'dog', 'eel']);
    expect(() => selectRows(small, [3])).toThrow(
      'selectRows: expected row indices from 0 to 2, received 3',
    );
  });
});

describe('collectClasses', () => {
  it('joins spellings of one number only where all are numbers', () => {
    const numbers = collectClasses([
      ['1.0', '0'],
      ['1', '10', '2'],
    ]);
    expect(numbers.classes).toEqual(['0', '1', '2', '10']);
    expect(numbers.indexOf('1.0')).toBe(1);
    expect(numbers.joined).toEqual([['1', '1.0']]);
    expect(collectClasses([['1.0', '1', 'a']]).classes).toEqual(['1', '1.0', 'a']);
  });
});

describe('closest', () => {
  it('finds the nearest name within two edits', () => {
    expect(editDistance('kitten', 'sitting')).toBe(3);
    expect(closest('lable', ['x', 'label'])).toBe('label');
    expect(closest('Label', ['labels', 'label '])).toBe('label ');
    expect(closest('target', ['x', 'label'])).toBeUndefined();
    expect(closest('y', ['x'])).toBeUndefined();
  });
});

describe('stratifiedSplit', () => {
  it('rounds by largest remainder, ties to the lower class', () => {
    const labels = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2];
    // shares at 0.3: 1.5, 1.5, 1.2 of 4
    const { part } = stratifiedSplit(labels, 3, 0.3, stream(1, 'split'));
    const counts = [0, 1, 2].map((c) => [...part].filter((row) => labels[row] === c).length);
    expect(counts).toEqual([2, 1, 1]);
  });

  it('takes singletons last', () => {
    const labels = [0, 1, 1, 1, 1];
    expect([...stratifiedSplit(labels, 2, 0.6, stream(1, 'split')).rest]).toContain(0);
    expect([...stratifiedSplit(labels, 2, 0.8, stream(1, 'split')).part]).toContain(0);
  });

  it('is seeded', () => {
    const labels = Array.from({ length: 100 }, (_, i) => i % 4);
    const parts = [1, 1, 2].map((seed) => [
      ...stratifiedSplit(labels, 4, 0.25, stream(seed, 'split')).part,
    ]);
    expect(parts[1]).toEqual(parts[0]);
    expect(parts[2]).not.toEqual(parts[0]);
  });

  it('partitions the rows, keeps sizes and leaves no class of two or more without a row', () => {
    const labelsAndSeed = fc.record({
      labels: fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 2, maxLength: 80 }),
      fraction: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
      seed: fc.nat(),
    });
    fc.assert(
      fc.property(labelsAndSeed, ({ labels, fraction, seed }) => {
        const n = labels.length;
        const size = Math.round(n * fraction);
        fc.pre(size > 0 && size < n);
        const { rest, part } = stratifiedSplit(labels, 5, fraction, stream(seed, 'split'));
        expect([...rest, ...part].sort((a, b) => a - b)).toEqual(labels.map((_, i) => i));
        expect([...part]).toEqual([...part].sort((a, b) => a - b));
        expect([...rest]).toEqual([...rest].sort((a, b) => a - b));
        const counts = [0, 1, 2, 3, 4].map((c) => labels.filter((y) => y === c).length);
        const most = counts.reduce((sum, m) => sum + (m > 1 ? m - 1 : m), 0);
        expect(part.length).toBe(Math.min(size, most));
        for (const [c, m] of counts.entries()) {
          if (m < 2) continue;
          const inPart = [...part].filter((row) => labels[row] === c).length;
          expect(inPart).toBeLessThan(m);
          const free = counts.every((x) => x === 0 || x * (1 - fraction) >= 1);
          expect(!free || Math.abs(inPart - m * fraction) < 1).toBe(true);
        }
      }),
      { seed: 1 },
    );
  });

  it('refuses what leaves a side empty', () => {
    const rng = stream(1, 'split');
    expect(() => stratifiedSplit([0, 1], 2, 1, rng)).toThrow(
      'stratifiedSplit, fraction: expected a number in (0, 1), received 1',
    );
    expect(() => stratifiedSplit([0, 1], 2, 0.1, rng)).toThrow(
      'stratifiedSplit: expected at least one row in the part, received 2 rows at a fraction of 0.1; ' +
        'give more rows or another fraction',
    );
    expect(() => stratifiedSplit([0, 2], 2, 0.5, rng)).toThrow(
      'stratifiedSplit, labels, row 1: expected a label from 0 to 1, received 2',
    );
  });
});

describe('standardise', () => {
  const features = Float32Array.of(1, 7, 0.1, 3, Number.NaN, 0.1, 5, 9, 0.1, 100, 100, 100);

  it('fits on the given rows, skips missing values and keeps constants at 0', () => {
    const fit = fitStandardiser(features, 3, [0, 1, 2]);
    expect([...fit.mean]).toEqual([3, 8, Math.fround(0.1)]);
    expect([...fit.std]).toEqual([Math.sqrt(8 / 3), 1, 1]);
    expect(fit.missing).toBe(true);
    expect(fitStandardiser(features, 3, [0, 2]).missing).toBe(false);
    const out = applyStandardiser(features, fit);
    expect([...out.slice(0, 9)]).toEqual(
      [-2 / fit.std[0]!, -1, 0, 0, 0, 0, 2 / fit.std[0]!, 1, 0].map(Math.fround),
    );
  });

  it('keeps its precision far from 0', () => {
    const far = Float32Array.of(16777214, 16777216, 16777214, 16777216);
    const fit = fitStandardiser(far, 1, [0, 1, 2, 3]);
    expect([fit.mean[0], fit.std[0]]).toEqual([16777215, 1]);
  });

  it('gives a column without values mean 0 and deviation 1, and works in place', () => {
    const values = Float32Array.of(Number.NaN, 4);
    const fit = fitStandardiser(values, 1, [0]);
    expect([fit.mean[0], fit.std[0], fit.missing]).toEqual([0, 1, true]);
    expect(applyStandardiser(values, fit, values)).toBe(values);
    expect([...values]).toEqual([0, 4]);
  });

  it('refuses wrong lengths and rows', () => {
    expect(() => fitStandardiser(features, 5, [0])).toThrow('expected rows of 5 features');
    expect(() => fitStandardiser(features, 3, [])).toThrow('expected at least one row');
    expect(() => fitStandardiser(features, 3, [4])).toThrow('expected row indices from 0 to 3');
    const fit = fitStandardiser(features, 3, [0]);
    expect(() => applyStandardiser(features, fit, new Float32Array(3))).toThrow(
      'expected room for 12 values in out, received 3',
    );
  });
});

describe('Batches', () => {
  it('gives full batches of distinct rows, other ones each epoch, the same for a seed', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.nat(), fc.nat(), (n, pick, seed) => {
        const b = 1 + (pick % n);
        const batches = new Batches(n, b, stream(seed, 'shuffle'));
        const again = new Batches(n, b, stream(seed, 'shuffle'));
        for (let epoch = 0; epoch < 2; epoch++) {
          const cut = [...batches.epoch()];
          expect(cut.length).toBe(batches.perEpoch);
          expect(cut.map((rows) => rows.length)).toEqual(cut.map(() => b));
          const rows = cut.flatMap((part) => [...part]);
          expect(new Set(rows).size).toBe(Math.floor(n / b) * b);
          expect(rows.every((row) => row >= 0 && row < n)).toBe(true);
          expect([...again.epoch()].flatMap((part) => [...part])).toEqual(rows);
        }
      }),
      { seed: 1 },
    );
  });

  it('leaves out other rows each epoch', () => {
    const batches = new Batches(10, 4, stream(3, 'shuffle'));
    const left = () => {
      const rows = new Set([...batches.epoch()].flatMap((part) => [...part]));
      return [...Array(10).keys()].filter((row) => !rows.has(row)).join(' ');
    };
    const all = new Set(Array.from({ length: 20 }, left));
    expect(all.size).toBeGreaterThan(5);
    expect(all.has('8 9')).toBe(false);
  });

  it('refuses a batch larger than the rows', () => {
    expect(() => new Batches(3, 4, stream(1, 'shuffle'))).toThrow(
      'batches, batch size: expected an integer from 1 to 3, received 4',
    );
  });
});

describe('gather', () => {
  it.each([2, 64])('copies rows of %i values', (size) => {
    const source = Float32Array.from({ length: 3 * size }, (_, i) => i);
    const out = gatherRows(source, size, Uint32Array.of(2, 0, 2), new Float32Array(3 * size));
    const row = (r: number) => [...source.subarray(r * size, (r + 1) * size)];
    expect([...out]).toEqual([...row(2), ...row(0), ...row(2)]);
    expect(() => gatherRows(source, size, [3], new Float32Array(size))).toThrow(
      'gatherRows: expected row indices from 0 to 2, received 3',
    );
    expect(() => gatherRows(source, size, [1], new Float32Array(1))).toThrow(
      `gatherRows: expected room for ${size} values in out, received 1`,
    );
  });

  it('copies integers', () => {
    expect([...gatherInts(Int32Array.of(5, 6, 7), [2, 1], new Int32Array(2))]).toEqual([7, 6]);
    expect(() => gatherInts(Int32Array.of(5), [1], new Int32Array(1))).toThrow(
      'gatherInts: expected row indices from 0 to 0, received 1',
    );
  });
});
