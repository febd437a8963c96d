import { SymlossError } from '../core/index.ts';
import type { Dataset } from './dataset.ts';

/**
 * Places of the columns that are numbers, not names, texts or days: what may be projected.
 * @param where what the message starts with
 * @throws SymlossError if there are none
 */
export function numberColumns(
  where: string,
  { kinds, featureShape }: Pick<Dataset, 'kinds' | 'featureShape'>,
): number[] {
  const size = featureShape.reduce((total, d) => total * d, 1);
  const all = Array.from({ length: size }, (_, j) => j);
  const isNumber = (j: number) => kinds?.[j] === 'numeric' || kinds?.[j] === 'embedding';
  const found = kinds === undefined ? all : all.filter(isNumber);
  if (found.length > 0) return found;
  throw new SymlossError(where, 'a column of numbers, which the noise depends on', 'none');
}
