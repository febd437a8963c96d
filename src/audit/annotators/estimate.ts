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
