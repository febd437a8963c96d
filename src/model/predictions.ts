/** What a model says about n rows, in their order. */
export interface Predictions {
  /** [n], the name of the most probable class of each row. */
  readonly labels: string[];
  /** [n], its index in `classes`; the first of equally probable ones. */
  readonly indices: Int32Array;
  /**
   * n rows of k calibrated probabilities, in the order of `classes`: `probs[row][class]`. The rows
   * are views of one buffer, row after row.
   */
  readonly probs: Float32Array[];
}
