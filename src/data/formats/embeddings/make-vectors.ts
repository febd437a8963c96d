import { createHash } from 'node:crypto';
import { invariant, SymlossError, sizeOf } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { Dataset, Features } from '../../dataset.ts';
import { isRowFile } from '../../dataset.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { openRows } from '../shared/row-file.ts';
import type { FoundModel, LoadedModel, Vectors } from './model.ts';
import type { KeptVectors } from './vector-cache.ts';
import { cachedVectors } from './vector-cache.ts';

/** Where vectors are kept, and who is told how far they are. */
export interface VectorOptions extends Pick<StoreOptions, 'cache' | 'signal' | 'onProgress'> {
  /** The folder of the data, where there is one. */
  readonly beside?: string | undefined;
  /** Keep them for the next time. Default: true. */
  readonly keep?: boolean;
}

/** What is run at once. */
const batch = { texts: 32, images: 16 };

/** Changes where the same files would make other vectors. */
const version = 1;

/**
 * The vectors of texts, from the cache where they were made before. Longest texts first, so that those of a batch are about as
 * long as each other, and the rest goes faster and not slower.
 * @param column what messages and progress call them
 * @returns [texts, width]; NaN for texts without a token
 */
export function vectorsOfTexts(
  column: string,
  texts: readonly string[],
  model: Loading,
  options: VectorOptions,
): Promise<KeptVectors> {
  const key = keyOf(model.found, (add) => {
    for (const text of texts) add(`${text.length}\n${text}\n`);
  });
  const order = Uint32Array.from(texts.keys()).sort(
    (a, b) => (texts[b] as string).length - (texts[a] as string).length,
  );
  const work = { key, source: column, order, size: batch.texts };
  return keptOrMade(work, model, options, (loaded, rows) =>
    loaded.texts(Array.from(rows, (row) => texts[row] as string)),
  );
}

/** Rows of bytes that are read for a hash at once. */
const hashedRows = 64;

/**
 * The vectors of images, from the cache where they were made before.
 * @param shape [c, h, w]
 * @returns [images, width]
 */
export async function vectorsOfImages(
  images: Exclude<Features, Float32Array>,
  shape: Dataset['featureShape'],
  model: Loading,
  options: VectorOptions,
): Promise<KeptVectors> {
  const size = sizeOf(shape);
  const n = isRowFile(images) ? images.rows : images.length / size;
  const reader = openRows(images, size);
  const read = (rows: Uint32Array): Uint8Array => {
    const bytes = new Uint8Array(rows.length * size);
    reader.read(rows, bytes);
    return bytes;
  };
  const all = Uint32Array.from({ length: n }, (_, row) => row);
  try {
    const key = keyOf(model.found, (add) => {
      add(shape.join('×'));
      for (let start = 0; start < n; start += hashedRows) {
        add(read(all.subarray(start, start + hashedRows)));
      }
    });
    const work = { key, source: 'images', order: all, size: batch.images };
    return await keptOrMade(work, model, options, (loaded, rows) => {
      const bytes = read(rows);
      return loaded.images(
        Array.from(rows, (_, i) => ({
          bytes: channelsLast(bytes.subarray(i * size, (i + 1) * size), shape),
          shape: shape as [number, number, number],
        })),
      );
    });
  } finally {
    reader.close();
  }
}

/** A model that is loaded when it is first needed, and once. */
export class Loading {
  readonly found: FoundModel;
  #loaded: Promise<LoadedModel> | undefined;

  constructor(found: FoundModel) {
    this.found = found;
  }

  load(): Promise<LoadedModel> {
    this.#loaded ??= this.found.load();
    return this.#loaded;
  }

  async dispose(): Promise<void> {
    const loaded = await this.#loaded?.catch(() => undefined); // whoever asked for it was told
    this.#loaded = undefined;
    await loaded?.dispose();
  }
}

function keyOf(
  { sha256, of }: FoundModel,
  write: (add: (part: string | Uint8Array) => void) => void,
): string {
  const hash = createHash('sha256').update(JSON.stringify([version, of, sha256]));
  write((part) => hash.update(part));
  return hash.digest('hex');
}

interface Work {
  /** SHA-256 of model and data. */
  readonly key: string;
  /** What progress calls the data. */
  readonly source: string;
  /** Every row once. */
  readonly order: Uint32Array;
  /** Rows of a batch. */
  readonly size: number;
}

function keptOrMade(
  { key, source, order, size }: Work,
  model: Loading,
  { beside, cache, signal, onProgress, keep = true }: VectorOptions,
  run: (loaded: LoadedModel, rows: Uint32Array) => Promise<Vectors>,
): Promise<KeptVectors> {
  const n = order.length;
  const make = async (): Promise<Vectors> => {
    const loaded = await model.load();
    let made: Vectors | undefined;
    for (let start = 0; start < n; start += size) {
      signal?.throwIfAborted();
      onProgress?.({ work: 'embedding', source, rows: start, share: start / n });
      const rows = order.subarray(start, start + size);
      const { data, width } = await run(loaded, rows).catch((cause) => {
        throw notMade(model.found, reasonOf(cause), cause);
      });
      made ??= { data: new Float32Array(n * width), width };
      if (width !== made.width) {
        throw notMade(model.found, `vectors of ${made.width} and of ${width} numbers`);
      }
      for (const [i, row] of rows.entries()) {
        made.data.set(data.subarray(i * width, (i + 1) * width), row * width);
      }
    }
    invariant(made !== undefined, 'no rows to embed');
    if (made.data.some((value) => Math.abs(value) === Infinity)) {
      throw notMade(model.found, 'infinite numbers');
    }
    return made;
  };
  if (!keep) return make();
  const place = { ...(cache !== undefined && { cache }), ...(signal && { signal }) };
  return cachedVectors(key, n, { beside, options: place }, make);
}

/** The error of a model that gives no vectors. */
export function notMade({ name, of }: FoundModel, received: string, cause?: unknown): SymlossError {
  return new SymlossError(`model ${name}`, `a vector for each ${of}`, received, { cause });
}

/** [c, h, w] → [h, w, c] */
function channelsLast(bytes: Uint8Array, [c = 1, h = 1, w = 1]: Dataset['featureShape']) {
  if (c === 1) return bytes;
  const area = h * w;
  const out = new Uint8Array(bytes.length);
  for (let channel = 0; channel < c; channel++) {
    for (let i = 0; i < area; i++) out[i * c + channel] = bytes[channel * area + i] as number;
  }
  return out;
}
