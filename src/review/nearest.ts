import type { RowVectors } from '../audit/index.ts';
import { nearestInPieces, noNeighbour } from '../audit/index.ts';
import { finishWithBreaks } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { rowVectors } from '../run/row-vectors.ts';

/** A row that is like another one. */
export interface Neighbour {
  /** From 0. */
  readonly row: number;
  /** Euclidean, of the vectors that rows are compared by. */
  readonly distance: number;
}

/** The nearest rows of single rows, for people who look at them: their vectors are made when the first is asked for. */
export class NearestRows {
  readonly #data: Dataset;
  readonly #seed: number;
  #vectors: Promise<RowVectors | undefined> | undefined;

  /** @param seed of the random directions that wide vectors are projected on */
  constructor(data: Dataset, seed: number) {
    this.#data = data;
    this.#seed = seed;
  }

  /** The nearest first. @param row from 0 @returns `undefined` for rows that lie in a file */
  async of(row: number, count: number): Promise<readonly Neighbour[] | undefined> {
    this.#vectors ??= finishWithBreaks(rowVectors(this.#data, this.#seed));
    const vectors = await this.#vectors;
    if (vectors === undefined) return undefined;
    const options = { of: Uint32Array.of(row), count, groups: this.#data.groups };
    const { rows, distances } = await finishWithBreaks(nearestInPieces(vectors, options));
    return [...rows].flatMap((other, i) =>
      other === noNeighbour ? [] : [{ row: other, distance: distances[i] as number }],
    );
  }
}
