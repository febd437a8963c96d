import { createHash } from 'node:crypto';
import { sizeOf } from '../core/index.ts';
import { readFileRows } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { areNumbers, isRowFile } from '../data/index.ts';

/** Hexadecimal digits of a hash: 128 bits, of which no two of any number of rows that fit a disk are equal by chance. */
const digits = 32;

/** The features of rows: what `contentHash` is made of. */
export type RowContent = Pick<Dataset, 'features' | 'featureShape' | 'columns' | 'kinds' | 'texts'>;

/**
 * What tells whether a row is still the one that was decided on: the first 32 hexadecimal digits of a SHA-256 of its features,
 * whatever the other rows are. Numbers count by their bytes as float32 (a missing one as NaN), texts and categories as their
 * texts, with the names of their columns; images by their pixels. Labels and ids do not count.
 * @param row from 0 to n − 1, in the order of the data
 */
export function contentHash(data: RowContent, row: number): string {
  const hash = createHash('sha256');
  const { features, featureShape, columns = [], kinds = [], texts = [] } = data;
  hash.update(JSON.stringify([areNumbers(features) ? 'numbers' : 'bytes', featureShape]));
  const values = rowFeatures(data, row);
  if (values instanceof Uint8Array) return hash.update(values).digest('hex').slice(0, digits);
  const number = new DataView(new ArrayBuffer(4));
  for (const [j, value] of values.entries()) {
    const text = texts[j]?.[value];
    const own = text === undefined ? '' : text;
    const kind = text === undefined ? 'number' : 'text';
    const length = Buffer.byteLength(own);
    hash.update(JSON.stringify([columns[j] ?? j, kinds[j] ?? 'numeric', kind, length])).update(own);
    if (text !== undefined) continue;
    number.setFloat32(0, Number.isNaN(value) ? Number.NaN : value, true);
    hash.update(new Uint8Array(number.buffer));
  }
  return hash.digest('hex').slice(0, digits);
}

/** Whether hashes are of the same content; one may be the beginning of the other. */
export function isSameContent(a: string, b: string): boolean {
  return a.startsWith(b) || b.startsWith(a);
}

/** The features of one row, wherever they lie. @param row from 0 to n − 1 */
export function rowFeatures(
  { features, featureShape }: Pick<Dataset, 'features' | 'featureShape'>,
  row: number,
): Float32Array | Uint8Array {
  const size = sizeOf(featureShape);
  if (!isRowFile(features)) return features.subarray(row * size, (row + 1) * size);
  const bytes = readFileRows(features, row, row + 1);
  return areNumbers(features) ? new Float32Array(bytes.buffer, bytes.byteOffset, size) : bytes;
}
