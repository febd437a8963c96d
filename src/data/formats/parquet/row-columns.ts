import { SymlossError, show } from '../../../core/index.ts';
import type { IdColumn } from '../../dataset.ts';
import type { ParquetColumn } from './file.ts';
import { findColumn } from './file.ts';
import type { ParquetFiles } from './image-files.ts';

/**
 * The columns that say which image each row is: those that are asked for, else `path`, or the field of this name beside the
 * bytes, `image.path`, as far as there is one that is not empty.
 * @param image the column of the images
 */
export async function readIds(
  file: ParquetFiles,
  image: ParquetColumn,
  asked: readonly string[] | undefined,
): Promise<IdColumn[]> {
  const columns = [...file.columns, ...pathBeside(image)];
  if (asked !== undefined) {
    const wanted = asked.map((name) => findColumn({ path: file.path, columns }, 'id column', name));
    return readTexts(file, wanted);
  }
  const usual = ['path', `${image.name}.path`];
  for (const name of usual) {
    const column = columns.find((own) => own.name === name && own.type === 'VARCHAR');
    const [ids] = column === undefined ? [] : await readTexts(file, [column]);
    if (ids?.values.some((value) => value !== '')) return [ids];
  }
  return [];
}

/** `[n]`, numbers of the groups that a column names. @throws SymlossError naming the first row without one */
export async function readGroups(file: ParquetFiles, name: string): Promise<Int32Array> {
  const column = findColumn(file, 'group column', name);
  const [read] = await readTexts(file, [column]);
  const { values } = read as IdColumn;
  const empty = values.indexOf('');
  if (empty >= 0) {
    const where = `${file.place(empty + 1)}, column ${show(name)}`;
    throw new SymlossError(where, 'the group of the row', 'a missing cell');
  }
  const numbers = new Map([...new Set(values)].map((value, i) => [value, i]));
  return Int32Array.from(values, (value) => numbers.get(value) as number);
}

/** The field `path` of a struct of images. */
function pathBeside({ name, type, sql }: ParquetColumn): ParquetColumn[] {
  if (!/[(, ]"?path"? VARCHAR/.test(type)) return [];
  return [{ name: `${name}.path`, type: 'VARCHAR', sql: `${sql}."path"` }];
}

async function readTexts(
  file: ParquetFiles,
  columns: readonly ParquetColumn[],
): Promise<{ readonly name: string; readonly values: string[] }[]> {
  const read = columns.map(({ name }) => ({ name, values: [] as string[] }));
  if (columns.length === 0) return read;
  const expressions = columns.map(({ sql }) => `${sql}::VARCHAR`);
  for await (const cells of file.values(expressions)) {
    for (const [i, cell] of cells.entries()) read[i]?.values.push((cell as string | null) ?? '');
  }
  return read;
}
