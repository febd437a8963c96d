import type { Rng } from '../core/index.ts';
import { field, SymlossError } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { groupedSplit, stratifiedSplit } from '../data/index.ts';
import type { GivenSplit } from '../train/row-split.ts';

export interface ValidationOptions {
  /** [n], rows of one group stay together. */
  readonly groups: ArrayLike<unknown> | undefined;
  /** Share of the rows outside of the fold; 0 for none. */
  readonly validation: number;
  /** Draws the rows to validate on. */
  readonly rng: Rng;
}

/**
 * A fold to test on, and of the other rows a share to validate on.
 * @param foldOf [n], the fold of each row; rows of −1 are left out
 * @throws SymlossError if the part to validate on would be empty
 */
export function foldSplit(
  data: Pick<Dataset, 'labels' | 'classes'>,
  foldOf: Int32Array,
  fold: number,
  { groups, validation, rng }: ValidationOptions,
): GivenSplit & { readonly test: Uint32Array } {
  const rows = Uint32Array.from(foldOf, (_, row) => row);
  const test = rows.filter((row) => foldOf[row] === fold);
  const others = rows.filter((row) => foldOf[row] !== fold && (foldOf[row] as number) >= 0);
  if (validation === 0) return { train: others, test };
  const own = groups
    ? groupedValidation(data, others, groups, validation, rng)
    : stratifiedValidation(data, others, validation, rng);
  const set = new Set(own);
  return { train: others.filter((row) => !set.has(row)), validation: own, test };
}

/** A share of the rows by label; a class of which one row is left keeps it for training. */
function stratifiedValidation(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  rows: Uint32Array,
  share: number,
  rng: Rng,
): Uint32Array {
  const counts = new Map<number | undefined, number>();
  for (const row of rows) counts.set(labels[row], (counts.get(labels[row]) ?? 0) + 1);
  const spare = rows.filter((row) => (counts.get(labels[row]) as number) > 1);
  const own = Array.from(spare, (row) => labels[row] as number);
  const { part } = stratifiedSplit(own, classes.length, share, rng, 'validation part');
  return part.map((place) => spare[place] as number);
}

/** Whole groups of about a share of the rows. */
function groupedValidation(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  rows: Uint32Array,
  groups: ArrayLike<unknown>,
  share: number,
  rng: Rng,
): Uint32Array {
  const own = Array.from(rows, (row) => groups[row]);
  if (new Set(own).size < 2) {
    throw new SymlossError('groups', 'two to train and validate on beside each fold', 'one', {
      hint: `set ${field('validation', '0')}, or give more groups`,
    });
  }
  const ownLabels = Array.from(rows, (row) => labels[row] as number);
  const { part } = groupedSplit(ownLabels, classes.length, own, share, rng, 'validation part');
  return part.map((place) => rows[place] as number);
}
