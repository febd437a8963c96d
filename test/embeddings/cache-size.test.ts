import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeOldest } from '../../src/data/formats/embeddings/vector-cache.ts';
import { folders } from '../cli/run.ts';

const folder = folders('embed-size');

test('beyond the most bytes, vectors go that were not used for the longest time, and no other files', async () => {
  const cache = folder();
  const name = (i: number) => `embeddings-${String(i).repeat(20)}.bytes`;
  for (const i of [1, 2, 3, 4]) {
    writeFileSync(join(cache, name(i)), new Uint8Array(100));
    utimesSync(join(cache, name(i)), 1000 + i, 1000 + i);
  }
  writeFileSync(join(cache, 'images-1.bytes'), new Uint8Array(1000));
  await removeOldest(cache, name(1), 250); // the one just written, and the newest
  expect(readdirSync(cache).sort()).toEqual([name(1), name(4), 'images-1.bytes']);
});
