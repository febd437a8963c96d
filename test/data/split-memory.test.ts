import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** In a process of its own, compiled. */
const script = `
  import { stream } from 'symloss/core';
  import { stratifiedSplit } from 'symloss/data';
  import { peakMemory } from ${JSON.stringify(new URL('../helpers/peak-memory.mjs', import.meta.url).href)};
  const n = 4e6;
  const labels = new Int32Array(n).map((_, i) => (i * 7919) % 13 % 3);
  const split = (own) => stratifiedSplit(own, 3, 0.2, stream(1, 'split'));
  split(labels.subarray(0, 1000));
  const before = peakMemory();
  const { part } = split(labels);
  console.log(JSON.stringify([part.length, (peakMemory() - before) / n]));
`;

test('a split of millions of rows takes ten bytes a row, about', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--input-type=module',
    '-e',
    script,
  ]);
  const [rows, bytes] = JSON.parse(stdout) as [number, number];
  expect(rows).toBe(800_000);
  expect(bytes).toBeLessThan(16);
});
