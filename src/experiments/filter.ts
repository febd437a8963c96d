import { SymlossError, show } from '../core/index.ts';
import { parseLoss } from '../losses/index.ts';
import type { Grid, LossEntry, NoiseEntry } from './grid-schema.ts';
import { lossOf, noiseOf } from './grid-schema.ts';
import { readNoiseSpec } from './noise-file.ts';

export interface GridFilter {
  /** Instead of the grid's seeds. */
  readonly seeds?: Grid['seeds'] | undefined;
  /** Of the losses those that are called so: by name (`gce`), spec (`gce:q=0.7`) or the entry's own name. */
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
    ...(losses !== undefined && { losses: picked(grid.losses, losses, isLoss, 'losses', lossOf) }),
    ...(noises !== undefined && withNoises(grid, noises)),
  };
}

/** Data that have noises of their own keep those that are named; data left with none are left out. */
function withNoises(grid: Grid, names: readonly string[]): Pick<Grid, 'noises' | 'data'> {
  const common = grid.noises ?? ['none'];
  const all = [...common, ...grid.data.flatMap((entry) => entry.noises ?? [])];
  picked(all, names, isNoise, 'noises', noiseOf);
  const keep = (list: readonly NoiseEntry[]) =>
    list.filter((entry) => names.some((name) => isNoise(entry, name)));
  const kept = keep(common);
  return {
    ...(kept.length > 0 && { noises: kept }),
    data: grid.data.flatMap((entry) => {
      const own = keep(entry.noises ?? common);
      return own.length === 0 ? [] : [{ ...entry, noises: own }];
    }),
  };
}

function picked<T>(
  entries: readonly T[],
  names: readonly string[],
  is: (entry: T, name: string) => boolean,
  what: string,
  specOf: (entry: T) => string,
): T[] {
  for (const name of names) {
    if (entries.some((entry) => is(entry, name))) continue;
    const known = [...new Set(entries.map(specOf))].join(', ');
    throw new SymlossError(`option --${what}`, `${what} of the grid: ${known}`, show(name));
  }
  return entries.filter((entry) => names.some((name) => is(entry, name)));
}

const isLoss = (entry: LossEntry, name: string): boolean =>
  isCalled(entry, lossOf(entry), name, (spec) => parseLoss(spec).spec);

const isNoise = (entry: NoiseEntry, name: string): boolean =>
  isCalled(entry, noiseOf(entry), name, (spec) => readNoiseSpec(spec).spec);

function isCalled(
  entry: string | { readonly name?: string | undefined },
  spec: string,
  name: string,
  canonical: (spec: string) => string,
): boolean {
  if (typeof entry !== 'string' && entry.name === name) return true;
  if (spec === name || spec.split(':')[0] === name) return true;
  try {
    return canonical(spec) === canonical(name);
  } catch {
    return false; // not a spec, so a name that something else has
  }
}
