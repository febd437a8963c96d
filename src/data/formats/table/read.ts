import { basename } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import { isNumeric } from '../../classes.ts';
import type { Table } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { OpenOptions } from '../format.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { TableLimits } from './budget.ts';
import { MemoryBudget } from './budget.ts';
import { checkMissing, checkSomeFeature, checkSomeRow } from './checks.ts';
import type { Column } from './column.ts';
import { joinedNotices, LabelColumn } from './labels.ts';
import { leakingFeatures } from './leaks.ts';
import { ColumnNames, cellPlace } from './names.ts';
import { cellNotices, kindNotice, leftOutNotices, missingNotices } from './notices.ts';
import type { Hints, ReadFeatures } from './read-features.ts';
import { columnsOf, keptRows, readFeatures } from './read-features.ts';
import type { RoleOptions } from './roles.ts';
import { resolveRoles } from './roles.ts';

/** Of the fields of `openDataset` those that tables take. */
export interface TableOptions
  extends RoleOptions,
    TableLimits,
    Pick<OpenOptions, 'trueLabel' | 'missing'> {
  /** Column of the labels. */
  readonly label: string;
}

/** The fields of `openDataset` that every table takes. */
export const tableFields = [
  ...(['label', 'trueLabel', 'features', 'numeric', 'categorical', 'text', 'date'] as const),
  ...(['dayFirst', 'ignore', 'id', 'weight', 'group', 'columns', 'missing'] as const),
] as const;

/**
 * Reads a table with labels. The file is read once, a second time only where a column of numbers turns out late to hold
 * texts; cells are held as float32 or as places in a list of distinct texts.
 *
 * - Blanks around a cell do not count. Empty cells, NA, NaN, null and n/a (in any case) are missing.
 * - Every column but the labels is a feature of the kind that its cells have (`inferKind`), unless options say otherwise.
 * - Left out, with a notice, unless they are asked for: constant and empty columns, columns without a name, ids.
 * - Infinite numbers are errors.
 * - Class names are the distinct values of the label columns, sorted as numbers if all are numbers
 *   (then 1 and 1.0 are one class), by code unit otherwise.
 * - Rows are named in messages by their place below the header, counted from 1.
 *
 * @returns features `[n, d]`, labels `[n]`; kinds and texts where not all columns are numbers; `notices` says how the
 * columns were read
 * @throws SymlossError naming file, row and column for whatever breaks these rules, and where there
 * is no such column or no feature, fewer than two classes, or about as many classes as rows
 */
export async function readTable(
  file: TableFile,
  options: TableOptions,
  hints: Hints = {},
): Promise<Table> {
  const { path } = file;
  const missing = checkMissing(options.missing);
  const names = new ColumnNames(file);
  const label = names.find('label column', options.label);
  const trueLabel =
    options.trueLabel === undefined
      ? undefined
      : names.find('true-label column', options.trueLabel);
  if (trueLabel === label) {
    const where = `${path}, true-label column`;
    throw new SymlossError(where, 'another column than the label', 'the same');
  }
  const labelColumns = trueLabel === undefined ? [label] : [label, trueLabel];
  const roles = resolveRoles(file, names, options, labelColumns);
  const { weight, group } = roles;
  const extra = [weight, group].filter((column) => column !== undefined);
  const labels: LabelColumn[] = [];
  const read = await readFeatures(
    file,
    roles.features,
    [...labelColumns, ...extra],
    new MemoryBudget(options),
    hints,
    (others) => {
      for (const [i, column] of labelColumns.entries()) {
        labels.push(new LabelColumn(file, column, others[i] as Column));
      }
      if (missing !== 'drop') for (const column of labels) column.checkComplete(true);
    },
  );
  const [given, truth] = labels as [LabelColumn, LabelColumn | undefined];
  const leftOut = leftOutNotices(read.columns, roles.unnamed);
  const { d, rows } = read;
  const { features, kept } = keptRows(file, read, missing, (row) =>
    labels.every((column) => column.isFilled(row)),
  );
  checkSomeRow(file, kept.length, rows);
  const classes = given.classes(kept, truth);
  checkSomeFeature(file, d, leftOut);
  const own = given.labels(kept, classes);
  const columnOf = (column: number | undefined) =>
    column === undefined ? undefined : read.others[labelColumns.length + extra.indexOf(column)];
  const weights = columnOf(weight);
  const groups = columnOf(group);
  const dropped = rows - kept.length;
  return {
    name: basename(path),
    features,
    featureShape: [d],
    labels: own,
    ...(truth && { trueLabels: truth.labels(kept, classes) }),
    ...(weights && { sampleWeights: weightsOf(file, weight as number, weights, kept) }),
    ...(groups && { groups: groupsOf(file, group as number, groups, kept) }),
    classes: classes.classes,
    ...columnsOf(read.columns),
    notices: [
      `${path}: ${count(kept.length, 'row')}, ${count(d, 'feature')}, ` +
        `${classes.classes.length} classes: ${list(classes.classes)}`,
      ...kindNotice(read.columns),
      ...leftOut,
      ...cellNotices(file, read.columns),
      ...(dropped > 0 ? [`${dropped} of ${rows} rows dropped: a cell is missing`] : []),
      ...missingNotices(features, d, read.columns),
      ...leakNotices(features, read, own, classes.classes.length),
      ...joinedNotices(classes),
    ],
  };
}

function leakNotices(
  features: Float32Array,
  { d, columns }: ReadFeatures,
  labels: Int32Array,
  k: number,
): string[] {
  const used = columns.flatMap(({ feature }) => (feature === undefined ? [] : [feature]));
  return leakingFeatures(features, d, labels, k, used).map(
    ({ name, share }) =>
      `warning: ${show(name)} equals the label but for names on ${percent(share)} of the rows: ` +
      'if it is not known before the label is, leave it out (--ignore)',
  );
}

const percent = (share: number) => `${Math.floor(1000 * share) / 10} %`;

/** @throws SymlossError naming the first cell that is no weight */
function weightsOf(
  file: TableFile,
  index: number,
  column: Column,
  kept: Uint32Array,
): Float32Array {
  const values = column.texts.map((text) => (isNumeric(text) ? Number(text) : Number.NaN));
  const all = new Float32Array(column.rows).fill(Number.NaN);
  column.eachCode((code, row) => {
    const value = values[code] ?? Number.NaN;
    if (value >= 0 && Number.isFinite(Math.fround(value))) all[row] = value;
  });
  return Float32Array.from(kept, (row) => {
    const value = all[row] as number;
    if (!Number.isNaN(value)) return value;
    throw new SymlossError(
      cellPlace(file, row, index),
      'a weight, a number from 0 on',
      cellOf(column, row),
    );
  });
}

/** @throws SymlossError naming the first row without a group */
function groupsOf(file: TableFile, index: number, column: Column, kept: Uint32Array): Int32Array {
  const all = new Int32Array(column.rows);
  column.eachCode((code, row) => {
    all[row] = code;
  });
  return Int32Array.from(kept, (row) => {
    const group = all[row] as number;
    if (group >= 0) return group;
    throw new SymlossError(cellPlace(file, row, index), 'the group of the row', 'a missing cell');
  });
}

function cellOf(column: Column, wanted: number): string {
  let cell = 'a missing cell';
  column.eachCode((code, row) => {
    if (row === wanted && code >= 0) cell = show(column.texts[code]);
  });
  return cell;
}
