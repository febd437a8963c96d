import { field, SymlossError, show } from '../../../core/index.ts';
import { gatherRows } from '../../gather.ts';
import { count, list } from '../../text.ts';
import type { Missing } from '../format.ts';
import { rowNumbers } from '../shared/rows.ts';
import type { CsvFile } from './file.ts';
import type { ColumnSummary } from './numbers.ts';
import { NumberColumns } from './numbers.ts';

export const missingRules: readonly Missing[] = ['error', 'mean', 'drop'];

/** Which columns are candidates for features, and what they must hold. */
export interface FeatureColumns {
  /** Their indices. */
  readonly columns: readonly number[];
  /** Whether they were asked for by name: one of text is an error then, and not left out. */
  readonly areAsked: boolean;
  /** Whether a column may be missing throughout. */
  readonly mayBeEmpty: boolean;
}

/** The rows that stay, and the columns that are features. */
export interface FeatureRows {
  /** `[kept.length, columns.length]`, NaN where a cell is missing. */
  readonly features: Float32Array;
  /** Indices of the columns. */
  readonly columns: readonly number[];
  /** Rows of the file, counted from 0. */
  readonly kept: Uint32Array;
  readonly notices: readonly string[];
}

/**
 * Reads all rows of a file, the features among them.
 * @param visit is handed each row as well
 * @param stays which rows stay under the rule `drop`, beside those with all features; counted from 0
 * @param afterReading checks what `visit` collected before the features are checked
 * @throws SymlossError naming the cell that is no number, or missing where it may not be
 */
export async function readFeatures(
  file: CsvFile,
  { columns, areAsked, mayBeEmpty }: FeatureColumns,
  missing: Missing,
  {
    visit = () => {},
    afterReading = () => {},
    stays = () => true,
  }: {
    readonly visit?: (cells: readonly string[]) => void;
    readonly afterReading?: () => void;
    readonly stays?: (row: number) => boolean;
  } = {},
): Promise<FeatureRows> {
  const numbers = new NumberColumns(columns, (bytes, rows) =>
    file.budget.hold(bytes, () => file.place(rows)),
  );
  for await (const rows of file.rows()) {
    for (const cells of rows) {
      visit(cells);
      numbers.add(cells);
    }
  }
  afterReading();
  const used: number[] = [];
  const left: { text: string[]; empty: string[] } = { text: [], empty: [] };
  for (const [j, column] of columns.entries()) {
    const kind = kindOf(file, column, numbers.summary(j), { areAsked, mayBeEmpty });
    if (kind === 'numbers') used.push(j);
    else left[kind].push(file.columns[column] as string);
  }
  const notices = Object.entries(left)
    .filter(([, names]) => names.length > 0)
    .map(([kind, names]) => `left out as ${kind}: ${list(names)}`);
  const chosen = used.map((j) => columns[j] as number);
  if (missing === 'error') {
    checkNoneMissing(
      file,
      chosen,
      used.map((j) => numbers.summary(j)),
    );
  }
  const n = numbers.rows;
  const d = chosen.length;
  const all = numbers.take(used);
  const kept = rowNumbers(n).filter(
    (row) => missing !== 'drop' || (isComplete(all, row, d) && stays(row)),
  );
  const dropped = n - kept.length;
  const features =
    dropped === 0 ? all : gatherRows(all, d, kept, new Float32Array(kept.length * d));
  if (dropped > 0) notices.push(`${dropped} of ${n} rows dropped: a cell is missing`);
  const cells = features.reduce((sum, value) => (Number.isNaN(value) ? sum + 1 : sum), 0);
  if (cells > 0) notices.push(`${count(cells, 'missing cell')}: replaced by the column's mean`);
  return { features, columns: chosen, kept, notices };
}

function isComplete(features: Float32Array, row: number, d: number): boolean {
  for (let i = row * d; i < (row + 1) * d; i++) if (Number.isNaN(features[i])) return false;
  return true;
}

/**
 * What kind of column this is.
 * @throws SymlossError if it mixes numbers and text, writes numbers with a decimal comma, holds an
 * infinite number, or must be of numbers and is not
 */
function kindOf(
  file: CsvFile,
  column: number,
  { numeric, firstText, firstInfinite }: ColumnSummary,
  { areAsked, mayBeEmpty }: Omit<FeatureColumns, 'columns'>,
): 'numbers' | 'text' | 'empty' {
  const leaveOut = `leave the column out (${field('ignore')})`;
  if (firstText !== undefined) {
    const { row, text } = firstText;
    const where = file.cellPlace(row, column);
    if (file.delimiter !== ',' && /^[+-]?\d+,\d+$/.test(text)) {
      throw new SymlossError(where, 'a number with a decimal point', show(text), {
        hint: `write decimal points, or ${leaveOut}`,
      });
    }
    if (numeric === 0 && !areAsked) return 'text';
    const others = `, as in ${count(numeric, 'other cell')} of the column`;
    throw new SymlossError(where, `a number${numeric > 0 ? others : ''}`, show(text), {
      hint: `correct the cell, or ${leaveOut}`,
    });
  }
  if (firstInfinite !== undefined) {
    const { row, text } = firstInfinite;
    const where = file.cellPlace(row, column);
    throw new SymlossError(where, 'a finite number (below 3.4e38)', show(text), {
      hint: `correct the cell, or leave it empty and say what to do then (${field('missing')})`,
    });
  }
  if (numeric > 0 || mayBeEmpty) return 'numbers';
  if (!areAsked) return 'empty';
  const where = `${file.path}, column ${show(file.columns[column])}`;
  throw new SymlossError(where, 'numbers', 'no filled cell');
}

/** @throws SymlossError naming the first row with a missing cell, in its first column */
function checkNoneMissing(
  file: CsvFile,
  columns: readonly number[],
  summaries: readonly ColumnSummary[],
): void {
  const firsts = summaries.map(({ firstMissing = Infinity }) => firstMissing);
  const row = firsts.reduce((a, b) => Math.min(a, b), Infinity);
  if (row === Infinity) return;
  const column = columns[firsts.indexOf(row)] as number;
  const cells = summaries.reduce((sum, { missing }) => sum + missing, 0);
  throw new SymlossError(file.cellPlace(row, column), 'a number', oneMissing(cells), {
    hint:
      `fill it in, or take the column's mean (${field('missing', 'mean')}) ` +
      `or drop the row (${field('missing', 'drop')})`,
  });
}

/** `a missing cell, one of 3` */
export function oneMissing(cells: number): string {
  return cells === 1 ? 'a missing cell' : `a missing cell, one of ${cells}`;
}
