import { join } from 'node:path';
import { readBytes } from '../../../io/index.ts';
import { parquetBytes } from '../parquet/write.ts';
import type { Relabelling, RelabelOptions } from '../shared/relabelling.ts';
import { checkRows } from '../shared/relabelling.ts';
import { classImages, imageParts } from './files.ts';

/** The column of the labels that is written. */
export const folderLabel = 'label';

/**
 * The images of a folder as a Parquet file: their files as they are in the column `image`, beside their paths and labels. Of a folder
 * with a test part those of the training part. All of them are held in memory.
 */
export async function* relabelFolder(
  [folder = '']: readonly string[],
  changes: Relabelling,
  { signal }: RelabelOptions,
): AsyncGenerator<Uint8Array> {
  const { train } = await imageParts(folder);
  const top = train === undefined ? folder : join(folder, train);
  const { classes, paths, labels } = await classImages(top);
  checkRows(folder, changes, paths.length);
  const rows = [...paths.keys()].filter((row) => !changes.dropped?.has(row));
  const images: Uint8Array[] = [];
  for (const row of rows) {
    signal?.throwIfAborted();
    images.push(await readBytes(join(top, paths[row] as string)));
  }
  const start = train === undefined ? '' : `${train}/`;
  const labelOf = (row: number) =>
    classes[labels[changes.labels.get(row) ?? row] as number] as string;
  yield await parquetBytes([
    { name: 'image', type: 'bytes', values: images },
    { name: 'path', type: 'text', values: rows.map((row) => `${start}${paths[row]}`) },
    { name: folderLabel, type: 'text', values: rows.map(labelOf) },
  ]);
}
