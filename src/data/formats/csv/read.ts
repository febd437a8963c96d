import { basename } from 'node:path';
import { checkOneOf, field, SymlossError, show } from '../../../core/index.ts';
import type { Table } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { Missing, OpenOptions } from '../format.ts';
import type { TableLimits } from './budget.ts';
import { missingRules, readFeatures } from './features.ts';
import { CsvFile } from './file.ts';
import { joinedNotices, LabelColumn } from './labels.ts';

/** Of the fields of `openDataset` those that CSV files take. */
export interface CsvOptions
  extends Pick<
    OpenOptions,
    'trueLabel' | 'features' | 'ignore' | 'missing' | 'memoryLimit' | 'signal'
  > {
  /** Column of the labels. */
  readonly label: string;
}

/**
 * Reads a CSV file with a header line as a table of numbers with labels. Delimiter (`,` `;` tab or
 * `|`), quotes, byte order mark, line ends and gzip are recognised; the encoding is UTF-8. The file
 * is read once, and only the numbers and labels are held in memory.
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
 * is no such file, column or feature, fewer than two classes, or about as many classes as rows
 */
export async function readCsv(path: string, options: CsvOptions): Promise<Table> {
  const missing = checkMissing(options.missing);
  const file = await CsvFile.open(path, options);
  const label = file.find('label column', options.label);
  const trueLabel =
    options.trueLabel === undefined ? undefined : file.find('true-label column', options.trueLabel);
  if (trueLabel === label) {
    const where = `${path}, true-label column`;
    throw new SymlossError(where, 'another column than the label', 'the same');
  }
  const given = new LabelColumn(file, label);
  const truth = trueLabel === undefined ? undefined : new LabelColumn(file, trueLabel);
  const labels = truth === undefined ? [given] : [given, truth];

  const rows = await readFeatures(
    file,
    featureColumns(file, options, [label, trueLabel]),
    missing,
    {
      visit: (cells) => {
        for (const column of labels) column.add(cells);
      },
      afterReading: () => {
        if (missing !== 'drop') for (const column of labels) column.checkComplete(true);
      },
      stays: (row) => labels.every((column) => column.isFilled(row)),
    },
  );
  const unnamed = options.features ? [] : unnamedNotices(file);
  const d = rows.columns.length;
  if (d === 0) {
    const left = [...rows.notices, ...unnamed].join('; ');
    const received = left === '' ? 'none' : `none (${left})`;
    throw new SymlossError(path, 'at least one feature, a column of numbers', received);
  }
  if (rows.kept.length === 0) {
    const received = `none of ${given.rows}`;
    throw new SymlossError(path, 'at least one row without a missing cell', received, {
      hint:
        `take the column's mean instead (${field('missing', 'mean')}), ` +
        `or leave out columns with many gaps (${field('ignore')})`,
    });
  }
  const classes = given.classes(rows.kept, truth);
  return {
    name: basename(path),
    features: rows.features,
    featureShape: [d],
    labels: given.labels(rows.kept, classes),
    ...(truth && { trueLabels: truth.labels(rows.kept, classes) }),
    classes: classes.classes,
    columns: rows.columns.map((column) => file.columns[column] as string),
    notices: [
      `${path}: ${count(rows.kept.length, 'row')}, ${count(d, 'feature')}, ` +
        `${classes.classes.length} classes: ${list(classes.classes)}`,
      ...rows.notices,
      ...unnamed,
      ...joinedNotices(classes),
    ],
  };
}

/** Rows to predict for. */
export interface CsvRows {
  /** `[rowCount, d]`, columns in the order asked for; NaN is a missing value. */
  readonly features: Float32Array;
  readonly rowCount: number;
  /** `[rowCount]`: which rows of the file these are, counted from 0; all but those dropped. */
  readonly kept: Uint32Array;
  /** What the reader did, one plain line each. */
  readonly notices: readonly string[];
}

/**
 * Reads the given columns of a CSV file as numbers, by the rules of `readCsv`; other columns are
 * not looked at, so no label is needed.
 * @param columns names of the d features, in the order that the model wants them
 * @param options.missing as for `readCsv`; a column may be missing throughout with `mean`
 * @throws SymlossError if a column is absent, or a cell is no number or missing
 */
export async function readRows(
  path: string,
  columns: readonly string[],
  options: TableLimits & { readonly missing?: Missing } = {},
): Promise<CsvRows> {
  const missing = checkMissing(options.missing);
  if (columns.length === 0) throw new SymlossError(path, 'at least one column to read', 'none');
  const file = await CsvFile.open(path, options);
  const absent = columns.filter((name) => !file.has(name));
  if (absent.length > 1) {
    throw new SymlossError(
      `${path}, feature columns`,
      `${columns.length} columns, ${list(absent)} among them`,
      `${absent.length} of them absent: the file has ${list(file.columns)}`,
    );
  }
  const wanted = {
    columns: columns.map((name) => file.find('feature column', name)),
    areAsked: true,
    mayBeEmpty: true,
  };
  const { features, kept, notices } = await readFeatures(file, wanted, missing);
  return { features, rowCount: kept.length, kept, notices };
}

function checkMissing(missing: Missing = 'error'): Missing {
  return checkOneOf(field('missing'), missing, missingRules);
}

function featureColumns(
  file: CsvFile,
  options: CsvOptions,
  labels: readonly (number | undefined)[],
) {
  const ignored = new Set(
    (options.ignore ?? []).map((name) => file.find('column to ignore', name)),
  );
  const seen = new Set<number>();
  const asked = options.features?.map((name) => {
    const column = file.find('feature column', name);
    const fault = labels.includes(column)
      ? 'a label column'
      : ignored.has(column)
        ? 'one that is to be ignored'
        : seen.has(column)
          ? 'one that is named twice'
          : undefined;
    seen.add(column);
    if (fault === undefined) return column;
    const where = `${file.path}, feature column ${show(name)}`;
    throw new SymlossError(where, 'a column of its own', fault);
  });
  const others = [...file.columns.keys()].filter(
    (c) => file.columns[c] !== '' && !labels.includes(c) && !ignored.has(c),
  );
  return { columns: asked ?? others, areAsked: asked !== undefined, mayBeEmpty: false };
}

function unnamedNotices({ columns }: CsvFile): string[] {
  const places = [...columns.keys()].filter((c) => columns[c] === '').map((c) => c + 1);
  if (places.length === 0) return [];
  const shown = places.slice(0, 20).join(', ');
  const more = places.length > 20 ? `, … (${places.length} in all)` : '';
  return [`left out as unnamed in the header: column ${shown}${more}`];
}
