import type { Nearest, RowVectors } from '../audit/index.ts';
import { nearestInPieces } from '../audit/index.ts';
import { finishWithBreaks, stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { rowVectors } from './row-vectors.ts';

/** Neighbours of each row. */
export const neighbourCount = 10;
/** Multiplications that looking for them may take: some 15 seconds. */
const mostProducts = 1e10;

/**
 * The ten nearest rows of each row, by `rowVectors`; where that would take long, among some rows drawn at random. `undefined` for
 * rows that lie in a file.
 * @throws the signal's reason when it is aborted
 */
export async function nearestOf(
  data: Dataset,
  seed: number,
  signal?: AbortSignal,
): Promise<Nearest | undefined> {
  const vectors = await finishWithBreaks(rowVectors(data, seed), signal);
  if (vectors === undefined) return undefined;
  const n = data.labels.length;
  const size = Math.min(n, Math.max(1, Math.floor(mostProducts / productsPerRow(vectors, n))));
  const among = stream(seed, 'neighbours').permutation(n).slice(0, size).sort();
  const options = { count: neighbourCount, among, groups: data.groups };
  return finishWithBreaks(nearestInPieces(vectors, options), signal);
}

/** Multiplications for each row that all others are compared with. */
function productsPerRow({ width, sparse }: RowVectors, n: number): number {
  if (sparse === undefined) return n * width;
  const rowsWith = new Float64Array(sparse.terms);
  for (let i = 0; i < sparse.places.length; i++) {
    const term = sparse.places[i] as number;
    rowsWith[term] = (rowsWith[term] as number) + 1;
  }
  return n * width + rowsWith.reduce((sum, count) => sum + count ** 2, 0) / n;
}
