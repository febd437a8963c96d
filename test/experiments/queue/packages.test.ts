import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { withoutPackages } from '../../helpers/without-packages.ts';

const main = fileURLToPath(new URL('../../../dist/node/main.js', import.meta.url));

test('without the packages of the queue: one line that says what to install', async () => {
  const args = [...withoutPackages('bullmq|ioredis'), main];
  const symloss = (...more: string[]) =>
    promisify(execFile)(process.execPath, [...args, ...more]).then(
      ({ stdout }) => ({ code: 0, text: stdout }),
      (error: { code: number; stderr: string }) => ({ code: error.code, text: error.stderr }),
    );
  expect(await symloss('queue', 'status', '--queue', 'redis://localhost:1')).toEqual({
    code: 1,
    text: "symloss: ioredis: expected the package to be installed, received Cannot find package 'ioredis' imported from; run: npm install bullmq ioredis\n",
  });
  // whoever needs no queue needs none of them
  expect((await symloss('losses')).code).toBe(0);
});
