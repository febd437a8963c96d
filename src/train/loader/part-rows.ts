import { invariant, sizeOf } from '../../core/index.ts';
import { fillImages } from '../../data/fill-images.ts';
import type { OpenRows, RowReader } from '../../data/index.ts';
import type { ImageRows, Job, Part } from '../job.ts';
import { isImageRows } from '../job.ts';
import type { NumberReader } from './number-reader.ts';
import { openNumbers } from './number-reader.ts';

type Numbers = Exclude<Part['features'], ImageRows>;

/** Reads the standardised features of parts, to apply the network to them; nothing is augmented. */
export class PartRows {
  readonly #job: Pick<Job, 'featureShape' | 'images'>;
  readonly #openRows: OpenRows;
  readonly #readers = new Map<ImageRows['source'], RowReader>();
  readonly #numbers = new Map<Numbers, NumberReader>();
  #bytes = new Uint8Array();

  constructor(job: Pick<Job, 'featureShape' | 'images'>, openRows: OpenRows) {
    this.#job = job;
    this.#openRows = openRows;
  }

  /** Writes the features of `count` rows from `start` on into the first rows of `out`. */
  read({ features }: Part, start: number, count: number, out: Float32Array): void {
    const { featureShape: shape, images } = this.#job;
    const size = sizeOf(shape);
    if (!isImageRows(features)) {
      const rows = Uint32Array.from({ length: count }, (_, i) => start + i);
      this.#numbersOf(features).read(rows, out);
      return;
    }
    invariant(images !== undefined, 'rows of bytes without their tables');
    if (this.#bytes.length < count * size) this.#bytes = new Uint8Array(count * size);
    const bytes = this.#bytes.subarray(0, count * size);
    this.#reader(features).read(features.rows.subarray(start, start + count), bytes);
    fillImages({ bytes, shape, tables: images.tables, out: out.subarray(0, count * size) });
  }

  close(): void {
    for (const reader of this.#readers.values()) reader.close();
    this.#readers.clear();
    for (const reader of this.#numbers.values()) reader.close();
    this.#numbers.clear();
  }

  #numbersOf(features: Numbers): NumberReader {
    const size = sizeOf(this.#job.featureShape);
    const reader = this.#numbers.get(features) ?? openNumbers(features, size, this.#openRows);
    this.#numbers.set(features, reader);
    return reader;
  }

  #reader({ source }: ImageRows): RowReader {
    let reader = this.#readers.get(source);
    if (reader === undefined) {
      reader = this.#openRows(source, sizeOf(this.#job.featureShape));
      this.#readers.set(source, reader);
    }
    return reader;
  }
}
