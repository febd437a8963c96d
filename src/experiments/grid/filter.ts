import { field, SymlossError, show, specName } from '../../core/index.ts';
import { parseLoss } from '../../losses/index.ts';
import { autoLoss, canonicalLoss } from '../../run/loss-spec.ts';
import { readNoiseSpec } from '../../run/noise-files.ts';
import type { Grid, LossEntry, NoiseEntry } from './schema.ts';
import { lossOf, noiseOf, noisesOf } from './schema.ts';

export interface GridFilter {
  /** Instead of the grid's seeds. */
  readonly seeds?: Grid['seeds'] | undefined;
  /**
   * Of the losses those that are called so: by name (`gce`; `sum` or `symmetrize` if made of others), spec
   * (`gce:q=0.7`) or the entry's own name; where nothing is called so, those whose spec begins so, up to a
   * comma or colon (`asymmetric:0.4` for `asymmetric:0.4,map=mnist`).
   */
  readonly losses?: readonly string[] | undefined;
  /** Of the noises, the same. */
  readonly noises?: readonly string[] | undefined;
}

/**
 * A part of a grid. The runs are the same as those of the whole grid, so their records serve both.
 * @throws SymlossError where a name picks nothing
 */
export function filterGrid(grid: Grid, { seeds, losses, noises }: GridFilter): Grid {
  return {
    ...grid,
    ...(seeds !== undefined && { seeds }),
    ...(losses !== undefined && { losses: picked(grid.losses, losses, lossKind) }),
    ...(noises !== undefined && withNoises(grid, noises)),
  };
}

/** Data that have noises of their own keep those that are named; data left with none are left out. */
function withNoises(grid: Grid, names: readonly string[]): Pick<Grid, 'noises' | 'data'> {
  const common = noisesOf(grid);
  const all = [...common, ...grid.data.flatMap((entry) => entry.noises ?? [])];
  const chosen = new Set(picked(all, names, noiseKind));
  const keep = (list: readonly NoiseEntry[]) => list.filter((entry) => chosen.has(entry));
  const kept = keep(common);
  return {
    ...(kept.length > 0 && { noises: kept }),
    data: grid.data.flatMap((entry) => {
      const own = keep(entry.noises ?? common);
      return own.length === 0 ? [] : [{ ...entry, noises: own }];
    }),
  };
}

/** Losses or noises. */
interface Kind<T> {
  readonly what: string;
  readonly specOf: (entry: T) => string;
  readonly nameOf: (spec: string) => string;
  readonly canonical: (spec: string) => string;
}

const lossKind: Kind<LossEntry> = {
  what: 'losses',
  specOf: lossOf,
  nameOf: (spec) => (spec === autoLoss ? autoLoss : parseLoss(spec).name),
  canonical: canonicalLoss,
};

const noiseKind: Kind<NoiseEntry> = {
  what: 'noises',
  specOf: noiseOf,
  nameOf: specName,
  canonical: (spec) => readNoiseSpec(spec).spec,
};

type Entry = string | { readonly name?: string | undefined };

function picked<T extends Entry>(
  entries: readonly T[],
  names: readonly string[],
  kind: Kind<T>,
): T[] {
  const chosen = new Set(names.flatMap((name) => calledOrBegun(entries, name, kind)));
  return entries.filter((entry) => chosen.has(entry));
}

function calledOrBegun<T extends Entry>(entries: readonly T[], name: string, kind: Kind<T>): T[] {
  const { what, specOf, canonical } = kind;
  const called = entries.filter((entry) => isCalled(entry, name, kind));
  if (called.length > 0) return called;
  const begun = entries.filter((entry) =>
    [specOf(entry), orUndefined(canonical, specOf(entry))].some(
      (spec) => spec?.startsWith(`${name},`) || spec?.startsWith(`${name}:`),
    ),
  );
  if (begun.length > 0) return begun;
  const known = [...new Set(entries.map((entry) => shownAs(entry, specOf(entry))))].join(', ');
  throw new SymlossError(field(what), `${what} of the grid: ${known}`, show(name));
}

/** `gce:q=0.7 (slow)`: the spec, and the name of its own that an entry has. */
function shownAs(entry: Entry, spec: string): string {
  const name = typeof entry === 'string' ? undefined : entry.name;
  return name === undefined ? spec : `${spec} (${name})`;
}

function isCalled<T extends Entry>(entry: T, name: string, kind: Kind<T>) {
  const { specOf, nameOf, canonical } = kind;
  if (typeof entry !== 'string' && entry.name === name) return true;
  const spec = specOf(entry);
  if (spec === name || orUndefined(nameOf, spec) === name) return true;
  const meant = orUndefined(canonical, name);
  return meant !== undefined && meant === orUndefined(canonical, spec);
}

/** `undefined` for what is no spec, such as a name that something else has. */
function orUndefined(read: (spec: string) => string, spec: string): string | undefined {
  try {
    return read(spec);
  } catch {
    return undefined;
  }
}
