import { describe, expect, test } from 'vitest';
import type { TrainOptions } from '../../src/index.ts';
import { resolveSplit, splitRows } from '../../src/train/row-split.ts';
import { corrupted, half, quick, tested } from './digit-halves.ts';
import { data as dataModule, train } from './package.ts';

const labels = Int32Array.from({ length: 100 }, (_, row) => row % 4);
const classes = ['a', 'b', 'c', 'd'];

describe('rows by shares', () => {
  const split = splitRows({ labels, classes }, resolveSplit({}, 100), 1);

  test('are all rows, each in one part, by label', () => {
    const all = [...split.train, ...split.validation, ...split.test];
    expect(all.sort((a, b) => a - b)).toEqual(Array.from(labels, (_, row) => row));
    expect(split.test.length).toBe(20);
    for (let c = 0; c < 4; c++) {
      expect(split.test.filter((row) => row % 4 === c).length).toBe(5);
      expect(split.validation.filter((row) => row % 4 === c).length).toBe(2);
    }
  });

  test('are ascending, and those of their seed', () => {
    for (const rows of Object.values(split)) expect(rows).toEqual(rows.toSorted());
    expect(splitRows({ labels, classes }, resolveSplit({}, 100), 1)).toEqual(split);
    expect(splitRows({ labels, classes }, resolveSplit({}, 100), 2)).not.toEqual(split);
  });
});

describe('train', () => {
  const options = {
    data: half,
    model: 'mlp:8',
    loss: 'sgce:q=0.7',
    epochs: 2,
    noise: 'symmetric:0.3',
  } as const;

  test('reports its rows, and rows given so lead to the same bits, in any order', async () => {
    const first = await train({ ...options, test: 0.3, validation: 0.2 });
    const { split, metrics } = first;
    const given = {
      train: [...split.train].reverse(),
      validation: Array.from(split.validation),
      test: split.test,
    };
    const again = await train({ ...options, split: given });
    expect(again.onnx).toEqual(first.onnx);
    expect(again.split).toEqual(split);
    expect(again.metrics.rows).toEqual(metrics.rows);
    const held = dataModule.selectRows(half, split.test);
    expect((await again.evaluate(held)).accuracy).toBe(metrics.final.testAccuracy);
  });

  test('has no test rows where the test dataset is its own, and leaves rows out that are not named', async () => {
    const own = await train({ ...quick, validation: 0.1 });
    expect(own.split.test).toEqual(new Uint32Array());
    expect(own.split.train.length + own.split.validation.length).toBe(898);
    const rows = Array.from({ length: 300 }, (_, i) => 2 * i);
    const some = await train({ ...quick, validation: undefined, split: { train: rows } } as never);
    expect(some.metrics.rows).toEqual({ train: 300, validation: 0, test: 898 });
    const copy = await train({ ...quick, data: dataModule.selectRows(half, rows) });
    expect(some.onnx).toEqual(copy.onnx);
  });

  const range = 'expected row indices from 0 to 897, received';
  const once = 'expected rows of no other part, each once, received';

  test.each<[TrainOptions['split'], Partial<TrainOptions>, string]>([
    [{ train: [] }, {}, 'split.train: expected at least one row, received none'],
    [{ train: [0, 898] }, {}, `split.train: ${range} 898`],
    [{ train: [0], test: [-1] }, {}, `split.test: ${range} -1`],
    [{ train: [0], validation: [1.5] }, {}, `split.validation: ${range} 1.5`],
    [{ train: [0, 1, 0] }, {}, `split.train: ${once} row 0 of train`],
    [{ train: [0, 1], test: [2, 1] }, {}, `split.test: ${once} row 1 of train`],
    [{ train: [0, 1] }, { test: 0.2 }, 'test: expected nothing beside split, received 0.2'],
    [{ train: [0, 1] }, { validation: 0 }, 'validation: expected nothing beside split, received 0'],
    [
      { train: [0, 1], test: [2] },
      { test: tested },
      'test: expected nothing beside split.test, received a dataset',
    ],
  ])('refuses %j', async (split, more, message) => {
    const error = await train({ ...options, ...more, split: split! }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage', message });
  });
});

test('noise is drawn for training and validation rows together, whoever split them', async () => {
  const split = { train: [4, 2, 0], validation: [1, 3], test: [5] };
  const resolved = resolveSplit({ split }, 898);
  expect(resolved).toMatchObject({ trainRows: 3, hasValidation: true, test: 0 });
  const noisy = corrupted(half, 0.5);
  const { metrics } = await train({
    data: noisy,
    model: 'linear',
    loss: 'sgce:q=0.7',
    epochs: 1,
    split,
  });
  const wrong = [0, 1, 2, 3, 4].filter((row) => noisy.labels[row] !== noisy.trueLabels[row]);
  expect(metrics.wrongShare).toBe(wrong.length / 5);
});
