import type { UnzipFileInfo } from 'fflate';
import { field, SymlossError, show } from '../../../core/index.ts';
import { readBytes } from '../../../io/index.ts';
import { alignClasses } from '../../align.ts';
import { closest } from '../../closest.ts';
import { list } from '../../text.ts';
import type { Format, Opened } from '../format.ts';
import type { NpyArray } from '../npy/array.ts';
import { parseNpy } from '../npy/array.ts';
import { npyLabels } from '../npy/labels.ts';
import { npyRows } from '../npy/read.ts';
import type { StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { labelledDataset, unlabelled } from '../shared/dataset.ts';
import { fileSize } from '../shared/file-bytes.ts';
import type { FeatureRows } from '../shared/rows.ts';

export interface NpzOptions extends StoreOptions {
  /** Name of the array of features; default: the first that is there of `features`, `x`, … */
  readonly features?: string;
  /** Name of the array of labels; default: the first that is there of `labels`, `y`, … */
  readonly label?: string;
  /** Name of the array of true labels, where they are known. */
  readonly trueLabel?: string;
}

const unpackHint = `unpack it, and give its .npy files (${field('labelsFile')} for the labels)`;

/** Names that archives use, compared without regard to case. */
const usual = {
  features: ['features', 'x', 'images', 'data', 'x_train', 'train_images', 'train_x'],
  labels: ['labels', 'y', 'label', 'targets', 'y_train', 'train_labels', 'train_y'],
  testFeatures: ['x_test', 'test_images', 'test_x'],
  testLabels: ['y_test', 'test_labels', 'test_y'],
} as const;

/**
 * Reads features and labels from an archive of NumPy arrays (.npz), as `readNpy` does from two files.
 * The arrays are found by their usual names (`features`, `x`, `images`, `x_train`, … with `labels`, `y`,
 * `y_train`, …) or those given; `x_test` and `y_test` (or `test_images`, `test_labels`) are a test part.
 * Archives are unpacked in memory.
 * @throws SymlossError naming the array that is missing, too large or of another shape, or where it
 * holds Python objects
 */
export async function readNpz(path: string, options: NpzOptions = {}): Promise<Opened> {
  const archive = await openArchive(path);
  const features = archive.choose('array of features', options.features, usual.features);
  const label = archive.choose('array of labels', options.label, usual.labels);
  const trueLabel =
    options.trueLabel === undefined
      ? undefined
      : archive.choose('array of true labels', options.trueLabel, []);
  const testNames = [archive.find(usual.testFeatures), archive.find(usual.testLabels)];
  const [testFeatures, testLabels] = testNames;
  const hasTest = testFeatures !== undefined && testLabels !== undefined;
  const arrays = await archive.read(
    [features, label, trueLabel, ...(hasTest ? testNames : [])],
    options,
  );
  const part = (x: string, y: string, t?: string) => {
    const labels = (name: string) => npyLabels(`${path}, ${name}`, arrays(name));
    const rows = npyRows(`${path}, ${x}`, arrays(x));
    const trueLabels = t === undefined ? undefined : labels(t);
    return labelledDataset({ path, rows, labels: labels(y), trueLabels });
  };
  const data = part(features, label, trueLabel);
  if (!hasTest) return { data };
  return { data, test: alignClasses(part(testFeatures, testLabels), data.classes) };
}

/** Reads the features of an archive; labels are not looked at. */
export async function readNpzRows(path: string, options: NpzOptions = {}): Promise<FeatureRows> {
  const archive = await openArchive(path);
  const name = archive.choose('array of features', options.features, usual.features);
  return npyRows(`${path}, ${name}`, (await archive.read([name], options))(name));
}

async function openArchive(path: string): Promise<Archive> {
  const size = await fileSize(path);
  if (!fitsMemory(size, { memoryLimit: 2 ** 31 - 1 })) {
    throw new SymlossError(path, 'an archive of less than 2 GiB', `${size} bytes`, {
      hint: unpackHint,
    });
  }
  return new Archive(path, await readBytes(path), await import('fflate'));
}

class Archive {
  readonly #path: string;
  readonly #bytes: Uint8Array;
  readonly #fflate: typeof import('fflate');
  readonly #sizes = new Map<string, number>();

  constructor(path: string, bytes: Uint8Array, fflate: typeof import('fflate')) {
    this.#path = path;
    this.#bytes = bytes;
    this.#fflate = fflate;
    this.#unzip(({ name, originalSize }) => {
      if (name.endsWith('.npy')) this.#sizes.set(name.slice(0, -4), originalSize);
      return false;
    });
  }

  get #names(): string[] {
    return [...this.#sizes.keys()];
  }

  /** The first of these names that is there, in any case. */
  find(names: readonly string[]): string | undefined {
    for (const name of names) {
      const found = this.#names.find((other) => other.toLowerCase() === name);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  choose(role: string, asked: string | undefined, names: readonly string[]): string {
    const found = asked === undefined ? this.find(names) : this.#names.find((n) => n === asked);
    if (found !== undefined) return found;
    const there = list(this.#names);
    const where = `${this.#path}, ${role}`;
    if (asked === undefined) throw new SymlossError(where, `one of ${names.join(', ')}`, there);
    const similar = closest(asked, this.#names);
    throw new SymlossError(where, `one of ${there}`, show(asked), {
      hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
    });
  }

  async read(
    names: readonly (string | undefined)[],
    options: StoreOptions,
  ): Promise<(name: string) => NpyArray> {
    const wanted = new Set(names.filter((name) => name !== undefined));
    let size = 0;
    for (const name of wanted) size += this.#sizes.get(name) as number;
    if (!fitsMemory(size, options)) {
      throw new SymlossError(this.#path, 'arrays within the memory limit', `${size} bytes`, {
        hint: unpackHint,
      });
    }
    const files = this.#unzip(({ name }) => wanted.has(name.replace(/\.npy$/, '')));
    return (name) => parseNpy(`${this.#path}, ${name}`, files[`${name}.npy`] as Uint8Array);
  }

  #unzip(filter: (file: UnzipFileInfo) => boolean): Record<string, Uint8Array> {
    try {
      return this.#fflate.unzipSync(this.#bytes, { filter });
    } catch (cause) {
      const received = (cause as Error).message;
      throw new SymlossError(this.#path, 'a valid archive of arrays (.npz)', received, {
        hint: 'save it again',
        cause,
      });
    }
  }
}

/** Arrays of NumPy in one archive. */
export const npz: Format = {
  name: 'npz',
  about: 'an .npz archive',
  kind: 'file',
  extensions: ['npz'],
  detect: ({ start }) => start?.toString('latin1', 0, 4) === 'PK\x03\x04',
  fields: ['label', 'trueLabel'],
  open: (path, { features: _, ...options }) => readNpz(path, options),
  openRows: async (path, _, options) => unlabelled(await readNpzRows(path, options)),
};
