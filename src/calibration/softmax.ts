import type { Pieces } from '../core/index.ts';
import { checkNumber } from '../core/index.ts';
import { checkScores } from './checks.ts';

/**
 * softmax(scores/τ), row by row; stable for any finite scores.
 * @param scores [n*k]
 * @param temperature τ > 0
 * @returns probs [n*k]
 * @throws SymlossError for a ragged or non-finite `scores` or τ ≤ 0
 */
export function applyTemperature(
  scores: Float64Array,
  k: number,
  temperature: number,
): Float64Array {
  checkScores('applyTemperature scores', scores, k);
  checkNumber('applyTemperature temperature', temperature, { min: 0, openMin: true });
  return softmaxRows(scores, k, temperature);
}

/** softmax(scores/τ), row by row, unchecked. */
export function softmaxRows(scores: Float64Array, k: number, temperature: number): Float64Array {
  const probs = new Float64Array(scores.length);
  for (let start = 0; start < scores.length; start += k) {
    const max = rowMax(scores, start, k);
    let sum = 0;
    for (let i = start; i < start + k; i++) {
      const e = Math.exp(((scores[i] as number) - max) / temperature);
      probs[i] = e;
      sum += e;
    }
    for (let i = start; i < start + k; i++) probs[i] = (probs[i] as number) / sum;
  }
  return probs;
}

/**
 * Mean over the rows of −Σ_i p_i ln softmax(z/τ)_i, in pieces of a row each.
 * @param probs p [n*k]. Default: 1/k everywhere
 */
export function* crossEntropy(
  scores: Float64Array,
  k: number,
  temperature: number,
  probs?: Float64Array,
): Pieces<number> {
  let total = 0;
  for (let start = 0; start < scores.length; start += k) {
    yield;
    const max = rowMax(scores, start, k);
    let [sum, mean] = [0, 0];
    for (let i = start; i < start + k; i++) {
      const z = ((scores[i] as number) - max) / temperature;
      sum += Math.exp(z);
      mean += probs === undefined ? z / k : (probs[i] as number) * z;
    }
    total += Math.log(sum) - mean;
  }
  return total / (scores.length / k);
}

/** The largest of `k` numbers from `start` on. */
export function rowMax(values: Float64Array, start: number, k: number): number {
  let max = values[start] as number;
  for (let i = start + 1; i < start + k; i++) max = Math.max(max, values[i] as number);
  return max;
}
