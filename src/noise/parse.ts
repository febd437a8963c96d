import { checkOneOf, SymlossError, show } from '../core/index.ts';
import type { LabelNoise } from './models.ts';
import { noNoise, symmetricModes, symmetricNoise } from './models.ts';

/** The parameters of one spec, by name. */
type Params = ReadonlyMap<string, string>;

interface NoiseParser {
  /** Parameter names, the positional one first. */
  readonly params: readonly string[];
  readonly build: (params: Params) => LabelNoise;
}

const parsers = new Map<string, NoiseParser>([
  ['none', { params: [], build: noNoise }],
  ['symmetric', { params: ['rate', 'mode'], build: buildSymmetric }],
]);

/** The names that `parseNoise` knows. */
export const noiseNames: readonly string[] = [...parsers.keys()];

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
export function parseNoise(spec: string): LabelNoise {
  const colon = spec.indexOf(':');
  const name = (colon < 0 ? spec : spec.slice(0, colon)).trim();
  const parser = parsers.get(checkOneOf('noise', name, noiseNames));
  if (parser === undefined) throw new SymlossError('noise', noiseNames.join(', '), show(name));
  const text = colon < 0 ? '' : spec.slice(colon + 1);
  return parser.build(splitParams(`noise ${name}`, text, parser.params));
}

function buildSymmetric(params: Params): LabelNoise {
  const where = 'noise symmetric rate';
  const text = params.get('rate');
  if (text === undefined) {
    throw new SymlossError(where, 'a number in [0, 1]', 'none', { hint: 'e.g. symmetric:0.4' });
  }
  // Number() alone would read '' as 0 and accept hexadecimal; other texts go on to the rate check.
  const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  if (!isDecimal) throw new SymlossError(where, 'a number in [0, 1]', show(text));
  const mode = checkOneOf('noise symmetric mode', params.get('mode') ?? 'per-row', symmetricModes);
  return symmetricNoise(Number(text), mode);
}

/** Splits `value,key=value,…` by the known parameter names; only the first part may be bare. */
function splitParams(where: string, text: string, known: readonly string[]): Params {
  const params = new Map<string, string>();
  if (text.trim() === '') return params;
  if (known.length === 0) throw new SymlossError(where, 'no parameters', show(text));
  for (const [index, part] of text.split(',').entries()) {
    const equals = part.indexOf('=');
    if (equals < 0 && index > 0) {
      throw new SymlossError(where, 'key=value after the first parameter', show(part.trim()));
    }
    const key = equals < 0 ? (known[0] as string) : part.slice(0, equals).trim();
    checkOneOf(`${where} parameter`, key, known);
    if (params.has(key)) throw new SymlossError(`${where} ${key}`, 'one value', 'two');
    params.set(key, part.slice(equals + 1).trim());
  }
  return params;
}
