import { SymlossError, show } from '../core/index.ts';
import type { Dataset } from './dataset.ts';

type Numbers = Pick<Dataset, 'columns' | 'numberStyles'>;

/**
 * Checks that columns have the units of other data, such as those of the training data. Numbers without one fit all.
 * @param where what messages call the data that are checked
 * @throws SymlossError naming the first column in another unit
 */
export function checkUnits(where: string, known: Numbers, given: Numbers): void {
  for (const [j, style] of (known.numberStyles ?? []).entries()) {
    const name = known.columns?.[j] ?? '';
    const own = given.numberStyles?.[given.columns?.indexOf(name) ?? -1];
    if (style?.unit === undefined || own?.unit === undefined || own.unit === style.unit) continue;
    throw new SymlossError(
      `${where}, column ${show(name)}`,
      `numbers in ${style.unit}, as the training data have`,
      `numbers in ${own.unit}`,
      { hint: 'convert them' },
    );
  }
}
