import { dirname } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import { readBytes } from '../../../io/index.ts';
import type { Dataset, Features } from '../../dataset.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { labelledDataset } from '../shared/dataset.ts';
import { fileRows, readStart } from '../shared/file-bytes.ts';
import { storedRows } from '../shared/image-cache.ts';
import type { FeatureRows } from '../shared/rows.ts';
import type { NpyArray, NpyHeader } from './array.ts';
import { checkNpyLength, npyBytes, npyHeadLength, parseNpy, parseNpyHeader } from './array.ts';
import { readLabelsFile } from './labels.ts';
import type { NpyLayout } from './layout.ts';
import { moveChannelsFirst, npyFeatures, npyLayout } from './layout.ts';

export interface NpyOptions extends StoreOptions {
  /** File of the labels, an array [n] of integers or texts: .npy, or IDX. */
  readonly labelsFile: string;
}

/**
 * Reads features from a .npy file of NumPy and labels from another: numbers [n, d] as a table, bytes
 * [n, h, w], [n, h, w, c] or [n, c, h, w] as images of bytes, other numbers of that shape as images
 * of float32. Images of bytes that exceed the memory limit stay in the file where the channels come
 * first. Python objects (pickles) are refused.
 * @throws SymlossError naming the file that is missing, foreign, truncated or of another shape
 */
export async function readNpy(path: string, options: NpyOptions): Promise<Dataset> {
  for (const file of [path, options?.labelsFile]) {
    if (typeof file !== 'string')
      throw new SymlossError('readNpy', 'paths of two files', show(file));
  }
  const rows = await readNpyRows(path, options);
  return labelledDataset({ path, rows, labels: await readLabelsFile(options.labelsFile) });
}

/** Reads the features of a .npy file, as `readNpy` does. */
export async function readNpyRows(path: string, options: StoreOptions = {}): Promise<FeatureRows> {
  const { bytes, size, gzip } = await readStart(path, npyHeadLength);
  const header = parseNpyHeader(path, bytes);
  if (gzip) throw new SymlossError(path, 'a .npy file as it is', 'one compressed by gzip');
  checkNpyLength(path, header, size);
  const layout = npyLayout(path, header.shape);
  const isBytes = header.dtype === 'u1' && layout.featureShape.length === 3;
  if (isBytes && !fitsMemory(npyBytes(header), options)) {
    return readLarge(path, header, layout, options);
  }
  if (!fitsMemory(size, {})) {
    throw new SymlossError(path, 'a file of less than 4 GiB, or images of bytes', `${size} bytes`);
  }
  return npyRows(path, parseNpy(path, await readBytes(path)));
}

async function readLarge(
  path: string,
  header: NpyHeader,
  layout: NpyLayout,
  options: StoreOptions,
): Promise<FeatureRows> {
  if (header.fortranOrder) {
    throw new SymlossError(
      path,
      'images in C order, since they exceed the memory limit',
      'Fortran order',
      {
        hint: 'save numpy.ascontiguousarray(images)',
      },
    );
  }
  const { n, featureShape, channelsLast } = layout;
  const shape = featureShape as readonly [number, number, number];
  const rowSize = npyBytes(header) / n;
  const { offset } = header;
  if (!channelsLast) {
    return featureRows({ file: path, offset, stride: rowSize, rows: n, rowSize }, featureShape);
  }
  const plan = { sources: [path], beside: dirname(path), key: 'npy' };
  return storedRows(path, n, shape, plan, options, async (store) => {
    const out = new Uint8Array(rowSize);
    for await (const row of fileRows(path, rowSize, offset)) {
      await store.append(moveChannelsFirst(row, shape[0], out));
    }
  });
}

/** An array in memory as rows. */
export function npyRows(where: string, array: NpyArray): FeatureRows {
  const layout = npyLayout(where, array.shape);
  return featureRows(npyFeatures(array, layout), layout.featureShape);
}

function featureRows(features: Features, shape: readonly number[]): FeatureRows {
  return { features, shape, skipped: [], notices: [] };
}
