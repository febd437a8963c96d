import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { applyTemperature, calibrationError } from '../../src/calibration/index.ts';
import { show } from '../../src/core/index.ts';
import { openRows } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { evaluatePredictions, exportOnnx, Predictor } from '../../src/model/index.ts';
import { loadModel, saveModel } from '../../src/model/node/index.ts';
import { evaluateRun } from '../../src/run/evaluation.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { Parts } from '../../src/train/job.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { cardOf, classes, d, k, numberColumns, partsOf, rawRows } from './trained.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-evaluate-'));
afterAll(() => rmSync(folder, { recursive: true }));

const parts = partsOf();
const onnx = exportOnnx(parts);
const n = 40;
const features = rawRows(n, 'evaluated');
const predictor = new Predictor(cardOf(parts), await nodeRunner().load(onnx), openRows);
const predicted = await predictor.predict(features);
const labels = Int32Array.from({ length: n }, (_, row) => row % k);
const data: Dataset = { name: 'rows', features, featureShape: [d], labels, classes, notices: [] };

test('by hand: four rows of three classes, of which one never occurs and one is never predicted', () => {
  const rows = [
    [0.5, 0.25, 0.25], // right
    [0.25, 0.5, 0.25], // a bee for an ant
    [0, 1, 0], // right
    [1, 0, 0], // an ant for a bee, which had no chance
  ].map((row) => Float32Array.from(row));
  const found = evaluatePredictions(
    { indices: Int32Array.of(0, 1, 1, 0), probs: rows },
    { labels: Int32Array.of(0, 0, 1, 1), classes: ['ant', 'bee', 'cat'], against: 'labels' },
  );
  expect(found).toEqual({
    n: 4,
    accuracy: 0.5,
    balancedAccuracy: 0.5,
    perClass: [
      { class: 'ant', rows: 2, predicted: 2, recall: 0.5, precision: 0.5 },
      { class: 'bee', rows: 2, predicted: 2, recall: 0.5, precision: 0.5 },
      { class: 'cat', rows: 0, predicted: 0 },
    ],
    confusion: [
      [1, 1, 0],
      [1, 1, 0],
      [0, 0, 0],
    ],
    logLoss: expect.any(Number),
    // (0.4, 0.5]: one of two right; (0.93, 1]: one of two right, by a confidence of 1
    calibrationError: 0.25,
    majorityShare: 0.5,
    against: 'labels',
  });
  const logLoss = (Math.LN2 + 2 * Math.LN2 + 0 + 23 * Math.LN2) / 4;
  expect(isClose(found.logLoss, logLoss, tolerances.float64)).toBe(true);
});

test('a run with more rows than are taken together is measured as row by row', () => {
  const [many, names] = [70_000, ['ant', 'bee', 'cat']];
  const scores = Float32Array.from({ length: many * 3 }, (_, i) => 5 * Math.sin(i));
  const own = Int32Array.from({ length: many }, (_, row) => row % 3);
  const probs = Array.from({ length: many }, (_, row) =>
    Float32Array.from(
      applyTemperature(Float64Array.from(scores.subarray(3 * row, 3 * row + 3)), 3, 0.7),
    ),
  );
  const known = { labels: own, classes: names, against: 'labels' as const };
  const indices = Int32Array.from(probs, (row) => row.indexOf(Math.max(...row)));
  const rows = { test: { labels: own } } as unknown as Parts;
  expect(evaluateRun({ test: scores }, rows, names, { temperature: 0.7 })).toEqual({
    part: 'test',
    ...evaluatePredictions({ indices, probs }, known),
  });
});

test('balanced accuracy is the mean recall, whatever the classes have of rows', () => {
  const { accuracy, balancedAccuracy, majorityShare, perClass } = evaluatePredictions(
    {
      indices: Int32Array.of(0, 0, 0, 0),
      probs: Array.from({ length: 4 }, () => Float32Array.of(0.75, 0.25)),
    },
    { labels: Int32Array.of(0, 0, 0, 1), classes: ['a', 'b'], against: 'trueLabels' },
  );
  expect([accuracy, balancedAccuracy, majorityShare]).toEqual([0.75, 0.5, 0.75]);
  expect(perClass[1]).toEqual({ class: 'b', rows: 1, predicted: 0, recall: 0 });
});

describe('a model', () => {
  test('is measured against the labels, from memory, with what it predicts', async () => {
    const found = await predictor.evaluate(data);
    const right = predicted.indices.filter((index, row) => index === labels[row]).length;
    expect(found).toMatchObject({ n, accuracy: right / n, against: 'labels' });
    expect(found).toEqual(evaluatePredictions(predicted, { labels, classes, against: 'labels' }));
    const flat = Float64Array.from(predicted.probs.flatMap((row) => [...row]));
    expect(found.calibrationError).toBe(calibrationError(flat, labels, k));
    expect(found.confusion.flat().reduce((a, b) => a + b)).toBe(n);
  });

  test('is measured against the true labels where they are known', async () => {
    const found = await predictor.evaluate({ ...data, trueLabels: predicted.indices });
    expect(found).toMatchObject({ accuracy: 1, balancedAccuracy: 1, against: 'trueLabels' });
  });

  test('takes classes by name, in any order, and fewer of them', async () => {
    const turned = { ...data, classes: ['cat', 'ant'], labels: labels.map((label) => label % 2) };
    const named = { ...data, labels: turned.labels.map((label) => (label === 0 ? 2 : 0)) };
    expect(await predictor.evaluate(turned)).toEqual(await predictor.evaluate(named));
    const one = { ...data, labels: labels.map(() => 1) };
    expect(await predictor.evaluate(one)).toMatchObject({ majorityShare: 1 });
  });

  test('reads rows of bytes from a file as it does from memory', async () => {
    const bytes = Uint8Array.from({ length: n * d }, (_, i) => (i * 37) % 251);
    const file = join(folder, 'rows.bin');
    writeFileSync(file, Uint8Array.of(9, 9, ...bytes));
    const rowFile = { file, offset: 2, stride: d, rows: n, rowSize: d };
    const [memory, disk, numbers] = await Promise.all(
      [bytes, rowFile, Float32Array.from(bytes)].map((own) =>
        predictor.evaluate({ ...data, features: own }),
      ),
    );
    expect(disk).toEqual(memory);
    expect(numbers).toEqual(memory);
    const rows = [7, 3, 3];
    const some = await predictor.predictDataset({ ...data, features: rowFile }, rows);
    const all = await predictor.predict(bytes);
    expect(some.probs).toEqual(rows.map((row) => all.probs[row]));
  });

  test('refuses what is no rows, no dataset or no folder', async () => {
    const nothing = undefined as never;
    const hint = 'make one with fromArrays, readCsv or digits';
    const fault = async (work: Promise<unknown>) => String(await work.catch((error) => error));
    expect(await fault(predictor.predict(nothing))).toBe(
      'SymlossError: predict: expected rows, received undefined',
    );
    expect(await fault(predictor.predict([[1, 2, 3, 4, 5], null] as never))).toBe(
      'SymlossError: predict, row 1: expected 5 features, received null',
    );
    expect(await fault(predictor.predictDataset(nothing))).toBe(
      `SymlossError: predictDataset: expected a dataset, received undefined; ${hint}`,
    );
    expect(await fault(predictor.evaluate({ features, featureShape: [d] } as never))).toBe(
      `SymlossError: evaluate: expected a dataset, received one without labels, classes; ${hint}`,
    );
    expect(await fault(loadModel(nothing))).toBe(
      'SymlossError: loadModel: expected a folder, received undefined',
    );
    expect(await fault(saveModel(nothing, onnx, cardOf(parts)))).toBe(
      'SymlossError: save: expected a folder, received undefined',
    );
  });

  test.each([Float32Array, Float64Array])('predicts rows that are each a %o', async (array) => {
    const rows = Array.from({ length: n }, (_, i) =>
      array.from(features.subarray(i * d, (i + 1) * d)),
    );
    expect(await predictor.predict(rows)).toEqual(predicted);
  });

  test.each([n, -1, 1.5, 'x'])('refuses row %s, which there is not', async (row) => {
    const file = join(folder, 'bytes.bin');
    writeFileSync(file, new Uint8Array(n * d));
    const rowFile = { file, offset: 0, stride: d, rows: n, rowSize: d };
    for (const own of [features, new Uint8Array(n * d), rowFile]) {
      const rows = [0, row as number];
      await expect(
        predictor.predictDataset({ ...data, features: own }, rows),
      ).rejects.toMatchObject({
        name: 'SymlossError',
        message: `predictDataset, rows: expected row indices from 0 to ${n - 1}, received ${show(row)}`,
      });
    }
  });

  test.each<[string, Partial<Dataset>, string]>([
    [
      'a class that it does not know',
      { classes: ['ant', 'bee', 'wasp'] },
      'evaluate, labels, row 2: expected one of the 3 classes of the model, received "wasp"',
    ],
    [
      'another shape',
      { featureShape: [1, d] },
      'evaluate, features: expected rows of shape [5], received [1,5]',
    ],
    [
      'a label out of range',
      { labels: labels.map((label, row) => (row === 4 ? 3 : label)) },
      'evaluate, labels, row 4: expected a label from 0 to 2, received 3',
    ],
    ['no rows', { labels: new Int32Array() }, 'evaluate: expected at least one row, received none'],
    [
      'too few features',
      { features: features.subarray(d) },
      'evaluate, features: expected 40 rows, one per label, received 39',
    ],
  ])('refuses %s', async (_, change, message) => {
    await expect(predictor.evaluate({ ...data, ...change })).rejects.toMatchObject({
      name: 'SymlossError',
      message,
    });
  });

  test('finds columns by name, and says which is not there', async () => {
    const columns = ['a', 'b', 'c', 'd', 'e'];
    const card = { ...cardOf(parts), ...numberColumns(columns) };
    const named = new Predictor(card, await nodeRunner().load(onnx));
    const order = [3, 0, 4, 2, 1];
    const moved = features.map((_, i) => {
      const row = Math.floor(i / d);
      return features[row * d + (order[i % d] as number)] as number;
    });
    const names = order.map((place) => columns[place] as string);
    const evaluation = await named.evaluate({ ...data, features: moved, columns: names });
    expect(evaluation).toEqual(await predictor.evaluate(data));
    await expect(named.evaluate({ ...data, columns: ['a', 'c', 'B', 'd', 'x'] })).rejects.toThrow(
      'evaluate: expected the columns "b", "e" of the model, received "a", "c", "B", "d", "x"; is "B" "b"?',
    );
  });
});
