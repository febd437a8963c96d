import { createHash } from 'node:crypto';
import { sizeOf } from '../core/index.ts';
import type { Opened } from '../data/formats/index.ts';
import { isDatasetName, openDataset, openRows } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { isRowFile } from '../data/index.ts';
import type { LabelColumns } from '../train/index.ts';
import type { DataConfig } from './config.ts';
import { canonical } from './run-id.ts';

/** Data as they were read, with what identifies them. */
export interface HashedData extends Opened {
  /** SHA-256 of labels, true labels and features, of the test part too. */
  readonly sha256: string;
}

export interface DatasetCacheOptions {
  /** Where data sets that are given by name are looked for first. */
  readonly folder?: string | undefined;
  /** Opened data that are kept, those used last. Default: 4. */
  readonly keep?: number;
}

/**
 * The data that the runs of a process share: opened once per configuration. Data that differ only in
 * their rows and shares are the same; another column of labels makes them others.
 */
export class DatasetCache {
  readonly #folder: string | undefined;
  readonly #keep: number;
  readonly #opened = new Map<string, Promise<HashedData>>();

  constructor({ folder, keep = 4 }: DatasetCacheOptions = {}) {
    this.#folder = folder;
    this.#keep = keep;
  }

  /**
   * @param columns of labels as given and true labels, where they are two
   * @throws SymlossError as `openDataset` does; the next call tries again
   */
  open(data: DataConfig, columns?: LabelColumns): Promise<HashedData> {
    const { source, label, folder, test } = data;
    const key = canonical({ source, label, folder, test, columns });
    const known = this.#opened.get(key);
    this.#opened.delete(key);
    const opened = known ?? this.#read(data, columns);
    this.#opened.set(key, opened); // as the last one
    if (known === undefined) {
      opened.catch(() => this.#opened.delete(key));
      for (const old of [...this.#opened.keys()].slice(0, -this.#keep)) this.#opened.delete(old);
    }
    return opened;
  }

  async #read(data: DataConfig, columns: LabelColumns | undefined): Promise<HashedData> {
    const { source, label, test } = data;
    const folder = data.folder ?? (isDatasetName(source) ? this.#folder : undefined);
    const opened = await openDataset(source, {
      ...(label !== undefined && { label }),
      ...columns,
      ...(folder !== undefined && { folder }),
      ...(test !== undefined && { test }),
    });
    return { ...opened, sha256: hashOfData(opened) };
  }
}

/** SHA-256 of labels, true labels and features, of the test part after the others. */
export function hashOfData({ data, test }: Opened): string {
  const hash = createHash('sha256');
  const add = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  for (const { labels, trueLabels, features, featureShape } of test ? [data, test] : [data]) {
    add(labels);
    if (trueLabels) add(trueLabels);
    if (isRowFile(features)) eachBlock(features, sizeOf(featureShape), labels.length, add);
    else add(features);
  }
  return hash.digest('hex');
}

/** Rows of a file that are read at once. */
const blockRows = 256;

function eachBlock(
  features: Extract<Dataset['features'], { file: string }>,
  size: number,
  n: number,
  use: (bytes: Uint8Array) => void,
): void {
  const reader = openRows(features, size);
  try {
    for (let start = 0; start < n; start += blockRows) {
      const rows = Array.from({ length: Math.min(blockRows, n - start) }, (_, i) => start + i);
      const bytes = new Uint8Array(rows.length * size);
      reader.read(rows, bytes);
      use(bytes);
    }
  } finally {
    reader.close();
  }
}
