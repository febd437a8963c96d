/** The class with the largest score in each row of [n, k]; the first of equal ones. */
export function predictedClasses(scores: ArrayLike<number>, k: number): Int32Array {
  const out = new Int32Array(scores.length / k);
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let j = 1; j < k; j++) {
      if ((scores[row * k + j] as number) > (scores[row * k + best] as number)) best = j;
    }
    out[row] = best;
  }
  return out;
}

/** The share of rows whose prediction is the label. */
export function accuracy(predictions: Int32Array, labels: Int32Array): number {
  let correct = 0;
  for (let row = 0; row < labels.length; row++) {
    if (predictions[row] === labels[row]) correct++;
  }
  return correct / labels.length;
}

/**
 * Of the rows whose given label is wrong, the share for which the model predicts that wrong
 * label; `undefined` if no label is wrong.
 */
export function memorisedShare(
  predictions: Int32Array,
  labels: Int32Array,
  trueLabels: Int32Array,
): number | undefined {
  let wrong = 0;
  let memorised = 0;
  for (let row = 0; row < labels.length; row++) {
    if (labels[row] === trueLabels[row]) continue;
    wrong++;
    if (predictions[row] === labels[row]) memorised++;
  }
  return wrong === 0 ? undefined : memorised / wrong;
}
