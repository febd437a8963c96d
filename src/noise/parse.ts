import type { SpecForm } from '../core/index.ts';
import { parseDecimal, readSpec, SymlossError } from '../core/index.ts';
import type { LabelNoise, NoiseKind, SymmetricMode } from './models.ts';
import { noNoise, symmetricNoise } from './models.ts';

type Values = ReadonlyMap<string, string>;

const forms: { [K in NoiseKind]: SpecForm & { build: (values: Values) => LabelNoise } } = {
  none: { build: noNoise },
  symmetric: { keys: ['rate', 'mode'], bare: 1, build: buildSymmetric },
};

/** The names that `parseNoise` knows. */
export const noiseNames: readonly string[] = Object.keys(forms);

/**
 * Reads a noise model from its spec string `name:value,key=value`, where a value without a key is
 * the model's first parameter.
 *
 * | spec | model |
 * |---|---|
 * | `none` | `noNoise()` |
 * | `symmetric:0.4`, `symmetric:rate=0.4` | `symmetricNoise(0.4)` |
 * | `symmetric:0.4,mode=exact` | `symmetricNoise(0.4, 'exact')` |
 *
 * The result's `spec` is canonical: `parseNoise('symmetric:rate=0.40').spec` is `symmetric:0.4`.
 * @throws SymlossError for an unknown name or parameter, or a rate that is missing or out of [0, 1]
 */
export function parseNoise(text: string): LabelNoise {
  const { name, named } = readSpec('noise', text, forms, 'e.g. symmetric:0.4');
  return forms[name].build(named);
}

function buildSymmetric(values: Values): LabelNoise {
  const where = 'noise symmetric rate';
  const rate = values.get('rate');
  if (rate === undefined) {
    throw new SymlossError(where, 'a number in [0, 1]', 'none', { hint: 'e.g. symmetric:0.4' });
  }
  const mode = (values.get('mode') ?? 'per-row') as SymmetricMode;
  return symmetricNoise(parseDecimal(where, rate, { min: 0, max: 1 }), mode);
}
