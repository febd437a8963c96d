import { dirname } from 'node:path';
import { field, SymlossError, show } from '../../../core/index.ts';
import type { Dataset } from '../../dataset.ts';
import type { Consensus } from '../format.ts';
import { refuseConsensus } from '../shared/consensus.ts';
import { labelledDataset } from '../shared/dataset.ts';
import type { DecodeOptions, EncodedImage } from '../shared/decode-images.ts';
import { decodeImages } from '../shared/decode-images.ts';
import { labelNames } from '../shared/label-names.ts';
import type { ImageRows } from '../shared/rows.ts';
import type { ParquetColumn } from './file.ts';
import { findColumn, ParquetFile } from './file.ts';
import { classNamesIn, ParquetFiles } from './image-files.ts';

export interface ParquetImageOptions extends DecodeOptions {
  /**
   * Column of the labels; default: `label`, or the only column of class labels. Several with commas between them are
   * those of several annotators, in which a label may be missing.
   */
  readonly label?: string;
  /** How the labels of several annotators become one. Default: `dawid-skene`. */
  readonly consensus?: Consensus;
  /** Column of the true labels, where they are known. */
  readonly trueLabel?: string;
  /** Column of the images; default: `image` or `img`, or the only one of images. */
  readonly imageColumn?: string;
}

const integer = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const text = /^(VARCHAR|ENUM\(|BOOLEAN)/;
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
  if (!isAnnotated) refuseConsensus(options.consensus);
  const lists = await readLabels(
    file,
    [...columns, ...(trueLabel ? [trueLabel] : [])],
    isAnnotated ? columns : [],
  );
  const rows = await readImages(file, options);
  const own = lists.slice(0, columns.length);
  const annotators = columns.map(({ name }) => name);
  const { consensus, memoryLimit } = options;
  const annotated = { annotators, labels: own, consensus, memoryLimit };
  return labelledDataset({
    path,
    rows,
    labels: isAnnotated ? annotated : (own[0] as Labels),
    trueLabels: trueLabel && (lists.at(-1) as Labels),
    names: [...annotators, trueLabel?.name ?? '']
      .map((name) => names.get(name))
      .find((found) => found !== undefined),
  });
}

/** Reads the images of Parquet files; labels are not looked at. As `readParquetImages` otherwise. */
export async function readParquetImageRows(
  source: ParquetSource,
  options: Omit<ParquetImageOptions, 'label' | 'trueLabel'> = {},
): Promise<ImageRows> {
  return readImages(await openFiles(source), options);
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

type Labels = (bigint | number | string)[];
type Columns = Pick<ParquetFile, 'path' | 'columns'>;

function readImages(file: ParquetFiles, options: ParquetImageOptions): Promise<ImageRows> {
  const column = imageColumn(file, options.imageColumn);
  const bytes = column.type === 'BLOB' ? column.sql : `${column.sql}."bytes"`;
  const images = async function* (): AsyncGenerator<EncodedImage> {
    let row = 0;
    for await (const [value] of file.values([bytes])) {
      row++;
      const content = value === null ? new Uint8Array(0) : (value as { bytes: Uint8Array }).bytes;
      const place = file.place(row);
      yield { place, load: () => content };
    }
  };
  const beside = dirname(file.paths[0] as string);
  const plan = { sources: file.paths, beside, key: { column: column.name } };
  return decodeImages(file.path, file.rows, images, plan, options);
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

/** The column of the labels, or those of several annotators. */
function labelColumns(
  file: Columns,
  asked: string | undefined,
  names: ReadonlyMap<string, readonly string[]>,
): ParquetColumn[] {
  const has = (name: string) => file.columns.some((column) => column.name === name);
  const several = asked === undefined ? [] : labelNames(`${file.path}, label columns`, asked, has);
  if (several.length < 2) return [labelColumn(file, asked, names)];
  return several.map((name) => checkLabels(file, findColumn(file, 'label column', name)));
}

/** The column of the labels of images, as `readParquetImages` finds it. */
export async function labelColumnOf(
  file: ParquetFile,
  asked: string | undefined,
): Promise<ParquetColumn> {
  return labelColumn(file, asked, await classNamesIn(file));
}

function labelColumn(
  file: Columns,
  asked: string | undefined,
  names: ReadonlyMap<string, readonly string[]>,
): ParquetColumn {
  if (asked !== undefined) return checkLabels(file, findColumn(file, 'label column', asked));
  const candidates = file.columns.filter(({ type }) => integer.test(type) || text.test(type));
  const usual = candidates.find(({ name }) => name === 'label');
  const classes = candidates.filter(({ name }) => names.has(name));
  const only =
    classes.length === 1 ? classes[0] : candidates.length === 1 ? candidates[0] : undefined;
  const column = usual ?? only;
  if (column !== undefined) return column;
  throw new SymlossError(
    `${file.path}, label column`,
    'a column called label, or one of class labels only',
    candidates.map(({ name }) => name).join(', ') || 'none',
    { hint: `name it with ${field('label')}` },
  );
}

function checkLabels(file: Columns, column: ParquetColumn): ParquetColumn {
  if (integer.test(column.type) || text.test(column.type)) return column;
  const where = `${file.path}, column ${show(column.name)}`;
  throw new SymlossError(where, 'integers or texts as labels', column.type);
}

/** @param mayMiss columns that may have no label in a row: `null` then */
async function readLabels(
  file: ParquetFiles,
  columns: readonly ParquetColumn[],
  mayMiss: readonly ParquetColumn[],
): Promise<(Labels[number] | null)[][]> {
  const labels: (Labels[number] | null)[][] = columns.map(() => []);
  const expressions = columns.map(({ sql, type }) =>
    integer.test(type) ? sql : `${sql}::VARCHAR`,
  );
  let row = 0;
  for await (const values of file.values(expressions)) {
    row++;
    for (const [i, value] of values.entries()) {
      const column = columns[i] as ParquetColumn;
      if (value === null && !mayMiss.includes(column)) {
        const where = `${file.place(row)}, column ${show(column.name)}`;
        throw new SymlossError(where, 'a label', 'none');
      }
      labels[i]?.push(value as Labels[number] | null);
    }
  }
  return labels;
}
