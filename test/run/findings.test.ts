import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { audit, nearestRows } from '../../src/audit/index.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { datasetFindings } from '../../src/run/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-findings-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** As if a model said that the labels are probably right. */
function audited({ labels, classes }: Pick<Dataset, 'labels' | 'classes'>) {
  const k = classes.length;
  const rest = 0.2 / (k - 1);
  const calibrated = Float64Array.from({ length: labels.length * k }, (_, i) =>
    labels[Math.floor(i / k)] === i % k ? 0.8 : rest,
  );
  const confident = audit({ labels, probs: calibrated, classCount: k });
  return { classes, labels, calibrated, confident };
}

const groupsOf = (data: Dataset, other?: Dataset) =>
  datasetFindings(data, audited(data), other).duplicates.groups;

describe('rows that are the same', () => {
  // more than a block of rows; row i is i, but the last three repeat rows 2, 300 and 2
  const n = 600;
  const values = Array.from({ length: n }, (_, i) => [2, 300, 2][i - n + 3] ?? i);
  const labels = values.map((value, i) => (i === n - 1 ? 1 : value % 2));
  const planted = [
    { rows: [2, 597, 599], testRows: [], conflicts: 1 },
    { rows: [300, 598], testRows: [], conflicts: 0 },
  ];

  test('in memory', () => {
    const features = Float32Array.from(values.flatMap((value) => [value, 7]));
    const data = fromArrays({ features, featureShape: [2], labels });
    expect(groupsOf(data)).toEqual(planted);
  });

  test.each(['bytes', 'float32'] as const)('in a file of %s', (dtype) => {
    const size = 4;
    const numbers = Float32Array.from(values);
    const bytes = new Uint8Array(numbers.buffer);
    const file = join(folder, dtype);
    writeFileSync(file, Buffer.concat([Buffer.from([1, 2, 3, 4, 5]), bytes]));
    const features = {
      ...{ file, offset: 5, stride: size, rows: n, rowSize: size },
      ...(dtype === 'float32' && { dtype }),
    };
    const featureShape = dtype === 'float32' ? [1] : [1, 2, 2];
    const data: Dataset = {
      ...{ name: 'file', features, featureShape, classes: ['a', 'b'], notices: [] },
      labels: Int32Array.from(labels),
    };
    expect(groupsOf(data)).toEqual(planted);
  });

  test('in two tables whose texts are numbered apart', async () => {
    writeFileSync(
      join(folder, 'train.csv'),
      'x,city,label\n1,Rome,a\n2,Oslo,b\n3,Rome,a\n,Oslo,b\n',
    );
    writeFileSync(
      join(folder, 'test.csv'),
      'x,city,label\n2,Oslo,b\n1,Oslo,a\n1,Bonn,a\n3,Rome,b\n,Oslo,a\n',
    );
    const { data, test: other } = await openDataset(join(folder, 'train.csv'), {
      label: 'label',
      test: join(folder, 'test.csv'),
    });
    expect(groupsOf(data, other)).toEqual([
      { rows: [1], testRows: [0], conflicts: 0 },
      { rows: [2], testRows: [3], conflicts: 0 },
      { rows: [3], testRows: [4], conflicts: 0 },
    ]);
  });
});

test('annotators are judged where there are several', () => {
  const annotations = [
    ['a', 'a', 'b'],
    ['b', 'b', 'a'],
    ['a', 'a', 'a'],
  ];
  const data = fromArrays({
    features: Float32Array.of(1, 2, 3),
    featureShape: [1],
    annotations: { labels: annotations, annotators: ['ann', 'bob', 'cy'] },
    classes: ['a', 'b'],
  });
  const { annotators, classSizes } = datasetFindings(data, audited(data));
  expect(annotators?.map(({ name, agreement }) => [name, agreement])).toEqual([
    ['ann', 2 / 3],
    ['bob', 2 / 3],
    ['cy', 1 / 3],
  ]);
  expect(classSizes.rows).toEqual([2, 1]);
});

test('pairs that are nearly the same and rows unlike all others come from the nearest rows of the audit', () => {
  const values = [...Array.from({ length: 40 }, (_, i) => i), 400, 7.05];
  const data = fromArrays({
    ...{ features: Float32Array.from(values), featureShape: [1], classes: ['0', '1'] },
    labels: Int32Array.from(values, (value) => Number(value === 7.05)),
  });
  expect(datasetFindings(data, audited(data)).distances).toBe(undefined);
  const nearest = nearestRows({ dense: data.features as Float32Array, width: 1 }, { count: 3 });
  const neighbours = { ...nearest, votes: new Uint32Array() };
  const { distances } = datasetFindings(data, { ...audited(data), neighbours });
  expect(distances?.nearConflicts.map(({ rows }) => rows)).toEqual([[7, 41]]);
  expect(Array.from(distances!.far.rows)).toEqual([40]);
});
