import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import type { ModelCard, Predictions } from '../../src/model/index.ts';
import { exportOnnx, openModel, parseModelCard } from '../../src/model/index.ts';
import { loadModel, readModel, saveModel } from '../../src/model/node/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { cardOf, numberColumns, partsOf, rawRows } from './trained.ts';

const parts = partsOf();
const onnx = exportOnnx(parts);
const description = cardOf(parts);
const sha256 = createHash('sha256').update(onnx).digest('hex');
const card: ModelCard = { ...description, sha256 };

const folder = mkdtempSync(join(tmpdir(), 'symloss-model-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let count = 0;
/** A fresh folder with a saved model. */
async function saved(): Promise<string> {
  const path = join(folder, `model ${++count}`, 'below');
  await saveModel(path, onnx, description);
  return path;
}

const errorOf = (act: Promise<unknown>) => act.catch((error: unknown) => error);

test('a saved model is read back whole, and predicts the same', async () => {
  const path = await saved();
  expect(new Set(readdirSync(path))).toEqual(new Set(['model.onnx', 'model.json']));
  expect(new Uint8Array(readFileSync(join(path, 'model.onnx')))).toEqual(onnx);
  const predictor = await loadModel(path);
  expect(predictor.card).toEqual(card);
  expect(predictor.classes).toEqual(card.classes);
  const raw = rawRows(9, 'saved');
  const executable = await nodeRunner().load(onnx);
  const features = { dtype: 'float32', shape: [9, 5], data: raw } as const;
  const { probs } = await executable.run({ features });
  expect((await predictor.predict(raw)).probs.flatMap((row) => [...row])).toEqual([
    ...(probs!.data as Float32Array),
  ]);
  await predictor.dispose();
});

test('saving again replaces the model', async () => {
  const path = await saved();
  await saveModel(path, onnx, { ...description, loss: 'mae' });
  expect((await loadModel(path)).card.loss).toBe('mae');
  expect(readdirSync(path).length).toBe(2);
});

test('a model opens from its parts, and refuses a foreign card', async () => {
  const predictor = await openModel({ onnx, card: JSON.parse(JSON.stringify(card)) }, webRunner());
  const raw = rawRows(9, 'saved');
  const native = await loadModel(await saved());
  const [web, node] = [await predictor.predict(raw), await native.predict(raw)];
  expect(predictor.card).toEqual(card);
  expect(web.labels).toEqual(node.labels);
  const flat = ({ probs }: Predictions) => probs.flatMap((row) => [...row]);
  expect(firstDifference(flat(web), flat(node), tolerances.float32Steps)).toBe(-1);
  expect(await errorOf(openModel({ onnx, card: { name: 'x' } }, webRunner()))).toMatchObject({
    message:
      'model card: expected a model description of symloss, received format: Invalid input: expected "symloss-model"; train and save the model again',
  });
});

describe('a card', () => {
  test('keeps column names, and settings of any kind', () => {
    const full = {
      ...card,
      ...numberColumns(['a', 'b', 'c', 'd', 'e']),
      settings: { x: [1, { y: null }] },
    };
    expect(parseModelCard(JSON.stringify(full), 'model.json')).toEqual(full);
  });

  const wrong = (field: object) => JSON.stringify({ ...card, ...field });
  const hint = '; train and save the model again';
  const foreign = 'model.json: expected a model description of symloss, received ';

  test.each([
    ['a list', '[]', 'the file: Invalid input: expected object, received array'],
    ['nothing in it', '{}', 'format: Invalid input: expected "symloss-model"'],
    ['another format', wrong({ format: 'x' }), 'format: Invalid input: expected "symloss-model"'],
    [
      'a hash cut short',
      wrong({ sha256: 'ab' }),
      'sha256: Invalid string: must match pattern /^[0-9a-f]{64}$/',
    ],
    [
      'one class',
      wrong({ classes: ['a'] }),
      'classes: Too small: expected array to have >=2 items',
    ],
    [
      'a class without a name',
      wrong({ classes: ['a', 3] }),
      'classes.1: Invalid input: expected string, received number',
    ],
    [
      'a broken shape',
      wrong({ featureShape: [2.5] }),
      'featureShape.0: Invalid input: expected int, received number',
    ],
    [
      'no temperature',
      wrong({ temperature: 0 }),
      'temperature: Too small: expected number to be >0',
    ],
  ])('with %s is refused', (_, text, received) => {
    expect(messageOf(() => parseModelCard(text, 'model.json'))).toBe(foreign + received + hint);
  });

  test('of another version is refused by its number', () => {
    expect(messageOf(() => parseModelCard(wrong({ version: 1 }), 'model.json'))).toBe(
      'model.json: expected a card of version 3, received version 1; another version of symloss wrote it; use that one, or train and save the model again',
    );
  });

  test('with a column too few is refused', () => {
    expect(
      messageOf(() => parseModelCard(wrong(numberColumns(['a', 'b', 'c', 'd'])), 'model.json')),
    ).toBe(
      'model.json: expected columns for features of shape [5], received 4 columns; train and save the model again',
    );
  });

  test.each<[string, unknown, 'string' | 'float32' | undefined, string]>([
    ['none', undefined, undefined, 'texts or numbers, received none'],
    ['an empty list', [], 'string', 'texts, received none'],
    ['texts and numbers', ['a', 1], undefined, 'texts or numbers, received "a", "1"'],
    ['numbers for texts', [1, null], 'string', 'texts, received "1", "null"'],
    ['texts for numbers', ['a', 'b'], 'float32', 'numbers, received "a", "b"'],
  ])('with %s as the categories of a column is refused', (_, values, type, received) => {
    const { columns = [] } = numberColumns(['a', 'b', 'c', 'd', 'e']);
    const job = { name: 'job', kind: 'categorical', values, other: true };
    const inputs = type && [{ name: 'job', type, columns: ['job'], matrix: false }];
    const text = wrong({ columns: [job, ...columns.slice(1)], inputs });
    expect(messageOf(() => parseModelCard(text, 'model.json'))).toBe(
      `model.json: expected the categories of the column "job", ${received}; train and save the model again`,
    );
  });

  test('that is no JSON is refused in the words of the parser', () => {
    const message = messageOf(() => parseModelCard('{"format": "symloss-', 'model.json'));
    expect(message.startsWith('model.json: expected JSON, received ')).toBe(true);
    expect(message.endsWith(hint)).toBe(true);
  });
});

describe('a damaged model is refused with the file and what to do', () => {
  test.each<[string, (path: string) => void, string, string]>([
    [
      'no folder',
      (path) => rmSync(path, { recursive: true }),
      'model.json',
      'expected a readable file, received no such file; give the folder that training wrote',
    ],
    [
      'no model.json',
      (path) => rmSync(join(path, 'model.json')),
      'model.json',
      'expected a readable file, received no such file; give the folder that training wrote',
    ],
    [
      'no model.onnx',
      (path) => rmSync(join(path, 'model.onnx')),
      'model.onnx',
      'expected a readable file, received no such file; give the folder that training wrote',
    ],
    [
      'a foreign model.json',
      (path) => writeFileSync(join(path, 'model.json'), '{"name": "package"}'),
      'model.json',
      'expected a model description of symloss, received format: Invalid input: expected "symloss-model"; train and save the model again',
    ],
    [
      'a truncated model.onnx',
      (path) => writeFileSync(join(path, 'model.onnx'), onnx.subarray(0, onnx.length / 2)),
      'model.onnx',
      `expected the network of this card, with sha256 ${sha256}, received ${createHash('sha256')
        .update(onnx.subarray(0, onnx.length / 2))
        .digest(
          'hex',
        )}; the model is damaged, or its files are of two models: train and save it again`,
    ],
    [
      'a model.onnx that is text',
      (path) => writeFileSync(join(path, 'model.onnx'), 'not a network'),
      'model.onnx',
      `expected the network of this card, with sha256 ${sha256}, received ${createHash('sha256').update('not a network').digest('hex')}; the model is damaged, or its files are of two models: train and save it again`,
    ],
  ])('%s', async (_, damage, file, message) => {
    const path = await saved();
    damage(path);
    expect(await errorOf(loadModel(path))).toMatchObject({
      name: 'SymlossError',
      kind: existsSync(path) ? 'failure' : 'usage', // a name that is mistyped
      message: `${join(path, file)}: ${message}`,
    });
  });

  test('a truncated model.json', async () => {
    const path = await saved();
    const file = join(path, 'model.json');
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40));
    const error = await errorOf(loadModel(path));
    expect(error).toMatchObject({ kind: 'failure', where: file, expected: 'JSON' });
  });

  test('what has a remedy of its own keeps it: a missing package is no damaged model', async () => {
    const path = await saved();
    const missing = new SymlossError('onnxruntime-node', 'the package to be installed', 'none', {
      hint: 'run: npm install onnxruntime-node',
      kind: 'failure',
    });
    const runner = { ...nodeRunner(), load: () => Promise.reject(missing) };
    expect(await errorOf(loadModel(path, runner))).toBe(missing);
  });
});

test('a folder without a name is refused: files would be written into the current one', async () => {
  for (const folder of ['', undefined as unknown as string]) {
    const error = await errorOf(saveModel(folder, new Uint8Array(), {} as never));
    expect(error).toMatchObject({ name: 'SymlossError', where: 'save', expected: 'a folder' });
  }
});

const isLinux = process.platform === 'linux';
test.skipIf(!isLinux)(
  `a folder that files cannot be written to is not left behind${isLinux ? '' : ' (skipped: the longest path is that of Linux)'}`,
  async () => {
    const { onnx, card } = await readModel(await saved());
    let parent = mkdtempSync(join(tmpdir(), 'symloss-deep-'));
    try {
      while (parent.length < 3900) parent = join(parent, 'x'.repeat(100));
      parent = join(parent, 'x'.repeat(4070 - parent.length - 1));
      mkdirSync(parent, { recursive: true });
      const error = await errorOf(saveModel(join(parent, 'new'), onnx, card));
      expect(error).toMatchObject({ name: 'SymlossError', kind: 'failure' });
      expect(readdirSync(parent)).toEqual([]);
    } finally {
      rmSync(parent.slice(0, parent.indexOf('/xxx')), { recursive: true });
    }
  },
);
