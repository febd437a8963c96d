import { field, SymlossError, show } from '../../../core/index.ts';
import { list } from '../../text.ts';
import { labelNames } from '../shared/label-names.ts';
import type { ParquetColumn } from './file.ts';
import { findColumn, type ParquetFile } from './file.ts';
import type { ParquetFiles } from './image-files.ts';
import { classNamesIn } from './image-files.ts';

/** Labels of rows, as they stand in a column. */
export type Labels = (bigint | number | string)[];
type Columns = Pick<ParquetFile, 'path' | 'columns'>;
type ClassNames = ReadonlyMap<string, readonly string[]>;

const integer = /^U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?$/;
const text = /^(VARCHAR|ENUM\(|BOOLEAN)/;

/** The column of the labels, or those of several annotators. */
export function labelColumns(
  file: Columns,
  asked: string | undefined,
  names: ClassNames,
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

function labelColumn(file: Columns, asked: string | undefined, names: ClassNames): ParquetColumn {
  if (asked !== undefined) return checkLabels(file, findColumn(file, 'label column', asked));
  const column = usualLabelColumn(file, names);
  if (column !== undefined) return column;
  throw new SymlossError(
    `${file.path}, label column`,
    'a column called label, or one of class labels only',
    list(candidates(file).map(({ name }) => name)) || 'none',
    { hint: `name it with ${field('label')}` },
  );
}

/** The column that is called `label`, the only one of class labels, or the only one of integers or texts, where there is one. */
export function usualLabelColumn(file: Columns, names: ClassNames): ParquetColumn | undefined {
  const all = candidates(file);
  const classes = all.filter(({ name }) => names.has(name));
  const [only] = classes.length === 1 ? classes : all.length === 1 ? all : [];
  return all.find(({ name }) => name === 'label') ?? only;
}

function candidates({ columns }: Columns): ParquetColumn[] {
  return columns.filter(isOfLabels);
}

/** Whether a column holds integers or texts. */
export function isOfLabels({ type }: ParquetColumn): boolean {
  return integer.test(type) || text.test(type);
}

/** @throws SymlossError for a column of another type */
export function checkLabels(file: Columns, column: ParquetColumn): ParquetColumn {
  if (isOfLabels(column)) return column;
  const where = `${file.path}, column ${show(column.name)}`;
  throw new SymlossError(where, 'integers or texts as labels', column.type);
}

/**
 * @param mayMiss columns that may have no label in a row: `null` then
 * @throws SymlossError naming the row without a label in another one
 */
export async function readLabels(
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
        throw new SymlossError(where, 'a label', 'none', {
          hint: `leave such rows out (${field('missing', 'drop-unlabelled')})`,
        });
      }
      labels[i]?.push(value as Labels[number] | null);
    }
  }
  return labels;
}
