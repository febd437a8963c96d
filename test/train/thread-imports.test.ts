import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withoutPackages } from '../helpers/without-packages.ts';

// every run starts such a thread: what compiles a step, hundreds of modules, would take longer than a small run trains
test.each([
  ['worker.js', "Cannot read properties of null (reading 'on')"],
  ['loader/prefetch-worker.js', "Cannot destructure property 'job' of 'workerData'"],
])('train/%s starts without what only compiles', async (file, message) => {
  const url = new URL(`./train/${file}`, import.meta.resolve('symloss')).href;
  const script = `
      const error = await import(${JSON.stringify(url)}).catch((reason) => reason);
      console.log(error.message.replace(/ as it is.*/, ''));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...withoutPackages('@bufbuild.*|zod|yaml|sharp|@duckdb.*'),
    ...['--input-type=module', '-e', script],
  ]);
  // all is loaded; it is no thread, and is given no work
  expect(stdout).toBe(`${message}\n`);
});
