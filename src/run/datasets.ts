import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';
import type { Opened, OpenOptions } from '../data/formats/index.ts';
import { isDatasetName, openDataset, openRows } from '../data/formats/index.ts';
import type { Dataset } from '../data/index.ts';
import { isRowFile } from '../data/index.ts';
import { columnNoise } from './column-noise.ts';
import type { DataConfig, RunConfig } from './config.ts';
import type { FieldValues } from './fields.ts';
import { canonical } from './run-id.ts';

/** Data as they were read, with what identifies them. */
export interface HashedData extends Opened {
  /** See `hashOfData`. */
  readonly sha256: string;
}

/** Where data lie and how much of them is held in memory. */
export type DataMachine = Pick<FieldValues<'machine'>, 'folder' | 'memoryLimit' | 'cache'> &
  Pick<OpenOptions, 'keepIds'>;

/** What says which rows are used for what: data that differ in these only are read once. */
const partNames = ['testShare', 'validation', 'rows'] as const;

/**
 * The data that the runs of a process share: opened once per configuration. Data that differ only in
 * their rows and shares are the same; another column of labels makes them others.
 */
export class DatasetCache {
  readonly #machine: DataMachine;
  readonly #keep: number;
  readonly #opened = new Map<string, Promise<HashedData>>();

  /** @param keep how many opened data are kept, those used last */
  constructor(machine: DataMachine = {}, keep = 4) {
    this.#machine = machine;
    this.#keep = keep;
  }

  /**
   * The data of a run.
   * @throws SymlossError as `openDataset` does; the next call tries again
   */
  open(
    { data, noise }: Pick<RunConfig, 'data' | 'noise'>,
    signal?: AbortSignal,
    onProgress?: OpenOptions['onProgress'],
  ): Promise<HashedData> {
    const own = { ...data, ...columnNoise(noise, data) };
    for (const name of partNames) delete (own as Partial<DataConfig>)[name];
    const key = canonical(own);
    const known = this.#opened.get(key);
    this.#opened.delete(key);
    const opened = known ?? this.#read(own, signal, onProgress);
    this.#opened.set(key, opened); // as the last one
    if (known === undefined) {
      opened.catch(() => this.#opened.delete(key));
      for (const old of [...this.#opened.keys()].slice(0, -this.#keep)) this.#opened.delete(old);
    }
    return opened;
  }

  async #read(
    { source, ...data }: Omit<DataConfig, (typeof partNames)[number]>,
    signal: AbortSignal | undefined,
    onProgress: OpenOptions['onProgress'],
  ): Promise<HashedData> {
    const { memoryLimit, cache, keepIds } = this.#machine;
    const folder = data.folder ?? (isDatasetName(source) ? this.#machine.folder : undefined);
    const bytes = memoryLimit === undefined ? undefined : memoryLimit * 2 ** 30;
    const given = Object.entries({
      ...data,
      folder,
      cache,
      keepIds,
      signal,
      onProgress,
      memoryLimit: bytes,
    });
    const options = given.filter(([, value]) => value !== undefined);
    const opened = await openDataset(source, Object.fromEntries(options));
    return { ...opened, sha256: hashOfData(opened) };
  }
}

/**
 * SHA-256 of labels, soft and true labels, weights, groups, features and what they stand for, of the test part after the
 * others. Data without weights and the like have the hash that they had before there were any.
 */
export function hashOfData({ data, test }: Opened): string {
  const hash = createHash('sha256');
  const add = ({ buffer, byteOffset, byteLength }: ArrayBufferView) =>
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  for (const one of test ? [data, test] : [data]) {
    const { labels, softLabels, trueLabels, sampleWeights, groups, features } = one;
    add(labels);
    for (const more of [softLabels, trueLabels, sampleWeights, groups]) if (more) add(more);
    if (one.kinds || one.texts) addColumns(hash, one);
    if (isRowFile(features)) eachBlock(features, labels.length, add);
    else add(features);
  }
  return hash.digest('hex');
}

function addColumns(hash: Hash, { kinds = [], texts = [] }: Dataset): void {
  hash.update(JSON.stringify(kinds));
  for (const own of texts) {
    hash.update(`\n${own?.length ?? 'none'}`);
    for (const text of own ?? []) hash.update(`\n${text.length}\n`).update(text);
  }
}

/** Rows of a file that are read at once. */
const blockRows = 256;

function eachBlock(
  features: Extract<Dataset['features'], { file: string }>,
  n: number,
  use: (bytes: Uint8Array) => void,
): void {
  const { rowSize: size } = features;
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
