import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { quick } from './digit-halves.ts';
import { train } from './package.ts';

let started: Promise<unknown>[] = [];
const see = (worker: Worker): void => {
  started.push(new Promise((resolve) => worker.once('exit', resolve)));
};

beforeEach(() => {
  started = [];
  process.on('worker', see);
});
afterEach(() => {
  process.off('worker', see);
});

test('one run after the other takes the same thread, which gives the same bits as a new one and ends by itself', async () => {
  const first = await train(quick);
  const second = await train(quick);
  expect(started).toHaveLength(1);
  expect(second.onnx).toEqual(first.onnx);
  await Promise.all(started);
  const third = await train(quick);
  expect(started).toHaveLength(2);
  expect(third.onnx).toEqual(first.onnx);
  await Promise.all(started);
});

test('runs at the same time have threads of their own', async () => {
  await Promise.all([train(quick), train({ ...quick, seed: 2 })]);
  expect(started).toHaveLength(2);
  await Promise.all(started);
});

test('the thread of a run that fails is not taken again', async () => {
  await expect(train({ ...quick, learningRate: 1e30 })).rejects.toThrow('a finite loss');
  await train(quick);
  expect(started).toHaveLength(2);
  await Promise.all(started);
});

test('a thread that waits for the next run does not keep a process from ending', async () => {
  const script = `
    import { digits, train } from 'symloss';
    let [started, ended] = [0, 0];
    process.on('worker', (worker) => { started++; worker.on('exit', () => ended++); });
    const data = await digits();
    for (const seed of [1, 2]) await train({ data, seed, loss: 'ce', epochs: 1, model: 'linear' });
    process.on('exit', (code) => console.log({ code, started, ended }));`;
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [
    ...['--input-type=module', '-e', script],
  ]);
  expect(stdout).toBe('{ code: 0, started: 1, ended: 0 }\n');
  expect(stderr).toBe('');
});
