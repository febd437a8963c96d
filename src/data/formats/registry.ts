import { arrow } from './arrow/index.ts';
import { cifarFolder } from './cifar/index.ts';
import { csv } from './csv/index.ts';
import { digitsFormat } from './digits/index.ts';
import { excel } from './excel/index.ts';
import type { Format } from './format.ts';
import { idx } from './idx/index.ts';
import { idxFolder } from './idx-folder/index.ts';
import { imageFile } from './image-file/index.ts';
import { imageFolder } from './image-folder/index.ts';
import { jsonl } from './jsonl/index.ts';
import { npy } from './npy/index.ts';
import { npz } from './npz/index.ts';
import { parquet } from './parquet/index.ts';
import { publishedSets } from './published/index.ts';

/**
 * The formats that data may have; another one is a folder here and a row of this table. The first
 * that recognises a source reads it.
 */
export const formats: readonly Format[] = [
  digitsFormat,
  ...publishedSets,
  parquet,
  npy,
  npz,
  imageFile,
  idx,
  arrow,
  excel,
  jsonl,
  csv, // any text: behind the other files
  idxFolder,
  cifarFolder,
  imageFolder,
];
