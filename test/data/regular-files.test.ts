import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { openDataset, readImageFolder } from '../../src/data/formats/index.ts';
import { loadLossModules, readGrid } from '../../src/experiments/index.ts';
import { lockFile, lockFolder } from '../../src/io/index.ts';
import { readNoise } from '../../src/run/index.ts';
import { hasPipes } from '../helpers/pipes.ts';
import { faultOf, messageOf } from '../messages.ts';
import { npy, testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('regular');
const image = await grey(7);

/** Puts something that is no regular file where one is expected. */
type Make = (path: string) => void;
const makers: readonly [string, Make][] = [
  ['a pipe', (path) => execFileSync('mkfifo', [path])],
  ['a device', (path) => symlinkSync('/dev/zero', path)],
  ['a folder', (path) => mkdirSync(path)],
];

describe.skipIf(!hasPipes).each(makers)('%s', (kind, make) => {
  const base = kind.replace(' ', '-');
  const path = (name: string) => join(folder.path, base, name);
  beforeAll(() => {
    mkdirSync(join(folder.path, base));
  });

  const names = ['data.csv', 'data.tsv', 'x.npy', 'x.npz', 'x.parquet'];
  // a folder may be data whatever it is called
  it.each(kind === 'a folder' ? [] : [...names, 'data.csv.gz', 'x'])(
    'called %s is refused at once',
    async (name) => {
      make(path(name));
      const labels = {
        ...(/csv|tsv|npz/.test(name) && { label: 'y' }),
        ...(name === 'x.npy' && { labelsFile: path(name) }),
      };
      const file = /csv|tsv/.test(name) ? 'a CSV file' : 'a file';
      expect(await faultOf(openDataset(path(name), labels))).toBe(
        `${path(name)}: expected ${file}, received ${kind}`,
      );
    },
  );

  it('is refused as a file of labels, noise, a grid, a module or a lock', async () => {
    const [labels, features] = [path('labels'), path('good.npy')];
    make(labels);
    writeFileSync(features, npy('|u1', [2, 2], Uint8Array.of(1, 2, 3, 4)));
    const received = `, received ${kind}`;
    expect(await faultOf(openDataset(features, { labelsFile: labels }))).toContain(received);
    expect(await faultOf(readGrid(labels))).toContain(received);
    expect(messageOf(() => readNoise(`matrix:${labels}`))).toContain(received);
    expect(await faultOf(loadLossModules([labels]))).toContain(received);
    make(path(lockFile));
    expect(await faultOf(lockFolder(path('.')))).toContain(received);
  });

  it('is refused in a folder of CIFAR', async () => {
    const cifar = path('cifar');
    mkdirSync(cifar);
    make(join(cifar, 'data_batch_1.bin'));
    make(join(cifar, 'batches.meta.txt'));
    expect(await faultOf(openDataset(cifar))).toContain(`received ${kind}`);
  });

  it.skipIf(kind === 'a folder')('is a bad image', async () => {
    const images = path('images');
    for (const name of ['a/1.png', 'b/1.png']) folder.save(join(base, 'images', name), image);
    const where = join(images, 'b', '2.png');
    make(where);
    expect(await faultOf(readImageFolder(images))).toBe(
      `${where}: expected an image that can be decoded, received ${kind}; ` +
        'replace it, or leave such images out (badImages: skip)',
    );
    const { data } = await readImageFolder(images, { badImages: 'skip' });
    expect([...data.labels]).toEqual([0, 1]);
    expect(data.notices).toContain(`1 bad image left out: ${where} (${kind})`);
  });
});
