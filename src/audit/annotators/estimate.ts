/** What EM makes of the labels of several annotators. */
export interface Estimate {
  /** p(true class | labels of the row), [n, k]; rows sum to 1. */
  readonly posterior: Float64Array;
  /** Log posterior of the parameters before every step and after the last, per stage. */
  readonly paths: readonly (readonly number[])[];
  readonly converged: boolean;
  /** confusion(a)[true · k + given], rows sum to 1. */
  readonly confusion: (annotator: number) => Float64Array;
}

/** What one matrix, or rate, for all annotators makes of the probabilities of a classifier. */
export interface CommonFit {
  readonly logPosterior: number;
  /**
   * Whether annotators name each class by its own name more often than by any other. If they do not, the classifier has
   * exchanged classes, which their matrix can make up for entirely: what is likely is not right then.
   */
  readonly keepsNames: boolean;
}
