import { basename } from 'node:path';
import { SymlossError, show } from '../../../core/index.ts';
import type { Table } from '../../dataset.ts';
import { gatherRows } from '../../gather.ts';
import type { Comma } from '../../numbers.ts';
import { count, list } from '../../text.ts';
import type { OpenOptions } from '../format.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { TableLimits } from './budget.ts';
import { MemoryBudget } from './budget.ts';
import { checkMissing, checkSomeFeature, checkSomeRow } from './checks.ts';
import type { Column } from './column.ts';
import type { LabelOptions } from './label-sources/choose.ts';
import { chooseLabels } from './label-sources/choose.ts';
import type { TakenLabels } from './label-sources/source.ts';
import { leakingFeatures, otherLabels } from './leaks.ts';
import { ColumnNames, cellPlace } from './names.ts';
import {
  cellNotices,
  imageNotices,
  kindNotice,
  leftOutNotices,
  missingCells,
  missingNotices,
  otherNotices,
} from './notices.ts';
import { numbersOf } from './other-numbers.ts';
import type { Hints, ReadFeatures } from './read-features.ts';
import { columnsOf, keptRows, readFeatures } from './read-features.ts';
import type { RoleOptions } from './roles.ts';
import { resolveRoles } from './roles.ts';
import { droppedNotice, idsOf } from './rows.ts';

/** Of the fields of `openDataset` those that tables take. */
export interface TableOptions
  extends RoleOptions,
    TableLimits,
    LabelOptions,
    Pick<OpenOptions, 'missing' | 'keepIds'> {}

/** The fields of `openDataset` that every table takes. */
export const tableFields = [
  ...(['softLabels', 'annotator', 'consensus'] as const),
  ...([
    'label',
    'trueLabel',
    'features',
    'numeric',
    'categorical',
    'text',
    'words',
    'date',
  ] as const),
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
  const budget = new MemoryBudget(options);
  const source = chooseLabels(file, names, options, budget, hints.comma);
  const roles = resolveRoles(file, names, options, source.own);
  const { weight, group } = roles;
  const ids = options.keepIds ? roles.ids : [];
  const asked = [weight, group, ...ids].filter((column) => column !== undefined);
  const extra = [...new Set(asked)];
  let taken: TakenLabels | undefined;
  const read = await readFeatures(
    file,
    roles.features,
    [...source.columns, ...extra],
    budget,
    hints,
    (others) => {
      taken = source.take(others, missing === 'drop' || missing === 'drop-unlabelled');
    },
  );
  const labels = taken as unknown as TakenLabels;
  const leftOut = [
    ...leftOutNotices(read.columns, roles.unnamed),
    ...otherNotices(file, options.features === undefined ? (options.ignore ?? []) : undefined),
  ];
  const { d, rows } = read;
  const staying = keptRows(file, read, missing, labels.isFilled);
  checkSomeRow(file, staying.kept.length, rows, missing);
  const { rows: items, notices: labelNotices, ...labelled } = labels.of(staying.kept);
  checkSomeFeature(file, d, leftOut);
  const { features, kept } = items === undefined ? staying : someRows(staying, items, d);
  const { classes } = labelled;
  const columnOf = (column: number | undefined) =>
    column === undefined ? undefined : read.others[source.columns.length + extra.indexOf(column)];
  const rowIds = ids.map((column) => idsOf(columnOf(column) as Column, kept));
  const weights = columnOf(weight);
  const groups = columnOf(group);
  const dropped = rows - staying.kept.length;
  return {
    name: basename(path),
    features,
    featureShape: [d],
    ...labelled,
    ...(weights && {
      sampleWeights: weightsOf(file, weight as number, weights, kept, hints.comma),
    }),
    ...(groups && { groups: groupsOf(file, group as number, groups, kept) }),
    ...(options.label !== undefined && { labelColumn: options.label }),
    ...(roles.ids.length > 0 && {
      idColumns: roles.ids.map((column) => file.columns[column] as string),
    }),
    ...columnsOf(read.columns),
    ...(kept.length < rows && { sourceRows: kept }),
    ...(rowIds.length > 0 && { rowIds }),
    notices: [
      `${path}: ${count(kept.length, 'row')}, ${count(d, 'feature')}, ` +
        `${classes.length} classes: ${list(classes)}`,
      ...kindNotice(read.columns),
      ...leftOut,
      ...cellNotices(file, read.columns),
      ...(dropped > 0 ? [droppedNotice(dropped, rows, missing)] : []),
      ...missingNotices(missingCells(features, d), read.columns),
      // of data to test on that is known from the training data
      ...(options.trained === undefined
        ? [...imageNotices(read.columns), ...leakNotices(features, read, labelled.labels, classes)]
        : []),
      ...labelNotices,
    ],
  };
}

/** Some of the rows that stay. @param places among them */
function someRows(
  { features, kept }: { readonly features: Float32Array; readonly kept: Uint32Array },
  places: Uint32Array,
  d: number,
) {
  return {
    features: gatherRows(features, d, places, new Float32Array(places.length * d)),
    kept: places.map((place) => kept[place] as number),
  };
}

function leakNotices(
  features: Float32Array,
  { d, columns }: ReadFeatures,
  labels: Int32Array,
  classes: readonly string[],
): string[] {
  const used = columns.flatMap(({ feature }) => (feature === undefined ? [] : [feature]));
  return [
    ...leakingFeatures(features, d, labels, classes, used).map(
      ({ name, share }) =>
        `warning: ${show(name)} equals the label but for names on ${percent(share)} of the rows: ` +
        'if it is not known before the label is, leave it out (--ignore)',
    ),
    ...otherLabels(features, d, labels, classes, used).map(
      ({ name, share }) =>
        `warning: ${show(name)} holds the names of the classes, that of the label on ${percent(share)} of the rows: ` +
        'if it is a label of another time or person, leave it out (--ignore)',
    ),
  ];
}

const percent = (share: number) => `${Math.floor(1000 * share) / 10} %`;

/** @throws SymlossError naming the first cell that is no weight */
function weightsOf(
  file: TableFile,
  index: number,
  column: Column,
  kept: Uint32Array,
  comma: Comma | undefined,
): Float32Array {
  const values = numbersOf(column, comma);
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
