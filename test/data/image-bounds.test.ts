import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readFolderImages, readImageFolder } from '../../src/data/formats/index.ts';
import { decodedBytes, within } from '../../src/data/formats/shared/decode-budget.ts';
import { faultOf } from '../messages.ts';
import { testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('image-bounds');

/** A PNG of a few kilobytes, whatever its size. */
const bomb = (side: number) =>
  sharp({ create: { width: side, height: side, channels: 3, background: 'red' } })
    .png({ palette: true, colours: 2 })
    .toBuffer();

describe('large images', () => {
  it('are decoded together as far as the memory limit allows', async () => {
    const image = await bomb(2400);
    for (let i = 0; i < 24; i++) folder.save(`many/${i}.png`, image);
    const work = `
      import { peakMemory } from ${JSON.stringify(new URL('../helpers/peak-memory.mjs', import.meta.url).href)};
      import { readFolderImages } from ${JSON.stringify(new URL('../../dist/data/formats/index.js', import.meta.url).href)};
      const before = process.memoryUsage().rss;
      const { rows } = await readFolderImages(${JSON.stringify(join(folder.path, 'many'))}, {
        memoryLimit: ${2 ** 26}, cache: ${JSON.stringify(join(folder.path, 'cache'))},
      });
      console.log(rows.features.rows, peakMemory() - before);`;
    const run = promisify(execFile);
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', work]);
    const [rows, more] = stdout.split(' ').map(Number);
    expect(rows).toBe(24); // 420 MB when all are decoded
    expect(more).toBeLessThan(4 * 2 ** 26);
  });

  it('one that does not fit alone is refused, or left out, unless it is scaled while it is read', async () => {
    for (const name of ['a/0.png', 'b/0.png']) folder.save(`one/${name}`, await grey(7));
    const where = folder.save('one/b/1.png', await bomb(4000));
    const path = join(folder.path, 'one');
    const reason = '4000 × 4000 pixels, which take 96000000 bytes, more than the memory limit';
    expect(await faultOf(readImageFolder(path, { memoryLimit: 2 ** 24 }))).toBe(
      `${where}: expected an image that can be decoded, received ${reason}; ` +
        'raise the limit (memoryLimit), or leave such images out (badImages: skip)',
    );
    const { data } = await readImageFolder(path, { memoryLimit: 2 ** 24, badImages: 'skip' });
    expect(data.notices).toContain(`1 bad image left out: ${where} (${reason})`);
    const scaled = await readImageFolder(path, { memoryLimit: 2 ** 24, imageSize: 2 });
    expect([...(scaled.data.features as Uint8Array).subarray(-12)]).toEqual([
      ...[255, 255, 255, 255],
      ...[0, 0, 0, 0, 0, 0, 0, 0],
    ]);
  });

  it('are advised to be scaled', async () => {
    const read = async (side: number, options = {}) => {
      for (const name of ['a/0.png', 'b/0.png']) folder.save(`large/${name}`, await bomb(side));
      return (await readImageFolder(join(folder.path, 'large'), options)).data.notices.slice(1);
    };
    expect(await read(512)).toEqual([]);
    expect(await read(513)).toEqual([
      'images of 513 × 513 are large: training may wait for them most of the time; ' +
        'imageSize (--image-size) scales them when they are read',
    ]);
    expect(await read(513, { imageSize: 8 })).toEqual(['2 images of another size scaled to 8 × 8']);
  });

  it('take what their headers say', () => {
    const header = {
      ...{ width: 1000, height: 2000, channels: 3, depth: 'uchar', format: 'jpeg' },
      ...{ isProgressive: false, orientation: 1 },
    } as Parameters<typeof decodedBytes>[0];
    expect(decodedBytes(header, undefined)).toBe(12_000_000);
    expect(decodedBytes({ ...header, depth: 'ushort' }, undefined)).toBe(18_000_000);
    expect(decodedBytes(header, [10, 20])).toBe(256 * 6000 + 600);
    for (const change of [{ orientation: 6 }, { isProgressive: true }, { format: 'webp' }]) {
      expect(decodedBytes({ ...header, ...change } as typeof header, [10, 20])).toBe(12_000_000);
    }
  });

  it('are grouped in their order', () => {
    expect([...within([3, 1, 9, 2, 2, 1, 1], (bytes) => bytes, 5)]).toEqual([
      [3, 1],
      [9],
      [2, 2, 1],
      [1],
    ]);
  });
});

describe('images that are not there', () => {
  it.skipIf(process.platform === 'win32')('dangling links are refused, or left out', async () => {
    for (const name of ['a/0.png', 'b/0.png']) folder.save(`links/${name}`, await grey(7));
    const where = join(folder.path, 'links/a/1.png');
    symlinkSync('nowhere.png', where);
    const path = join(folder.path, 'links');
    const cache = join(folder.path, 'links-cache');
    mkdirSync(cache); // then the sources' times are looked at, too
    expect(await faultOf(readImageFolder(path, { cache }))).toBe(
      `${where}: expected an image that can be decoded, received no such file; ` +
        'replace it, or leave such images out (badImages: skip)',
    );
    const { data } = await readImageFolder(path, { cache, badImages: 'skip' });
    expect([...data.labels]).toEqual([0, 1]);
  });

  const base = mkdtempSync(join(tmpdir(), 'symloss-names-'));
  const named = (text: string) =>
    Buffer.concat([Buffer.from(`${base}/`), Buffer.from(text, 'latin1')]);
  let areTaken = process.platform !== 'win32';
  try {
    writeFileSync(named('\xe9.txt'), 'x');
  } catch {
    areTaken = false;
  }
  rmSync(base, { recursive: true });

  if (!areTaken) console.log('skipped: names that are not UTF-8, which this disk refuses');
  it.skipIf(!areTaken)('names that are not UTF-8 are refused, or left out', async () => {
    const image = await grey(7);
    mkdirSync(base);
    try {
      writeFileSync(named('a.png'), image);
      writeFileSync(named('\xe9.png'), image);
      expect(await faultOf(readFolderImages(base))).toBe(
        `${base}/\uFFFD.png: expected an image that can be decoded, received a name that is not UTF-8; ` +
          'replace it, or leave such images out (badImages: skip)',
      );
      const { paths } = await readFolderImages(base, { badImages: 'skip' });
      expect(paths).toEqual(['a.png']);
      mkdirSync(named('\xe8'));
      expect(await faultOf(readFolderImages(base, { badImages: 'skip' }))).toBe(
        `${base}/\uFFFD: expected a folder that can be read, received a name that is not UTF-8`,
      );
    } finally {
      rmSync(base, { recursive: true });
    }
  });
});
