import { closest, SymlossError, show } from '../core/index.ts';
import { list } from './text.ts';

/** What has the columns that rows lack. */
export type ColumnOwner = 'the model' | 'the training data';

/**
 * The error of rows that lack columns.
 * @param absent at least one
 * @param columns those that are there
 * @param of what has the columns that are absent. Default: whoever named them
 * @param hint where none of these is called similarly
 */
export function missingColumns(
  where: string,
  absent: readonly string[],
  columns: readonly string[],
  { of, hint }: { readonly of?: ColumnOwner | undefined; readonly hint?: string | undefined } = {},
): SymlossError {
  const [first = ''] = absent;
  const similar = closest(first, columns);
  const what = absent.length === 1 ? 'the column' : 'the columns';
  const owner = of === undefined ? '' : ` of ${of}`;
  return new SymlossError(where, `${what} ${list(absent)}${owner}`, list(columns), {
    hint: similar === undefined ? hint : `is ${show(similar)} ${show(first)}?`,
  });
}
