import { checkOneOf, field, SymlossError, show } from '../../../core/index.ts';
import type { DateOrder } from '../../dates.ts';
import { compactDateOf, dateOf } from '../../dates.ts';
import { numberOf } from '../../numbers.ts';
import { count } from '../../text.ts';
import type { Missing } from '../format.ts';
import { missingRules, missingRulesOfRows } from '../reading-rules.ts';
import type { TableFile } from '../shared/table-file.ts';
import type { Column } from './column.ts';
import { oneMissing } from './labels.ts';
import { isMarker } from './missing.ts';
import type { TablePlaces } from './names.ts';
import { cellPlace } from './names.ts';
import type { Reading } from './reading.ts';
import type { FeatureColumn } from './roles.ts';

export function checkMissing(missing: Missing = 'impute'): Missing {
  return checkOneOf(field('missing'), missing, missingRules);
}

/** Of rows to predict for, which need no label. */
export function checkMissingOfRows(missing: Missing = 'impute'): Missing {
  return checkOneOf<Missing>(field('missing'), missing, missingRulesOfRows);
}

const leaveOut = () => `leave the column out (${field('ignore')})`;

/**
 * Checks that a column can be read as it is to be.
 * @throws SymlossError naming the first cell that is in the way
 */
export function checkReading(
  file: TableFile,
  wanted: FeatureColumn,
  column: Column,
  reading: Reading,
): void {
  const { kind, infinite } = reading;
  const place = (row: number) => cellPlace(file, row, wanted.column);
  if (column.oddList !== undefined) {
    const { row, width } = column.oddList;
    const expected = `a list of ${count(column.width, 'number')}, as in other rows`;
    throw new SymlossError(place(row), expected, width === 0 ? 'none' : String(width), {
      hint: leaveOut(),
    });
  }
  if (column.infiniteInList !== undefined) {
    const { row, value } = column.infiniteInList;
    throw new SymlossError(place(row), 'finite numbers (below 3.4e38)', show(value), {
      hint: `correct the list, or ${leaveOut()}`,
    });
  }
  if (column.form === 'lists' && wanted.kind !== undefined && wanted.kind !== 'embedding') {
    throw new SymlossError(place(0), `a cell of a ${wanted.kind} column`, 'a list of numbers');
  }
  if (column.form !== 'lists' && wanted.kind === 'embedding' && column.texts.length > 0) {
    throw new SymlossError(place(column.firstRow(0)), 'a list of numbers', show(column.texts[0]));
  }
  if (infinite !== undefined) {
    throw new SymlossError(
      place(infinite.row),
      'a finite number (below 3.4e38)',
      show(infinite.text),
      {
        hint: `correct or empty the cell, or ${leaveOut()}`,
      },
    );
  }
  const isText = kind === 'categorical' || kind === 'text';
  if (column.form !== 'texts' || isText || reading.values !== undefined) {
    if (reading.leftOut !== 'empty' || !wanted.isAsked || wanted.mayBeEmpty) return;
    const where = `${file.path}, column ${show(file.columns[wanted.column])}`;
    throw new SymlossError(where, 'a filled cell', 'none');
  }
  const isOther = kind === 'date' ? noDate(wanted.order) : noNumber(wanted.style?.unit);
  const code = Math.max(
    0,
    column.texts.findIndex(
      (text) => !isMarker(text) && !wanted.missingTexts?.includes(text) && isOther(text),
    ),
  );
  const text = column.texts[code] as string;
  const { expected, hint } =
    kind === 'date' ? aDate(text, wanted.order) : aNumber(wanted.style?.unit);
  throw new SymlossError(place(column.firstRow(code)), expected, show(text), {
    hint: wanted.isOfModel
      ? `correct or empty the cell: the model takes ${kind === 'date' ? 'dates' : 'numbers'} here`
      : hint,
  });
}

const noNumber = (unit: string | undefined) => (text: string) =>
  numberOf(text, { comma: 'thousands', unit }) === undefined;

/** @param order of day and month. Default: either */
const noDate = (order: DateOrder | undefined) => (text: string) =>
  (dateOf(text, order ?? 'day') ?? dateOf(text, order ?? 'month') ?? compactDateOf(text)) ===
  undefined;

/** What a message says where most cells are not what they are said to be. */
interface Wanted {
  readonly expected: string;
  readonly hint: string;
}

const mostAreNone = (other: string) =>
  `most cells of the column are none: say what it holds (${other}), or ${leaveOut()}`;

function aNumber(unit: string | undefined): Wanted {
  const expected = `a number${unit === undefined ? '' : ` in ${unit}`}`;
  return { expected, hint: mostAreNone(field('categorical')) };
}

/** @param text that is none; it may be one in another order than the one that is asked for */
function aDate(text: string, order: DateOrder | undefined): Wanted {
  if (order === undefined || noDate(undefined)(text)) {
    return { expected: 'a date, as in 2024-01-31', hint: mostAreNone(field('text')) };
  }
  const [first, second] = order === 'day' ? ['day', 'month'] : ['month', 'day'];
  const expected = `a date with the ${first} first, as in ${order === 'day' ? '31/01/2024' : '01/31/2024'}`;
  const hint = `where the ${second} comes first, say ${field('date')} in place of ${field('dayFirst')}`;
  return { expected, hint };
}

/**
 * Checks that no feature is missing.
 * @param features [n, d], row-major
 * @param columns index in the table of each of the d
 * @throws SymlossError naming the first row with a missing cell, in its first column
 */
export function checkNoneMissing(
  file: TablePlaces,
  features: Float32Array,
  columns: readonly number[],
): void {
  const at = features.findIndex(Number.isNaN);
  if (at < 0) return;
  const d = columns.length;
  const cells = features.reduce((sum, value) => (Number.isNaN(value) ? sum + 1 : sum), 0);
  const where = cellPlace(file, Math.floor(at / d), columns[at % d] as number);
  throw new SymlossError(where, 'a filled cell', oneMissing(cells), {
    hint:
      `fill it in, or let the model do so (${field('missing', 'impute')}) ` +
      `or drop the row (${field('missing', 'drop')})`,
  });
}

/** @throws SymlossError that lists what was left out, where nothing is left */
export function checkSomeFeature(file: TableFile, width: number, notices: readonly string[]): void {
  if (width > 0) return;
  const received = notices.length === 0 ? 'none' : `none (${notices.join('; ')})`;
  throw new SymlossError(file.path, 'at least one column to learn from', received, {
    hint:
      notices.length === 0
        ? undefined
        : `say what a column is to use it (such as ${field('categorical')})`,
  });
}

/** @throws SymlossError where no row stays under a rule for missing cells */
export function checkSomeRow(file: TableFile, kept: number, rows: number, rule: Missing): void {
  if (kept > 0) return;
  const received = `none of ${rows}`;
  if (rule === 'drop-unlabelled') {
    throw new SymlossError(file.path, 'at least one row with a label', received);
  }
  throw new SymlossError(file.path, 'at least one row without a missing cell', received, {
    hint:
      `let the model fill them in (${field('missing', 'impute')}), ` +
      `or leave out columns with many gaps (${field('ignore')})`,
  });
}
