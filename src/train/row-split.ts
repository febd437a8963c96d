import { checkNumber, checkRowIndices, field, SymlossError, stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { groupedSplit, stratifiedSplit } from '../data/index.ts';

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
  readonly test?: Dataset | number | undefined;
  /** Share of the other rows set apart to validate and calibrate on, 0 for none. Default: 0.1. */
  readonly validation?: number | undefined;
  /** The rows of each part, instead of the shares; their order does not matter. */
  readonly split?: GivenSplit | undefined;
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
 * the validation rows among the others. Rows of a group are in the same part.
 * @throws SymlossError if given rows are out of range, named twice, or there is none to train on; if
 * a part would be empty, or given parts have rows of one group
 */
export function splitRows(
  data: Pick<Dataset, 'labels' | 'classes' | 'groups'>,
  { given, test, validation }: Pick<ResolvedSplit, 'given' | 'test' | 'validation'>,
  seed: number,
): RowSplit {
  const { labels, groups } = data;
  if (given !== undefined) return checkGroups(checkSplit(given, labels.length), groups);
  const k = data.classes.length;
  const outer = apart({ labels, groups }, k, typeof test === 'number' ? test : 0, seed, 'test');
  const of = (values: Int32Array) => Int32Array.from(outer.rest, (row) => values[row] as number);
  const rest = {
    labels: of(labels),
    groups: groups && of(groups),
  };
  const inner = apart(rest, k, validation, seed, 'validation');
  const rowsOf = (places: Uint32Array) => places.map((place) => outer.rest[place] as number);
  return { train: rowsOf(inner.rest), validation: rowsOf(inner.part), test: outer.part };
}

function apart(
  { labels, groups }: { readonly labels: Int32Array; readonly groups: Int32Array | undefined },
  k: number,
  fraction: number,
  seed: number,
  part: 'test' | 'validation',
) {
  if (fraction === 0) {
    return { rest: Uint32Array.from(labels, (_, row) => row), part: new Uint32Array() };
  }
  const rng = stream(seed, `split/${part}`);
  if (part === 'validation' && groups !== undefined && new Set(groups).size < 2) {
    throw new SymlossError('validation part', 'at least 2 groups', '1', {
      hint: `set ${field('validation', '0')}, or give more groups`,
    });
  }
  return groups === undefined
    ? stratifiedSplit(labels, k, fraction, rng, `${part} part`)
    : groupedSplit(labels, k, groups, fraction, rng, `${part} part`);
}

/** @throws SymlossError naming two rows of a group that are in two parts */
function checkGroups(split: RowSplit, groups: Int32Array | undefined): RowSplit {
  if (groups === undefined) return split;
  const partOf = new Map<number, { readonly name: string; readonly row: number }>();
  for (const [name, rows] of Object.entries(split) as [string, Uint32Array][]) {
    for (const row of rows) {
      const group = groups[row] as number;
      const other = partOf.get(group);
      if (other !== undefined && other.name !== name) {
        const received = `row ${row}, of one group with row ${other.row} of ${other.name}`;
        throw new SymlossError(field(`split.${name}`), 'groups of no other part', received);
      }
      partOf.set(group, { name, row });
    }
  }
  return split;
}

function checkSplit(given: GivenSplit, n: number): RowSplit {
  const parts = { train: given.train, validation: given.validation, test: given.test };
  const partOf = new Map<number, string>();
  for (const [name, rows = []] of Object.entries(parts)) {
    const where = field(`split.${name}`);
    checkRowIndices(where, rows, n);
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] as number;
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
