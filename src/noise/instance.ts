import type { Parameters, Rng } from '../core/index.ts';
import {
  checkInteger,
  checkLabels,
  checkNumber,
  completeValues,
  formatForm,
  SymlossError,
} from '../core/index.ts';
import { drawClass } from './matrix.ts';
import type { FeatureRows, LabelNoise } from './noise.ts';
import { describeCorruption, noiseForm, rateParameter } from './noise.ts';

const parameters = { rate: rateParameter } as const satisfies Parameters;

/** Standard deviation of the rows' flip rates, as in the published experiments. */
const rateDeviation = 0.1;

/**
 * Instance-dependent (part-dependent) noise, as it is commonly simulated: a row's own flip rate is
 * drawn from N(η, 0.1²) truncated to [0, 1]; its other classes share that rate by the softmax of
 * x·W_y, where W_y [d*k] are standard normal numbers drawn once for each class y, and x are the
 * row's features, standardized over the rows given (a missing one counts as the mean). So similar
 * rows get similar wrong labels. Truncation moves the mean rate: 0.2 becomes 0.205, and 0.1 becomes
 * 0.129. Rate 0 is no noise at all.
 *
 * No one matrix describes it, so `transition` gives `undefined`.
 *
 * Source: Xia et al., *Part-dependent label noise: towards instance-dependent label noise*,
 * NeurIPS 2020, Algorithm 2.
 * @param noiseRate η in [0, 1]
 * @throws SymlossError if the rate is not one; `corrupt` without `context.features`
 */
export function instanceNoise(noiseRate: number): LabelNoise {
  const values = completeValues('noise instance', parameters, { rate: noiseRate });
  return {
    spec: formatForm('instance', parameters, values),
    kind: 'instance',
    usesFeatures: true,
    transition: () => undefined,
    corrupt(labels, k, rng, { features } = {}) {
      checkInteger('noise instance, k', k, { min: noiseRate > 0 ? 2 : 1 });
      checkLabels('noise instance, labels', labels, k);
      if (noiseRate === 0) return describeCorruption(labels, labels.slice(), k);
      const probs = instanceProbabilities(noiseRate, labels, k, rng, features);
      const noisy = labels.map((_, row) => drawClass(probs.subarray(row * k, (row + 1) * k), rng));
      return describeCorruption(labels, noisy, k);
    },
  };
}

export const instanceForm = noiseForm({
  about: 'which labels are wrong, and how, depends on the features of the row',
  example: 'instance:0.2',
  parameters,
  build: ({ rate }) => instanceNoise(rate),
});

/**
 * The probabilities of each row's noisy label [n*k] under instance-dependent noise. `instanceNoise` draws
 * from them with the stream as this leaves it.
 * @param noiseRate η in (0, 1]
 * @param features [n*d], or read row by row
 * @throws SymlossError without features of every row, or if one is infinite
 */
export function instanceProbabilities(
  noiseRate: number,
  labels: Int32Array,
  k: number,
  rng: Rng,
  features: Float32Array | FeatureRows | undefined,
): Float64Array {
  const n = labels.length;
  const x = rowsOf(features, n);
  if (n === 0) return new Float64Array(0);
  const d = x.size;
  const { mean, deviation } = momentsOf(x);
  const projections = Float32Array.from({ length: k * d * k }, () => rng.normal());
  const probs = new Float64Array(n * k);
  const values = new Float32Array(d);
  for (const [row, label] of labels.entries()) {
    const own = probs.subarray(row * k, (row + 1) * k);
    x.read(row, values);
    for (let i = 0; i < d; i++) {
      const value = standardize(values[i] as number, mean[i] as number, deviation[i] as number);
      const start = (label * d + i) * k;
      for (let j = 0; j < k; j++) {
        own[j] = (own[j] as number) + value * (projections[start + j] as number);
      }
    }
    spread(own, label, truncatedNormal(noiseRate, rng));
  }
  return probs;
}

/** Features as rows, however they were given; `undefined` only where there is no row. */
function rowsOf(features: Float32Array | FeatureRows | undefined, n: number): FeatureRows {
  const isArray = features instanceof Float32Array;
  if (features !== undefined && !isArray && (n === 0 || (features.rows === n && features.size > 0)))
    return features;
  if (!isArray || (n > 0 && (features.length === 0 || features.length % n !== 0))) {
    const count = isArray ? features.length : (features?.rows ?? 0) * (features?.size ?? 0);
    const received = features === undefined ? 'none' : `${count} numbers`;
    throw new SymlossError('noise instance', `the features of ${n} rows`, received, {
      hint: 'pass { features }, d numbers for each row',
    });
  }
  const size = n === 0 ? 0 : features.length / n;
  return {
    rows: n,
    size,
    read: (row, out) => out.set(features.subarray(row * size, (row + 1) * size)),
  };
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
    const drawn = mean + rateDeviation * rng.normal();
    if (drawn >= 0 && drawn <= 1) return drawn;
  }
}

/** Mean and deviation of each column over its numbers; missing ones are left out. */
function momentsOf(x: FeatureRows) {
  const d = x.size;
  const mean = new Float64Array(d);
  const deviation = new Float64Array(d);
  const counts = new Float64Array(d);
  const values = new Float32Array(d);
  for (let row = 0; row < x.rows; row++) {
    x.read(row, values);
    for (let i = 0; i < d; i++) {
      const value = values[i] as number;
      if (Number.isNaN(value)) continue;
      checkNumber(`noise instance, features, row ${row}`, value);
      const count = (counts[i] as number) + 1;
      const step = value - (mean[i] as number);
      counts[i] = count;
      mean[i] = (mean[i] as number) + step / count; // Welford: no cancellation far from 0
      deviation[i] = (deviation[i] as number) + step * (value - (mean[i] as number));
    }
  }
  for (let i = 0; i < d; i++) {
    deviation[i] = Math.sqrt((deviation[i] as number) / (counts[i] as number));
  }
  return { mean, deviation };
}

/** Rounded to float32; 0 for a missing number and in a constant column. */
function standardize(value: number, mean: number, deviation: number): number {
  return Number.isNaN(value) || !(deviation > 0) ? 0 : Math.fround((value - mean) / deviation);
}
