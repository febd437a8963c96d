import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { closest } from '../../src/core/closest.ts';
import { openInputs, readRows } from '../../src/data/formats/index.ts';
import { csvFiles } from './csv-files.ts';

const { save, read, fault } = csvFiles();
const place = '(counting data rows from 1)';

/** 17 MiB of one byte, packed. */
const filled = (head: string, byte: string) =>
  gzipSync(Buffer.concat([Buffer.from(head), Buffer.alloc(17 * 2 ** 20, byte)]), { level: 1 });

/** What reading a file is refused with in a process of its own, and the memory in bytes that it had more than before. */
async function refused(path: string, memoryLimit: number) {
  const work = `
    import { readCsv } from ${JSON.stringify(new URL('../../dist/data/formats/index.js', import.meta.url).href)};
    import { peakMemory } from ${JSON.stringify(new URL('../helpers/peak-memory.mjs', import.meta.url).href)};
    const before = process.memoryUsage().rss;
    const options = { label: 'y', memoryLimit: ${memoryLimit} };
    const { where, expected } = await readCsv(${JSON.stringify(path)}, options).catch((e) => e);
    console.log(JSON.stringify({ where, expected, more: peakMemory() - before }));`;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', work]);
  return JSON.parse(stdout) as { where: string; expected: string; more: number };
}

describe('lines without an end', () => {
  it.each([
    ['a quoted cell', 'a,y\n1,u\n2,"', '\n', `row 2 ${place}`],
    ['a header', 'a,y', ',', 'header'],
  ])('%s: refused', async (_, head, byte, where) => {
    expect(await fault(read(filled(head, byte), {}, 'long.csv.gz'))).toBe(
      `long.csv.gz, ${where}: expected an end of the line within 16777216 bytes, received none; ` +
        'close the quoted cell, or break the line',
    );
  });
});

describe('the memory limit', () => {
  const rows = (n: number) => `a,b,y\n${'1,2,u\n3,4,v\n'.repeat(n / 2)}`;

  it('counts numbers and labels, and says which row exceeds it', async () => {
    const { labels } = await read(rows(1000), { memoryLimit: 36_000 });
    expect(labels.length).toBe(1000);
    expect(await fault(read(rows(1000), { memoryLimit: 30_000 }, 'm.csv'))).toBe(
      `m.csv, row 1000 ${place}: expected a table within the memory limit of 30000 bytes, ` +
        'received a larger one; raise the limit (memoryLimit), leave columns out (ignore), ' +
        'or take a part of the rows',
    );
    expect(await fault(read(rows(1000), { memoryLimit: 20_000, ignore: ['b'] }))).toContain(
      'limit',
    );
    const path = await save(rows(1000));
    expect(await fault(readRows(path, ['a', 'b'], { memoryLimit: 15_000 }))).toContain('limit');
    const input = { featureShape: [2], columns: ['a', 'b'] };
    expect(await fault(openInputs(path, input, { memoryLimit: 15_000 }))).toContain('limit');
  });

  it('counts texts of labels', async () => {
    const ids = Array.from({ length: 200 }, (_, i) => `1,${'x'.repeat(10_000)}${i}\n`);
    expect(await fault(read(`a,y\n${ids.join('')}`, { memoryLimit: 2 ** 20 }))).toContain(
      'a table within the memory limit of 1048576 bytes',
    );
  });

  it('bounds what a packed file of many rows takes', async () => {
    const path = await save(gzipSync(rows(4_000_000), { level: 1 }), 'many.csv.gz');
    const { expected, more } = await refused(path, 2 ** 25);
    expect(expected).toBe('a table within the memory limit of 33554432 bytes');
    expect(more).toBeLessThan(160 * 2 ** 20); // 190 MB are held without the limit, and more in passing
  });

  it('bounds what many columns take, before any row is read', async () => {
    const names = Array.from({ length: 200_000 }, (_, j) => `c${j}`);
    const text = `${names.join()},y\n${'1,'.repeat(names.length)}u\n`;
    const { where, expected, more } = await refused(await save(text, 'wide.csv'), 2 ** 25);
    expect(where).toMatch(/wide\.csv, 200001 columns$/);
    expect(expected).toBe('a table within the memory limit of 33554432 bytes');
    expect(more).toBeLessThan(160 * 2 ** 20); // 390 MiB when the columns were not counted
  });
});

describe('many columns', () => {
  const d = 100_000;
  const names = Array.from({ length: d }, (_, j) => `c${j}`);
  const text = `${names.join(',')},y\n${'1,'.repeat(d)}u\n${'2,'.repeat(d)}v\n`;

  it('take time in proportion', async () => {
    const data = await read(text, { features: names });
    expect(data.featureShape).toEqual([d]);
    expect(data.features[d - 1]).toBe(1);
    expect(data.features[d]).toBe(2);
    const { features } = await readRows(await save(text), names);
    expect(features.length).toBe(2 * d);
    const twice = text.replace(`c${d - 1},y`, 'c7,y');
    expect(await fault(read(twice, {}, 'twice.csv'))).toBe(
      `twice.csv, header: expected a different name for each column, received "c7" for columns 8 and ${d}; rename one of them`,
    );
  });

  it('without names are left out in a line of words', async () => {
    const data = await read(`a${','.repeat(d)},y\n1${','.repeat(d)},u\n2${','.repeat(d)},v\n`);
    expect(data.notices[1]).toMatch(/^left out as unnamed in the header: column 2, 3, .*, … \(/);
    expect(data.notices[1]?.length).toBeLessThan(200);
  });

  it('names without end are not compared letter by letter', () => {
    const name = 'x'.repeat(1_000_000);
    expect(closest(`${name}y`, [`${name}z`])).toBeUndefined();
  });
});

it('reading ends within a piece of the file when it is interrupted', async () => {
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(read('a,y\n1,u\n2,v\n', { signal })).rejects.toThrow('interrupted');
  const interrupt = new AbortController();
  const work = read(`a,y\n${'1,u\n2,v\n'.repeat(1_000_000)}`, { signal: interrupt.signal });
  setTimeout(() => interrupt.abort(new Error('interrupted')), 50);
  await expect(work).rejects.toThrow('interrupted');
});
