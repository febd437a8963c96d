import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Dataset, Predictions, Trained } from '../../src/index.ts';
import { embedDataset, fromArrays, fromRecords, loadModel } from '../../src/index.ts';
import { numericCore, openModel } from '../../src/model/index.ts';
import { saveModel } from '../../src/model/node/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { folders } from '../cli/run.ts';
import { faultOf } from '../messages.ts';
import { webgpuBuild } from '../model/webgpu-build.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { train } from '../train/package.ts';
import { unit, vectorOf, writeImageModel, writeTextModel } from './tiny-model.ts';

const folder = folders('embed-predict');

/** Probabilities agree up to the last bits of vectors, which differ with the batch that a text is in. */
function expectSame(found: Predictions, expected: Predictions): void {
  expect(found.labels).toEqual(expected.labels);
  const [a, b] = [found, expected].map(({ probs }) => probs.flatMap((row) => [...row]));
  expect(firstDifference(a as number[], b as number[], tolerances.float32Net)).toBe(-1);
}

describe('a model for texts that were embedded', () => {
  const words = ['good', 'great', 'bad', 'awful'];
  const rows = Array.from({ length: 80 }, (_, i) => ({
    note: `${words[i % 4]} ${i % 3 === 0 ? 'film' : 'day'}`,
    size: (i * 7) % 10,
    kind: i % 4 < 2 ? 'yes' : 'no',
  }));
  const some = rows.slice(0, 8);
  let pretrained: string;
  let data: Dataset;
  let trained: Trained;
  let saved: string;
  let expected: Predictions;

  beforeAll(async () => {
    pretrained = writeTextModel(join(folder(), 'tiny'));
    const records = await fromRecords(rows, { label: 'kind', text: ['note'] });
    data = await embedDataset(records, { note: pretrained }, { cache: folder() });
    trained = await train({ data, loss: 'sgce:q=0.7', epochs: 20 });
    saved = folder();
    await trained.save(saved);
    expected = await trained.predictDataset(data, [0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('takes the vector as an input of numbers, and says what made it', () => {
    const card = JSON.parse(readFileSync(join(saved, 'model.json'), 'utf8'));
    expect(card.inputs).toEqual([
      {
        name: 'note',
        type: 'float32',
        columns: ['note[0]', 'note[1]', 'note[2]'],
        matrix: true,
      },
      { name: 'size', type: 'float32', columns: ['size'], matrix: false },
    ]);
    expect(card.embeddings).toEqual([
      {
        ...{ column: 'note', of: 'text', model: pretrained, pooling: 'mean', normalized: true },
        ...{ width: 3, sha256: data.embeddings?.[0]?.sha256 },
      },
    ]);
    expect(expected.labels).toEqual(some.map(({ kind }) => kind));
  });

  test('fed as a Python user does, with the vectors by hand', async () => {
    const executable = await nodeRunner().load(readFileSync(join(saved, 'model.onnx')));
    const note = Float32Array.from(some.flatMap(({ note: text }) => vectorOf(text)));
    const size = Float32Array.from(some, (row) => row.size);
    const outputs = await executable.run({
      note: { dtype: 'float32', shape: [8, 3], data: note },
      size: { dtype: 'float32', shape: [8], data: size },
    });
    await executable.dispose();
    const probs = expected.probs.flatMap((row) => [...row]);
    const found = outputs.probs?.data as Float32Array;
    expect(firstDifference(found, probs, tolerances.float32Net)).toBe(-1);
  });

  test('predicts records, columns and lists of cells with the texts', async () => {
    await using model = await loadModel(saved);
    expectSame(await model.predict(some), expected);
    const [notes, sizes] = [some.map(({ note }) => note), some.map(({ size }) => size)];
    expectSame(await model.predict({ note: notes, size: sizes }), expected);
    expectSame(await model.predict(some.map(({ note, size }) => [note, size])), expected);
    expectSame(await trained.predict(some), expected);
    // a missing text is a missing vector: all of it the mean
    const missing = await model.predict([{ note: '', size: 1 }]);
    const vector = { 'note[0]': null, 'note[1]': null, 'note[2]': null, size: 1 };
    expectSame(await model.predict([vector]), missing);
  });

  test('predicts and evaluates datasets with the texts or the vectors', async () => {
    await using model = await loadModel(saved);
    const texts = await fromRecords(rows, { label: 'kind', text: ['note'] });
    expectSame(await model.predictDataset(texts, [0, 1, 2, 3, 4, 5, 6, 7]), expected);
    const evaluation = await model.evaluate(texts);
    expect(evaluation.accuracy).toBe((await model.evaluate(data)).accuracy);
  });

  test('predicts rows that have their vectors, with nothing that makes them', async () => {
    const card = JSON.parse(readFileSync(join(saved, 'model.json'), 'utf8'));
    const onnx = readFileSync(join(saved, 'model.onnx'));
    const model = await openModel({ onnx, card }, nodeRunner());
    const vectors = some.map(({ note, size }) => {
      const [x, y, z] = vectorOf(note) as [number, number, number];
      return { 'note[0]': x, 'note[1]': y, 'note[2]': z, size };
    });
    expectSame(await model.predict(vectors), expected);
    expectSame(await model.predict(vectors.map((row) => Object.values(row))), expected);
    const numbers = vectors.map((row) => Float64Array.from(Object.values(row)));
    expectSame(await model.predict(numbers), expected);
    const lists = some.map(({ note, size }) => ({ note: vectorOf(note), size }));
    expectSame(await model.predict(lists), expected);
    const [notes, sizes] = [lists.map(({ note }) => note), lists.map(({ size }) => size)];
    const typed = { note: notes.map((note) => Float32Array.from(note)), size: sizes };
    expectSame(await model.predict(typed), expected);
    const missing = { 'note[0]': null, 'note[1]': null, 'note[2]': null, size: 1 };
    const [mean] = (await model.predict([missing])).probs;
    const first = await model.predict([{ note: null, size: 1 }, ...lists]);
    expectSame({ ...first, labels: expected.labels, probs: first.probs.slice(1) }, expected);
    expect(first.probs[0]).toEqual(mean);
    expect(await faultOf(model.predict([{ note: [1, 2], size: 1 }]))).toBe(
      'predict, row 0, "note": expected a list of 3 numbers, received 2',
    );
    expect(await faultOf(model.predict(some))).toBe(
      `predict, "note": expected vectors of 3 numbers, note[0] to note[2], received texts; make them with ${pretrained}, as model.json says, or open the model in Node with loadModel, which does`,
    );
    expect(await faultOf(model.predict([{ size: 1 }]))).toContain(
      'predict, row 0: expected the column "note" of the model, received "size"',
    );
    await model.dispose();
  });

  test('finds what made its vectors where one says that it lies now, and takes no other', async () => {
    const moved = `${pretrained}-moved`;
    renameSync(pretrained, moved);
    try {
      const sha256 = data.embeddings?.[0]?.sha256;
      await using lost = await loadModel(saved);
      expect(await faultOf(lost.predict(some))).toBe(
        `model ${pretrained}: expected the folder of a model, or an id such as Xenova/all-MiniLM-L6-v2, received no such folder; vectors of "note" were made with ${pretrained}: say where it lies, embed: note=<folder>`,
      );
      await using found = await loadModel(saved, nodeRunner(), { note: moved });
      expectSame(await found.predict(some), expected);
      const other = writeTextModel(folder(), { '[PAD]': [1, 1, 1], '[UNK]': [1, 2, 3] });
      await using wrong = await loadModel(saved, nodeRunner(), { note: other });
      expect(await faultOf(wrong.predict(some))).toMatch(
        new RegExp(
          `^model \\S+: expected the model that made the vectors of "note" for training, with sha256 ${sha256}, received [0-9a-f]{64}; say where that one lies`,
        ),
      );
    } finally {
      renameSync(moved, pretrained);
    }
  });
});

test('a model with a category beside an embedded text runs where operators on texts are missing, and as its core', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => ({
    note: `${['good', 'bad'][i % 2]} day`,
    genre: ['drama', 'comedy', 'other'][i % 3],
    kind: i % 2 === 0 ? 'yes' : 'no',
  }));
  const records = await fromRecords(rows, { label: 'kind', text: ['note'] });
  const pretrained = writeTextModel(join(folder(), 'tiny'));
  const data = await embedDataset(records, { note: pretrained }, { cache: folder() });
  const trained = await train({ data, epochs: 20 });
  const [saved, moved, core] = [folder(), `${pretrained}-moved`, folder()] as const;
  await trained.save(saved);
  const expected = await trained.predict(rows);
  renameSync(pretrained, moved);
  await using elsewhere = await loadModel(saved, webgpuBuild(), { note: moved });
  expect(elsewhere.card.inputs?.find(({ name }) => name === 'genre')?.type).toBe('float32');
  expectSame(await elsewhere.predict(rows), expected);
  const card = JSON.parse(readFileSync(join(saved, 'model.json'), 'utf8'));
  const made = await numericCore({ onnx: readFileSync(join(saved, 'model.onnx')), card });
  expect(made.card.embeddings).toEqual(card.embeddings);
  await saveModel(core, made.onnx, made.card);
  await using loaded = await loadModel(core, nodeRunner(), { note: moved });
  expectSame(await loaded.predict(rows), expected);
  const vectors = rows.map(({ note, genre }) => ({ note: vectorOf(note), genre }));
  expectSame(await loaded.predict(vectors), expected);
});

describe('a model for images that were embedded', () => {
  const n = 60;
  const pixels = Uint8Array.from({ length: 12 * n }, (_, i) => {
    const [row, channel] = [Math.floor(i / 12), Math.floor((i % 12) / 4)];
    return (row % 2 === channel ? 200 : 20) + ((i * 7) % 50);
  });

  test('predicts images, as bytes, numbers and datasets, and vectors', async () => {
    const images = fromArrays({
      features: pixels,
      featureShape: [3, 2, 2],
      labels: Array.from({ length: n }, (_, row) => ['red', 'green'][row % 2] as string),
    });
    const pretrained = writeImageModel(folder());
    const data = await embedDataset(images, { image: pretrained }, { cache: folder() });
    const trained = await train({ data, loss: 'sgce:q=0.7', epochs: 20 });
    const saved = folder();
    await trained.save(saved);
    await using model = await loadModel(saved);
    const expected = await trained.predictDataset(data);
    expect(expected.labels.slice(0, 4)).toEqual(['red', 'green', 'red', 'green']);
    expectSame(await model.predict(pixels), expected);
    expectSame(await model.predict(Float32Array.from(pixels)), expected);
    const lists = Array.from({ length: n }, (_, i) => [...pixels.subarray(12 * i, 12 * i + 12)]);
    expectSame(await model.predict(lists), expected);
    expectSame(await model.predict(lists.map((row) => Uint8Array.from(row))), expected);
    expectSame(await model.predictDataset(images), expected);
    const means = lists.map((own) =>
      unit([0, 4, 8].map((at) => own.slice(at, at + 4).reduce((a, b) => a + b) / 4 / 255)),
    );
    expectSame(await model.predict(means), expected);
    expect(await faultOf(model.predict(pixels.subarray(1)))).toBe(
      'predict: expected images of [3,2,2], received 719 numbers',
    );
    expect(await faultOf(model.predict(Float32Array.from(pixels, (x) => x / 255)))).toMatch(
      /^predict, row 0, feature 0: expected a byte, an integer from 0 to 255, received 0\.\d+$/,
    );
  });
});
