import { basename } from 'node:path';
import { checkOneOf, SymlossError, show } from '../../../core/index.ts';
import { collectClasses } from '../../classes.ts';
import type { Table } from '../../dataset.ts';
import { gatherRows } from '../../gather.ts';
import type { ColumnKind, Missing } from './features.ts';
import {
  allRows,
  checkNoneMissing,
  columnKind,
  completeRows,
  dropNotices,
  missingNotices,
  missingOptions,
  textError,
} from './features.ts';
import { checkClasses, checkNoneUnlabelled } from './labels.ts';
import { count } from './structure.ts';
import type { ColumnStats } from './table.ts';
import { CsvTable, list } from './table.ts';

export type { Missing } from './features.ts';
export type { CsvRows } from './rows.ts';
export { readRows } from './rows.ts';

export interface CsvOptions {
  /** Column of the labels. */
  readonly label: string;
  /** Column of the true labels, where they are known. */
  readonly trueLabel?: string;
  /** The feature columns, in this order; default: all columns of numbers but the labels. */
  readonly features?: readonly string[];
  /** Columns to leave out. */
  readonly ignore?: readonly string[];
  /**
   * A missing cell is an error (default), or stays NaN in the dataset for the mean to stand in
   * (`mean`), or its row is left out (`drop`). Rows without a label are left out by `drop` only.
   */
  readonly missing?: Missing;
}

/**
 * Reads a CSV file with a header line as a table of numbers with labels. Delimiter (`,` `;` tab or
 * `|`), quotes, byte order mark, line ends and gzip are recognised; the encoding is UTF-8.
 *
 * - Blanks around a cell do not count. Empty cells, NA, NaN and null (in any case) are missing.
 * - A column whose every cell is a number or missing is a feature, rounded to float32. Infinite
 *   numbers are errors.
 * - A column without any number, an empty one and one without a name (such as the row numbers that
 *   pandas writes) are left out; a notice names them. Asking for one in `features` is an error.
 * - A column that mixes numbers and text is an error.
 * - Class names are the distinct values of the label columns, sorted as numbers if all are numbers
 *   (then 1 and 1.0 are one class), by code unit otherwise.
 * - Rows are named in messages by their place below the header, counted from 1: empty lines don't
 *   count, and a quoted line break does not start a row.
 *
 * @returns features `[n, d]`, labels `[n]`; `notices` says what was left out
 * @throws SymlossError naming file, row and column for whatever breaks these rules, and where there
 * is no such file, column or feature, fewer than two classes, or about as many classes as rows; of
 * kind `failure` where DuckDB is not installed
 */
export async function readCsv(path: string, options: CsvOptions): Promise<Table> {
  const missing = checkOneOf('missing', options.missing ?? 'error', missingOptions);
  const table = await CsvTable.open(path);
  try {
    const label = table.find('label column', options.label);
    const trueLabel =
      options.trueLabel === undefined
        ? undefined
        : table.find('true-label column', options.trueLabel);
    if (trueLabel === label) {
      throw new SymlossError(
        `${path}, true-label column`,
        'another column than the label',
        'the same',
      );
    }
    const labels = await readLabels(table, label, missing);
    const trueLabels =
      trueLabel === undefined ? undefined : await readLabels(table, trueLabel, missing);
    const chosen = await chooseFeatures(table, options, [label, trueLabel]);
    if (missing === 'error') checkNoneMissing(table, chosen.columns, chosen.stats);
    const d = chosen.columns.length;
    const all = await table.numbers(chosen.columns);
    const kept = rowsToKeep(table, missing, all, [labels, trueLabels]);
    const features =
      kept.length === table.rows
        ? all
        : gatherRows(all, d, kept, new Float32Array(kept.length * d));

    const given = pick(labels, kept);
    const truth = trueLabels && pick(trueLabels, kept);
    const classes = collectClasses(truth ? [given, truth] : [given]);
    checkClasses(table, label, given, classes);
    const joined = classes.joined.map((names) => `${list(names)} are one class: the same number`);
    return {
      name: basename(path),
      features,
      featureShape: [d],
      labels: Int32Array.from(given, classes.indexOf),
      ...(truth && { trueLabels: Int32Array.from(truth, classes.indexOf) }),
      classes: classes.classes,
      columns: chosen.columns.map((c) => table.names[c] as string),
      notices: [
        `${path}: ${count(kept.length, 'row')}, ${count(d, 'feature')}, ` +
          `${classes.classes.length} classes: ${list(classes.classes)}`,
        ...chosen.notices,
        ...joined,
        ...dropNotices(table, kept),
        ...missingNotices(features),
      ],
    };
  } finally {
    table.close();
  }
}

async function readLabels(
  table: CsvTable,
  column: number,
  missing: Missing,
): Promise<(string | undefined)[]> {
  const labels = await table.texts(column);
  if (missing !== 'drop') checkNoneUnlabelled(table, column, labels);
  return labels;
}

interface ChosenFeatures {
  readonly columns: readonly number[];
  readonly stats: readonly ColumnStats[];
  readonly notices: readonly string[];
}

async function chooseFeatures(
  table: CsvTable,
  options: CsvOptions,
  labels: readonly (number | undefined)[],
): Promise<ChosenFeatures> {
  const ignored = (options.ignore ?? []).map((name) => table.find('column to ignore', name));
  const asked = options.features && askedFeatures(table, options.features, labels, ignored);
  const candidates =
    asked ??
    [...table.names.keys()].filter(
      (c) => table.names[c] !== '' && !labels.includes(c) && !ignored.includes(c),
    );
  const stats = await table.stats(candidates);
  const kinds: { column: number; stats: ColumnStats; kind: ColumnKind }[] = [];
  for (const [i, column] of candidates.entries()) {
    const found = stats[i] as ColumnStats;
    const kind = await columnKind(table, column, found);
    if (asked && kind === 'empty') {
      const where = `${table.path}, column ${show(table.names[column])}`;
      throw new SymlossError(where, 'numbers', 'no filled cell');
    }
    if (asked && kind === 'text') throw await textError(table, column, found.firstText ?? 1, 0);
    kinds.push({ column, stats: found, kind });
  }
  const used = kinds.filter(({ kind }) => kind === 'numbers');
  const names = (wanted: string) =>
    kinds.filter(({ kind }) => kind === wanted).map(({ column }) => table.names[column] as string);
  const notices: string[] = [];
  if (names('text').length > 0) notices.push(`left out as text: ${list(names('text'))}`);
  if (names('empty').length > 0) notices.push(`left out as empty: ${list(names('empty'))}`);
  const unnamed = asked ? [] : [...table.names.keys()].filter((c) => table.names[c] === '');
  if (unnamed.length > 0) {
    const places = unnamed.map((c) => c + 1).join(', ');
    notices.push(`left out for want of a name in the header: column ${places}`);
  }
  if (used.length === 0) {
    const rest = notices.length > 0 ? `none (${notices.join('; ')})` : 'none';
    throw new SymlossError(table.path, 'at least one feature, a column of numbers', rest);
  }
  return { columns: used.map(({ column }) => column), stats: used.map((u) => u.stats), notices };
}

function askedFeatures(
  table: CsvTable,
  names: readonly string[],
  labels: readonly (number | undefined)[],
  ignored: readonly number[],
): number[] {
  return names.map((name, i) => {
    const column = table.find('feature column', name);
    const fault = labels.includes(column)
      ? 'a label column'
      : ignored.includes(column)
        ? 'one that is to be ignored'
        : names.indexOf(name) < i
          ? 'one that is named twice'
          : undefined;
    if (fault !== undefined) {
      const where = `${table.path}, feature column ${show(name)}`;
      throw new SymlossError(where, 'a column of its own', fault);
    }
    return column;
  });
}

/** Rows, counted from 0: all, or with `drop` those with all features and labels. */
function rowsToKeep(
  table: CsvTable,
  missing: Missing,
  features: Float32Array,
  labels: readonly (readonly (string | undefined)[] | undefined)[],
): Uint32Array {
  if (missing !== 'drop') return allRows(table);
  const kept = completeRows(features, features.length / table.rows).filter((row) =>
    labels.every((column) => column === undefined || column[row] !== undefined),
  );
  if (kept.length === 0) {
    throw new SymlossError(
      table.path,
      'at least one row without a missing cell',
      `none of ${table.rows}`,
      { hint: "take the column's mean instead (--missing mean), or ignore columns with many gaps" },
    );
  }
  return kept;
}

/** The labels of the rows, which all have one. */
function pick(labels: readonly (string | undefined)[], rows: Uint32Array): string[] {
  return Array.from(rows, (row) => labels[row] as string);
}
