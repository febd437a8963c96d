import { expect, test } from 'vitest';
import { digits } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { buildJob } from '../../src/run/build-job.ts';
import { resolve } from '../../src/run/resolve.ts';
import type { TrainOptions } from '../../src/run/train-options.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { EpochMetrics, Job } from '../../src/train/index.ts';
import { runJob } from '../../src/train/index.ts';
import { prepare } from '../../src/train/prepare.ts';
import { resolveSplit } from '../../src/train/row-split.ts';
import type { RunState, SavePoint } from '../../src/train/run-state.ts';
import { data as centres } from './centres.ts';
import { patterns } from './image-data.ts';

/** The same runs on onnxruntime's library itself, and with the state going in and out at every step. */
const [native, fed] = [true, false].map((own) => nodeRunner({ native: own }));
const twoThreads = [true, false].map((own) => nodeRunner({ native: own, threads: 2 }));

async function jobOf(options: Omit<TrainOptions, 'seed'>): Promise<Job> {
  const { data } = options;
  const split = resolveSplit(options, data.labels.length);
  const { trainRows, hasValidation } = split;
  const settings = resolve(options, {
    rows: trainRows,
    featureShape: [1],
    isTable: false,
    hasValidation,
  });
  const prepared = prepare(data, { noise: settings.noise, split, seed: 1 });
  return buildJob(data, prepared, { ...settings, seed: 1 }, options, await nodeRunner().lowering());
}

const timeless = ({ seconds: _, waitShare: __, ...metrics }: EpochMetrics) => metrics;

/** All that a run leaves: its result, and the state after every epoch. */
async function traceOf(job: Job, runner = native!) {
  const states: Record<string, number[]>[] = [];
  const { epochs, ...result } = await runJob(job, runner, {
    onSavePoint: async ({ read }) => {
      const { slots, best, lossSum } = await read();
      const lists = Object.entries({ ...slots, ...best?.slots });
      states.push({
        ...Object.fromEntries(lists.map(([name, { data }]) => [name, Array.from(data)])),
        lossSum: [lossSum],
      });
    },
  });
  return { ...result, states, epochs: epochs.map(timeless) };
}

const images = patterns(60);
const unlike = { test: 0.2, validation: 0.2, noise: 'symmetric:0.3', epochs: 3 };

test.each<[string, Dataset, Partial<TrainOptions>]>([
  ['mlp, cross-entropy', centres, { model: 'mlp:8', loss: 'ce' }],
  ['mlp with dropout and batch norm', centres, { model: 'mlp:8,norm=batch,dropout=0.2' }],
  ['AdamW, clipping, the best epoch', centres, { optimizer: 'adamw', clipNorm: 0.1, keep: 'best' }],
  ['averages of the weights', centres, { model: 'mlp:8,norm=batch', ema: 0.9, keep: 'best' }],
  ['terms of a batch', centres, { model: 'mlp:8', loss: 'anl-ce+er' }],
  ['two views', centres, { model: 'mlp:8,dropout=0.2', loss: 'gjs' }],
  ['rows that are remembered', centres, { model: 'mlp:8', loss: 'elr' }],
  ['rows that are trained', centres, { model: 'mlp:8', loss: 'sop' }],
  ['images, cnn4', images, { model: 'cnn4', loss: 'sgce:q=0.4', batchSize: 16, epochs: 2 }],
  ['augmented images, rows that are remembered', images, { loss: 'elr', augment: 'crop:2,flip' }],
])('%s: both ways lead to the same bits', async (_, data, options) => {
  const job = await jobOf({ data, ...unlike, ...options } as TrainOptions);
  const expected = await traceOf(job, fed);
  expect(expected.states.length).toBe(job.epochs);
  expect(await traceOf(job)).toEqual(expected);
});

test('the digits: both ways lead to the same bits, with two threads, too', async () => {
  const job = await jobOf({ data: await digits(), ...unlike, model: 'mlp:64', loss: 'sgce:q=0.7' });
  const expected = await traceOf(job, fed);
  expect(await traceOf(job)).toEqual(expected);
  const [own, other] = await Promise.all(twoThreads.map((runner) => traceOf(job, runner)));
  expect(own).toEqual(other);
});

test('a run that was stopped goes on the other way to the same bits', async () => {
  const job = await jobOf({ data: centres, ...unlike, model: 'mlp:8', loss: 'elr' });
  const whole = await traceOf(job);
  for (const [first, second] of [
    [native!, fed!],
    [fed!, native!],
  ] as const) {
    let from: RunState | undefined;
    const onSavePoint = async ({ read }: SavePoint) => {
      const state = await read();
      const copies = Object.entries(state.slots).map(([name, tensor]) => [
        name,
        { ...tensor, data: tensor.data.slice() },
      ]);
      from ??= { ...state, epochs: [...state.epochs], slots: Object.fromEntries(copies) };
    };
    await runJob(job, first, { onSavePoint });
    const result = await runJob(job, second, { from });
    expect(result.values).toEqual(whole.values);
    expect(result.scores).toEqual(whole.scores);
  }
});
