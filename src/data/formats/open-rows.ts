import { SymlossError } from '../../core/index.ts';
import type { Features } from '../dataset.ts';
import { isImages } from '../dataset.ts';
import { readIdxImages } from './idx/idx.ts';
import { readFolderImages } from './image-folder/image-folder.ts';
import { readNpyRows } from './npy/dataset.ts';
import { readNpzRows } from './npz/npz.ts';
import type { OpenOptions } from './open.ts';
import { checkApplies, openDataset } from './open.ts';
import { readParquetImageRows } from './parquet/images.ts';
import type { DecodeOptions } from './shared/decode-images.ts';
import { sourceKind } from './source-kind.ts';

export interface OpenRowsOptions
  extends DecodeOptions,
    Pick<OpenOptions, 'folder' | 'imageColumn'> {
  /** Of data with a test part of their own: which one. Default: `train`. */
  readonly part?: 'train' | 'test';
}

/** Images to predict for. */
export interface OpenedRows {
  readonly features: Features;
  /** `[c, h, w]` */
  readonly featureShape: readonly number[];
  /** `[n]`: which rows of the source these are, counted from 0; all but bad images left out. */
  readonly kept: Uint32Array;
  /** `[n]`, relative to the folder, for a folder of images. */
  readonly paths?: readonly string[];
  readonly notices: readonly string[];
}

/**
 * Reads images of any format without their labels: a folder is read with the folders below it, however
 * they are called. Of a data set in parts the rows of `options.part`.
 * @param shape [c, h, w] of the model: encoded images are brought to it
 * @throws SymlossError where the source holds no images, or images of another shape
 */
export async function openImageRows(
  source: string,
  shape: readonly number[],
  options: OpenRowsOptions = {},
): Promise<OpenedRows> {
  const rows = await read(source, shape, options);
  const { featureShape } = rows;
  if (featureShape.length === shape.length && featureShape.every((d, i) => d === shape[i]))
    return rows;
  const received = isImages(rows)
    ? featureShape.join(' × ')
    : `${featureShape.join(' × ')} numbers`;
  throw new SymlossError(source, `images of ${shape.join(' × ')}, as the model takes`, received);
}

async function read(
  source: string,
  shape: readonly number[],
  { part = 'train', imageColumn, folder, ...options }: OpenRowsOptions,
): Promise<OpenedRows> {
  const [c, h, w] = shape as [1 | 3, number, number];
  const decode: DecodeOptions = { ...options, channels: c, imageSize: [h, w] };
  const kind = await sourceKind(source);
  checkApplies(source, kind, { folder, imageColumn });
  const column = imageColumn === undefined ? {} : { imageColumn };
  switch (kind) {
    case 'image-folder':
    case 'flat-folder': {
      const { rows, paths } = await readFolderImages(source, decode);
      return { ...fromImages(rows, paths.length), paths };
    }
    case 'parquet': {
      const rows = await readParquetImageRows(source, { ...decode, ...column });
      return fromImages(rows, countRows(rows.features, c * h * w));
    }
    case 'idx': {
      const rows = await readIdxImages(source, options);
      const size = rows.shape[0] * rows.shape[1] * rows.shape[2];
      return fromImages(rows, countRows(rows.features, size));
    }
    case 'npy':
      return fromArray(await readNpyRows(source, options));
    case 'npz':
      return fromArray(await readNpzRows(source, options));
    case 'csv':
      throw new SymlossError(source, 'images', 'a table', {
        hint: 'the model was trained on images',
      });
    default: {
      const { memoryLimit, cache } = options;
      const opened = await openDataset(source, {
        ...(memoryLimit !== undefined && { memoryLimit }),
        ...(cache !== undefined && { cache }),
        ...(folder !== undefined && { folder }),
      });
      const data = part === 'test' ? opened.test : opened.data;
      if (data === undefined) throw new SymlossError(source, 'a test part', 'none');
      return { ...data, kept: upTo(data.labels.length) };
    }
  }
}

function fromImages(
  rows: {
    readonly features: Features;
    readonly shape: readonly number[];
    readonly skipped: readonly number[];
    readonly notices: readonly string[];
  },
  n: number,
): OpenedRows {
  const gone = new Set(rows.skipped);
  const kept = upTo(n + gone.size).filter((row) => !gone.has(row));
  return { features: rows.features, featureShape: rows.shape, kept, notices: rows.notices };
}

function fromArray(rows: {
  readonly features: Features;
  readonly featureShape: readonly number[];
  readonly n: number;
  readonly notices: readonly string[];
}): OpenedRows {
  const { features, featureShape, notices, n } = rows;
  return { features, featureShape, notices, kept: upTo(n) };
}

function countRows(features: Features, size: number): number {
  return 'rows' in features ? features.rows : features.length / size;
}

function upTo(n: number): Uint32Array {
  return Uint32Array.from({ length: n }, (_, row) => row);
}
