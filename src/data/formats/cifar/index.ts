import { join } from 'node:path';
import { checkOneOf, field, SymlossError } from '../../../core/index.ts';
import { namesIn, readBytes } from '../../../io/index.ts';
import { alignClasses } from '../../align.ts';
import type { Dataset } from '../../dataset.ts';
import type { Format, Opened } from '../format.ts';
import type { ByteStore, StoreOptions } from '../shared/byte-store.ts';
import { fitsMemory } from '../shared/byte-store.ts';
import { labelledDataset } from '../shared/dataset.ts';
import { fileRows, fileSize } from '../shared/file-bytes.ts';
import { storedRows } from '../shared/image-cache.ts';
import type { ImageRows } from '../shared/rows.ts';

const shape = [3, 32, 32] as const;
const imageSize = 3 * 32 * 32;

/** One of the two datasets, as its files are laid out: label bytes, then the image, row by row. */
interface Layout {
  readonly labels: readonly { readonly kind: 'coarse' | 'fine'; readonly names: string }[];
  readonly train: readonly string[];
  readonly test: string;
}

const cifar10: Layout = {
  labels: [{ kind: 'fine', names: 'batches.meta.txt' }],
  train: [1, 2, 3, 4, 5].map((i) => `data_batch_${i}.bin`),
  test: 'test_batch.bin',
};
const cifar100: Layout = {
  labels: [
    { kind: 'coarse', names: 'coarse_label_names.txt' },
    { kind: 'fine', names: 'fine_label_names.txt' },
  ],
  train: ['train.bin'],
  test: 'test.bin',
};

export interface CifarOptions extends StoreOptions {
  /** Of CIFAR-100: the 100 classes (`fine`, default) or the 20 superclasses (`coarse`). */
  readonly label?: string;
}

/** Whether a folder holds the binary files of CIFAR-10 or CIFAR-100. */
export function isCifarFolder(names: readonly string[]): boolean {
  return layoutOf(names) !== undefined;
}

function layoutOf(names: readonly string[]): Layout | undefined {
  return [cifar10, cifar100].find(({ train }) => names.includes(train[0] as string));
}

/**
 * Reads a folder with the binary files of CIFAR-10 (`data_batch_1.bin`, …, `test_batch.bin`) or
 * CIFAR-100 (`train.bin`, `test.bin`); class names come from the text files beside them, and are
 * the numbers where there is none. A folder without the test file has no test part.
 * Source of the format: A. Krizhevsky, Learning Multiple Layers of Features from Tiny Images, 2009.
 * @throws SymlossError naming the file that is missing or has another length
 */
export async function readCifar(folder: string, options: CifarOptions = {}): Promise<Opened> {
  const kind = checkOneOf(field('label'), options.label ?? 'fine', ['fine', 'coarse']);
  const files = await namesIn(folder);
  const layout = layoutOf(files);
  if (layout === undefined) {
    throw new SymlossError(folder, 'data_batch_1.bin or train.bin', 'neither');
  }
  const place = layout.labels.findIndex((label) => label.kind === kind);
  if (place < 0) {
    throw new SymlossError(field('label'), 'fine: CIFAR-10 has no superclasses', kind);
  }
  const { names: namesFile } = layout.labels[place] as Layout['labels'][number];
  const names = files.includes(namesFile) ? await readNames(join(folder, namesFile)) : undefined;
  const read = (batches: readonly string[]) =>
    readPart(folder, batches, { place, labels: layout.labels.length, names }, options);
  const data = await read(layout.train);
  if (!files.includes(layout.test)) return { data };
  return { data, test: alignClasses(await read([layout.test]), data.classes) };
}

interface PartLayout {
  /** Which of the label bytes counts. */
  readonly place: number;
  readonly labels: number;
  readonly names: readonly string[] | undefined;
}

async function readPart(
  folder: string,
  batches: readonly string[],
  { place, labels: labelBytes, names }: PartLayout,
  options: StoreOptions,
): Promise<Dataset> {
  const paths = batches.map((name) => join(folder, name));
  const stride = labelBytes + imageSize;
  const counts: number[] = [];
  for (const path of paths) counts.push(await countRows(path, stride));
  const n = counts.reduce((a, b) => a + b, 0);
  const labels = new Uint8Array(n);
  const [first] = paths as [string];
  const eachRow = async (store?: ByteStore) => {
    let row = 0;
    for (const path of paths) {
      for await (const record of fileRows(path, stride)) {
        labels[row++] = record[place] as number;
        await store?.append(record.subarray(labelBytes));
      }
    }
  };
  let rows: ImageRows;
  if (paths.length === 1 && !fitsMemory(n * imageSize, options)) {
    await eachRow();
    const file = { file: first, offset: labelBytes, stride, rows: n, rowSize: imageSize };
    rows = { features: file, shape, skipped: [], notices: [] };
  } else {
    let isRead = false;
    const plan = { sources: paths, beside: folder, key: 'cifar' };
    rows = await storedRows(folder, n, shape, plan, options, async (store) => {
      await eachRow(store);
      isRead = true;
    });
    if (!isRead) await eachRow(); // the images came from the cache, which holds no labels
  }
  const path = paths.length === 1 ? first : folder;
  checkInRange(path, labels, names);
  return labelledDataset({ path, rows, labels, names });
}

async function countRows(path: string, stride: number): Promise<number> {
  const size = await fileSize(path);
  if (size > 0 && size % stride === 0) return size / stride;
  throw new SymlossError(path, `rows of ${stride} bytes`, `${size} bytes`, {
    hint: 'download the file again; the binary version is needed',
  });
}

function checkInRange(
  path: string,
  labels: Uint8Array,
  names: readonly string[] | undefined,
): void {
  const row = names === undefined ? -1 : labels.findIndex((label) => label >= names.length);
  if (row < 0) return;
  const place = `${path}, row ${row + 1}`;
  throw new SymlossError(place, `a label below ${names?.length}`, String(labels[row]), {
    hint: 'the binary version of CIFAR-10 or CIFAR-100 is needed',
  });
}

async function readNames(path: string): Promise<string[]> {
  const lines = (await readBytes(path))
    .toString('utf8')
    .split(/\r?\n/)
    .map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

/** The binary files of CIFAR-10 or CIFAR-100. */
export const cifarFolder: Format = {
  name: 'cifar',
  about: 'a folder of CIFAR files',
  kind: 'folder',
  detect: ({ names }) => names !== undefined && isCifarFolder(names),
  fields: ['label'],
  open: readCifar,
};
