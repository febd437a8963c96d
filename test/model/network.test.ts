import { fromBinary } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import { ModelProtoSchema } from '../../src/graph/onnx/onnx_pb.ts';
import { exportOnnx, Predictor } from '../../src/model/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import {
  cardOf,
  classes,
  d,
  k,
  numberColumns,
  partsOf,
  preprocessing,
  rawRows,
  reference,
} from './trained.ts';

const parts = partsOf();
const onnx = exportOnnx(parts, { loss: 'ce' });

/** Rows with missing values; the same rows with the training mean in their place. */
function missing() {
  const raw = rawRows(4, 'missing');
  const holes = raw.map((value, i) => ([0, 6, 7, 13, 19].includes(i) ? Number.NaN : value));
  const means = raw.map((value, i) =>
    Number.isNaN(holes[i]) ? preprocessing.mean[i % d]! : value,
  );
  return { holes, means, empty: new Float32Array(d).fill(Number.NaN) };
}

async function outputsOf(runner: ReturnType<typeof nodeRunner>, raw: Float32Array) {
  const executable = await runner.load(onnx);
  const features = { dtype: 'float32', shape: [raw.length / d, d], data: raw } as const;
  const { scores, probs, label } = await executable.run({ features });
  await executable.dispose();
  return { scores: scores!, probs: probs!, label: label! };
}

describe.each([nodeRunner(), webRunner()])('the exported model in $name', (runner) => {
  test.each([1, 2, 7])('on %i raw rows is standardise, network, softmax(z/τ)', async (n) => {
    const raw = rawRows(n, 'unseen');
    const { scores, probs, label } = await outputsOf(runner, raw);
    const expected = reference(parts, raw);
    expect([scores.shape, probs.shape, label.shape]).toEqual([[n, k], [n, k], [n]]);
    expect([scores.dtype, probs.dtype, label.dtype]).toEqual(['float32', 'float32', 'int64']);
    expect(firstDifference(toNumbers(scores), expected.scores, tolerances.float32Steps)).toBe(-1);
    expect(firstDifference(toNumbers(probs), expected.probs, tolerances.float32Steps)).toBe(-1);
    expect(Array.from(toNumbers(label))).toEqual(expected.label);
  });

  test('takes a missing value for the mean', async () => {
    const { holes, means, empty } = missing();
    const [some, filled, none] = await Promise.all(
      [holes, means, empty].map((raw) => outputsOf(runner, raw)),
    );
    const at = firstDifference(
      toNumbers(some!.probs),
      toNumbers(filled!.probs),
      tolerances.float32Steps,
    );
    expect(at).toBe(-1);
    const expected = reference(parts, Float32Array.from(preprocessing.mean));
    const scores = toNumbers(none!.scores);
    expect(firstDifference(scores, expected.scores, tolerances.float32Steps)).toBe(-1);
  });
});

test('both forms of onnxruntime give equal results', async () => {
  const raw = rawRows(64, 'both');
  const [native, wasm] = [await outputsOf(nodeRunner(), raw), await outputsOf(webRunner(), raw)];
  expect(wasm.label).toEqual(native.label);
  for (const name of ['scores', 'probs'] as const) {
    const [a, b] = [toNumbers(wasm[name]), toNumbers(native[name])];
    expect(firstDifference(a, b, tolerances.float32Steps)).toBe(-1);
  }
});

test('the file has standard operators only, of opset 17, and an input of any number of rows', () => {
  const model = fromBinary(ModelProtoSchema, onnx);
  expect(model.opsetImport.map(({ domain, version }) => [domain, version])).toEqual([['', 17n]]);
  const nodes = model.graph!.node;
  expect(new Set(nodes.map(({ domain }) => domain))).toEqual(new Set(['']));
  expect(nodes.map(({ opType }) => opType)).toContain('MatMul');
  const dims = [...model.graph!.input, ...model.graph!.output].map(({ name, type }) => {
    const { value } = type!;
    const shape = value.case === 'tensorType' ? value.value.shape!.dim : [];
    return [name, ...shape.map((dim) => dim.value.value)];
  });
  expect(dims).toEqual([
    ['features', 'n', BigInt(d)],
    ['label', 'n'],
    ['probs', 'n', BigInt(k)],
    ['scores', 'n', BigInt(k)],
  ]);
  // every variable is baked in
  const stored = model.graph!.initializer.map(({ name }) => name);
  expect(stored).toEqual(expect.arrayContaining(Object.keys(parts.values)));
  expect(model.metadataProps.map(({ key, value }) => [key, value])).toEqual([['loss', 'ce']]);
});

test('the temperature changes probabilities, and neither scores nor labels', async () => {
  const raw = rawRows(7, 'unseen');
  const [sharp, flat] = await Promise.all(
    [0.25, 4].map(async (temperature) => {
      const executable = await nodeRunner().load(exportOnnx(partsOf(temperature)));
      return executable.run({ features: { dtype: 'float32', shape: [7, d], data: raw } });
    }),
  );
  expect(flat!.scores!.data).toEqual(sharp!.scores!.data);
  expect(flat!.label!.data).toEqual(sharp!.label!.data);
  const expected = reference(partsOf(4), raw).probs;
  expect(firstDifference(toNumbers(flat!.probs!), expected, tolerances.float32Steps)).toBe(-1);
});

describe('the predictor', async () => {
  const predictor = new Predictor(cardOf(parts), await nodeRunner().load(onnx));

  test('names the most probable classes, over several batches', async () => {
    const n = 2050; // two full batches of 1,024 and two rows
    const raw = rawRows(n, 'many');
    const { labels, indices, probs } = await predictor.predict(raw);
    const expected = reference(parts, raw);
    expect(probs.length).toBe(n);
    const flat = probs.flatMap((row) => [...row]);
    expect(firstDifference(flat, expected.probs, tolerances.float32Steps)).toBe(-1);
    expect(Array.from(indices)).toEqual(expected.label);
    expect(labels).toEqual(expected.label.map((index) => classes[index]));
  });

  test('takes rows as lists too, and no rows at all', async () => {
    const raw = rawRows(3, 'lists');
    const lists = [0, 1, 2].map((row) => Array.from(raw.subarray(row * d, row * d + d)));
    expect(await predictor.predict(lists)).toEqual(await predictor.predict(raw));
    const none = { labels: [], indices: new Int32Array(0), probs: [] };
    expect(await predictor.predict([])).toEqual(none);
  });

  test('refuses rows of another width', async () => {
    await expect(predictor.predict([[1, 2, 3, 4, 5], [1]])).rejects.toMatchObject({
      name: 'SymlossError',
      message: 'predict, row 1: expected 5 features, received 1',
    });
    await expect(predictor.predict(new Float32Array(7))).rejects.toMatchObject({
      name: 'SymlossError',
      message: 'predict: expected rows of 5 features, received 7 numbers',
    });
  });

  test('refuses what is no finite number, naming row and feature; NaN is a missing value', async () => {
    const infinite = rawRows(2000, 'many');
    infinite[5 * 1500 + 3] = Number.NEGATIVE_INFINITY;
    const expected = 'expected a finite number of float32, or NaN where it is missing';
    const wrong: [Parameters<typeof predictor.predict>[0], string][] = [
      [infinite, `predict, row 1500, feature 3: ${expected}, received -Infinity`],
      [[[1, 2, 3, 4, 1e39]], `predict, row 0, feature 4: ${expected}, received Infinity`],
      [
        [[1, 2, '3', 4, 5] as unknown as number[]],
        'predict, row 0, feature 2: expected a number, received "3"',
      ],
    ];
    for (const [rows, message] of wrong) {
      await expect(predictor.predict(rows)).rejects.toMatchObject({
        name: 'SymlossError',
        message,
      });
    }
    const named = { ...cardOf(parts), ...numberColumns(['a', 'b', 'c', 'd', 'e']) };
    const other = new Predictor(named, await nodeRunner().load(onnx));
    await expect(other.predict([[1, Infinity, 3, 4, 5]])).rejects.toThrow(
      `predict, row 0, column "b": ${expected}, received Infinity`,
    );
  });

  test('after dispose it refuses to predict; what is under way ends first', async () => {
    const own = new Predictor(cardOf(parts), await nodeRunner().load(onnx));
    const raw = rawRows(3000, 'under way');
    const before = own.predict(raw);
    await own.dispose();
    await own.dispose();
    expect((await before).labels).toEqual((await predictor.predict(raw)).labels);
    await expect(own.predict(raw)).rejects.toMatchObject({
      name: 'SymlossError',
      message:
        'predict: expected a model in use, received one that was disposed; dispose it after its last prediction, or load it again',
    });
    let disposed = false;
    {
      await using used = new Predictor(cardOf(parts), {
        run: async () => ({}),
        dispose: async () => {
          disposed = true;
        },
      });
      expect((await used.predict([])).labels).toEqual([]);
    }
    expect(disposed).toBe(true);
  });
});
