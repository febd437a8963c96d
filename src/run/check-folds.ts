import { checkInteger, field, SymlossError } from '../core/index.ts';

interface FoldedRows {
  readonly rows: number;
  /** [rows], rows of one stay together. Default: every row by itself. */
  readonly groups?: ArrayLike<unknown> | undefined;
}

/**
 * Checks a number of folds against what there is to divide.
 * @param remedy where the number cannot be set: what to do instead
 * @throws SymlossError that names the most folds there can be
 */
export function checkFolds(folds: number, { rows, groups }: FoldedRows, remedy?: string): void {
  const isCount = Number.isSafeInteger(folds);
  checkInteger(field('folds'), folds, { min: 2, max: isCount ? Math.max(rows, folds) : rows });
  const ids = groups && new Set(Array.from(groups));
  const most = ids?.size ?? rows;
  if (folds <= most) return;
  const what = ids === undefined ? 'rows' : 'groups';
  throw new SymlossError(what, `at least ${folds} ${what}, one per fold`, String(most), {
    hint: remedy ?? (most < 2 ? `give more ${what}` : `set ${field('folds', String(most))}`),
  });
}
