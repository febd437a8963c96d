import { field, SymlossError } from '../../../core/index.ts';
import { readBytes } from '../../../io/index.ts';
import type { OpenOptions } from '../format.ts';
import { isIdx, readIdxLabels } from '../idx/idx.ts';
import { readStart } from '../shared/file-bytes.ts';
import type { NpyArray } from './array.ts';
import { npyHeadLength, parseNpy, parseNpyHeader } from './array.ts';

/** Labels from a file of one integer per row: .npy or IDX. */
export async function readLabelsFile(path: string): Promise<number[]> {
  const { bytes } = await readStart(path, npyHeadLength);
  if (isIdx(bytes)) return Array.from(await readIdxLabels(path));
  parseNpyHeader(path, bytes);
  return npyLabels(path, parseNpy(path, await readBytes(path)));
}

/** @throws SymlossError where no file of labels is named */
export function requireLabelsFile(path: string, { labelsFile }: OpenOptions): string {
  if (labelsFile !== undefined) return labelsFile;
  throw new SymlossError(field('labelsFile'), `the file of the labels of ${path}`, 'nothing', {
    hint: `name it with ${field('labelsFile')}: an array of one integer per row (.npy or IDX)`,
  });
}

/** Labels from an array [n] or [n, 1] of integers. @throws SymlossError otherwise */
export function npyLabels(where: string, { values, shape }: NpyArray): number[] {
  if (shape.length < 1 || shape.slice(1).some((size) => size !== 1)) {
    throw new SymlossError(where, 'one label per row, shape (n)', `shape (${shape.join(', ')})`);
  }
  const labels = Array.from(values);
  const row = labels.findIndex((label) => !Number.isInteger(label));
  if (row >= 0) {
    const received = `${labels[row]} in row ${row + 1}`;
    throw new SymlossError(where, 'integers as labels', received);
  }
  return labels;
}
