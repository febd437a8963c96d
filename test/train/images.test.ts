import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { Dataset, TrainOptions } from '../../src/index.ts';
import { imageSize, patterns } from './image-data.ts';
import { core, data as dataModule, parseNoise, runModule, train } from './package.ts';

const images = patterns(400);
const tested = patterns(200, 'tested');
const quick = { data: images, test: tested, loss: 'ce', model: 'mlp:8', epochs: 4 } as const;

const folder = mkdtempSync(join(tmpdir(), 'symloss-images-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'images.bin');
writeFileSync(file, images.features);
const inFile: Dataset = {
  ...images,
  features: { file, offset: 0, stride: imageSize, rows: 400, rowSize: imageSize },
};

const asTable = (source: Dataset): Dataset => ({
  ...source,
  features: Float32Array.from(source.features as Uint8Array),
  featureShape: [imageSize],
});

describe('training on images', () => {
  test('learns the pattern, and reports what the exported model does to raw bytes', async () => {
    const model = await train({ ...quick, augment: 'crop:1', noise: 'symmetric:0.2' });
    const { final, rows, epochs } = model.metrics;
    expect(final.testAccuracy).toBeGreaterThan(0.97);
    expect(rows).toEqual({ train: 360, validation: 40, test: 200 });
    expect(epochs.every(({ waitShare = -1 }) => waitShare >= 0 && waitShare <= 1)).toBe(true);
    expect(model.settings.augment).toBe('crop:1');
    const { indices } = await model.predict(tested.features);
    const right = indices.filter((index, row) => index === tested.labels[row]).length;
    expect(right / 200).toBe(final.testAccuracy);
  });

  test('gives the same model from memory, shared memory and a file', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(images.features.length));
    shared.set(images.features);
    const augment = 'crop:2,flip,cutout:3';
    const [first, ...others] = await Promise.all(
      [images, { ...images, features: shared }, inFile].map((data) =>
        train({ ...quick, data, augment, epochs: 2 }),
      ),
    );
    for (const other of others) expect(other.onnx).toEqual(first!.onnx);
  });

  test('makes the same noise as on a table of the same numbers, by instance too', async () => {
    const options = { loss: 'ce', model: 'linear', noise: 'instance:0.3', epochs: 1 };
    const [bytes, numbers, read] = await Promise.all(
      [images, asTable(images), inFile].map((data) => train({ ...options, data })),
    );
    const expected = parseNoise('instance:0.3');
    expect(bytes!.metrics.wrongShare).toBe(numbers!.metrics.wrongShare);
    expect(read!.onnx).toEqual(bytes!.onnx);
    const { rest } = dataModule.stratifiedSplit(
      images.labels,
      2,
      0.2,
      core.stream(1, 'split/test'),
    );
    const known = dataModule.selectRows(asTable(images), rest);
    const { noiseRate } = expected.corrupt(known.labels, 2, core.stream(1, 'noise'), {
      features: known.features as Float32Array,
    });
    expect(bytes!.metrics.wrongShare).toBe(noiseRate);
  });

  test('measures training accuracy on a sample, the same for bytes and for a table', async () => {
    const options = { ...quick, measuredRows: 50, noise: 'symmetric:0.3', epochs: 2 };
    const sampled = await train(options);
    const whole = await train({ ...options, measuredRows: 360 });
    expect(sampled.onnx).toEqual(whole.onnx); // what is measured changes nothing
    expect(sampled.metrics.rows).toEqual({ train: 360, validation: 40, test: 200, measured: 50 });
    expect(whole.metrics.rows.measured).toBeUndefined();
    for (const { trainAccuracy = -1 } of sampled.metrics.epochs) {
      expect(Math.round(50 * trainAccuracy) / 50).toBe(trainAccuracy);
    }
    const table = await train({ ...options, data: asTable(images), test: 0.2 });
    expect(table.metrics.rows).toEqual({ train: 288, validation: 32, test: 80, measured: 50 });
  });

  test('shares one copy of the bytes between the runs of a comparison', async () => {
    const sizes: number[] = [];
    const counted = new Proxy(SharedArrayBuffer, {
      construct(target, args: [number]) {
        sizes.push(args[0]);
        return new target(...args);
      },
    });
    vi.stubGlobal('SharedArrayBuffer', counted);
    const data = patterns(300, 'compared');
    const runs = await runModule.compare({
      data,
      losses: ['ce', 'mae'],
      seeds: [1, 2],
      jobs: 2,
      model: 'linear',
      epochs: 1,
    });
    expect(runs.map(({ trained }) => trained?.metrics.rows.test)).toEqual([60, 60, 60, 60]);
    expect(sizes.filter((size) => size === data.features.length).length).toBe(1);
  });
});

describe('options that do not fit', () => {
  test.each<[Partial<TrainOptions>, string]>([
    [
      { data: asTable(images), test: 0.2, augment: 'flip' },
      'augment: expected none for data that are not images of bytes, received flip',
    ],
    [
      { augment: 'crop:8' },
      'augment crop: expected a padding of at most 7 for images of 8×8, received 8',
    ],
    [
      { test: { ...asTable(tested), featureShape: [3, 8, 8] } },
      'test data: expected bytes, as the training data, received numbers',
    ],
    [{ measuredRows: 0 }, 'measuredRows: expected an integer of at least 1, received 0'],
  ])('are refused: %#', async (options, message) => {
    await expect(train({ ...quick, ...options })).rejects.toThrow(message);
  });
});

test('a process ends by itself after runs that were aborted, failed and finished', async () => {
  const script = `
    import { truncateSync, writeFileSync } from 'node:fs';
    const { train } = await import(${JSON.stringify(import.meta.resolve('symloss'))});
    const [n, rowSize, file] = [4000, 192, ${JSON.stringify(join(folder, 'child.bin'))}];
    const features = Uint8Array.from({ length: n * rowSize }, (_, i) => (i * 7919) % 251);
    writeFileSync(file, features);
    const rowFile = { file, offset: 0, stride: rowSize, rows: n, rowSize };
    const labels = Int32Array.from({ length: n }, (_, i) => i % 2);
    const data = { name: 'x', features, featureShape: [3, 8, 8], labels, classes: ['a', 'b'], notices: [] };
    const options = { data, model: 'linear', loss: 'ce', test: 0, validation: 0 };
    const stop = new AbortController();
    const aborted = train({ ...options, epochs: 1000, signal: stop.signal, onEpoch: () => stop.abort() });
    console.log(await aborted.catch((error) => error.name));
    const failed = train({
      ...options, data: { ...data, features: rowFile }, epochs: 1000, evaluateEvery: 1000,
      onEpoch: () => truncateSync(file, 10 * rowSize),
    });
    console.log(await failed.catch((error) => error.kind + ' ' + error.received));
    console.log((await train({ ...options, epochs: 1 })).metrics.epochs.length);
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 20_000, // it is killed, and the test fails
  });
  expect((await run).stdout).toBe('AbortError\nfailure the end of the file\n1\n');
});
