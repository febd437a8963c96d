import { SymlossError, sizeOf } from '../core/index.ts';
import type { Features } from '../data/index.ts';
import { isRowFile } from '../data/index.ts';
import { openImageRows, readFileRows } from '../data/node/index.ts';
import type { Predictions, Predictor } from '../model/index.ts';
import type { PredictedRows, PredictOptions } from './predict.ts';

/** Pixels of so many images at once become float32. */
const imagesAtOnce = 1024;

/** Predicts images of any source; encoded ones are brought to the size that the model takes. */
export async function imageRows(
  model: Predictor,
  options: PredictOptions,
  signal: AbortSignal | undefined,
): Promise<PredictedRows> {
  if (options.missing !== undefined) {
    throw new SymlossError('option --missing', 'nothing, for a model of images', options.missing);
  }
  const { folder, part, imageColumn, badImages } = options;
  const { featureShape } = model.card;
  const rows = await openImageRows(options.data, featureShape, {
    ...(folder !== undefined && { folder }),
    ...(signal !== undefined && { signal }),
    ...(part !== undefined && { part }),
    ...(imageColumn !== undefined && { imageColumn }),
    ...(badImages !== undefined && { badImages }),
  });
  const predictions = await predictAll(model, rows.features, rows.kept.length);
  return { predictions, kept: rows.kept, paths: rows.paths, notices: rows.notices };
}

async function predictAll(model: Predictor, features: Features, n: number): Promise<Predictions> {
  const size = sizeOf(model.card.featureShape);
  const labels: string[] = [];
  const indices = new Int32Array(n);
  const probs: Float32Array[] = [];
  for (let start = 0; start < n; start += imagesAtOnce) {
    const end = Math.min(n, start + imagesAtOnce);
    const rows = isRowFile(features)
      ? readFileRows(features, start, end)
      : features.subarray(start * size, end * size);
    const some = await model.predict(rows);
    for (const label of some.labels) labels.push(label);
    indices.set(some.indices, start);
    for (const row of some.probs) probs.push(row);
  }
  return { labels, indices, probs };
}
