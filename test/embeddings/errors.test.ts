import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from '@huggingface/transformers';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { digits, embedDataset, fromRecords, openDataset } from '../../src/index.ts';
import { folders, writeLines } from '../cli/run.ts';
import { writeImageModel, writeTextModel } from './tiny-model.ts';

const folder = folders('embed-errors');
let place: string;
let table: string;
let model: string;

beforeAll(() => {
  [place, model] = [folder(), writeTextModel(folder())];
  table = join(place, 'table.csv');
  const lines = Array.from(
    { length: 30 },
    (_, i) => `${i % 7},2024-02-${10 + (i % 19)},good day ${i},${i % 2},`,
  );
  writeLines(place, 'table.csv', ['size,day,review,kind,empty', ...lines]);
});

/** The error that the work ends in; the folders of the test are left out of its message. */
async function fault(work: Promise<unknown>): Promise<{ kind: string; message: string }> {
  const error: unknown = await work.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  if (!(error instanceof SymlossError)) throw error;
  const plain = error.message.replaceAll(`${place}/`, '').replaceAll(model, 'MODEL');
  return { kind: error.kind, message: plain };
}

const reading = (embed: Record<string, string>, more: object = {}) =>
  fault(openDataset(table, { label: 'kind', embed, cache: place, ...more }));

describe('columns', () => {
  test.each([
    [
      'one that is not there',
      'reveiw',
      'table.csv, column to embed: expected one of "size", "day", "review", "kind", "empty", received "reveiw"; did you mean "review"?',
    ],
    [
      'of numbers',
      'size',
      'table.csv, column to embed "size": expected a column of texts, received a column of kind numeric; if its cells are texts, say so with text: size',
    ],
    [
      'of dates',
      'day',
      'table.csv, column to embed "day": expected a column of texts, received a column of kind date; if its cells are texts, say so with text: day',
    ],
    [
      'of the labels',
      'kind',
      'table.csv, column to embed "kind": expected a column of its own, received a label column',
    ],
    [
      'without a filled cell',
      'empty',
      'table.csv, column to embed "empty": expected a column of texts, received no filled cell',
    ],
    [
      'for images, of a table',
      'image',
      'table.csv, column to embed: expected the name of a column, received a model for images; give one: embed: <column>=<model>',
    ],
  ])('%s', async (_, column, message) => {
    expect(await reading({ [column]: model })).toEqual({ kind: 'usage', message });
  });

  test('that another option names, or that are not learnt from', async () => {
    expect((await reading({ review: model }, { ignore: ['review'] })).message).toBe(
      'table.csv, column to embed "review": expected a column of its own, received one that ignore names, too',
    );
    expect((await reading({ review: model }, { features: ['size'] })).message).toBe(
      'table.csv, column to embed "review": expected a column of its own, received none of those to learn from (features)',
    );
  });

  test('of numbers, said to be texts, are embedded', async () => {
    const { data } = await openDataset(table, {
      ...{ label: 'kind', embed: { size: model }, text: ['size'], cache: place },
    });
    // none of the numbers is a word: (0, 0, 1)
    expect(data.columns?.slice(0, 3)).toEqual(['size[0]', 'size[1]', 'size[2]']);
    expect([...(data.features as Float32Array).subarray(0, 3)]).toEqual([0, 0, 1]);
  });

  test('of data in memory', async () => {
    const rows = [
      { review: 'good', size: 1, kind: 'a' },
      { review: 'bad', size: 2, kind: 'b' },
    ];
    const data = await fromRecords(rows, { label: 'kind', text: ['review'] });
    const message = async (column: string) =>
      (await fault(embedDataset(data, { [column]: model }))).message;
    expect(await message('reviews')).toBe(
      'records, embed: expected one of "review", "size", received "reviews"; did you mean "review"?',
    );
    expect(await message('size')).toBe(
      'records, embed "size": expected a column of texts, received one of kind numeric',
    );
    expect((await fault(embedDataset(await digits(), { image: model }))).message).toMatch(
      /^digits, embed: expected one of "p0", .*, received "image"$/,
    );
  });
});

describe('models', () => {
  test('in a folder that lacks files of theirs', async () => {
    const broken = writeTextModel(folder());
    rmSync(join(broken, 'tokenizer.json'));
    rmSync(join(broken, 'onnx'), { recursive: true });
    expect(await reading({ review: broken })).toEqual({
      kind: 'usage',
      message: `${broken}: expected a folder with a model for texts: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx, received none of the name "tokenizer.json", "onnx/model.onnx"; models that transformers.js reads have these files; optimum-cli export onnx makes them of others`,
    });
  });

  test('of images, for texts', async () => {
    const other = writeImageModel(folder());
    expect((await reading({ review: other })).message).toContain(
      'a model for texts: config.json, tokenizer.json, tokenizer_config.json, onnx/model.onnx, received none of the name "tokenizer.json", "tokenizer_config.json"',
    );
  });

  test.each([
    ['config.json', '{'],
    ['tokenizer.json', '{"model": {}}'],
    ['onnx/model.onnx', 'no network'],
  ])('with a damaged %s', async (file, content) => {
    const broken = writeTextModel(folder());
    writeFileSync(join(broken, file), content);
    const { kind, message } = await reading({ review: broken });
    expect(kind).toBe('usage');
    expect(message).toMatch(
      /^model \S+: expected a model that transformers.js can load, received ".+"$/,
    );
    expect(message).not.toContain('\n');
  });

  test('that give something else', async () => {
    const [other, images] = [writeTextModel(folder()), writeImageModel(folder())];
    writeFileSync(
      join(other, 'onnx', 'model.onnx'),
      readFileSync(join(images, 'onnx', 'model.onnx')),
    );
    const { message } = await reading({ review: other });
    expect(message).toMatch(/^model \S+: expected a vector for each text, received .*pixel_values/);
  });

  test('that are not there', async () => {
    expect((await reading({ review: './nowhere' })).message).toBe(
      'model ./nowhere: expected the folder of a model, or an id such as Xenova/all-MiniLM-L6-v2, received no such folder; paths are taken from the folder that you are in',
    );
    expect((await reading({ review: table })).message).toBe(
      'model table.csv: expected the folder of a model, or an id such as Xenova/all-MiniLM-L6-v2, received a file',
    );
  });

  test('by an id, without a network and where there is none of that name', async () => {
    const ask = vi.spyOn(env, 'fetch');
    ask.mockRejectedValue(new TypeError('fetch failed', { cause: new Error('no network') }));
    expect(await reading({ review: 'nobody/nothing' })).toEqual({
      kind: 'failure',
      message:
        'model nobody/nothing: expected the folder of a model, or an id that transformers.js can load, received "fetch failed: no network"; a folder is taken as it is, without the network',
    });
    ask.mockImplementation(async () => new Response('', { status: 404 }));
    const { kind, message } = await reading({ review: 'nobody/nothing' });
    expect(kind).toBe('usage');
    expect(message).toContain('received "Could not locate file: ');
  });

  test('by an id, from the cache of transformers.js', async () => {
    const [before, ask] = [env.cacheDir, vi.spyOn(env, 'fetch')];
    env.cacheDir = folder();
    try {
      writeTextModel(join(env.cacheDir, 'somebody', 'tiny'));
      const { data } = await openDataset(table, {
        ...{ label: 'kind', embed: { review: 'somebody/tiny' }, features: ['review'] },
        cache: folder(),
      });
      expect(data.embeddings).toMatchObject([{ model: 'somebody/tiny', width: 3 }]);
      expect(ask).not.toHaveBeenCalled();
    } finally {
      env.cacheDir = before;
    }
  });
});
