import type { ListedSyntax, Parameters, Rng, ValuesOf } from '../core/index.ts';
import { checkInteger, checkLabels } from '../core/index.ts';
import { empiricalTransition } from './transition.ts';

/** Noisy labels, with what a noise model changed in this draw. */
export interface CorruptedLabels {
  /** The noisy labels [n]: a new array. */
  readonly labels: Int32Array;
  /** [n], 1 where the label was changed. */
  readonly mask: Uint8Array;
  /** The transition matrix of this draw [k*k], see `empiricalTransition`. */
  readonly transition: Float64Array;
  /** The share of labels that were changed, in [0, 1]; 0 for no rows. */
  readonly noiseRate: number;
}

/** Features that are read row by row, where they are too many to hold as numbers. */
export interface FeatureRows {
  /** n */
  readonly rows: number;
  /** d, the numbers of a row. */
  readonly size: number;
  /** Writes the features of a row into `out`, [d]. */
  read(row: number, out: Float32Array): void;
}

/** What some models need to know of the data beside the labels. */
export interface NoiseContext {
  /**
   * [n*d], the features of the rows, at any scale; NaN stands for the mean. For models with
   * `usesFeatures`.
   */
  readonly features?: Float32Array | FeatureRows | undefined;
  /** The names of the k classes. For class maps by name. */
  readonly classes?: readonly string[] | undefined;
}

/** A label-noise model. It holds no state, so one model serves many runs. */
export interface LabelNoise {
  /**
   * The canonical spec string: `parseNoise(noise.spec)` gives the same model. Only a matrix given
   * as an array has none: its spec is `matrix:custom`.
   */
  readonly spec: string;
  /** Its name in `noiseForms`, such as `symmetric`; a model of your own has a name of its own. */
  readonly kind: string;
  /** Whether `corrupt` needs the features of the rows. Default: false. */
  readonly usesFeatures?: boolean;
  /**
   * The expected transition matrix [k*k]; `undefined` where it is unknown, or where the noise depends
   * on more than the class, so that no one matrix describes it.
   * @throws SymlossError if the model cannot be applied to k classes, or lacks its context
   */
  transition(k: number, context?: NoiseContext): Float64Array | undefined;
  /**
   * Draws noisy labels; the input is not changed, the same stream state gives the same labels.
   * @param labels the labels to corrupt [n], 0 to k − 1
   * @throws SymlossError if a label is out of range, the model cannot be applied to k classes, or it
   * lacks its context
   */
  corrupt(labels: Int32Array, k: number, rng: Rng, context?: NoiseContext): CorruptedLabels;
}

/** Class-conditional noise, which its transition matrix describes in full. */
export interface ClassNoise extends LabelNoise {
  transition(k: number, context?: NoiseContext): Float64Array;
}

export interface ParseNoiseOptions {
  /** Reads a file as text, for specs that name one. Default: such specs are refused. */
  readonly readFile?: ((path: string) => string) | undefined;
}

/** A row of the table of noise models. */
export interface NoiseForm<P extends Parameters = Parameters> extends ListedSyntax<P> {
  build(values: ValuesOf<P>, options: ParseNoiseOptions): LabelNoise;
}

/** A row as it is written; the compiler takes the types of `build` from `parameters`. */
export function noiseForm<const P extends Parameters>(row: NoiseForm<P>): NoiseForm {
  return row;
}

/** The noise rate η of noise that has one, which its spec states first: `symmetric:0.4`. */
export const rateParameter = {
  kind: 'number',
  range: { min: 0, max: 1 },
  shown: 'bare',
  about: 'noise rate η',
} as const satisfies Parameters[string];

/** What changed between two label arrays; `noisy` is taken over, not copied. */
export function describeCorruption(
  labels: Int32Array,
  noisy: Int32Array,
  k: number,
): CorruptedLabels {
  const mask = Uint8Array.from(noisy, (label, row) => (label === labels[row] ? 0 : 1));
  const changed = mask.reduce((sum, bit) => sum + bit, 0);
  return {
    labels: noisy,
    mask,
    transition: empiricalTransition(labels, noisy, k),
    noiseRate: labels.length === 0 ? 0 : changed / labels.length,
  };
}

/** Labels as they are, checked and copied. */
export function copyLabels(where: string, labels: Int32Array, k: number): CorruptedLabels {
  checkInteger(`${where}, k`, k, { min: 1 });
  checkLabels(`${where}, labels`, labels, k);
  return describeCorruption(labels, labels.slice(), k);
}
