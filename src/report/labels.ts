import { basename } from 'node:path';
import { splitAtCommas } from '../core/index.ts';
import type { DataConfig } from '../run/config.ts';
import { canonical } from '../run/run-id.ts';
import type { NoiseLevel } from './page-data.ts';

/** Something with a name, and settings that tell it apart from others of that name. */
export interface Labelled {
  readonly name: string;
  readonly parts: Readonly<Record<string, unknown>>;
}

/**
 * One label for each item: its name, and `key=value` for each setting in which the items of that
 * name differ. `digits`; `gce:q=0.7, learningRate=0.1`.
 */
export function tellApart(items: readonly Labelled[]): string[] {
  return items.map(({ name, parts }) => {
    const namesakes = items.filter((item) => item.name === name);
    const keys = [...new Set(namesakes.flatMap((item) => Object.keys(item.parts)))].filter(
      (key) => new Set(namesakes.map((item) => canonical(item.parts[key] ?? null))).size > 1,
    );
    return [name, ...keys.map((key) => `${key}=${String(parts[key] ?? 'default')}`)].join(', ');
  });
}

/** A data set by its name or the last part of its path, and what else is set. */
export function dataLabel({ source, ...parts }: DataConfig): Labelled {
  return { name: basename(source) || source, parts: { ...parts, source } };
}

const ratedKinds = new Set(['symmetric', 'asymmetric', 'pair', 'instance']);

/**
 * Splits a noise spec into its kind and its rate: `symmetric:0.4,mode=exact` is the level 0.4 of
 * `symmetric:mode=exact`. `none` has rate 0; `column:…` and `matrix:…` have none.
 */
export function noiseLevel(spec: string): NoiseLevel {
  const [, name = spec, rest = ''] = /^\s*(\w+)\s*(?::(.*))?$/s.exec(spec) ?? [];
  if (name === 'none') return { spec, kind: name, rate: 0 };
  if (!ratedKinds.has(name)) return { spec, kind: name };
  const pieces = splitAtCommas(rest);
  const place = pieces.findIndex(
    (piece, i) => /^rate\s*=/.test(piece) || (i === 0 && !/=/.test(piece)),
  );
  const rate = Number(pieces[place]?.replace(/^rate\s*=/, '') || Number.NaN);
  if (Number.isNaN(rate)) return { spec, kind: name };
  const others = pieces.filter((_, i) => i !== place);
  return { spec, kind: others.length === 0 ? name : `${name}:${others.join(',')}`, rate };
}
