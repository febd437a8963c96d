import { readdir, stat } from 'node:fs/promises';
import { SymlossError, show } from '../../core/index.ts';
import { closest } from '../closest.ts';
import { isCifarFolder } from './cifar/cifar.ts';
import { isIdx } from './idx/idx.ts';
import { isIdxFolder } from './idx-folder/idx-folder.ts';
import { isImageFolder } from './image-folder/image-folder.ts';
import { isNpy } from './npy/array.ts';
import type { DatasetName } from './published/named.ts';
import { datasetNames, isDatasetName } from './published/named.ts';
import { readStart } from './shared/file-bytes.ts';

export type SourceKind =
  | 'digits'
  | DatasetName
  | 'csv'
  | 'parquet'
  | 'npy'
  | 'npz'
  | 'idx'
  | 'idx-folder'
  | 'cifar-folder'
  | 'image-folder'
  | 'flat-folder';

const extensions: Readonly<Record<string, SourceKind>> = {
  csv: 'csv',
  tsv: 'csv',
  parquet: 'parquet',
  npy: 'npy',
  npz: 'npz',
};

const understood =
  'a CSV, TSV, Parquet, .npy, .npz or IDX file, a folder of MNIST or CIFAR files or one with a folder of ' +
  `images per class, or a name (digits, ${datasetNames.join(', ')})`;

/**
 * What a source is: by its name, by the files in a folder, by a file's extension, else its content.
 * @throws SymlossError that lists what is understood, where it is nothing of that
 */
export async function sourceKind(source: string): Promise<SourceKind> {
  if (source === 'digits' || isDatasetName(source)) return source;
  const [, extension = ''] = /\.(\w+?)(?:\.gz)?$/.exec(source) ?? [];
  const byName = extensions[extension.toLowerCase()];
  const found = await stat(source).catch(() => undefined);
  if (found?.isDirectory()) return folderKind(source);
  if (byName !== undefined) return byName; // its reader says what is wrong with it
  if (found === undefined) {
    const similar = closest(source, ['digits', ...datasetNames]);
    throw new SymlossError(source, understood, 'no such file', {
      hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
    });
  }
  return fileKind(source);
}

async function folderKind(folder: string): Promise<SourceKind> {
  const names = await readdir(folder);
  if (isIdxFolder(names)) return 'idx-folder';
  if (isCifarFolder(names)) return 'cifar-folder';
  if (await isImageFolder(folder)) return 'image-folder';
  if (names.some((name) => /\.(jpe?g|png|webp)$/i.test(name))) return 'flat-folder';
  const received = names.length === 0 ? 'an empty folder' : 'a folder of other files';
  throw new SymlossError(folder, understood, received);
}

async function fileKind(file: string): Promise<SourceKind> {
  const { bytes } = await readStart(file, 512);
  const start = bytes.toString('latin1', 0, 4);
  if (start === 'PAR1') return 'parquet';
  if (isNpy(bytes)) return 'npy';
  if (start === 'PK\x03\x04') return 'npz';
  if (isIdx(bytes)) return 'idx';
  if (!bytes.includes(0)) return 'csv'; // text, whatever it is called
  throw new SymlossError(file, understood, 'a file of another format');
}
