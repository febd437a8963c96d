import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { invariant, SymlossError } from '../../../core/index.ts';
import type { Dataset, Features } from '../../dataset.ts';
import { checkDataset } from '../../dataset.ts';
import { list } from '../../text.ts';
import { isIdx, readIdxLabels } from '../idx/idx.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory, openStore } from '../shared/byte-store.ts';
import { fileContent, readStart } from '../shared/file-bytes.ts';
import { cachedRows } from '../shared/image-cache.ts';
import { encodeLabels } from '../shared/integer-classes.ts';
import type { NpyArray, NpyHeader } from './array.ts';
import { checkNpyLength, npyBytes, npyHeadLength, parseNpy, parseNpyHeader } from './array.ts';
import type { NpyLayout } from './features.ts';
import { moveChannelsFirst, npyFeatures, npyLabels, npyLayout } from './features.ts';

export interface NpyOptions extends StoreOptions {
  /** File of the labels, an array [n] of integers: .npy, or IDX. */
  readonly labelsFile: string;
}

/** Rows of an array file, without labels. */
export interface NpyRows {
  readonly features: Features;
  /** `[d]`, or `[c, h, w]` for images. */
  readonly featureShape: readonly number[];
  readonly n: number;
  readonly notices: readonly string[];
}

/**
 * Reads features from a .npy file of NumPy and labels from another: numbers [n, d] as a table, bytes
 * [n, h, w], [n, h, w, c] or [n, c, h, w] as images of bytes, other numbers of that shape as images
 * of float32. Images of bytes that exceed the memory limit stay in the file where the channels come
 * first. Python objects (pickles) are refused.
 * @throws SymlossError naming the file that is missing, foreign, cut short or of another shape
 */
export async function readNpy(path: string, options: NpyOptions): Promise<Dataset> {
  const rows = await readNpyRows(path, options);
  const labels = await readLabelsFile(options.labelsFile);
  return npyDataset(path, rows, labels, undefined);
}

/** Reads the features of a .npy file, as `readNpy` does. */
export async function readNpyRows(path: string, options: StoreOptions = {}): Promise<NpyRows> {
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
  const array = parseNpy(path, await readFile(path));
  return { features: npyFeatures(array, layout), ...layout, notices: [] };
}

async function readLarge(
  path: string,
  header: NpyHeader,
  layout: NpyLayout,
  options: StoreOptions,
): Promise<NpyRows> {
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
    const features = { file: path, offset, stride: rowSize, rows: n, rowSize };
    return { features, featureShape, n, notices: [] };
  }
  const plan = { sources: [path], beside: dirname(path), key: 'npy' };
  const rows = await cachedRows(plan, options, async (file) => {
    const store = await openStore(path, n, rowSize, options, file);
    try {
      const out = new Uint8Array(rowSize);
      let rest: Buffer = Buffer.alloc(0);
      for await (const chunk of fileContent(path, { gzip: false, start: offset })) {
        const content = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        let at = 0;
        for (; at + rowSize <= content.length; at += rowSize) {
          await store.append(moveChannelsFirst(content.subarray(at, at + rowSize), shape[0], out));
        }
        rest = content.subarray(at);
      }
      invariant(rest.length === 0, 'a part of a row in a .npy file');
      return { features: await store.finish(), shape, skipped: [], notices: [] };
    } catch (error) {
      await store.discard();
      throw error;
    }
  });
  return { features: rows.features, featureShape, n, notices: rows.notices };
}

/** Labels from a file of one integer per row: .npy or IDX. */
export async function readLabelsFile(path: string): Promise<number[]> {
  const { bytes } = await readStart(path, npyHeadLength);
  if (isIdx(bytes)) return Array.from(await readIdxLabels(path));
  parseNpyHeader(path, bytes);
  return npyLabels(path, parseNpy(path, await readFile(path)));
}

/** Features and labels of one part. @throws SymlossError if they do not fit */
export function npyDataset(
  path: string,
  rows: NpyRows,
  labels: readonly number[],
  trueLabels: readonly number[] | undefined,
): Dataset {
  const { features, featureShape, n } = rows;
  for (const some of trueLabels ? [labels, trueLabels] : [labels]) {
    if (some.length !== n) {
      throw new SymlossError(path, `${n} labels, one per row`, String(some.length));
    }
  }
  const { classes, labels: encoded } = encodeLabels(
    trueLabels ? [labels, trueLabels] : [labels],
    undefined,
  );
  const [given, truth] = encoded as [Int32Array, Int32Array | undefined];
  const dataset: Dataset = {
    name: basename(path),
    features,
    featureShape,
    labels: given,
    ...(truth && { trueLabels: truth }),
    classes,
    notices: [
      `${path}: ${describe(rows)}, ${classes.length} classes: ${list(classes)}`,
      ...rows.notices,
    ],
  };
  checkDataset(path, dataset);
  return dataset;
}

function describe({ n, featureShape }: NpyRows): string {
  const rows = n.toLocaleString('en-US');
  return featureShape.length === 3
    ? `${rows} images of ${featureShape.join(' × ')}`
    : `${rows} rows, ${featureShape[0]} features`;
}

/** An array in memory as rows. */
export function npyRows(where: string, array: NpyArray): NpyRows {
  const layout = npyLayout(where, array.shape);
  return { features: npyFeatures(array, layout), ...layout, notices: [] };
}
