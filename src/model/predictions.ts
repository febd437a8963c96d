/** What a model says about n rows, in their order. */
export interface Predictions {
  /**
   * [n], the name of the class that is predicted for each row: the most probable one; with the metric `balanced-accuracy`, the
   * one that is most probable compared with its estimated share of the true labels.
   */
  readonly labels: string[];
  /** [n], its index in `classes`; the first of equal ones. */
  readonly indices: Int32Array;
  /**
   * n rows of k calibrated probabilities, in the order of `classes`: `probs[row][class]`. The rows
   * are views of one buffer, row after row.
   */
  readonly probs: Float32Array[];
}
