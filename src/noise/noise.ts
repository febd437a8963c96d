import type { Rng } from '../core/index.ts';
import { realisedTransition } from './transition.ts';

export type NoiseKind = 'none' | 'symmetric' | 'asymmetric' | 'pair' | 'matrix' | 'instance';

/** What a noise model made of labels, with what really happened. */
export interface CorruptedLabels {
  /** The noisy labels [n]: a new array. */
  readonly labels: Int32Array;
  /** [n], 1 where the label was changed. */
  readonly mask: Uint8Array;
  /** The realised transition [k*k], see `realisedTransition`. */
  readonly transition: Float64Array;
  /** The realised share of changed labels, in [0, 1]; 0 for no rows. */
  readonly rate: number;
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
  /** [n*d], the features of the rows, at any scale; NaN stands for the mean. For `instance`. */
  readonly features?: Float32Array | FeatureRows | undefined;
  /** The names of the k classes. For class maps by name. */
  readonly classes?: readonly string[] | undefined;
}

/** A label-noise model: plain data and its law. It holds no state, so one model serves many runs. */
export interface LabelNoise {
  /**
   * The canonical spec string: `parseNoise(noise.spec)` gives the same model. Only a matrix given
   * as an array has none: its spec is `matrix:custom`.
   */
  readonly spec: string;
  readonly kind: NoiseKind;
  /**
   * The expected transition [k*k]; `undefined` where it depends on more than the class, so that no
   * one matrix is the law of the noise.
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

/** Noise that depends on the class only: a transition matrix is its whole law. */
export interface ClassNoise extends LabelNoise {
  transition(k: number, context?: NoiseContext): Float64Array;
}

/** What happened between two label arrays; `noisy` is taken over, not copied. */
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
    transition: realisedTransition(labels, noisy, k),
    rate: labels.length === 0 ? 0 : changed / labels.length,
  };
}
