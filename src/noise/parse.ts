import type { Spec } from '../core/index.ts';
import { checkOneOf, parseDecimal, SymlossError, splitSpec, valuesByKey } from '../core/index.ts';
import type { LabelNoise, NoiseKind } from './models.ts';
import { noNoise, symmetricModes, symmetricNoise } from './models.ts';

const readers: { [K in NoiseKind]: (spec: Spec) => LabelNoise } = {
  none: readNone,
  symmetric: readSymmetric,
};

/** The names that `parseNoise` knows. */
export const noiseNames: readonly string[] = Object.keys(readers);

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
  const spec = splitSpec('noise', text);
  return readers[checkOneOf('noise', spec.name, noiseNames) as NoiseKind](spec);
}

function readNone(spec: Spec): LabelNoise {
  valuesByKey(spec, []);
  return noNoise();
}

function readSymmetric(spec: Spec): LabelNoise {
  const where = 'noise symmetric rate';
  const values = valuesByKey(spec, ['rate', 'mode'], 1);
  const rate = values.get('rate');
  const mode = values.get('mode') ?? 'per-row';
  if (rate === undefined) {
    throw new SymlossError(where, 'a number in [0, 1]', 'none', { hint: 'e.g. symmetric:0.4' });
  }
  const value = parseDecimal(where, rate, { min: 0, max: 1 });
  return symmetricNoise(value, checkOneOf('noise symmetric mode', mode, symmetricModes));
}
