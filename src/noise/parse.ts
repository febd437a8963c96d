import type { SpecForm } from '../core/index.ts';
import { parseDecimal, readSpec, SymlossError, show, splitAtCommas } from '../core/index.ts';
import { asymmetricNoise, namedNoise, pairNoise, publishedNoise } from './asymmetric.ts';
import type { PublishedName } from './class-maps.ts';
import { parseNameMap, publishedMaps } from './class-maps.ts';
import { instanceNoise } from './instance.ts';
import { matrixNoise, parseMatrix } from './matrix.ts';
import type { SymmetricMode } from './models.ts';
import { noNoise, symmetricNoise } from './models.ts';
import type { LabelNoise, NoiseKind } from './noise.ts';

export interface ParseNoiseOptions {
  /** Reads a file as text, for specs that name one. Default: such specs are refused. */
  readonly readFile?: ((path: string) => string) | undefined;
}

type Values = ReadonlyMap<string, string>;
type Build = (values: Values, options: ParseNoiseOptions) => LabelNoise;

const forms: { [K in NoiseKind | 'column']: SpecForm & { build: Build } } = {
  none: { build: noNoise },
  symmetric: { keys: ['rate', 'mode'], bare: 1, build: buildSymmetric },
  asymmetric: { keys: ['rate', 'map'], bare: 1, build: buildAsymmetric },
  pair: { keys: ['rate'], bare: 1, build: (values) => pairNoise(rateOf('pair', values)) },
  matrix: { keys: ['file'], bare: 1, build: buildMatrix },
  instance: {
    keys: ['rate'],
    bare: 1,
    build: (values) => instanceNoise(rateOf('instance', values)),
  },
  column: { keys: ['name'], bare: 1, build: refuseColumn },
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
 * | `asymmetric:0.3,map=cifar10` (`mnist`, `cifar100`) | asymmetric noise by a published map |
 * | `asymmetric:0.3` | the same, for data with the class names of CIFAR-10 or CIFAR-100 |
 * | `asymmetric:0.3,map=(0>1,2>1)` | `asymmetricNoise(0.3, { 0: 1, 2: 1 })` |
 * | `asymmetric:0.3,map=file.json` | by class names, from a file with `{ "class": "wrong class" }` |
 * | `pair:0.3` | `pairNoise(0.3)` |
 * | `matrix:file.csv`, `matrix:file.json` | `matrixNoise`, k rows of k numbers |
 * | `instance:0.2` | `instanceNoise(0.2)` |
 *
 * The result's `spec` is canonical: `parseNoise('symmetric:rate=0.40').spec` is `symmetric:0.4`.
 * `column:name`, labels from another column, is no model: only programs that read the data know it.
 * @throws SymlossError for an unknown name or parameter, a rate that is missing or out of [0, 1], or
 * a file that is named without `readFile` or has wrong content
 */
export function parseNoise(text: string, options: ParseNoiseOptions = {}): LabelNoise {
  const { name, named } = readSpec('noise', text, forms, 'e.g. symmetric:0.4');
  return forms[name].build(named, options);
}

/** The column that `column:name` takes the labels from; `undefined` for other specs. */
export function noiseColumn(text: string): string | undefined {
  if (!/^\s*column\s*(:|$)/.test(text)) return undefined;
  return required('column name', readSpec('noise', text, forms).named.get('name'), 'a column');
}

function buildSymmetric(values: Values): LabelNoise {
  const mode = (values.get('mode') ?? 'per-row') as SymmetricMode;
  return symmetricNoise(rateOf('symmetric', values), mode);
}

function buildAsymmetric(values: Values, options: ParseNoiseOptions): LabelNoise {
  const rate = rateOf('asymmetric', values);
  const map = values.get('map');
  if (map === undefined) return publishedNoise(rate);
  if (Object.hasOwn(publishedMaps, map)) return publishedNoise(rate, map as PublishedName);
  const inner = /^\((.*)\)$/s.exec(map)?.[1];
  if (inner !== undefined) return asymmetricNoise(rate, parsePairs(inner));
  if (!/\.json$/i.test(map)) {
    const known = Object.keys(publishedMaps).join(', ');
    const expected = `${known}, a .json file or (0>1,2>1)`;
    throw new SymlossError('noise asymmetric map', expected, show(map));
  }
  return namedNoise(rate, map, parseNameMap(map, fileText(map, options)));
}

/** `0>1,2>1` */
function parsePairs(text: string): Record<number, number> {
  const map: Record<number, number> = {};
  for (const piece of splitAtCommas(text)) {
    const [, from, to] = /^(\d+)\s*>\s*(\d+)$/.exec(piece) ?? [];
    if (from === undefined || to === undefined || from === to || Object.hasOwn(map, Number(from))) {
      const expected = 'pairs of class numbers such as 0>1, each class once on the left';
      throw new SymlossError('noise asymmetric map', expected, show(piece));
    }
    map[Number(from)] = Number(to);
  }
  return map;
}

function buildMatrix(values: Values, options: ParseNoiseOptions): LabelNoise {
  const file = required('matrix file', values.get('file'), 'a .csv or .json file');
  const { transition, k } = parseMatrix(file, fileText(file, options));
  return matrixNoise(transition, k, file);
}

function refuseColumn(values: Values): never {
  const received = `column:${required('column name', values.get('name'), 'a column')}`;
  throw new SymlossError('noise', 'a noise model', received, {
    hint: 'read that column as the label, and the true one as trueLabel',
  });
}

function rateOf(kind: string, values: Values): number {
  const where = `noise ${kind} rate`;
  const rate = required(`${kind} rate`, values.get('rate'), 'a number in [0, 1]', `${kind}:0.4`);
  return parseDecimal(where, rate, { min: 0, max: 1 });
}

function required(name: string, value: string | undefined, expected: string, example?: string) {
  if (value !== undefined) return value;
  const hint = example === undefined ? {} : { hint: `e.g. ${example}` };
  throw new SymlossError(`noise ${name}`, expected, 'none', hint);
}

function fileText(path: string, { readFile }: ParseNoiseOptions): string {
  if (readFile !== undefined) return readFile(path);
  throw new SymlossError('noise', 'a spec without a file', show(path), {
    hint: 'pass { readFile }, or make the model with asymmetricNoise or matrixNoise',
  });
}
