import { dirname } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import type { ByteStore, StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { fileContent, readStart } from '../shared/file-bytes.ts';
import { storedRows } from '../shared/image-cache.ts';
import type { ImageRows } from '../shared/rows.ts';

/** The first bytes of an IDX file of unsigned bytes: 0, 0, type 8, number of dimensions. */
interface IdxHeader {
  readonly shape: readonly number[];
  /** Bytes of the header. */
  readonly length: number;
  readonly gzip: boolean;
}

/** Type codes of the format; only unsigned bytes are images. */
const types: Readonly<Record<number, string>> = {
  8: 'unsigned bytes',
  9: 'signed bytes',
  11: '16-bit integers',
  12: '32-bit integers',
  13: '32-bit floats',
  14: '64-bit floats',
};

/** Whether a file starts as one in the IDX format does. */
export function isIdx(start: Uint8Array): boolean {
  return (
    start.length >= 8 &&
    start[0] === 0 &&
    start[1] === 0 &&
    types[start[2] as number] !== undefined &&
    (start[3] as number) >= 1 &&
    (start[3] as number) <= 8
  );
}

/**
 * Reads images in the IDX format, as MNIST comes in: bytes [n, h, w], or [n, c, h, w], compressed by
 * gzip or not.
 * Source of the format: Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database.
 * @throws SymlossError if the file is foreign, truncated or too long, or holds no images
 */
export async function readIdxImages(path: string, options: StoreOptions = {}): Promise<ImageRows> {
  const header = await readHeader(path);
  const [n = 0, ...rest] = header.shape;
  if (rest.length < 2 || rest.length > 3) {
    throw new SymlossError(path, 'images, 3 or 4 dimensions', `${header.shape.length}`, {
      hint: header.shape.length === 1 ? 'these are labels' : undefined,
    });
  }
  const [w, h, c = 1] = rest.toReversed() as [number, number, number?];
  const shape = [c, h, w] as const;
  const rowSize = c * h * w;
  if (!header.gzip && !fitsMemory(n * rowSize, options)) {
    const features = { file: path, offset: header.length, stride: rowSize, rows: n, rowSize };
    return { features, shape, skipped: [], notices: [] };
  }
  const plan = { sources: [path], beside: dirname(path), key: 'idx' };
  return storedRows(path, n, shape, plan, options, (store) => readValues(path, header, store));
}

/**
 * Reads labels in the IDX format: bytes [n].
 * @throws SymlossError if the file is foreign, truncated or too long, or holds no labels
 */
export async function readIdxLabels(path: string): Promise<Uint8Array> {
  const header = await readHeader(path);
  const [n = 0] = header.shape;
  if (header.shape.length !== 1) {
    throw new SymlossError(path, 'labels, 1 dimension', `${header.shape.length}`, {
      hint: 'these are images',
    });
  }
  const labels = new Uint8Array(n);
  let filled = 0;
  const append = async (bytes: Uint8Array) => {
    labels.set(bytes, filled);
    filled += bytes.length;
  };
  await readValues(path, header, { append });
  return labels;
}

async function readHeader(path: string): Promise<IdxHeader> {
  const { bytes, gzip, size } = await readStart(path, 4 + 4 * 8);
  if (!isIdx(bytes)) {
    const start = bytes.subarray(0, 4).toString('hex').replace(/..\B/g, '$& ') || 'nothing';
    throw new SymlossError(path, 'an IDX file, which starts with 00 00 08', start);
  }
  const type = bytes[2] as number;
  if (type !== 8) {
    throw new SymlossError(path, 'unsigned bytes (type 8)', `${types[type]} (type ${type})`);
  }
  const rank = bytes[3] as number;
  const length = 4 + 4 * rank;
  if (bytes.length < length) throw cutShort(path, length, bytes.length);
  const shape = Array.from({ length: rank }, (_, i) => bytes.readUInt32BE(4 + 4 * i));
  const values = shape.reduce((a, b) => a * b, 1);
  if (values === 0)
    throw new SymlossError(path, 'at least one value', `shape ${shape.join(' × ')}`);
  // a foreign file may announce anything: reserve no memory for what can't be in the file
  const most = gzip ? 1032 * size : size - length; // deflate packs 258 bytes into 2 bits at best
  if (values > most || (!gzip && values < most)) {
    throw gzip ? cutShort(path, values, `at most ${most}`) : wrongLength(path, values, most);
  }
  return { shape, length, gzip };
}

async function readValues(
  path: string,
  { shape, length, gzip }: IdxHeader,
  store: Pick<ByteStore, 'append'>,
): Promise<void> {
  const expected = shape.reduce((a, b) => a * b, 1);
  let skip = length;
  let read = 0;
  for await (const chunk of fileContent(path, { gzip })) {
    const values = chunk.subarray(Math.min(skip, chunk.length));
    skip -= chunk.length - values.length;
    read += values.length;
    if (read > expected) throw wrongLength(path, expected, `more`);
    if (values.length > 0) await store.append(values);
  }
  if (read < expected) throw cutShort(path, expected, read);
}

function cutShort(path: string, expected: number, received: number | string): SymlossError {
  return new SymlossError(path, `${expected} bytes`, `${received}: it is truncated`, {
    hint: 'download the file again',
  });
}

function wrongLength(path: string, expected: number, received: number | string): SymlossError {
  if (typeof received === 'number' && received < expected)
    return cutShort(path, expected, received);
  const values = `${expected} values, as its header says`;
  return new SymlossError(path, values, `${received}`, { hint: 'download the file again' });
}
