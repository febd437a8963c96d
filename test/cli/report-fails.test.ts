import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { runTrain } from '../../src/cli/commands/train.ts';
import type { TrainConfig } from '../../src/cli/train-config.ts';
import { checkConfig } from '../../src/cli/train-config.ts';
import { resultFiles, resumedConfig } from '../../src/cli/train-folder.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { Job } from '../../src/train/index.ts';
import { runJob } from '../../src/train/index.ts';
import { folders } from './run.ts';

const newFolder = folders('report-fails');
const report = vi.hoisted(() => ({ fails: true }));

vi.mock('../../src/report/index.ts', () => ({
  renderReport: async () => {
    if (report.fails) throw new Error('no page today');
    return 'a page';
  },
}));
vi.mock('../../src/train/thread.ts', () => ({
  runInThread: (job: Job) => runJob(job, nodeRunner()),
}));

afterEach(() => {
  report.fails = true;
});

test('a report that fails keeps neither model nor metrics from being written, and can be made later', async () => {
  const out = join(newFolder(), 'run');
  mkdirSync(out);
  writeFileSync(join(out, resultFiles.report), 'the page of an earlier run');
  const lines: string[] = [];
  const write = (text: string) => lines.push(text);
  const train = (config: TrainConfig, how: { overwrite: boolean; resume?: boolean }) =>
    runTrain(config, how, { out: { write }, err: { write, isTTY: false } as never });
  const config = checkConfig({ source: 'digits', rows: 100, model: 'linear', epochs: 1, out });
  await expect(train(config, { overwrite: true })).rejects.toThrow('no page today');
  const { report: page, ...others } = resultFiles;
  expect(Object.values(others).filter((name) => !existsSync(join(out, name)))).toEqual([]);
  expect(existsSync(join(out, page))).toBe(false); // that of the earlier run is not of this model
  expect(lines.at(-1)).toBe(`model of ${config.loss}, seed 1: ${join(out, 'model.onnx')}\n`);

  report.fails = false;
  lines.length = 0;
  expect(await train(await resumedConfig(out, {}), { overwrite: false, resume: true })).toBe(true);
  expect(existsSync(join(out, page))).toBe(true);
  expect(existsSync(join(out, 'checkpoints'))).toBe(false);
  expect(lines.join('')).toContain('test accuracy');
});
