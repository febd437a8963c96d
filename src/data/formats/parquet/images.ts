import { dirname } from 'node:path';
import { field, SymlossError, show } from '../../../core/index.ts';
import type { Dataset, IdColumn } from '../../dataset.ts';
import { count } from '../../text.ts';
import type { OpenOptions } from '../format.ts';
import { refuseConsensus } from '../shared/consensus.ts';
import { labelledDataset } from '../shared/dataset.ts';
import type { DecodeOptions, EncodedImage } from '../shared/decode-images.ts';
import { decodeImages } from '../shared/decode-images.ts';
import { without } from '../shared/encode-labels.ts';
import type { ImageRows } from '../shared/rows.ts';
import { rowNumbers } from '../shared/rows.ts';
import type { ParquetColumn } from './file.ts';
import { findColumn, ParquetFile } from './file.ts';
import { ParquetFiles } from './image-files.ts';
import type { Labels } from './label-columns.ts';
import {
  checkLabels,
  isOfLabels,
  labelColumns,
  readLabels,
  usualLabelColumn,
} from './label-columns.ts';
import { readGroups, readIds } from './row-columns.ts';

/**
 * Of these, `label` is by default the column `label`, or the only one of class labels; several with commas between them are
 * those of several annotators, in which a label may be missing. `imageColumn` is by default `image` or `img`, or the only one
 * of images.
 */
export interface ParquetImageOptions
  extends DecodeOptions,
    Pick<
      OpenOptions,
      'label' | 'consensus' | 'trueLabel' | 'imageColumn' | 'id' | 'keepIds' | 'group' | 'missing'
    > {}

/** A struct with the field `bytes`, as the Hugging Face library stores images, or plain bytes. */
const image = /^(BLOB$|STRUCT\((.*, )?"?bytes"? BLOB\b)/;

/** One Parquet file, or what messages call several, and these. */
export type ParquetSource = string | { readonly path: string; readonly files: readonly string[] };

function openFiles(source: ParquetSource): Promise<ParquetFiles> {
  if (typeof source === 'string') return ParquetFiles.open(source, [source]);
  return ParquetFiles.open(source.path, source.files);
}

/**
 * Reads images with labels from Parquet files as the Hugging Face library writes them: a column of
 * encoded images, which are structs with the field `bytes`, and columns of labels. Class names come
 * from the files' `huggingface` metadata, for every label column whose values are integers in their
 * range; otherwise the distinct values are the classes. Rows keep the order of the files, and only
 * some images at a time are held encoded.
 * @returns images `[n, c, h, w]` as bytes
 * @throws SymlossError naming file and row or column for what is missing or can't be decoded; of
 * kind `failure` where DuckDB or sharp is not installed
 */
export async function readParquetImages(
  source: ParquetSource,
  options: ParquetImageOptions = {},
): Promise<Dataset> {
  const { id, group, keepIds, missing, consensus, memoryLimit } = options;
  const file = await openFiles(source);
  const { path, classNames: names } = file;
  const columns = labelColumns(file, options.label, names);
  const trueLabel =
    options.trueLabel === undefined
      ? undefined
      : checkLabels(file, findColumn(file, 'true-label column', options.trueLabel));
  if (columns.some(({ name }) => name === trueLabel?.name)) {
    const where = `${path}, true-label column`;
    throw new SymlossError(where, 'another column than the label', 'the same');
  }
  const isAnnotated = columns.length > 1;
  if (!isAnnotated) refuseConsensus(consensus);
  const leavesOut = missing === 'drop' || missing === 'drop-unlabelled';
  const all = trueLabel ? [...columns, trueLabel] : columns;
  const lists = await readLabels(file, all, leavesOut ? all : isAnnotated ? columns : []);
  const own = lists.slice(0, columns.length);
  const truth = lists[columns.length];
  const unlabelledRows = leavesOut ? rowsWithout(own, truth) : [];
  if (unlabelledRows.length === file.rows) {
    throw new SymlossError(path, 'at least one row with a label', `${file.rows} without`);
  }
  const image = imageColumn(file, options.imageColumn);
  const ids = id === undefined && !keepIds ? [] : await readIds(file, image, id);
  const groups = group === undefined ? undefined : await readGroups(file, group);
  const rows = await readImages(file, image, options, unlabelledRows);
  const annotators = columns.map(({ name }) => name);
  const annotated = { annotators, labels: own, consensus, memoryLimit };
  const dataset = labelledDataset({
    path,
    rows,
    labels: isAnnotated ? annotated : (own[0] as Labels),
    trueLabels: truth as Labels | undefined,
    names: [...annotators, trueLabel?.name ?? '']
      .map((name) => names.get(name))
      .find((found) => found !== undefined),
    notices:
      unlabelledRows.length > 0
        ? [`${count(unlabelledRows.length, 'row')} without a label left out`]
        : [],
  });
  return {
    ...dataset,
    ...(!isAnnotated && { labelColumn: columns[0]?.name as string }),
    ...(id !== undefined && { idColumns: id }),
    ...(keepIds && ids.length > 0 && { rowIds: idsWithout(ids, rows.skipped) }),
    ...(groups && { groups: Int32Array.from(without(groups, rows.skipped)) }),
  };
}

/** Images to predict for, with what the file says of them. */
export interface ParquetImageRows {
  readonly rows: ImageRows;
  /** `[n]`, names of classes, '' where one is missing, where the file has a column of labels. */
  readonly labels?: readonly string[];
  /** The columns that say which image each row is. */
  readonly ids: readonly IdColumn[];
}

/** Reads the images of Parquet files to predict for: they need no labels. As `readParquetImages` otherwise. */
export async function readParquetImageRows(
  source: ParquetSource,
  options: Omit<ParquetImageOptions, 'trueLabel'> & { readonly ownIds?: readonly string[] } = {},
): Promise<ParquetImageRows> {
  const file = await openFiles(source);
  const { columns, classNames } = file;
  const image = imageColumn(file, options.imageColumn);
  const has = (name: string) => columns.some((column) => column.name === name);
  const known = options.ownIds?.filter(has) ?? [];
  const ids = await readIds(file, image, options.id ?? (known.length > 0 ? known : undefined));
  const asked = columns.find(({ name }) => name === options.label);
  const column = asked ?? usualLabelColumn(file, classNames);
  const [labels] = column && isOfLabels(column) ? await readLabels(file, [column], [column]) : [];
  const rows = await readImages(file, image, options);
  const names = classNames.get(column?.name ?? '');
  const nameOf = (label: Labels[number] | null) =>
    label === null ? '' : (names?.[Number(label)] ?? String(label));
  return {
    rows,
    ids: idsWithout(ids, rows.skipped),
    ...(labels && { labels: without(labels, rows.skipped).map(nameOf) }),
  };
}

type SomeLabels = readonly (Labels[number] | null)[];

/** Rows, from 0, of which no column has a label, or whose true label is missing where there are some. */
function rowsWithout(lists: readonly SomeLabels[], truth?: SomeLabels): number[] {
  const [first = []] = lists;
  const isMissing = (row: number) =>
    truth?.[row] === null || lists.every((labels) => labels[row] === null);
  return [...first.keys()].filter(isMissing);
}

function idsWithout(ids: readonly IdColumn[], skipped: readonly number[]): IdColumn[] {
  return ids.map(({ name, values }) => ({ name, values: without(values, skipped) }));
}

/** The first bytes of JPEG, PNG and WebP. */
const signatures = ['ffd8ff', '89504e47', '52494646'];
/** Values to look at. */
const sampleSize = 100;

/**
 * Whether a Parquet file has a column of images: structs with the field `bytes`, or bytes. Some programs write texts as
 * bytes, so a column of bytes that is not called `image` or `img` has one at least among its first values.
 */
export async function hasImages(path: string): Promise<boolean> {
  const file = await ParquetFile.open(path);
  try {
    const found = file.columns.filter(({ type }) => image.test(type));
    if (found.some(({ name, type }) => type !== 'BLOB' || /^(image|img)$/.test(name))) return true;
    for (const { sql } of found) {
      let seen = 0;
      for await (const [start] of file.values([`hex(${sql}[1:4])`])) {
        if (signatures.some((signature) => String(start).toLowerCase().startsWith(signature))) {
          return true;
        }
        if (++seen === sampleSize) break;
      }
    }
    return false;
  } finally {
    file.close();
  }
}

/** Names of the columns of a Parquet file. */
export async function parquetColumns(path: string): Promise<string[]> {
  const file = await ParquetFile.open(path);
  file.close();
  return file.columns.map(({ name }) => name);
}

/** @param leftOut rows, from 0, ascending, whose images are not decoded */
async function readImages(
  file: ParquetFiles,
  column: ParquetColumn,
  options: ParquetImageOptions,
  leftOut: readonly number[] = [],
): Promise<ImageRows> {
  const bytes = column.type === 'BLOB' ? column.sql : `${column.sql}."bytes"`;
  const gone = new Set(leftOut);
  const images = async function* (): AsyncGenerator<EncodedImage> {
    let row = 0;
    for await (const [value] of file.values([bytes])) {
      row++;
      if (gone.has(row - 1)) continue;
      const content = value === null ? new Uint8Array(0) : (value as { bytes: Uint8Array }).bytes;
      const place = file.place(row);
      yield { place, load: () => content };
    }
  };
  const beside = dirname(file.paths[0] as string);
  const plan = { sources: file.paths, beside, key: { column: column.name, leftOut } };
  const read = await decodeImages(file.path, file.rows - gone.size, images, plan, options);
  if (gone.size === 0) return read;
  const wanted = rowNumbers(file.rows).filter((row) => !gone.has(row));
  const skipped = [...leftOut, ...read.skipped.map((place) => wanted[place] as number)];
  return { ...read, skipped: skipped.sort((a, b) => a - b) };
}

function imageColumn(file: ParquetFiles, asked: string | undefined): ParquetColumn {
  const found = file.columns.filter(({ type }) => image.test(type));
  const shown = () => file.columns.map(({ name, type }) => `${name} ${type}`).join(', ');
  if (asked !== undefined) {
    const column = findColumn(file, 'image column', asked);
    if (found.includes(column)) return column;
    const where = `${file.path}, image column ${show(asked)}`;
    throw new SymlossError(where, 'a struct with the field bytes', column.type);
  }
  const usual = ['image', 'img'].map((name) => found.find((column) => column.name === name));
  const column = usual[0] ?? usual[1] ?? (found.length === 1 ? found[0] : undefined);
  if (column !== undefined) return column;
  throw new SymlossError(
    file.path,
    'a column of images: image or img, a struct with the field bytes',
    found.length === 0 ? `columns ${shown()}` : found.map(({ name }) => name).join(', '),
    { hint: found.length === 0 ? undefined : `name one with ${field('imageColumn')}` },
  );
}
