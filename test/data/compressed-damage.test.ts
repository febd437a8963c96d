import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset, parquetBytes, readFileRows } from '../../src/data/formats/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { isRowFile } from '../../src/data/index.ts';
import { idx, npy, ramp, testFolder } from './files.ts';

/*
 * Whatever is read compressed and is damaged is refused by the name of its file, with an error of ours; or read as it was,
 * where the damage is in bytes that say nothing of the content.
 */
const folder = testFolder('compressed');
const n = 40;
const rows = Array.from({ length: n }, (_, i) => [i / 4, (i * 7) % 11, 'uvw'[i % 3]] as const);
const labels = Uint8Array.from(ramp(n), (i) => i % 3);
const numbers = new Uint8Array(Float32Array.from(ramp(3 * n)).buffer);
const zipped = zipSync(
  {
    'x.npy': new Uint8Array(npy('<f4', [n, 3], numbers)),
    'y.npy': new Uint8Array(npy('|u1', [n], labels)),
  },
  { level: 6 },
);
const packed = await parquetBytes([
  { name: 'a', type: 'double', values: rows.map(([a]) => a) },
  { name: 'y', type: 'text', values: rows.map(([, , y]) => y as string) },
]);

interface Compressed {
  readonly file: string;
  readonly bytes: Uint8Array;
  /** What is opened, where it is not the file, and what lies beside it. */
  readonly source?: string;
  readonly beside?: Readonly<Record<string, Uint8Array>>;
  readonly options?: OpenOptions;
}

const kinds: Readonly<Record<string, Compressed>> = {
  'CSV in gzip': {
    file: 'data.csv.gz',
    bytes: gzipSync(['a,b,y', ...rows.map((row) => row.join())].join('\n')),
    options: { label: 'y' },
  },
  'CSV in gzip, whatever it is called': {
    file: 'data.csv',
    bytes: gzipSync(['a,b,y', ...rows.map((row) => row.join())].join('\n')),
    options: { label: 'y' },
  },
  'JSON lines in gzip': {
    file: 'data.jsonl.gz',
    bytes: gzipSync(rows.map(([a, b, y]) => JSON.stringify({ a, b, y })).join('\n')),
    options: { label: 'y' },
  },
  'images of IDX in gzip': {
    file: 'images.gz',
    bytes: gzipSync(idx([n, 2, 2], ramp(4 * n))),
    beside: { labels: idx([n], [...labels]) },
    options: { labelsFile: 'labels' },
  },
  'labels of IDX in gzip': {
    file: 'labels.gz',
    bytes: gzipSync(idx([n], [...labels])),
    source: 'images',
    beside: { images: idx([n, 2, 2], ramp(4 * n)) },
    options: { labelsFile: 'labels.gz' },
  },
  'a packed archive of arrays': { file: 'data.npz', bytes: zipped },
  'a Parquet file': { file: 'data.parquet', bytes: packed, options: { label: 'y' } },
};

function contentOf({ features, labels: own, classes, texts }: Dataset) {
  const values = isRowFile(features) ? readFileRows(features, 0, own.length) : features;
  return [Array.from(values), Array.from(own), classes, texts];
}

function open({ file, source = file, beside = {}, options }: Compressed, bytes: Uint8Array) {
  for (const [name, content] of Object.entries(beside)) folder.save(name, content);
  folder.save(file, bytes);
  const { labelsFile, ...others } = options ?? {};
  return openDataset(`${folder.path}/${source}`, {
    ...others,
    ...(labelsFile !== undefined && { labelsFile: `${folder.path}/${labelsFile}` }),
  });
}

/** Ways of damage, by what they do to the bytes. */
const damages: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer>> = {
  'a bit is another': (bytes, at) => {
    const bad = Buffer.from(bytes);
    bad[at] = (bad[at] as number) ^ (1 << (at % 8));
    return bad;
  },
  'cut off': (bytes, at) => bytes.subarray(0, at),
  'a part is missing': (bytes, at) =>
    Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 16))]),
  'zeros in it': (bytes, at) => Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at + 16)),
};

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  test.each(Object.entries(damages))(
    '%s: refused by its name, or read as it was',
    async (_how, damage) => {
      const right = contentOf((await open(kind, kind.bytes)).data);
      const rng = stream(5, 'places');
      const isParquet = kind.file.endsWith('.parquet'); // slow to open
      const messages: string[] = [];
      const others: number[] = [];
      for (let i = 0; i < (isParquet ? 12 : 40); i++) {
        const at = rng.integer(kind.bytes.length - 1) + 1;
        const work = open(kind, damage(Buffer.from(kind.bytes), at)).then(({ data }) => {
          // texts of a Parquet file have no checksum
          const isRight = JSON.stringify(contentOf(data)) === JSON.stringify(right);
          if (!isRight) others.push(at);
          return '';
        });
        const message = await work.catch(() => folder.fault(work));
        if (message !== '') messages.push(message);
      }
      expect(messages.length).toBeGreaterThan(0);
      expect(messages.filter((own) => !own.includes(kind.file))).toEqual([]);
      expect(messages.filter((own) => /Z_[A-Z]+|undefined|NaN/.test(own))).toEqual([]);
      expect(isParquet ? [] : others).toEqual([]);
    },
  );
});

describe('what is compressed otherwise is refused by its name', () => {
  const starts = {
    xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00],
    zst: [0x28, 0xb5, 0x2f, 0xfd],
    bz2: [0x42, 0x5a, 0x68, 0x39],
    zip: [0x50, 0x4b, 0x03, 0x04],
    xlsx: [0x50, 0x4b, 0x03, 0x04],
    '7z': [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c],
  };
  const rng = stream(6, 'other archives');
  const noise = Buffer.from(Array.from({ length: 2000 }, () => rng.integer(256)));

  test.each(Object.entries(starts))('%s', async (extension, start) => {
    for (const name of [`data.csv.${extension}`, `data.${extension}`, `${extension}.csv`]) {
      const path = folder.save(name, Buffer.concat([Buffer.from(start), noise]));
      const message = await folder.fault(openDataset(path, { label: 'y' }));
      expect(message.startsWith(name)).toBe(true);
      expect(message).not.toMatch(/Z_[A-Z]+|undefined|NaN/);
    }
  });
});
