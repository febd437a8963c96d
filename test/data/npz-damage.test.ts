import { writeFileSync } from 'node:fs';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { SymlossError, stream } from '../../src/core/index.ts';
import type { Opened } from '../../src/data/formats/index.ts';
import { openDataset, readNpz } from '../../src/data/formats/index.ts';
import { npy, ramp, testFolder } from './files.ts';

const folder = testFolder('npz');
const path = `${folder.path}/x.npz`;

const n = 40;
const arrays = {
  'x_train.npy': npy('<f4', [n, 3], new Uint8Array(Float32Array.from(ramp(3 * n)).buffer)),
  'y_train.npy': npy(
    '|u1',
    [n],
    Uint8Array.from(ramp(n), (i) => i % 3),
  ),
  'x_test.npy': npy('<f4', [6, 3], new Uint8Array(Float32Array.from(ramp(18)).buffer)),
  'y_test.npy': npy('|u1', [6], Uint8Array.of(0, 1, 2, 2, 1, 0)),
};
const pack = (level: 0 | 6) => {
  const files = Object.entries(arrays).map(([name, bytes]) => [name, new Uint8Array(bytes)]);
  return zipSync({ ...Object.fromEntries(files), 'note.txt': strToU8('made by hand') }, { level });
};

const plain = ({ data, test }: Opened) =>
  [data, test].map((part) => [part?.features, part?.labels, part?.classes]);

describe.each([
  ['packed', 6],
  ['stored', 0],
] as const)('one bit of a %s archive that is another', (_, level) => {
  it('is refused, or does not matter', async () => {
    const bytes = pack(level);
    writeFileSync(path, bytes);
    const right = plain(await readNpz(path));
    const rng = stream(7, 'flips');
    let refused = 0;
    for (let i = 0; i < 200; i++) {
      const bad = bytes.slice();
      const at = rng.integer(8 * bytes.length);
      bad[at >> 3] = (bad[at >> 3] as number) ^ (1 << (at & 7));
      writeFileSync(path, bad);
      const read = await readNpz(path).catch((error: unknown) => error);
      const fault = read instanceof SymlossError ? read.message : '';
      if (fault !== '') refused++;
      expect(fault === '' ? plain(read as Opened) : right, `bit ${at}`).toEqual(right);
      expect(fault).not.toMatch(/Z_|undefined|NaN/);
    }
    expect(refused).toBeGreaterThan(100);
  });
});

it('an array that was packed with another checksum is named', async () => {
  const bytes = pack(0);
  const at = Buffer.from(bytes).indexOf(Buffer.from(Float32Array.of(5, 6).buffer));
  bytes[at] = (bytes[at] as number) ^ 1;
  writeFileSync(path, bytes);
  expect(await folder.fault(readNpz(path))).toBe(
    'x.npz, x_train: expected a valid archive of arrays (.npz), received other bytes than its CRC-32 says; save it again',
  );
});

it('an archive is closed, and not read on, when the reading is interrupted', async () => {
  writeFileSync(path, pack(6));
  const signal = AbortSignal.abort(new Error('interrupted'));
  await expect(openDataset(path, { signal })).rejects.toThrow('interrupted');
});
