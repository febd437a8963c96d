import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { closest, field, SymlossError, show } from '../../core/index.ts';
import type { Format } from './format.ts';
import { formats } from './registry.ts';
import { readStart } from './shared/file-bytes.ts';
import { isPattern, matchingFiles } from './sources/glob.ts';
import { spoolStandardInput, standardInput, standardInputName } from './sources/standard-input.ts';

/** What a source is, and where it lies. */
export interface FoundSource {
  readonly format: Format;
  /** The path that its format opens. */
  readonly path: string;
  /** What messages call the path, where it is not what was given. */
  readonly called?: string;
}

/**
 * What a source is: by its name, by a file's extension, else by its content. `-` is standard input; a pattern such as
 * `parts/*.csv`, and a folder of tables or of images in Parquet, are the files one behind the other.
 * @param signal ends the search, and the reading of standard input, which then fail with its reason
 * @throws SymlossError that lists what is understood, where it is nothing of that
 */
export async function findSource(source: string, signal?: AbortSignal): Promise<FoundSource> {
  const named = formats.find(({ kind, name }) => kind === 'name' && name === source);
  if (named !== undefined) return { format: named, path: source };
  if (source === standardInput) {
    const path = await spoolStandardInput(signal);
    return { format: await fileFormat(path), path, called: standardInputName };
  }
  const found = await stat(source).catch(() => undefined);
  if (found === undefined && isAddress(source)) {
    throw new SymlossError(source, 'a file or folder of this machine', 'an address', {
      hint: 'download it first',
    });
  }
  if (found?.isDirectory()) return folderSource(source);
  if (found === undefined && isPattern(source)) {
    return joinedSource(source, await matchingFiles(source, signal));
  }
  return { format: await fileFormat(source), path: source };
}

const isAddress = (source: string) => /^[a-z][a-z\d+.-]+:\/\//i.test(source);

/** @param path of a file, or of nothing */
async function fileFormat(path: string): Promise<Format> {
  const extension = extname(path.replace(/\.gz$/i, '')).slice(1).toLowerCase();
  const byExtension = formats.find(({ extensions }) => extensions?.includes(extension));
  if (byExtension !== undefined) return resolved(byExtension, path); // its reader says what is wrong with it
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined) {
    const { bytes } = await readStart(path, 512);
    checkNotForeign(path, extension, bytes);
    for (const format of formats) {
      if (format.kind === 'file' && (await format.detect({ path, start: bytes }))) {
        return resolved(format, path);
      }
    }
    throw new SymlossError(path, understood(), 'a file of another format');
  }
  const names = formats.filter(({ kind }) => kind === 'name').map(({ name }) => name);
  throw new SymlossError(path, understood(), 'no such file', { hint: meant(path, names) });
}

/** What somebody who gave it may have meant. */
function meant(path: string, names: readonly string[]): string | undefined {
  if (Number(path) > 0 && Number(path) < 1) {
    return `to test on this share of the rows: ${field('testShare', path)}`;
  }
  const similar = closest(path, names);
  return similar === undefined ? undefined : `did you mean ${show(similar)}?`;
}

/** Files that people have and no format reads, by their extensions: what they are, and how they become tables. */
const foreign: { readonly [extension: string]: readonly [what: string, hint: string] } = {
  ...spread('xls xlsb ods', 'a workbook', 'save it as .xlsx, or the sheet as CSV in UTF-8'),
  ...spread('sav zsav dta sas7bdat xpt', 'a file of SPSS, Stata or SAS', 'export it as CSV'),
  ...spread('rds rdata rda', 'a file of R', 'write.csv(data, "data.csv", row.names = FALSE)'),
  ...spread('pkl pickle', 'a file of Python', 'frame.to_parquet("data.parquet")'),
  ...spread('h5 hdf5 hdf', 'an HDF5 file', 'frame.to_parquet("data.parquet")'),
  ...spread('db sqlite sqlite3', 'a database', 'export the table as CSV or Parquet'),
};

function spread(extensions: string, what: string, hint: string) {
  return Object.fromEntries(extensions.split(' ').map((own) => [own, [what, hint] as const]));
}

/** @throws SymlossError for a file that is none of those that are read, whatever it looks like */
function checkNotForeign(path: string, extension: string, start: Buffer): void {
  const [what, hint] = Object.hasOwn(foreign, extension) ? (foreign[extension] ?? []) : [];
  if (what !== undefined) throw new SymlossError(path, understood(), what, { hint });
  if (/^(\xef\xbb\xbf)?\s*\[\s*\{/.test(start.toString('latin1'))) {
    throw new SymlossError(path, understood(), 'one array of JSON', {
      hint: "write an object per line: jq -c '.[]' data.json > data.jsonl",
    });
  }
}

async function resolved(format: Format, path: string): Promise<Format> {
  return (await format.resolve?.(path)) ?? format;
}

async function folderSource(path: string): Promise<FoundSource> {
  const names = await readdir(path);
  for (const format of formats) {
    if (format.kind === 'folder' && (await format.detect({ path, names }))) return { format, path };
  }
  const tables = tablesAmong(names);
  if (tables.length > 0) {
    checkOnePart(path, tables);
    return joinedSource(
      path,
      tables.map((name) => join(path, name)),
    );
  }
  const received = names.length === 0 ? 'an empty folder' : 'a folder of other files';
  throw new SymlossError(path, understood(), received);
}

/** Those of the files in a folder that may be tables by their extensions, in order. */
export function tablesAmong(names: readonly string[]): string[] {
  const extensions = formats.flatMap((format) =>
    format.openTable === undefined && format.resolve === undefined ? [] : (format.extensions ?? []),
  );
  const table = new RegExp(`^[^.].*\\.(${extensions.join('|')})(\\.gz)?$`, 'i');
  return names.filter((name) => table.test(name)).sort((a, b) => (a < b ? -1 : 1));
}

/** Names of files of a part of the data, and of which. */
const partName = /^(train|test|val|valid|validation|dev|eval)(?![a-z])/i;

/** @throws SymlossError where files to train and files to test on are together: as one, the test would see what was learnt */
function checkOnePart(path: string, names: readonly string[]): void {
  const parts = names.map((name) => partName.exec(name)?.[1]);
  const other = parts.find((part) => part !== undefined && !/^train$/i.test(part));
  const training = parts.find((part) => part !== undefined && /^train$/i.test(part));
  if (training === undefined || other === undefined) return;
  const [first, second] = [training, other].map((part) => names[parts.indexOf(part)] as string);
  const pattern = (part: string) => `"${join(path, `${part}*`)}"`;
  throw new SymlossError(path, 'the files of one part', `${first} and ${second}`, {
    hint: `name the parts by patterns: ${pattern(training)}, and ${pattern(other)} to test on (${field('test')})`,
  });
}

/**
 * Several files as one.
 * @param source what messages call them together
 * @throws SymlossError naming the file that is of another format than the first, or of one that is read alone
 */
async function joinedSource(source: string, paths: readonly string[]): Promise<FoundSource> {
  const [path] = paths as readonly [string];
  const format = await fileFormat(path);
  if (paths.length === 1) return { format, path };
  if (format.join === undefined) {
    const expected = 'one file, or tables or images: CSV, TSV, JSON lines, Arrow or Parquet';
    throw new SymlossError(source, expected, `${paths.length} files, ${path} is ${format.about}`);
  }
  for (const other of paths) {
    const { name, about } = await fileFormat(other);
    if (name === format.name) continue;
    const expected = `files of one format, as ${path}, ${format.about}`;
    throw new SymlossError(source, expected, `${other}, ${about}`, {
      hint: 'name those that belong together by a pattern, such as "folder/*.csv"',
    });
  }
  return { format: format.join(paths), path: source };
}

function understood(): string {
  const forms = formats.filter(({ kind }) => kind !== 'name').map(({ about }) => about);
  const names = formats.filter(({ kind }) => kind === 'name').map(({ name }) => name);
  return `${forms.join(', ')}, or a name (${names.join(', ')})`;
}
