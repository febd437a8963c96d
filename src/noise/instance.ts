import type { Rng } from '../core/index.ts';
import { checkInteger, checkLabels, checkNumber, SymlossError } from '../core/index.ts';
import { drawClass } from './matrix.ts';
import type { LabelNoise } from './noise.ts';
import { describeCorruption } from './noise.ts';

/** Deviation of the rows' flip rates, as in the published experiments. */
const RATE_DEVIATION = 0.1;

/**
 * Instance-dependent (part-dependent) noise, as it is commonly simulated: a row's own flip rate is
 * drawn from N(rate, 0.1²) truncated to [0, 1]; its other classes share that rate by the softmax of
 * x·W_y, where W_y [d*k] are standard normal numbers drawn once for each class y, and x are the
 * row's features, standardised over the rows given (a missing one counts as the mean). Rows alike
 * go wrong alike. Truncation moves the mean rate: 0.2 becomes 0.205, and 0.1 becomes 0.129. Rate 0
 * is no noise at all.
 *
 * No one matrix is its law, so `transition` gives `undefined`.
 *
 * Source: Xia et al., *Part-dependent label noise: towards instance-dependent label noise*,
 * NeurIPS 2020, Algorithm 2.
 * @param rate in [0, 1]
 * @throws SymlossError if the rate is not one; `corrupt` without `context.features`
 */
export function instanceNoise(rate: number): LabelNoise {
  checkNumber('noise instance rate', rate, { min: 0, max: 1 });
  return {
    spec: `instance:${rate}`,
    kind: 'instance',
    transition: () => undefined,
    corrupt(labels, k, rng, { features } = {}) {
      checkInteger('noise instance k', k, { min: rate > 0 ? 2 : 1 });
      checkLabels('noise instance labels', labels, k);
      if (rate === 0) return describeCorruption(labels, labels.slice(), k);
      const probs = instanceProbabilities(rate, labels, k, rng, features);
      const noisy = labels.map((_, row) => drawClass(probs.subarray(row * k, (row + 1) * k), rng));
      return describeCorruption(labels, noisy, k);
    },
  };
}

/**
 * The law of each row's noisy label [n*k] under instance-dependent noise. `instanceNoise` draws
 * from it with the stream as this leaves it.
 * @param rate above 0
 * @param features [n*d]
 * @throws SymlossError without features of every row, or if one is infinite
 */
export function instanceProbabilities(
  rate: number,
  labels: Int32Array,
  k: number,
  rng: Rng,
  features: Float32Array | undefined,
): Float64Array {
  const n = labels.length;
  if (features === undefined || (n > 0 && (features.length === 0 || features.length % n !== 0))) {
    const received = features === undefined ? 'none' : `${features.length} numbers`;
    throw new SymlossError('noise instance', `the features of ${n} rows`, received, {
      hint: 'pass { features }, d numbers for each row',
    });
  }
  if (n === 0) return new Float64Array(0);
  const d = features.length / n;
  const x = standardise(features, d);
  const projections = Float32Array.from({ length: k * d * k }, () => rng.normal());
  const probs = new Float64Array(n * k);
  for (const [row, label] of labels.entries()) {
    const own = probs.subarray(row * k, (row + 1) * k);
    for (let i = 0; i < d; i++) {
      const value = x[row * d + i] as number;
      const start = (label * d + i) * k;
      for (let j = 0; j < k; j++) {
        own[j] = (own[j] as number) + value * (projections[start + j] as number);
      }
    }
    spread(own, label, truncatedNormal(rate, rng));
  }
  return probs;
}

/** From scores to 1 − rate for the label, and the rate over the others by their softmax. */
function spread(scores: Float64Array, label: number, rate: number): void {
  scores[label] = Number.NEGATIVE_INFINITY;
  const top = scores.reduce((a, b) => Math.max(a, b));
  for (const [j, score] of scores.entries()) scores[j] = Math.exp(score - top);
  const total = scores.reduce((a, b) => a + b, 0);
  for (const [j, weight] of scores.entries()) scores[j] = (rate * weight) / total;
  scores[label] = 1 - rate;
}

/** By rejection; the mean lies in [0, 1], so at least about half of the draws are taken. */
function truncatedNormal(mean: number, rng: Rng): number {
  for (;;) {
    const drawn = mean + RATE_DEVIATION * rng.normal();
    if (drawn >= 0 && drawn <= 1) return drawn;
  }
}

/** Each column to mean 0 and deviation 1 over its numbers; missing ones and constant columns to 0. */
function standardise(features: Float32Array, d: number): Float32Array {
  const out = new Float32Array(features.length);
  for (let i = 0; i < d; i++) {
    let count = 0;
    let mean = 0;
    let squares = 0;
    for (let at = i; at < features.length; at += d) {
      const value = features[at] as number;
      if (Number.isNaN(value)) continue;
      checkNumber(`noise instance features, row ${Math.floor(at / d)}`, value);
      count++;
      const step = value - mean;
      mean += step / count; // Welford: no cancellation in columns far from 0
      squares += step * (value - mean);
    }
    const deviation = Math.sqrt(squares / count);
    if (!(deviation > 0)) continue;
    for (let at = i; at < features.length; at += d) {
      const value = features[at] as number;
      out[at] = Number.isNaN(value) ? 0 : (value - mean) / deviation;
    }
  }
  return out;
}
