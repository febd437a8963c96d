import type { ListedSyntax, Parameters, Shape, ValuesOf } from '../../core/index.ts';
import type { Layer } from '../scope.ts';

/** A network for any number of classes; `spec` is what it is called in files and listings. */
export interface Model {
  readonly spec: string;
  /** How it is trained, unless the run says otherwise. Default: as every network is. */
  readonly training?: ModelTraining;
  /** The model for data of a size. Default: itself. */
  readonly sized?: (size: DataSize) => Model;
  /**
   * The layers from features [n, …] to scores [n, k].
   * @param terms of a table's features so many, the last ones, are weights of words of texts
   */
  readonly network: (k: number, terms?: number) => Layer;
}

/** What a model may depend on. */
export interface DataSize {
  /** Training rows. */
  readonly rows: number;
  /** `[d]`, or `[c, h, w]` for images. */
  readonly featureShape: Shape;
  /** Whether they are rows of a table; else of an array. */
  readonly isTable: boolean;
}

/** Settings that suit a model. */
export interface ModelTraining {
  /** A spec of an optimizer. Rate and decay are for it, and not for another one. */
  readonly optimizer: string;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly batchSize: number;
  /** Whether the epoch that is best on the validation part is kept, or the last one. */
  readonly keep: 'best' | 'last';
}

/** What a training step costs, measured on two cores of a 2023 server. */
export interface StepCost {
  /** Milliseconds of a step on 128 rows of `size`. */
  readonly milliseconds: number;
  /**
   * Pixels of an image, or numbers of a row for a model that also takes tables; the cost grows in
   * proportion to them.
   */
  readonly size: number;
}

/** A row of the table of models. */
export interface ModelForm<P extends Parameters = Parameters> extends ListedSyntax<P> {
  /** Whether it takes images [n, c, h, w] only; others take features of any shape. */
  readonly images: boolean;
  readonly cost: StepCost;
  build(values: ValuesOf<P>, list: readonly number[]): Model;
}

/** A row as it is written; the compiler takes the types of `build` from `parameters`. */
export function modelForm<const P extends Parameters>(row: ModelForm<P>): ModelForm {
  return row;
}
