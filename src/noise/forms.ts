import { namesOf, readForm } from '../core/index.ts';
import { asymmetricForm } from './asymmetric.ts';
import { columnForm } from './column.ts';
import { instanceForm } from './instance.ts';
import { matrixForm } from './matrix.ts';
import type { LabelNoise, NoiseForm, ParseNoiseOptions } from './noise.ts';
import { noneForm } from './none.ts';
import { pairForm } from './pair.ts';
import { symmetricForm } from './symmetric.ts';
import { unknownForm } from './unknown.ts';

/** All noise models by name, in the order of listings. */
export const noiseForms = {
  none: noneForm,
  unknown: unknownForm,
  symmetric: symmetricForm,
  asymmetric: asymmetricForm,
  pair: pairForm,
  matrix: matrixForm,
  instance: instanceForm,
  column: columnForm,
} as const satisfies Readonly<Record<string, NoiseForm>>;

export type NoiseKind = keyof typeof noiseForms;

/** The names that `parseNoise` knows. */
export const noiseNames = namesOf(noiseForms);

/**
 * Reads a noise model from its spec string `name:value,key=value`, where a value without a key is
 * the model's first parameter.
 *
 * | spec | model |
 * |---|---|
 * | `none` | `noNoise()`: the labels are right |
 * | `unknown` | `unknownNoise()`: the labels may be wrong, nothing is changed |
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
  const { form, values } = readForm<NoiseForm>('noise', text, noiseForms);
  return form.build(values, options);
}
