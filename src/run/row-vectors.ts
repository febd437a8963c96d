import type { RowVectors } from '../audit/index.ts';
import type { Pieces } from '../core/index.ts';
import { fromNumbers, sizeOf, stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { applyStandardiser, fitStandardiser, isImages, isRowFile } from '../data/index.ts';
import type { FeaturePipeline } from '../features/index.ts';
import {
  encodeRowsInPieces,
  featureLayer,
  fitFeaturesInPieces,
  isTable,
} from '../features/index.ts';
import { input, interpret, program } from '../graph/index.ts';
import { Scope } from '../nn/index.ts';

/** Wider vectors are projected to so many numbers: distances are kept but for a tenth or so. */
const projectedWidth = 128;

/** Vectors up to this are taken as they are. */
const mostWidth = 2 * projectedWidth;

/** Rows that are computed at once. */
const batch = 512;

/**
 * Rows as vectors whose distances say how alike they are: of a table what the first layer of a network gets, its texts by the
 * weights of their terms; of other data standardised numbers. Wide ones are projected with random signs
 * (Achlioptas 2003). `undefined` for rows that lie in a file.
 */
export function* rowVectors(data: Dataset, seed: number): Pieces<RowVectors | undefined> {
  if (isRowFile(data.features)) return undefined;
  return yield* isTable(data) ? tableVectors(data, seed) : numberVectors(data, seed);
}

const allRows = ({ labels }: Dataset) => Uint32Array.from(labels, (_, row) => row);

function* tableVectors(
  data: Dataset & { readonly features: Float32Array },
  seed: number,
): Pieces<RowVectors> {
  const d = sizeOf(data.featureShape);
  const rows = allRows(data);
  // character n-grams are in so many rows that comparing them all would take long
  const wordsOnly = Array.from({ length: d }, () => true);
  const pipeline = yield* fitFeaturesInPieces({ ...data, wordsOnly }, d, rows);
  const encoded = yield* encodeRowsInPieces(data, d, rows, pipeline);
  const isSparse = !(encoded instanceof Float32Array);
  const dense = isSparse ? encoded.dense : encoded;
  const columns = pipeline.columns.filter(({ kind }) => kind !== 'text');
  const vectors = yield* layered({ columns }, dense, rows.length);
  const { width } = vectors;
  return {
    ...(yield* narrowed(rows.length, width, seed, (row, out) => {
      out.set(vectors.dense.subarray(row * width, (row + 1) * width));
    })),
    sparse: isSparse ? encoded : undefined,
  };
}

/** What the first layer makes of encoded rows. */
function* layered(pipeline: FeaturePipeline, encoded: Float32Array, n: number): Pieces<RowVectors> {
  const from = encoded.length / n;
  if (from === 0) return { dense: new Float32Array(), width: 0 };
  const layerOf = (rows: number) =>
    program({ vectors: featureLayer(pipeline)(input('rows', [rows, from]), new Scope('infer')) });
  const whole = layerOf(batch);
  const width = whole.outputs['vectors']?.shape[1] as number;
  const dense = new Float32Array(n * width);
  for (let start = 0; start < n; start += batch) {
    yield;
    const count = Math.min(batch, n - start);
    const rows = encoded.subarray(start * from, (start + count) * from);
    const feeds = { rows: fromNumbers('float32', [count, from], rows) };
    const { vectors } = interpret(count === batch ? whole : layerOf(count), feeds);
    dense.set(vectors?.data as Float32Array, start * width);
  }
  return { dense, width };
}

function* numberVectors(data: Dataset, seed: number): Pieces<RowVectors> {
  const { featureShape, labels } = data;
  const features = data.features as Float32Array | Uint8Array;
  const width = sizeOf(featureShape);
  const channels = isImages(data) ? (featureShape[0] as number) : width;
  const standardiser = fitStandardiser(features, width, allRows(data), channels);
  return yield* narrowed(labels.length, width, seed, (row, out) => {
    out.set(features.subarray(row * width, (row + 1) * width));
    applyStandardiser(out, standardiser, out, width);
  });
}

/** The vectors that `read` gives, row by row; wide ones projected. */
function* narrowed(
  n: number,
  width: number,
  seed: number,
  read: (row: number, out: Float32Array) => void,
): Pieces<RowVectors> {
  const isWide = width > mostWidth;
  const kept = isWide ? projectedWidth : width;
  const dense = new Float32Array(n * kept);
  const project = isWide ? projection(width, seed) : undefined;
  const whole = new Float32Array(width);
  for (let row = 0; row < n; row++) {
    yield;
    const out = dense.subarray(row * kept, (row + 1) * kept);
    read(row, project ? whole : out);
    project?.(whole, out);
  }
  return { dense, width: kept };
}

/** y = R·x/√d, where R are random signs, [d, width]. */
function projection(width: number, seed: number): (x: Float32Array, y: Float32Array) => void {
  const rng = stream(seed, 'row vectors');
  const scale = 1 / Math.sqrt(projectedWidth);
  const signs = Float32Array.from({ length: projectedWidth * width }, () =>
    rng.uniform() < 0.5 ? -scale : scale,
  );
  return (x, y) => {
    for (let j = 0; j < projectedWidth; j++) {
      let sum = 0;
      const start = j * width;
      for (let i = 0; i < width; i++) sum += (x[i] as number) * (signs[start + i] as number);
      y[j] = sum;
    }
  };
}
