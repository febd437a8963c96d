import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { buildJob } from '../../src/run/build-job.ts';
import { resolve } from '../../src/run/resolve.ts';
import type { TrainOptions } from '../../src/run/train-options.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { openCheckpoint } from '../../src/train/checkpoint/index.ts';
import type { EpochMetrics, Job } from '../../src/train/index.ts';
import { runJob } from '../../src/train/index.ts';
import { prepare } from '../../src/train/prepare.ts';
import { resolveSplit } from '../../src/train/row-split.ts';
import { deviceTimeout, testedDevices, testsKeptState } from '../helpers/devices.ts';
import { fedBy } from '../helpers/state-trace.ts';
import { data } from './centres.ts';

const [device] = testsKeptState ? await testedDevices() : [];
const folder = mkdtempSync(join(tmpdir(), 'symloss-device-state-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function jobOf(options: Omit<TrainOptions, 'data' | 'seed'>, runner: Runner): Promise<Job> {
  const all = { data, test: 0.2, validation: 0.2, noise: 'symmetric:0.3', epochs: 3, ...options };
  const split = resolveSplit(all, data.labels.length);
  const { trainRows, hasValidation } = split;
  const settings = resolve(all, {
    rows: trainRows,
    featureShape: [1],
    isTable: false,
    hasValidation,
  });
  const prepared = prepare(data, { noise: settings.noise, split, seed: 1 });
  return buildJob(data, prepared, { ...settings, seed: 1 }, all, await runner.lowering());
}

const timeless = (epochs: readonly EpochMetrics[]) => epochs.map((m) => ({ ...m, seconds: 0 }));

/** All that a run leaves: its result, from which models are saved, and the state after every epoch. */
async function traceOf(job: Job, runner: Pick<Runner, 'loadStateful'>) {
  const states: Record<string, number[]>[] = [];
  const { epochs, ...result } = await runJob(job, runner, {
    onSavePoint: async ({ read }) => {
      const { slots, best, lossSum } = await read();
      const lists = Object.entries({ ...slots, ...best?.slots }).map(([name, own]) => [
        name,
        Array.from(own.data),
      ]);
      states.push({ ...Object.fromEntries(lists), lossSum: [lossSum] });
    },
  });
  return { ...result, states, epochs: timeless(epochs) };
}

describe.skipIf(device === undefined)(
  'training on a device',
  { timeout: 2 * deviceTimeout },
  () => {
    test.each<[string, Omit<TrainOptions, 'data' | 'seed'>]>([
      ['batch norm, dropout', { model: 'mlp:8,norm=batch,dropout=0.2', loss: 'ce' }],
      ['AdamW, clipping, the best epoch', { optimizer: 'adamw', clipNorm: 0.1, keep: 'best' }],
      ['rows that are remembered', { model: 'mlp:8', loss: 'elr' }],
    ])('%s: leads to the same bits whether or not the state stays there', async (_, options) => {
      const job = await jobOf(options, device!);
      const fed = await traceOf(job, { loadStateful: fedBy(device!) });
      expect(fed.states.length).toBe(3);
      expect(await traceOf(job, device!)).toEqual(fed);
    });

    test('stopped and resumed from its checkpoint, ends with the same bits', async () => {
      const job = await jobOf({ model: 'mlp:8', loss: 'ce', optimizer: 'adamw' }, device!);
      const whole = await runJob(job, device!);
      const steps = job.learningRates.length;
      const file = join(folder, 'run.safetensors');
      const stop = Math.ceil(steps / 2);
      const first = await openCheckpoint({ file, every: 1 }, job, '1');
      let asked = 0;
      const isAborted = () => asked++ === stop;
      const stopped = runJob(job, device!, { isAborted, onSavePoint: first.save });
      await expect(stopped).rejects.toThrow('received an abort');
      const { from, save } = await openCheckpoint({ file, resume: true }, job, '1');
      expect(from?.steps).toBe(stop);
      const result = await runJob(job, device!, { from, onSavePoint: save });
      expect(result.values).toEqual(whole.values);
      expect(result.scores).toEqual(whole.scores);
      expect(timeless(result.epochs)).toEqual(timeless(whole.epochs));
    });
  },
);
