import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { openRows } from '../../src/data/formats/index.ts';
import { fillImages } from '../../src/data/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { runJob } from '../../src/train/index.ts';
import type { ImageRows, Job, JobResult } from '../../src/train/job.ts';
import type { OpenLoader, StartPosition } from '../../src/train/loader/index.ts';
import { PartRows, StepInputs, shareBytes } from '../../src/train/loader/index.ts';
import { imageShape, imageSize } from './image-data.ts';
import { data, imageJob } from './image-job.ts';

// what starts threads is compiled: they start from JavaScript files
const compiled = (path: string): Promise<unknown> =>
  import(/* @vite-ignore */ new URL(`../../dist/train/${path}`, import.meta.url).href);
const { prefetchingLoader } = (await compiled('loader/prefetching-loader.js')) as {
  readonly prefetchingLoader: OpenLoader;
};
const { runInThread } = (await compiled('thread.js')) as {
  readonly runInThread: (job: Job) => Promise<JobResult>;
};

const folder = mkdtempSync(join(tmpdir(), 'symloss-loader-'));
afterAll(() => rmSync(folder, { recursive: true }));

const job = imageJob();
const rows = (job.parts.train.features as ImageRows).rows;
const rowFile = {
  file: join(folder, 'rows.bin'),
  offset: 3,
  stride: imageSize + 2,
  rows: 30,
  rowSize: imageSize,
};
writeFileSync(
  rowFile.file,
  Uint8Array.from({ length: 3 + 30 * rowFile.stride }, (_, i) => {
    const [row, at] = [Math.floor((i - 3) / rowFile.stride), (i - 3) % rowFile.stride];
    return i >= 3 && at < imageSize ? data.features[row * imageSize + at]! : 255;
  }),
);

type Inputs = Record<string, number[]>;

/** Copies of the inputs of all steps from a start on, and of the streams after each. */
async function inputsOf(own: Job, openLoader?: OpenLoader, start?: StartPosition) {
  const loaded = new StepInputs(own, { openRows, ...(openLoader && { openLoader }) }, start);
  const first = start === undefined ? 0 : (start.epoch - 1) * 5 + start.batch;
  const steps: { readonly inputs: Inputs; readonly streams: StartPosition['streams'] }[] = [];
  for (let step = first; step < 15; step++) {
    const tensors = Object.entries(await loaded.next());
    const inputs = Object.fromEntries(
      tensors.map(([name, t]) => [name, Array.from(t.data as Float32Array)]),
    );
    inputs.rows = Array.from(loaded.rows);
    steps.push({ inputs, streams: loaded.streams() });
  }
  await loaded.close();
  return steps;
}

const steps = await inputsOf(job);

describe('the inputs of the steps', () => {
  test('are the shuffled rows, augmented by the stream of the step', () => {
    const order = stream(1, 'shuffle');
    for (let epoch = 0; epoch < 3; epoch++) {
      const places = order.permutation(21);
      for (let batch = 0; batch < 5; batch++) {
        const step = 5 * epoch + batch;
        const chosen = Array.from(places.subarray(4 * batch, 4 * batch + 4), (i) => rows[i]!);
        const bytes = Uint8Array.from(
          chosen.flatMap((r) => [...data.features.subarray(r * imageSize, (r + 1) * imageSize)]),
        );
        const out = new Float32Array(4 * imageSize);
        const { tables, augmentation } = job.images!;
        const rng = stream(1, `augment/${step + 1}`);
        fillImages({ bytes, shape: imageShape, tables, out }, augmentation, rng);
        const { inputs } = steps[step]!;
        expect(inputs.features).toEqual(Array.from(out));
        expect(inputs.rows).toEqual(Array.from(places.subarray(4 * batch, 4 * batch + 4)));
        expect(inputs.labels).toEqual(chosen.map((r) => data.labels[r]));
        expect(inputs.weights).toEqual(chosen.map((r) => (r + 1) / 16));
        expect(inputs.stepNumber).toEqual([step + 1]);
        expect(inputs.learningRate).toEqual([0.25]);
      }
    }
  });

  test.each([
    ['from memory in this thread', job, undefined],
    ['from memory in a thread', job, prefetchingLoader],
    ['from a file in this thread', imageJob({ source: rowFile, rows }), undefined],
    ['from a file in a thread', imageJob({ source: rowFile, rows }), prefetchingLoader],
  ])('are the same %s, and from any start on', async (_, own, openLoader) => {
    expect(await inputsOf(own, openLoader)).toEqual(steps);
    for (const [epoch, batch] of [
      [1, 3],
      [2, 0],
      [3, 4],
      [4, 0],
    ] as const) {
      const first = 5 * (epoch - 1) + batch;
      const rest = steps.slice(first);
      expect(await inputsOf(own, openLoader, { epoch, batch })).toEqual(rest);
      const streams = steps[first - 1]!.streams!;
      expect(await inputsOf(own, openLoader, { epoch, batch, streams })).toEqual(rest);
    }
  });
});

test.each([
  ['in this thread', undefined],
  ['in a thread', prefetchingLoader],
])('of two views of each row there are two augmentations, %s', async (_, openLoader) => {
  const found = await inputsOf({ ...job, views: 2 }, openLoader);
  const order = stream(1, 'shuffle');
  const places = order.permutation(21).subarray(0, 4);
  const chosen = [...places, ...places].map((i) => rows[i]!);
  const bytes = Uint8Array.from(
    chosen.flatMap((r) => [...data.features.subarray(r * imageSize, (r + 1) * imageSize)]),
  );
  const out = new Float32Array(8 * imageSize);
  const { tables, augmentation } = job.images!;
  fillImages({ bytes, shape: imageShape, tables, out }, augmentation, stream(1, 'augment/1'));
  const { inputs } = found[0]!;
  expect(inputs.features).toEqual(Array.from(out));
  expect(inputs.features!.slice(0, 4 * imageSize)).not.toEqual(
    inputs.features!.slice(4 * imageSize),
  );
  expect(inputs.labels).toEqual(steps[0]!.inputs.labels);
});

describe('a run', () => {
  test('has the same weights, bit for bit, whichever thread loads batches and wherever rows lie', async () => {
    const here = await runJob(job, nodeRunner());
    const threaded = await runInThread(job);
    const fromFile = await runInThread(imageJob({ source: rowFile, rows }));
    for (const result of [threaded, fromFile]) {
      expect(result.values).toEqual(here.values);
      expect(result.scores).toEqual(here.scores);
    }
    for (const { epochs } of [here, threaded, fromFile]) {
      expect(epochs.length).toBe(3);
      expect(epochs.every(({ waitShare = -1 }) => waitShare >= 0 && waitShare <= 1)).toBe(true);
    }
  });

  test('ends with the error of a file that is gone or too short', async () => {
    const gone = { ...rowFile, file: join(folder, 'gone.bin') };
    await expect(runInThread(imageJob({ source: gone, rows }))).rejects.toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      message: `${gone.file}: expected a readable file of rows, received no such file`,
    });
    const short = { ...rowFile, file: join(folder, 'short.bin') };
    writeFileSync(short.file, new Uint8Array(3 + 30 * rowFile.stride));
    truncateSync(short.file, 3 + 4 * rowFile.stride);
    await expect(runInThread(imageJob({ source: short, rows }))).rejects.toThrow(
      `expected ${imageSize} bytes, received the end of the file`,
    );
  });
});

test('rows of a part are read without augmentation, from any place in it', () => {
  const reader = new PartRows(job, openRows);
  const out = new Float32Array(4 * imageSize);
  reader.read(job.parts.train, 18, 3, out);
  const { tables } = job.images!;
  const expected = Array.from({ length: 3 * imageSize }, (_, i) => {
    const row = rows[18 + Math.floor(i / imageSize)]!;
    const at = i % imageSize;
    return tables[256 * Math.floor(at / 64) + data.features[row * imageSize + at]!];
  });
  expect(Array.from(out.subarray(0, 3 * imageSize))).toEqual(expected);
  reader.close();
});

test('bytes are copied to shared memory once, and not if they lie there', () => {
  const shared = shareBytes(data.features);
  expect(shared.buffer).toBeInstanceOf(SharedArrayBuffer);
  expect(Buffer.compare(shared, data.features)).toBe(0);
  expect(shareBytes(data.features)).toBe(shared);
  expect(shareBytes(shared)).toBe(shared);
});
