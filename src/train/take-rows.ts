import { sizeOf } from '../core/index.ts';
import { gatherRows } from '../data/index.ts';
import type { SparseRows } from '../features/index.ts';
import type { Part } from './job.ts';
import { isImageRows, isStoredRows } from './job.ts';

/**
 * Some rows of a part, copied where they are numbers: a job takes its numbers away.
 * @param places among the part's rows
 * @param shape of a row as the network takes it
 */
export function takeRows(part: Part, places: Uint32Array, shape: readonly number[]): Part {
  const { labels, trueLabels, targets } = part;
  const n = labels.length;
  return {
    features: takeFeatures(part.features, places, sizeOf(shape)),
    labels: take(labels, places, 1),
    ...(trueLabels && { trueLabels: take(trueLabels, places, 1) }),
    ...(targets && { targets: take(targets, places, targets.length / n) }),
  };
}

function takeFeatures(
  features: Part['features'],
  places: Uint32Array,
  size: number,
): Part['features'] {
  if (features instanceof Float32Array) return take(features, places, size);
  if (isImageRows(features) || isStoredRows(features)) {
    return { ...features, rows: take(features.rows, places, 1) };
  }
  return takeSparse(features, places);
}

function takeSparse(rows: SparseRows, places: Uint32Array): SparseRows {
  const starts = new Float64Array(places.length + 1);
  for (const [i, place] of places.entries()) {
    const own = (rows.starts[place + 1] as number) - (rows.starts[place] as number);
    starts[i + 1] = (starts[i] as number) + own;
  }
  const count = starts[places.length] as number;
  const terms = new Uint32Array(count);
  const values = new Float32Array(count);
  for (const [i, place] of places.entries()) {
    const [from, to] = [rows.starts[place] as number, rows.starts[place + 1] as number];
    terms.set(rows.places.subarray(from, to), starts[i]);
    values.set(rows.values.subarray(from, to), starts[i]);
  }
  const dense = take(rows.dense, places, rows.width);
  return { ...rows, dense, starts, places: terms, values };
}

/** Rows of a matrix [·, width], copied. */
function take<T extends Float32Array | Int32Array | Uint32Array>(
  values: T,
  places: Uint32Array,
  width: number,
): T {
  const out = new (values.constructor as new (length: number) => T)(places.length * width);
  return gatherRows(values, width, places, out);
}
