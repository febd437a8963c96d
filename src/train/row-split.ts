import { checkNumber, field, SymlossError, show, stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { stratifiedSplit } from '../data/index.ts';

/** Row numbers of the data in each part, ascending; a part that there is not is empty. */
export interface RowSplit {
  readonly train: Uint32Array;
  readonly validation: Uint32Array;
  readonly test: Uint32Array;
}

/** Row numbers, from 0, of the parts; rows in none of them are left out. */
export interface GivenSplit {
  readonly train: ArrayLike<number>;
  /** Default: none. */
  readonly validation?: ArrayLike<number>;
  /** Default: none. */
  readonly test?: ArrayLike<number>;
}

/** How the rows are split: by shares, or as given. */
export interface SplitOptions {
  /** A dataset of its own, or the share of the rows set apart, 0 for none. Default: 0.2. */
  readonly test?: Dataset | number;
  /** Share of the other rows set apart to validate and calibrate on, 0 for none. Default: 0.1. */
  readonly validation?: number;
  /** The rows of each part, instead of the shares; their order does not matter. */
  readonly split?: GivenSplit;
}

/** Split options that were checked, with the shares that hold. */
export interface ResolvedSplit {
  readonly given: GivenSplit | undefined;
  readonly test: Dataset | number;
  readonly validation: number;
  /** About how many rows are trained on. */
  readonly trainRows: number;
  readonly hasValidation: boolean;
}

const share = { min: 0, max: 1, openMax: true } as const;

/** @throws SymlossError for a share out of range, or shares beside rows that are given */
export function resolveSplit(
  { test, validation, split }: SplitOptions,
  rows: number,
): ResolvedSplit {
  if (split !== undefined) {
    refuseShare('validation', validation);
    if (typeof test === 'number') refuseShare('test', test);
    if (test !== undefined && (split.test?.length ?? 0) > 0) {
      throw new SymlossError(field('test'), `nothing beside ${field('split.test')}`, 'a dataset');
    }
    const trainRows = split.train?.length ?? 0;
    const hasValidation = (split.validation?.length ?? 0) > 0;
    return { given: split, test: test ?? 0, validation: 0, trainRows, hasValidation };
  }
  const own = checkNumber('validation', validation ?? 0.1, share);
  const tested = test ?? 0.2;
  if (typeof tested === 'number') checkNumber('test', tested, share);
  const shares = (typeof tested === 'number' ? 1 - tested : 1) * (1 - own);
  const trainRows = Math.round(rows * shares);
  return {
    given: undefined,
    test: tested,
    validation: own,
    trainRows,
    hasValidation: own > 0,
  };
}

function refuseShare(name: 'test' | 'validation', value: number | undefined): void {
  if (value === undefined) return;
  throw new SymlossError(field(name), `nothing beside ${field('split')}`, String(value));
}

/**
 * The rows of each part: as given, or at random by label as given, first the test rows and then
 * the validation rows among the others.
 * @throws SymlossError if given rows are out of range, named twice, or there is none to train on; if
 * a part would be empty
 */
export function splitRows(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  { given, test, validation }: Pick<ResolvedSplit, 'given' | 'test' | 'validation'>,
  seed: number,
): RowSplit {
  if (given !== undefined) return checkSplit(given, labels.length);
  const k = classes.length;
  const outer = apart(labels, k, typeof test === 'number' ? test : 0, seed, 'test');
  const restLabels = Int32Array.from(outer.rest, (row) => labels[row] as number);
  const inner = apart(restLabels, k, validation, seed, 'validation');
  const rowsOf = (places: Uint32Array) => places.map((place) => outer.rest[place] as number);
  return { train: rowsOf(inner.rest), validation: rowsOf(inner.part), test: outer.part };
}

function apart(
  labels: Int32Array,
  k: number,
  fraction: number,
  seed: number,
  part: 'test' | 'validation',
) {
  return fraction === 0
    ? { rest: Uint32Array.from(labels, (_, row) => row), part: new Uint32Array() }
    : stratifiedSplit(labels, k, fraction, stream(seed, `split/${part}`), `${part} part`);
}

function checkSplit(given: GivenSplit, n: number): RowSplit {
  const parts = { train: given.train, validation: given.validation, test: given.test };
  const partOf = new Map<number, string>();
  for (const [name, rows = []] of Object.entries(parts)) {
    const where = field(`split.${name}`);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
      if (!(Number.isInteger(row) && row >= 0 && row < n)) {
        throw new SymlossError(where, `row numbers from 0 to ${n - 1}`, show(row));
      }
      const other = partOf.get(row);
      if (other !== undefined) {
        throw new SymlossError(where, `rows of no other part, each once`, `row ${row} of ${other}`);
      }
      partOf.set(row, name);
    }
  }
  if ((given.train?.length ?? 0) === 0) {
    throw new SymlossError(field('split.train'), 'at least one row', 'none');
  }
  const sorted = (rows: ArrayLike<number> = []) => Uint32Array.from(rows).sort();
  return {
    train: sorted(given.train),
    validation: sorted(given.validation),
    test: sorted(given.test),
  };
}
