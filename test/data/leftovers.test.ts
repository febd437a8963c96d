import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { readFileRows, readIdxImages, readImageFolder } from '../../src/data/formats/index.ts';
import type { RowFile } from '../../src/data/index.ts';
import { idx, ramp, testFolder } from './files.ts';
import { colour } from './pictures.ts';

const folder = testFolder('leftovers');
const images = await Promise.all([1, 2, 3].map((i) => colour([i, 0, 0], 8, 8)));
const partOf = (names: string[]) => names.filter((name) => name.endsWith('.part'));

function fill(name: string, n: number): { data: string; cache: string } {
  for (let i = 0; i < n; i++)
    folder.save(`${name}/${'ab'[i % 2]}/${i}.png`, images[i % 3] as Buffer);
  const cache = join(folder.path, `${name}-cache`);
  mkdirSync(cache);
  return { data: join(folder.path, name), cache };
}

it('what a killed build left is removed by the next one, which is right', async () => {
  const { data, cache } = fill('killed', 1000);
  const open = `import { openDataset } from ${JSON.stringify(new URL('../../dist/data/formats/index.js', import.meta.url).href)};
    await openDataset(${JSON.stringify(data)}, { cache: ${JSON.stringify(cache)}, memoryLimit: 1 });`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', open], { stdio: 'ignore' });
  const ended = new Promise((done) => child.once('exit', done));
  while (partOf(readdirSync(cache)).length === 0 && child.exitCode === null) {
    await new Promise((done) => setTimeout(done, 5));
  }
  child.kill('SIGKILL');
  await ended;
  expect(partOf(readdirSync(cache))).toHaveLength(1);
  const read = await readImageFolder(data, { cache, memoryLimit: 1 });
  expect(partOf(readdirSync(cache))).toEqual([]);
  const file = read.data.features as RowFile;
  expect(readFileRows(file, 0, 1).slice(0, 64)).toEqual(new Uint8Array(64).fill(1));
  expect(file.rows).toBe(1000);
});

it('those of a process at work, of a fresh one elsewhere and what is no part stay', async () => {
  const { data, cache } = fill('living', 4);
  const key = 'x-0123456789abcdef0123';
  const save = (name: string, age: number) => {
    writeFileSync(join(cache, name), 'x');
    utimesSync(join(cache, name), new Date(), new Date(Date.now() - age));
  };
  const gone = 2 ** 22 - 2; // a number that no process has
  const stay = [
    `${key}.bytes.m00000000.${gone}-aaaaaaaaaaaa.part`, // of another machine
    `${key}.bytes.m00000000.${process.ppid}-aaaaaaaaaaab.part`,
    `${key}.json.${process.ppid}-aaaaaaaaaaac.part`,
    `notes.bytes.${gone}-aaaaaaaaaaad.part`,
    `${key}.bytes`,
  ];
  for (const name of stay) save(name, 1_000);
  save(`${key}.bytes.m00000000.${gone}-bbbbbbbbbbbb.part`, 120_000);
  save(`${key}.json.${gone}-bbbbbbbbbbbc.part`, 120_000);
  save(`${key}.bytes.m00000000.${process.ppid}-bbbbbbbbbbbd.part`, 2 * 86_400_000);
  await readImageFolder(data, { cache });
  expect(readdirSync(cache).sort()).toEqual(stay.sort());
});

it('an interrupted build leaves nothing, of encoded images or others', async () => {
  const { data, cache } = fill('aborted', 200);
  const packed = folder.save('images.gz', gzipSync(idx([100, 10, 10], ramp(10_000))));
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error('interrupted')), 20);
  const options = { cache, memoryLimit: 1, signal: interrupt.signal };
  await expect(readImageFolder(data, options)).rejects.toThrow('interrupted');
  await expect(readIdxImages(packed, options)).rejects.toThrow('interrupted');
  expect(readdirSync(cache)).toEqual([]);
});
