import { describe, expect, test } from 'vitest';
import type { Job, JobResult } from '../../src/train/index.ts';
import type { ThreadOptions } from '../../src/train/thread.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { imageJob } from './image-job.ts';

// what starts threads is compiled: they start from JavaScript files
const { runInThread } = (await import(
  /* @vite-ignore */ new URL('../../dist/train/thread.js', import.meta.url).href
)) as { readonly runInThread: (job: Job, options?: ThreadOptions) => Promise<JobResult> };

const devices = await testedDevices();

describe.skipIf(devices.length === 0)('runs in threads on WebGPU on SwiftShader', () => {
  const job = () => imageJob(undefined, 'webgpu');

  test(
    'wait for each other, since two at once crash the process, and train as on the CPU does',
    async () => {
      const cpu = await runInThread(imageJob());
      const stop = new AbortController();
      const ends: string[] = [];
      const run = async (name: string, options?: ThreadOptions) => {
        const result = await runInThread(job(), options);
        ends.push(name);
        return result;
      };
      const [first, second] = [run('first'), run('second')];
      const given = run('given up', { signal: stop.signal });
      const third = run('third');
      stop.abort(new Error('enough'));
      await expect(given).rejects.toThrow('enough');
      expect(ends).toEqual([]);
      for (const result of await Promise.all([first, second, third])) {
        expect(Object.keys(result.values)).toEqual(Object.keys(cpu.values));
        for (const [name, values] of Object.entries(cpu.values)) {
          const at = firstDifference(result.values[name]!, values, tolerances.float32Net);
          expect(
            at < 0 ? name : `${name}[${at}]: ${result.values[name]![at]} for ${values[at]}`,
          ).toBe(name);
        }
        expect(result.epochs.map(({ validationAccuracy }) => validationAccuracy)).toEqual(
          cpu.epochs.map(({ validationAccuracy }) => validationAccuracy),
        );
      }
      expect(ends).toEqual(['first', 'second', 'third']);
    },
    3 * deviceTimeout,
  );
});
