import type { ConsensusMethod } from '../audit/index.ts';
import type { Shape } from '../core/index.ts';

export type Numbers = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array;
export type Label = string | number;

/** Labels of several annotators. */
export interface AnnotationSource {
  /** n rows of m names of classes; `null` or `undefined` where an annotator gave none. */
  readonly labels: readonly (readonly (Label | null | undefined)[])[];
  /** m names. Default: `annotator 1`, …, `annotator m`. */
  readonly annotators?: readonly string[] | undefined;
  /** How they become one label; see `consensus` of `symloss/audit`. Default: `dawid-skene`. */
  readonly consensus?: ConsensusMethod | undefined;
}

/** Arrays that `fromArrays` makes a dataset of. */
export interface ArraySource {
  /**
   * n rows of d numbers, or the values of all rows in one array, row-major. NaN is a missing value. A
   * `Uint8Array` of images holds pixels from 0 to 255, and is kept as it is.
   */
  readonly features: readonly Numbers[] | Float32Array | Uint8Array;
  /** Shape of one row: `[d]` (default), or `[c, h, w]` for images, channel first. */
  readonly featureShape?: Shape | undefined;
  /**
   * n names of classes, as texts or numbers; or soft labels `[n, k]`, the share of each class: n rows
   * of k numbers, or, with `classes`, all in one `Float32Array`.
   */
  readonly labels?: ArrayLike<Label> | readonly Numbers[] | undefined;
  /** The labels of several annotators, instead of `labels`, which are then their consensus. */
  readonly annotations?: AnnotationSource | undefined;
  /** Names of classes 0, …, k − 1. Default: the distinct labels, sorted; of soft labels 0, …, k − 1. */
  readonly classes?: readonly string[] | undefined;
  /** n names of classes: the labels as they should be, where they are known. */
  readonly trueLabels?: ArrayLike<Label> | undefined;
  /** n weights of the rows, not negative. Default: equal. */
  readonly sampleWeights?: ArrayLike<number> | undefined;
  /** Names of the d features of a table. */
  readonly columns?: readonly string[] | undefined;
  readonly name?: string | undefined;
}
