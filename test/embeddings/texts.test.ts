import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AutoModel, env } from '@huggingface/transformers';
import { describe, expect, test, vi } from 'vitest';
import type { Dataset } from '../../src/index.ts';
import { embedDataset, fromRecords, openDataset } from '../../src/index.ts';
import { folders, writeLines } from '../cli/run.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { vectorOf, wordStates, writeTextModel } from './tiny-model.ts';

const folder = folders('embed-texts');
const texts = [
  'good film',
  'Bad',
  'awful film today',
  'great',
  '',
  'bad bad good day',
  'good film',
];
const rows = texts.map((text, i) => ({ size: i, text, kind: i % 2 === 0 ? 'a' : 'b' }));
const missing = [Number.NaN, Number.NaN, Number.NaN];

const records = (): Promise<Dataset> => fromRecords(rows, { label: 'kind', text: ['text'] });

function expectRows(data: Dataset, expected: readonly (readonly number[])[]): void {
  expect(data.featureShape).toEqual([expected[0]?.length]);
  const found = data.features as Float32Array;
  expect(firstDifference(found, expected.flat(), tolerances.float32Op)).toBe(-1);
}

const fetched = () =>
  vi
    .spyOn(env, 'fetch')
    .mockRejectedValue(new TypeError('fetch failed', { cause: new Error('no network') }));

describe('a column of texts becomes the mean of the states of its tokens, of length 1', () => {
  test('in its place, padding left out, a missing cell as NaN, with no look at the network', async () => {
    const network = fetched();
    const model = writeTextModel(folder());
    const data = await embedDataset(await records(), { text: model }, { cache: folder() });
    expect(data.columns).toEqual(['size', 'text[0]', 'text[1]', 'text[2]']);
    expect(data.kinds).toEqual(['numeric', 'embedding', 'embedding', 'embedding']);
    expectRows(
      data,
      texts.map((text, i) => [i, ...(text === '' ? missing : vectorOf(text))]),
    );
    expect(data.embeddings).toMatchObject([
      { column: 'text', of: 'text', model, pooling: 'mean', normalized: true, width: 3 },
    ]);
    expect(network).not.toHaveBeenCalled();
  });

  test('two columns by two models', async () => {
    const other = { '[PAD]': [9, 9], '[UNK]': [3, 4], good: [0, -2] };
    const [first, second] = [writeTextModel(folder()), writeTextModel(folder(), other)];
    const two = rows.map((row) => ({ ...row, note: row.size % 2 === 0 ? 'good' : 'what' }));
    const data = await fromRecords(two, { label: 'kind', text: ['text', 'note'] });
    const embedded = await embedDataset(data, { text: first, note: second }, { cache: folder() });
    expect(embedded.columns?.slice(-2)).toEqual(['note[0]', 'note[1]']);
    expectRows(
      embedded,
      texts.map((text, i) => [
        ...[i, ...(text === '' ? missing : vectorOf(text))],
        ...(i % 2 === 0 ? [0, -1] : [0.6, 0.8]),
      ]),
    );
  });

  test('texts longer than a batch, and than the model takes', async () => {
    const model = writeTextModel(folder());
    const many = Array.from({ length: 80 }, (_, i) => `${'good '.repeat(i)}bad`);
    const data = await fromRecords(
      many.map((text, i) => ({ text, kind: i % 2 })),
      { label: 'kind', text: ['text'] },
    );
    // 64 positions: of the last texts the word at the end is cut off
    const expected = many.map((text) => vectorOf(text.split(' ').slice(0, 64).join(' ')));
    expectRows(await embedDataset(data, { text: model }, { cache: folder() }), expected);
    expect(expected[70]).toEqual([1, 0, 0]);
  });

  test('of a network without its own folder, and of other precision', async () => {
    const model = writeTextModel(folder());
    renameSync(join(model, 'onnx', 'model.onnx'), join(model, 'model_quantized.onnx'));
    rmSync(join(model, 'onnx'), { recursive: true });
    const data = await embedDataset(await records(), { text: model }, { cache: folder() });
    expect((data.features as Float32Array).subarray(4, 8)).toEqual(Float32Array.of(1, 0, 1, 0));
  });

  test('when a table is read, with the column of a test part, few texts or many', async () => {
    const [place, model] = [folder(), writeTextModel(folder())];
    writeLines(place, 'train.csv', ['mood,x,kind', 'good,1,a', 'bad,2,b', 'good,3,a', 'bad,4,b']);
    writeLines(place, 'test.csv', ['kind,x,mood', 'b,5,awful', 'a,6,']);
    const told: unknown[] = [];
    const { data, test: part } = await openDataset(join(place, 'train.csv'), {
      label: 'kind',
      embed: { mood: model },
      test: join(place, 'test.csv'),
      onProgress: (progress) => told.push(progress),
    });
    expectRows(data, [
      [...vectorOf('good'), 1],
      [...vectorOf('bad'), 2],
      [...vectorOf('good'), 3],
      [...vectorOf('bad'), 4],
    ]);
    expectRows(part as Dataset, [
      [...vectorOf('awful'), 5],
      [...missing, 6],
    ]);
    expect(data.notices.at(-1)).toBe(
      `"mood": embedded by ${model} (vectors of 3 numbers, the mean over the tokens, of length 1): 2 different texts`,
    );
    expect(told).toContainEqual({ work: 'embedding', source: 'mood', rows: 0, share: 0 });
    expect(readdirSync(join(place, '.symloss-cache')).length).toBe(2); // of both parts
  });
});

describe('vectors are kept by the content of model and texts', () => {
  const cached = async (model: string, cache: string, given?: Dataset) => {
    const load = vi.spyOn(AutoModel, 'from_pretrained');
    const data = given ?? (await records());
    const embedded = await embedDataset(data, { text: model }, { cache });
    const isLoaded = load.mock.calls.length > 0;
    load.mockRestore();
    return { embedded, isLoaded };
  };

  test('the second time the model is not loaded, wherever it lies', async () => {
    const [cache, model, copy] = [folder(), writeTextModel(folder()), writeTextModel(folder())];
    const first = await cached(model, cache);
    const second = await cached(copy, cache);
    expect([first.isLoaded, second.isLoaded]).toEqual([true, false]);
    expect(second.embedded.features).toEqual(first.embedded.features);
    const [file] = readdirSync(cache);
    expect(second.embedded.notices.at(-1)).toContain(
      `; read from ${join(cache, file as string)}, made by an earlier run`,
    );
  });

  test('another model, other texts and damaged files are made again', async () => {
    const [cache, model] = [folder(), writeTextModel(folder())];
    await cached(model, cache);
    const [file = ''] = readdirSync(cache);
    const other = writeTextModel(folder(), { ...wordStates, good: [0, 0, -5] });
    const changed = await cached(other, cache);
    expect(changed.isLoaded).toBe(true);
    const good = (changed.embedded.features as Float32Array).subarray(1, 4);
    // (0, 0, -5) and (1, 1, 1): (1, 1, -4)/√18
    const expected = [1, 1, -4].map((value) => value / Math.sqrt(18));
    expect(firstDifference(good, expected, tolerances.float32Op)).toBe(-1);
    const fewer = await fromRecords(rows.slice(0, 3), { label: 'kind', text: ['text'] });
    expect((await cached(model, cache, fewer)).isLoaded).toBe(true);
    const bytes = readFileSync(join(cache, file));
    bytes[5] = 255 - (bytes[5] as number);
    writeFileSync(join(cache, file), bytes);
    const again = await cached(model, cache);
    expect(again.isLoaded).toBe(true);
    expect((await cached(model, cache)).embedded.features).toEqual(again.embedded.features);
  });

  test('whole or not at all: one that is stopped leaves nothing', async () => {
    const [cache, model] = [folder(), writeTextModel(folder())];
    const many = Array.from({ length: 100 }, (_, i) => ({ text: `good ${i}`, kind: i % 2 }));
    const data = await fromRecords(many, { label: 'kind', text: ['text'] });
    const abort = new AbortController();
    const stopped = embedDataset(
      data,
      { text: model },
      {
        cache,
        signal: abort.signal,
        onProgress: ({ rows: done }) => {
          if (done > 0) abort.abort(new Error('stopped'));
        },
      },
    );
    await expect(stopped).rejects.toThrow('stopped');
    expect(readdirSync(cache)).toEqual([]);
  });

  test('two at once: one makes them, the other waits', async () => {
    const [cache, model] = [folder(), writeTextModel(folder())];
    const load = vi.spyOn(AutoModel, 'from_pretrained');
    const both = await Promise.all(
      [1, 2].map(async () => embedDataset(await records(), { text: model }, { cache })),
    );
    expect(load).toHaveBeenCalledTimes(1);
    expect(both[0]?.features).toEqual(both[1]?.features);
    expect(readdirSync(cache).filter((name) => !name.endsWith('.bytes'))).toEqual([]);
  });

  test('where nothing can be written they are made each time', async () => {
    const model = writeTextModel(folder());
    const file = join(folder(), 'file');
    writeFileSync(file, '');
    const { embedded } = await cached(model, join(file, 'cache'));
    expect((embedded.features as Float32Array)[4]).toBe(1);
  });
});
