import { SymlossError } from '../../core/index.ts';
import { rank } from '../confident/rank.ts';
import type { LabelPosterior } from './posterior.ts';
import { posteriorSummary } from './posterior.ts';

/**
 * Ranks labels by two kinds of models: those that were trained without a row, and those that were trained with it. The
 * second ones are biased towards the given labels, since they have seen them, but how steadily they resist a label tells much of whether it is
 * wrong (training dynamics: Pleiss et al. 2020, Swayamdipta et al. 2020). So rows are ordered by both, by the
 * normalised geometric mean of their posteriors, and the values of p(wrong) are those of the first kind, or those given: the row that is
 * the i-th most suspect gets the i-th largest of them, rows that are equally suspect their mean. The estimated number of
 * wrong labels stays what it was.
 * @param labels [n], as given, 0 to k − 1
 * @param held p(true class | row, given label) [n, k], of models that were trained without the row, see `classPosteriors`
 * @param trained the same of models that were trained with it
 * @param values p(wrong) [n] of the rows in any order. Default: by `held`
 * @throws SymlossError if the two are not of the same size
 */
export function posteriorWithTraining(
  labels: Int32Array,
  held: Float64Array,
  trained: Float64Array,
  values: Float64Array = posteriorSummary(labels, held).pWrong,
): LabelPosterior {
  if (held.length !== trained.length) {
    const expected = `${held.length} probabilities, as of the models without the rows`;
    throw new SymlossError('posteriorWithTraining trained', expected, String(trained.length));
  }
  const both = posteriorSummary(labels, geometricMean(held, trained, labels.length));
  const { suggested } = both;
  const pWrong = inOrderOf(values, both.pWrong);
  const pSuggested = both.pSuggested.map((p, row) => {
    const others = both.pWrong[row] as number;
    return others > 0 ? ((pWrong[row] as number) * p) / others : 0;
  });
  return { pWrong, suggested, pSuggested };
}

/** Row by row √(p·q), normalised; where that is 0 everywhere, p. */
function geometricMean(p: Float64Array, q: Float64Array, n: number): Float64Array {
  const k = p.length / n;
  const mean = p.map((own, i) => Math.sqrt(own * (q[i] as number)));
  for (let start = 0; start < mean.length; start += k) {
    const row = mean.subarray(start, start + k);
    let sum = row.reduce((total, own) => total + own, 0);
    if (sum === 0) {
      row.set(p.subarray(start, start + k));
      sum = 1;
    }
    for (let c = 0; c < k; c++) row[c] = (row[c] as number) / sum;
  }
  return mean;
}

/** The values, handed out in the order of `keys`; equal keys get the mean of theirs. */
function inOrderOf(values: Float64Array, keys: Float64Array): Float64Array {
  const sorted = values.slice().sort();
  const order = rank(keys);
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    const key = keys[order[i] as number];
    const start = i;
    let sum = 0;
    for (; i < order.length && keys[order[i] as number] === key; i++) sum += sorted[i] as number;
    for (let j = start; j < i; j++) out[order[j] as number] = sum / (i - start);
  }
  return out;
}
