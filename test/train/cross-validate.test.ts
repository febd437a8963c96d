import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { groupedFolds, stratifiedFolds } from '../../src/data/index.ts';
import type { CrossValidateOptions } from '../../src/index.ts';
import { foldSplit } from '../../src/run/fold-split.ts';
import { corrupted, half } from './digit-halves.ts';
import { imageSize, patterns } from './image-data.ts';
import { crossValidate, data as dataModule, train } from './package.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-folds-'));
afterAll(() => rmSync(folder, { recursive: true }));

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const count = (values: ArrayLike<number>, value: number) =>
  Array.from(values).filter((v) => v === value).length;

describe('folds by label', () => {
  // classes of 23, 12, 5, 2 and 1 rows
  const labels = [23, 12, 5, 2, 1].flatMap((rows, c) => new Array<number>(rows).fill(c));
  const folds = stratifiedFolds(labels, 5, 5, stream(1, 'folds'));

  test('are as even as whole rows allow, of each class and of all', () => {
    const sizes = range(5).map((fold) => count(folds, fold));
    expect(sizes.toSorted((a, b) => a - b)).toEqual([8, 8, 9, 9, 9]);
    for (const [c, rows] of [23, 12, 5, 2, 1].entries()) {
      const own = range(5).map((f) => labels.filter((l, i) => l === c && folds[i] === f).length);
      expect(Math.min(...own)).toBe(Math.floor(rows / 5));
      expect(Math.max(...own)).toBe(Math.ceil(rows / 5));
    }
  });

  test('are those of their seed', () => {
    expect(stratifiedFolds(labels, 5, 5, stream(1, 'folds'))).toEqual(folds);
    expect(stratifiedFolds(labels, 5, 5, stream(2, 'folds'))).not.toEqual(folds);
  });
});

describe('folds of groups', () => {
  test('keep groups together, and are even where they can be', () => {
    // 20 groups of 3 rows, of one class each: 2 of every class in each of 5 folds
    const groups = range(60).map((row) => `g${row % 20}`);
    const labels = range(60).map((row) => (row % 20) % 2);
    const folds = groupedFolds(labels, 2, groups, 5, stream(1, 'folds'));
    for (let row = 20; row < 60; row++) expect(folds[row]).toBe(folds[row - 20]);
    for (const fold of range(5)) {
      const own = labels.filter((_, row) => folds[row] === fold);
      expect([count(own, 0), count(own, 1)]).toEqual([6, 6]);
    }
    expect(groupedFolds(labels, 2, groups, 5, stream(1, 'folds'))).toEqual(folds);
  });

  test('a group that is larger than a fold is one by itself', () => {
    const groups = range(40).map((row) => (row < 20 ? 0 : row));
    const labels = range(40).map((row) => row % 2);
    const folds = groupedFolds(labels, 2, groups, 3, stream(1, 'folds'));
    const own = folds[0]!;
    expect(range(40).filter((row) => folds[row] === own)).toEqual(range(20));
  });
});

describe('the parts beside a fold', () => {
  // classes of 30, 2, 2 and 1 rows
  const labels = Int32Array.from([...new Array<number>(30).fill(0), 1, 1, 2, 2, 3]);
  const data = { labels, classes: ['a', 'b', 'c', 'd'] };

  test('have every class of two rows to train on, and all rows once', () => {
    const folds = stratifiedFolds(labels, 4, 2, stream(1, 'folds'));
    const options = { groups: undefined, validation: 0.4, rng: stream(1, 'validation') };
    for (const fold of [0, 1]) {
      const { train: own, validation = [], test: held } = foldSplit(data, folds, fold, options);
      const rows = [...Array.from(own), ...Array.from(validation), ...held];
      expect(rows.sort((a, b) => a - b)).toEqual(range(35));
      expect(Array.from(held)).toEqual(range(35).filter((row) => folds[row] === fold));
      const classes = new Set(Array.from(own, (row) => labels[row]));
      expect(classes).toEqual(new Set(folds[34] === fold ? [0, 1, 2] : [0, 1, 2, 3]));
      expect(validation.length).toBe(6); // of the 15 rows of the first class
    }
  });

  test('leave out rows without a fold', () => {
    const folds = stratifiedFolds(labels, 4, 2, stream(1, 'folds')).map((fold, row) =>
      row % 5 === 0 ? -1 : fold,
    );
    const options = { groups: undefined, validation: 0.4, rng: stream(1, 'validation') };
    const parts = Object.values<ArrayLike<number>>({ ...foldSplit(data, folds, 1, options) });
    const rows = parts.flatMap((part) => Array.from(part));
    expect(rows.sort((a, b) => a - b)).toEqual(range(35).filter((row) => row % 5 !== 0));
  });

  test('never share a group', () => {
    const groups = range(35).map((row) => Math.floor(row / 2));
    const folds = groupedFolds(labels, 4, groups, 3, stream(1, 'folds'));
    const options = { groups, validation: 0.25, rng: stream(1, 'validation') };
    const parts = Object.values<ArrayLike<number>>({ ...foldSplit(data, folds, 1, options) });
    const ids = parts.map((rows) => new Set(Array.from(rows, (row) => groups[row])));
    expect(ids.reduce((total, { size }) => total + size, 0)).toBe(18);
    const sizes = parts.map(({ length }) => length);
    expect(sizes.reduce((a, b) => a + b)).toBe(35);
    expect(Math.min(...sizes)).toBeGreaterThan(3); // a quarter of about 23 rows
  });
});

const quick = { model: 'mlp:8', epochs: 2, loss: 'ce' } as const;

describe('crossValidate', () => {
  test('predicts every row by the model that was trained without it', async () => {
    const noisy = corrupted(half, 0.2);
    const told: [number, number][] = [];
    const found = await crossValidate({
      ...quick,
      data: noisy,
      folds: 3,
      onEpoch: (fold, { epoch }) => told.push([fold, epoch]),
    });
    expect(told).toEqual([0, 1, 2].flatMap((fold) => [1, 2].map((epoch) => [fold, epoch])));
    expect(range(3).map((fold) => count(found.folds, fold))).toEqual([300, 299, 299]);
    expect(found.labels).toEqual(Array.from(found.indices, (index) => noisy.classes[index]));
    for (const [row, probs] of found.probs.entries()) {
      expect(probs.indexOf(Math.max(...probs))).toBe(found.indices[row]);
    }
    const right = found.indices.filter((index, row) => index === noisy.trueLabels[row]).length;
    expect([found.accuracy, found.against]).toEqual([right / 898, 'trueLabels']);
    const accuracies = found.runs.map(({ final, rows }) => rows.test * final.testAccuracy!);
    expect(Math.round(accuracies.reduce((a, b) => a + b))).toBe(right);
    for (const { rows } of found.runs) {
      expect(rows.validation).toBe(Math.round((rows.train + rows.validation) / 10));
      expect(rows.train + rows.validation + rows.test).toBe(898);
    }
    // a fold by hand, without validation
    const plain = await crossValidate({ ...quick, data: noisy, folds: 3, validation: 0 });
    expect(plain.folds).toEqual(found.folds);
    const [inside, outside] = [0, 1].map((is) =>
      range(898).filter((row) => +(plain.folds[row] !== 1) === is),
    ) as [number[], number[]];
    const model = await train({ ...quick, data: noisy, split: { train: outside, test: inside } });
    const { probs } = await model.predict(dataModule.selectRows(noisy, inside).features);
    expect(inside.map((row) => plain.probs[row])).toEqual(probs);
    expect(plain.runs[1]!.calibration).toEqual(model.metrics.calibration);
  });

  test('is the same again, and for rows in a file', async () => {
    const images = patterns(60);
    const file = join(folder, 'rows.bin');
    writeFileSync(file, images.features);
    const features = { file, offset: 0, stride: imageSize, rows: 60, rowSize: imageSize };
    const options = { ...quick, folds: 2, seed: 3 };
    const [memory, again, disk] = await Promise.all(
      [images, images, { ...images, features }].map((data) => crossValidate({ ...options, data })),
    );
    expect(again!.probs).toEqual(memory!.probs);
    expect(disk!.probs).toEqual(memory!.probs);
    expect(disk!.folds).toEqual(memory!.folds);
    expect(disk!.against).toBe('labels');
  });

  test.each<[string, Partial<CrossValidateOptions>, string]>([
    ['one fold', { folds: 1 }, 'folds: expected an integer from 2 to 898, received 1'],
    [
      'groups of other rows',
      { groups: [1, 2] },
      'groups: expected 898 ids, one per row, received 2',
    ],
    [
      'fewer groups than folds',
      { groups: Array.from(half.labels, (label) => label % 2), folds: 3 },
      'groups: expected at least 3 groups, one per fold, received 2; set folds: 2',
    ],
    [
      'one group to train on',
      { groups: Array.from(half.labels, (label) => label % 2), folds: 2 },
      'groups: expected two to train and validate on beside each fold, received one; set validation: 0, or give more groups',
    ],
    ['a wrong share', { validation: 1 }, 'validation: expected a number in [0, 1), received 1'],
  ])('refuses %s', async (_, options, message) => {
    const run = crossValidate({ ...quick, data: half, ...options });
    const error = await run.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage', message });
  });
});
