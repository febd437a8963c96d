import { field, SymlossError, show } from '../../../core/index.ts';
import type { Dataset, IdColumn } from '../../dataset.ts';
import type { NumberStyle } from '../../numbers.ts';
import { vectorOf } from '../../vectors.ts';
import type { Missing, ModelColumn } from '../format.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { TableLimits } from './budget.ts';
import { MemoryBudget } from './budget.ts';
import { checkMissingOfRows } from './checks.ts';
import type { Column } from './column.ts';
import type { TablePlaces } from './names.ts';
import { ColumnNames } from './names.ts';
import { cellNotices, missingCells, missingNotices } from './notices.ts';
import type { Hints, ReadColumn, ReadFeatures } from './read-features.ts';
import { columnsOf, keptRows, readFeatures } from './read-features.ts';
import type { FeatureColumn } from './roles.ts';

/** Rows to predict for. */
export interface TableRows
  extends Pick<Dataset, 'columns' | 'kinds' | 'texts' | 'dayFirst' | 'numberStyles'> {
  /** `[rowCount, d]`, columns in the order asked for; NaN is a missing value. */
  readonly features: Float32Array;
  readonly rowCount: number;
  /** `[rowCount]`: which rows of the file these are, counted from 0; all but those dropped. */
  readonly kept: Uint32Array;
  /** The id columns that were asked for, of the rows kept. */
  readonly ids: readonly IdColumn[];
  /** The labels as the file has them, of the rows kept; '' where one is missing. */
  readonly labels?: readonly string[];
  /** What the reader did, one plain line each. */
  readonly notices: readonly string[];
}

export interface RowsOptions extends TableLimits {
  /** As for `readTable`. */
  readonly missing?: Missing | undefined;
  /** Columns to hand through as they are. */
  readonly id?: readonly string[] | undefined;
  /** The same, but they need not be there. */
  readonly ownIds?: readonly string[] | undefined;
  /** Column of the labels, which need not be there. */
  readonly label?: string | undefined;
}

/**
 * Reads the columns of a model from a table: by name, in any order, each as the kind that it has in the model. Other
 * columns are not looked at, so no label is needed.
 * @param columns the columns in the order of the model; a name alone is a column of numbers, and of a vector each of its
 * numbers is a column, `name[0]`, `name[1]`, …
 * @throws SymlossError if a column is absent, or a cell cannot be read
 */
export async function readTableRows(
  file: TableFile,
  columns: readonly (string | ModelColumn)[],
  options: RowsOptions = {},
  hints: Hints = {},
): Promise<TableRows> {
  const roles = rolesOfRows(file, columns, options);
  const { features, others } = roles;
  const read = await readFeatures(file, features, others, new MemoryBudget(options), hints);
  checkWidths(file, roles, read);
  const { kept, ...rows } = rowsOf(file, roles, read);
  const missing = missingCells(rows.features, read.d);
  return {
    ...{ kept, ...rows },
    notices: rowNotices(file, read.columns, { rows: read.rows, kept: kept.length, missing }),
  };
}

/** What was read, in words. @param read rows of the file, those kept, and of each feature how many of their cells are missing */
export function rowNotices(
  file: TableFile,
  columns: readonly ReadColumn[],
  read: { readonly rows: number; readonly kept: number; readonly missing: Float64Array },
): string[] {
  const dropped = read.rows - read.kept;
  return [
    ...cellNotices(file, columns),
    ...(dropped > 0 ? [droppedNotice(dropped, read.rows, 'drop')] : []),
    ...missingNotices(read.missing, columns),
  ];
}

/** The rows that were read, without notices. */
export function rowsOf(
  file: TablePlaces,
  { missing, ids, hasLabels }: RowRoles,
  read: ReadFeatures,
): Omit<TableRows, 'notices'> {
  const { features, kept } = keptRows(file, read, missing);
  const cells = read.others.map((column) => idsOf(column, kept));
  return {
    ...{ features, rowCount: kept.length, kept },
    ...columnsOf(read.columns),
    ids: cells.slice(0, ids),
    ...(hasLabels && { labels: (cells[ids] as IdColumn).values }),
  };
}

export const droppedNotice = (dropped: number, rows: number, rule: Missing) =>
  `${dropped} of ${rows} rows dropped: ${rule === 'drop' ? 'a cell' : 'the label'} is missing`;

/** What the columns of a table are to a model. */
export interface RowRoles {
  readonly missing: Missing;
  readonly features: readonly FeatureColumn[];
  /** Of each of them how many numbers the model takes. */
  readonly widths: readonly number[];
  /** Indices of so many id columns, and of the label column if there is one. */
  readonly others: readonly number[];
  readonly ids: number;
  readonly hasLabels: boolean;
}

/** @throws SymlossError if a column is absent */
export function rolesOfRows(
  file: TableFile,
  columns: readonly (string | ModelColumn)[],
  { missing, id = [], ownIds = [], label }: RowsOptions,
): RowRoles {
  const rule = checkMissingOfRows(missing);
  const { path } = file;
  if (columns.length === 0) throw new SymlossError(path, 'at least one column to read', 'none');
  const names = new ColumnNames(file);
  const wanted = wholeColumns(columns);
  const vector = wanted.find(({ name, kind }) => kind === 'embedding' && !names.has(name))?.name;
  if (vector !== undefined) {
    const expected = `the column ${show(vector)} of vectors, which the model takes`;
    throw new SymlossError(path, expected, 'none', {
      hint: `name the .npy file of its rows: ${field('embedding', `${vector}=vectors.npy`)}`,
    });
  }
  names.require(
    wanted.map(({ name }) => name),
    columns.every((own) => typeof own === 'string') ? undefined : 'the model',
  );
  const features = wanted.map((own): FeatureColumn => {
    const { name, kind, dayFirst, unit, comma, missingTexts } = own;
    const order = dayFirst === undefined ? undefined : dayFirst ? 'day' : 'month';
    const column = names.find('feature column', name);
    const style: NumberStyle = { comma: comma ?? 'none', unit };
    const isOfModel = true;
    return { column, kind, order, style, missingTexts, isAsked: true, mayBeEmpty: true, isOfModel };
  });
  const ids = [...id, ...ownIds.filter((name) => names.has(name))];
  const idColumns = ids.map((name) => names.find('id column', name));
  const hasLabels = label !== undefined && names.has(label);
  const labels = hasLabels ? [names.find('label column', label)] : [];
  return {
    ...{ missing: rule, features, widths: wanted.map(({ width }) => width) },
    ...{ others: [...idColumns, ...labels], ids: ids.length, hasLabels },
  };
}

/** @throws SymlossError naming the column whose vectors have more or fewer numbers than the model takes */
export function checkWidths(
  { path }: TablePlaces,
  { widths }: RowRoles,
  { columns }: Pick<ReadFeatures, 'columns'>,
): void {
  const at = columns.findIndex(({ feature }, i) => feature?.width !== widths[i]);
  const column = columns[at];
  if (column === undefined) return;
  const received = column.reading.leftOut === 'empty' ? 'no filled cell' : column.feature?.width;
  throw new SymlossError(
    `${path}, column ${show(column.name)}`,
    `vectors of ${widths[at]} numbers, as the model takes`,
    String(received),
  );
}

/** The columns of the table that a model's columns come from: those of a vector are one. */
function wholeColumns(columns: readonly (string | ModelColumn)[]): WholeColumn[] {
  const widths = new Map<string, number>();
  const nameOf = ({ name, kind }: ModelColumn) => (kind === 'embedding' ? vectorOf(name) : name);
  const all = columns.map(
    (own): ModelColumn =>
      typeof own === 'string' ? { name: own, kind: 'numeric' } : { ...own, name: nameOf(own) },
  );
  for (const { name, kind } of all) {
    if (kind === 'embedding') widths.set(name, (widths.get(name) ?? 0) + 1);
  }
  const isFirst = ({ name, kind }: ModelColumn, i: number) =>
    kind !== 'embedding' || all.findIndex((own) => own.name === name) === i;
  return all
    .filter(isFirst)
    .map((own) => ({ ...own, width: own.kind === 'embedding' ? (widths.get(own.name) ?? 1) : 1 }));
}

/** A column of a table, and how many numbers of a model it is. */
interface WholeColumn extends ModelColumn {
  readonly width: number;
}

/** The cells of a column as texts. */
export function idsOf(column: Column, kept: Uint32Array): IdColumn {
  const codes = new Int32Array(column.rows);
  column.eachCode((code, row) => {
    codes[row] = code;
  });
  return {
    name: column.name,
    values: Array.from(kept, (row) => column.texts[codes[row] as number] ?? ''),
  };
}
