import { basename } from 'node:path';
import { formatForm, readForm, specName } from '../core/index.ts';
import type { NoiseForm } from '../noise/index.ts';
import { noiseForms } from '../noise/index.ts';
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

/**
 * Splits a noise spec into its kind and its rate: `symmetric:0.4,mode=exact` is the level 0.4 of
 * `symmetric:mode=exact`. `none` has rate 0; noise whose form has no rate, such as `column:…`, has none.
 */
export function noiseLevel(spec: string): NoiseLevel {
  const { name, form, values } = readNoise(spec) ?? { name: specName(spec) };
  if (name === 'none') return { spec, kind: name, rate: 0 };
  if (form === undefined || typeof values?.['rate'] !== 'number') return { spec, kind: name };
  const kind = formatForm(name, form.parameters, { ...values, rate: undefined });
  return { spec, kind, rate: values['rate'] };
}

/** `undefined` for what is no noise of this version: records may be of another. */
function readNoise(spec: string) {
  try {
    return readForm<NoiseForm>('noise', spec, noiseForms);
  } catch {
    return undefined;
  }
}
