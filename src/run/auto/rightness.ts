/**
 * How right predictions are by the labels as given.
 * @param predicted classes [n]
 * @param labels as given [n]
 * @returns [n], 1 where the label was predicted, else 0
 */
export function rightByLabels(predicted: Int32Array, labels: Int32Array): Float64Array {
  return Float64Array.from(predicted, (index, row) => Number(index === labels[row]));
}

/**
 * How right predictions are, by labels with noise that depends on the class: `(T⁻¹)[label][predicted]`. Its expectation over the
 * labels of a row of class y is Σ_j T[y][j]·(T⁻¹)[j][c] = [c = y], so that the mean over rows is an unbiased estimate of the accuracy on
 * true labels where T is right (backward correction of the 0-1 loss: Natarajan et al., NeurIPS 2013; Patrini et al., CVPR 2017). A
 * single value may lie below 0 or above 1.
 * @param predicted classes [n]
 * @param labels as given [n]
 * @param inverse [k·k], T⁻¹
 */
export function rightByNoise(
  predicted: Int32Array,
  labels: Int32Array,
  inverse: Float64Array,
  k: number,
): Float64Array {
  return Float64Array.from(
    predicted,
    (index, row) => inverse[(labels[row] as number) * k + index] as number,
  );
}
