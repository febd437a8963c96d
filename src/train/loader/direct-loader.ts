import { invariant, sizeOf, stream } from '../../core/index.ts';
import { Batches } from '../../data/batches.ts';
import { fillImages } from '../../data/fill-images.ts';
import { gatherInts, gatherRows } from '../../data/gather.ts';
import type { OpenRows, RowReader } from '../../data/index.ts';
import type { ImageRows, Images } from '../job.ts';
import { isImageRows } from '../job.ts';
import type { Batch, DataLoader, LoaderJob, OpenLoader } from './loader.ts';
import { batchesPerEpoch } from './loader.ts';
import type { NumberReader } from './number-reader.ts';
import { openNumbers } from './number-reader.ts';

/** Makes batches in the thread that asks for them. */
export const directLoader: OpenLoader = (job, firstStep, openRows) =>
  new DirectLoader(job, firstStep, openRows);

/**
 * Makes the batches of a run one after the other. The order of an epoch's rows is drawn from the
 * stream `shuffle`, one permutation after the other; the random numbers of the augmentation of step
 * s (from 1) are the stream `augment/s`. So a batch depends on job and step alone.
 */
export class DirectLoader implements DataLoader {
  readonly #job: LoaderJob;
  readonly #order: Iterator<Uint32Array>;
  readonly #images: ImageBatches | undefined;
  readonly #numbers: NumberReader | undefined;
  #step: number;

  constructor(job: LoaderJob, firstStep: number, openRows: OpenRows) {
    this.#job = job;
    this.#step = firstStep;
    this.#order = batchesFrom(job, firstStep);
    const { features } = job.train;
    const size = sizeOf(job.featureShape);
    if (isImageRows(features)) {
      this.#images = new ImageBatches(job, features, openRows);
    } else this.#numbers = openNumbers(features, size, openRows);
  }

  next(into: Batch): void {
    const { train, k, weights, views } = this.#job;
    const { done, value: rows } = this.#order.next();
    invariant(!done, 'a batch after the last one');
    this.#step++;
    const viewed = views === 2 ? Uint32Array.of(...rows, ...rows) : rows;
    this.#images?.fill(viewed, this.#step, into.features);
    this.#numbers?.read(viewed, into.features);
    gatherInts(train.labels, rows, into.labels);
    into.rows.set(rows);
    if (train.targets) gatherRows(train.targets, k, rows, into.targets as Float32Array);
    if (weights) gatherRows(weights, 1, rows, into.weights as Float32Array);
  }

  close(): void {
    this.#images?.close();
    this.#numbers?.close();
  }
}

/** The rows of each batch from a step (from 0) on to the end of the run. */
function* batchesFrom(job: LoaderJob, firstStep: number): Generator<Uint32Array> {
  const { train, batchSize, epochs, seed } = job;
  const perEpoch = batchesPerEpoch(job);
  const batches = new Batches(train.labels.length, batchSize, stream(seed, 'shuffle'));
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = batches.epoch(); // draws, whether it is used or not
    let step = epoch * perEpoch;
    if (step + perEpoch <= firstStep) continue;
    for (const rows of order) if (step++ >= firstStep) yield rows;
  }
}

/** Gathers the bytes of a batch and makes numbers of them. */
class ImageBatches {
  readonly #job: LoaderJob;
  readonly #images: Images;
  readonly #reader: RowReader;
  readonly #sources: Uint32Array;
  readonly #bytes: Uint8Array;
  readonly #chosen: Uint32Array;

  constructor(job: LoaderJob, { source, rows }: ImageRows, openRows: OpenRows) {
    const { batchSize, views = 1, featureShape, images } = job;
    invariant(images !== undefined, 'rows of bytes without their tables');
    this.#job = job;
    this.#images = images;
    this.#sources = rows;
    this.#reader = openRows(source, sizeOf(featureShape));
    this.#bytes = new Uint8Array(views * batchSize * sizeOf(featureShape));
    this.#chosen = new Uint32Array(views * batchSize);
  }

  fill(rows: Uint32Array, step: number, out: Float32Array): void {
    const { featureShape: shape, seed } = this.#job;
    const { tables, augmentation } = this.#images;
    const bytes = this.#bytes;
    for (let i = 0; i < rows.length; i++) {
      this.#chosen[i] = this.#sources[rows[i] as number] as number;
    }
    this.#reader.read(this.#chosen, bytes);
    const rng = augmentation && stream(seed, `augment/${step}`);
    fillImages({ bytes, shape, tables, out }, augmentation, rng);
  }

  close(): void {
    this.#reader.close();
  }
}
