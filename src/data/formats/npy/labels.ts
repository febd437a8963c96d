import { field, SymlossError } from '../../../core/index.ts';
import { readBytes } from '../../../io/index.ts';
import type { OpenOptions } from '../format.ts';
import { isIdx, readIdxLabels } from '../idx/idx.ts';
import { readStart } from '../shared/file-bytes.ts';
import { npyHeadLength, parseNpy, parseNpyHeader } from './array.ts';
import { checkFilled, holdsTexts, parseNpyTexts } from './texts.ts';

/** One label per row: integers, or texts. */
export type ArrayLabels = readonly number[] | readonly string[];

/** Labels from a file of one integer or text per row: .npy or IDX. */
export async function readLabelsFile(path: string): Promise<ArrayLabels> {
  const { bytes } = await readStart(path, npyHeadLength);
  if (isIdx(bytes)) return Array.from(await readIdxLabels(path));
  if (!holdsTexts(path, bytes)) parseNpyHeader(path, bytes);
  return npyLabels(path, await readBytes(path));
}

/** @throws SymlossError where no file of labels is named */
export function requireLabelsFile(path: string, { labelsFile }: OpenOptions): string {
  if (labelsFile !== undefined) return labelsFile;
  throw new SymlossError(field('labelsFile'), `the file of the labels of ${path}`, 'nothing', {
    hint: `name it with ${field('labelsFile')}: an array of one integer or text per row (.npy, or of integers IDX)`,
  });
}

/** Labels from a .npy file of integers or texts, [n] or [n, 1]. @throws SymlossError otherwise */
export function npyLabels(where: string, bytes: Uint8Array): ArrayLabels {
  const texts = parseNpyTexts(where, bytes);
  const { shape, values } = texts ?? parseNpy(where, bytes);
  if (shape.length < 1 || shape.slice(1).some((size) => size !== 1)) {
    throw new SymlossError(where, 'one label per row, shape (n)', `shape (${shape.join(', ')})`);
  }
  if (texts !== undefined) {
    checkFilled(where, texts.values);
    return texts.values;
  }
  const labels = Array.from(values as ArrayLike<number>);
  const row = labels.findIndex((label) => !Number.isInteger(label));
  if (row >= 0) {
    const received = `${labels[row]} in row ${row + 1}`;
    throw new SymlossError(where, 'integers or texts as labels', received);
  }
  return labels;
}
