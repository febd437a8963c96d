import type { Pieces } from '../core/index.ts';
import { crossEntropy } from './softmax.ts';

/**
 * What a temperature costs before any label is looked at: minus the log probability of one more row of data, spread evenly over the rows
 * and the classes, in nats. With R = −(1/n) Σ_i mean_j ln softmax(z_i/τ)_j it is R, beside n rows of labels; as a prior it is a
 * Dirichlet distribution of every row's probabilities, whose parameters are 1 + 1/(n·k).
 *
 * Without it a fit on n rows that are all right makes probabilities of 0 and 1. With it the probability that a clear row is wrong is
 * about 1/n, as by Laplace's rule of succession; where rows decide the temperature it makes no difference.
 * @param scores [n*k], n ≥ 1
 */
export function spreadRow(scores: Float64Array, k: number, temperature: number): Pieces<number> {
  return crossEntropy(scores, k, temperature);
}
