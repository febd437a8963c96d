import { describe, expect, it } from 'vitest';
import { closest, editDistance } from '../../src/core/closest.ts';
import { collectClasses } from '../../src/data/classes.ts';
import type { Dataset } from '../../src/data/index.ts';
import { checkDataset, fromArrays, rowCount, selectRows } from '../../src/data/index.ts';

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

  it('takes options that are undefined as those that are not there', () => {
    const given = { features: [[1], [2]], labels: ['a', 'b'] };
    const nothing = {
      name: undefined,
      columns: undefined,
      classes: undefined,
      featureShape: undefined,
    };
    const none = { trueLabels: undefined, sampleWeights: undefined, annotations: undefined };
    expect(fromArrays({ ...given, ...nothing, ...none })).toEqual(fromArrays(given));
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
    const rounded = [[0.99, 0], ...labels.slice(1).map(() => [0, 1])];
    const other = fromArrays({ features, labels: rounded });
    expect([...(other.softLabels ?? [])]).toEqual([1, 0, 0, 1, 0, 1]);
    expect([data.notices, other.notices]).toEqual([
      [],
      ['shares of the classes of 1 row sum to 1 up to rounding: divided by their sum'],
    ]);
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
      'column named twice',
      () =>
        fromArrays({
          features: [
            [1, 2],
            [2, 3],
          ],
          labels: ['a', 'b'],
          columns: ['h', 'h'],
        }),
      'fromArrays, columns: expected names that differ, received "h" twice',
    ],
    [
      'nothing',
      () => fromArrays(undefined as never),
      'fromArrays: expected an object, received undefined',
    ],
    [
      'row that is a number',
      () => fromArrays({ features: [1, 2] as never, labels: ['a', 'b'] }),
      'fromArrays, row 0: expected an array, received 1',
    ],
    [
      'single row',
      () => fromArrays({ features: [[1]], labels: ['a'] }),
      'fromArrays, labels: expected at least 2 classes, received only "a" in 1 row',
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
