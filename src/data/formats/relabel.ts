import { extname } from 'node:path';
import { gzipSync } from 'node:zlib';
import { field, SymlossError, show } from '../../core/index.ts';
import type { FoundSource } from './find-format.ts';
import { findSource } from './find-format.ts';
import type { Format } from './format.ts';
import { formats } from './registry.ts';
import type { AddedColumn, Relabelling, RelabelOptions } from './shared/relabelling.ts';
import { checkIsNew, piecesOf } from './shared/relabelling.ts';
import { sourceFiles } from './source-files.ts';
import { standardInput } from './sources/standard-input.ts';
import type { TableLabels } from './table/read-labels.ts';
import { readLabels } from './table/read-labels.ts';

/** A source that can be written with other labels. */
export interface RelabelledSource {
  /** What is written: the source, or, of arrays, their labels alone. */
  readonly writes: 'source' | 'labels';
  /** The files that are read as one. */
  readonly files: readonly string[];
  /** The label column of what is written, where the source has none. */
  readonly label?: string;
  /** The test part of the source, which is not written. */
  readonly test?: string;
  /** @throws SymlossError where the format has no place for such a column, or the source has a column of this name */
  checkAdded(added: AddedColumn): Promise<void>;
  /** The content of the new file. @throws SymlossError as reading does, and as `checkAdded` does */
  content(changes: Relabelling): Promise<readonly Uint8Array[]>;
}

/** A table that can be written with other labels. */
export interface RelabelledTable extends RelabelledSource {
  /** Its labels. @throws SymlossError where it cannot be read, has no such column or a row without a label */
  readLabels(label: string): Promise<TableLabels>;
}

/**
 * As `relabelledSource`, for tables only.
 * @throws SymlossError where the source is no table, and as `relabelledSource` does
 */
export async function relabelledTable(
  source: string,
  out: string,
  options: RelabelOptions = {},
): Promise<RelabelledTable> {
  const found = await findFile(source, options);
  const { format, path } = found;
  const { openTable, about } = format;
  if (openTable === undefined) {
    const tables = formats.filter((other) => other.openTable !== undefined);
    const known = [...tables.map((other) => other.about), 'a Parquet file without images'];
    throw new SymlossError(source, `a table: ${known.join(', ')}`, about);
  }
  return {
    ...(await relabelledAs(source, found, out, options)),
    async readLabels(label) {
      const { signal } = options;
      return readLabels(await openTable(path, options), label, { ...(signal && { signal }) });
    },
  };
}

/**
 * Whether and how a source can be written with other labels: tables in their own format, of arrays in .npy and IDX files the labels.
 * @param out the file to write: its extension, and `.gz` for texts, say in which form
 * @throws SymlossError where the source has no such form, or the file another one
 */
export async function relabelledSource(
  source: string,
  out: string,
  options: RelabelOptions = {},
): Promise<RelabelledSource> {
  return relabelledAs(source, await findFile(source, options), out, options);
}

/** Whether a source, as it was found for reading, can be written with other labels. */
export async function canRelabel(
  source: string,
  { signal }: RelabelOptions = {},
): Promise<boolean> {
  if (source === standardInput) return false;
  return (await findSource(source, signal)).format.relabel !== undefined;
}

async function findFile(source: string, { signal }: RelabelOptions): Promise<FoundSource> {
  if (source !== standardInput) return findSource(source, signal);
  throw new SymlossError(source, 'data in a file', 'standard input, which cannot be read again');
}

async function relabelledAs(
  source: string,
  { format, path }: FoundSource,
  out: string,
  options: RelabelOptions,
): Promise<RelabelledSource> {
  const { signal, otherwise } = options;
  const { relabel, about } = format;
  if (relabel === undefined) {
    const what = format.kind === 'name' ? `the data set ${show(source)}` : about;
    const able = formats.filter((other) => other.relabel !== undefined);
    throw new SymlossError(
      source,
      `data that can be written with other labels: ${able.map((other) => other.about).join(', ')}`,
      what,
      { hint: otherwise ?? (format.openTable && 'write it in one of these, then audit that') },
    );
  }
  const isGzip = /\.gz$/i.test(out);
  const extension = extname(isGzip ? out.slice(0, -3) : out)
    .slice(1)
    .toLowerCase();
  if (!relabel.extensions.includes(extension) || (isGzip && !relabel.isText)) {
    const names = relabel.extensions.map((own) => `.${own}`);
    const expected = `a file that ends in ${names.join(' or ')}, as ${source} is ${about}`;
    throw new SymlossError(field('out'), expected, show(out));
  }
  const files = format.kind === 'folder' ? [source] : await sourceFiles(source, { signal });
  return {
    writes: relabel.writes,
    files,
    ...(relabel.label !== undefined && { label: relabel.label }),
    ...(await relabel.testPart?.(source)),
    async checkAdded(added) {
      refuseWeights(format, added);
      const table = await format.openTable?.(path, options);
      if (table !== undefined) checkIsNew(source, table, added);
    },
    async content(changes) {
      if (changes.added !== undefined) refuseWeights(format, changes.added);
      const pieces = await piecesOf(relabel.write(files, changes, { ...options, extension }));
      return isGzip ? [gzipSync(Buffer.concat(pieces))] : pieces;
    },
  };
}

/** @throws SymlossError where a training takes no weights for data of a format */
function refuseWeights({ fields, about }: Format, { option, name }: AddedColumn): void {
  if (fields.includes('weight')) return;
  const expected = `nothing: train takes no weights for ${about}`;
  throw new SymlossError(field(option), expected, show(name), { hint: 'leave it out' });
}
