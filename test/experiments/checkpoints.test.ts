import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { RunRecord } from '../../src/experiments/index.ts';
import { forgetCheckpoint } from '../../src/run/checkpoints.ts';
import { folders } from '../cli/run.ts';
import { experiments } from '../train/package.ts';

const { DatasetCache, executeRun, expandGrid } = experiments;
const folder = folders('run-checkpoints');
const datasets = new DatasetCache();
const [run, other] = expandGrid({
  name: 'long',
  data: [{ source: 'digits' }],
  models: ['mlp:8,dropout=0.2'],
  noises: ['symmetric:0.4'],
  losses: ['ce'],
  seeds: 2,
  training: { epochs: 12 },
}) as [RunPlan, RunPlan];
type RunPlan = ReturnType<typeof expandGrid>[0];

const every30 = (path: string) => ({ folder: path, seconds: 30 });

/** Aborts a run after an epoch; its checkpoint is left. */
async function stopped(checkpoints: string, after: number): Promise<void> {
  const stop = new AbortController();
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === after) stop.abort(new Error('enough'));
  };
  const execution = executeRun(run, {
    datasets,
    checkpoints: every30(checkpoints),
    signal: stop.signal,
    onEpoch,
  });
  await expect(execution).rejects.toThrow('enough');
}

/** What the record says of the training, and the epochs that were heard of. */
async function made(checkpoints?: string) {
  const heard: number[] = [];
  const onEpoch = ({ epoch }: { epoch: number }) => void heard.push(epoch);
  const record: RunRecord = await executeRun(run, {
    datasets,
    checkpoints: checkpoints === undefined ? undefined : every30(checkpoints),
    onEpoch,
  });
  if (record.status !== 'done') throw new Error(record.error);
  const { epochs, calibration, last, chosen } = record;
  const timeless = [...epochs, last, chosen].map((metrics) => ({ ...metrics, seconds: 0 }));
  return { heard, result: { timeless, calibration } };
}

test('a run that was stopped goes on, and its record is that of one that was not', async () => {
  const path = join(folder(), 'checkpoints');
  await stopped(path, 4);
  expect(readdirSync(path)).toEqual([`${run.id}.safetensors`]);
  const whole = await made();
  const resumed = await made(path);
  expect(resumed.heard[0]).toBeGreaterThan(4);
  expect(resumed.heard.at(-1)).toBe(12);
  expect(resumed.result).toEqual(whole.result);
});

test('a checkpoint that does not serve is replaced', async () => {
  const path = join(folder(), 'checkpoints');
  await stopped(path, 2);
  writeFileSync(join(path, `${run.id}.safetensors`), 'damaged');
  const { heard } = await made(path);
  expect(heard).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
});

test('a short run leaves none', async () => {
  const path = join(folder(), 'checkpoints');
  await made(path);
  expect(readdirSync(path)).toEqual([]);
});

test('the folder goes with its last checkpoint', async () => {
  const path = join(folder(), 'checkpoints');
  await stopped(path, 2);
  await forgetCheckpoint(path, other.id);
  expect(existsSync(join(path, `${run.id}.safetensors`))).toBe(true);
  await forgetCheckpoint(path, run.id);
  expect(existsSync(path)).toBe(false);
});
