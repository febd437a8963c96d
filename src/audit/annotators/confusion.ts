import type { Expected } from './maximise.ts';
import type { Votes } from './votes.ts';

/**
 * Dawid and Skene's model, *Maximum likelihood estimation of observer error-rates using the EM
 * algorithm*, Applied Statistics 28, 1979: a row's true class i has the prior p_i, and annotator a, whom
 * nobody influences, labels it j with probability π_a[i][j].
 */
export interface ConfusionModel {
  readonly votes: Votes;
  /** Which matrix an annotator has: his own, or one that all have. [m] */
  readonly matrixOf: Uint32Array;
  /** Pseudo-labels of each cell, > 0, [matrices, label, true class]: Dirichlet parameters minus 1. */
  readonly pseudo: Float64Array;
  /** log p(true class | row) [n, k] where something knows more of a row than its labels. */
  readonly rowPriors?: Float64Array | undefined;
}

export interface Confusions {
  /** log π, [matrices, label, true class]: by label, so that loops over true classes run over memory. */
  readonly logs: Float64Array;
  /** p, [k], all > 0; of no meaning beside `rowPriors`. */
  readonly classes: Float64Array;
}

/** Pseudo-rows of the prior of classes, all together: a class that nobody uses keeps a little. */
const classPseudo = 1;

/**
 * E step: for each row p(true class = i | its labels) ∝ p_i · Π_a π_a[i][label of a], in logarithms.
 * @param posterior [n, k], filled where it is given
 */
export function expectConfusions(
  { votes, matrixOf, pseudo, rowPriors }: ConfusionModel,
  { logs, classes }: Confusions,
  posterior?: Float64Array | Float32Array,
): Expected<Confusions> {
  const { n, k, starts, annotators, labels } = votes;
  const counts = Float64Array.from(pseudo);
  const classCounts = new Float64Array(k).fill(classPseudo / k);
  const logClasses = classes.map(Math.log);
  const scores = new Float64Array(k);
  let logPosterior = 0;
  for (let row = 0; row < n; row++) {
    const [from, to] = [starts[row] as number, starts[row + 1] as number];
    for (let i = 0; i < k; i++) {
      scores[i] = (rowPriors ? rowPriors[row * k + i] : logClasses[i]) as number;
    }
    for (let v = from; v < to; v++) {
      const column = columnOf(v);
      for (let i = 0; i < k; i++) {
        scores[i] = (scores[i] as number) + (logs[column + i] as number);
      }
    }
    logPosterior += softmaxInPlace(scores);
    for (let i = 0; i < k; i++) {
      classCounts[i] = (classCounts[i] as number) + (scores[i] as number);
    }
    for (let v = from; v < to; v++) {
      const column = columnOf(v);
      for (let i = 0; i < k; i++) {
        counts[column + i] = (counts[column + i] as number) + (scores[i] as number);
      }
    }
    posterior?.set(scores, row * k);
  }
  for (const [cell, weight] of pseudo.entries()) logPosterior += weight * (logs[cell] as number);
  if (rowPriors === undefined) {
    for (const log of logClasses) logPosterior += (classPseudo / k) * log;
  }
  return { logPosterior, next: () => maximiseConfusions(counts, classCounts) };

  function columnOf(v: number): number {
    const matrix = matrixOf[annotators[v] as number] as number;
    return (matrix * k + (labels[v] as number)) * k;
  }
}

/** M step: π_a[i][j] = (expected labels j of rows of class i + pseudo-labels) / their sum over j. */
export function maximiseConfusions(counts: Float64Array, classCounts: Float64Array): Confusions {
  const k = classCounts.length;
  const logs = new Float64Array(counts.length);
  for (let matrix = 0; matrix < counts.length; matrix += k * k) {
    for (let i = 0; i < k; i++) {
      let sum = 0;
      for (let cell = matrix + i; cell < matrix + k * k; cell += k) sum += counts[cell] as number;
      for (let cell = matrix + i; cell < matrix + k * k; cell += k) {
        logs[cell] = Math.log((counts[cell] as number) / sum);
      }
    }
  }
  const rows = classCounts.reduce((sum, count) => sum + count, 0);
  return { logs, classes: classCounts.map((count) => count / rows) };
}

/** Expected counts without pseudo-labels, from posteriors [n, k]. */
export function countConfusions(
  { n, k, starts, annotators, labels }: Votes,
  matrixOf: Uint32Array,
  matrices: number,
  posterior: Float64Array,
): Float64Array {
  const counts = new Float64Array(matrices * k * k);
  for (let row = 0; row < n; row++) {
    for (let v = starts[row] as number; v < (starts[row + 1] as number); v++) {
      const matrix = matrixOf[annotators[v] as number] as number;
      const column = (matrix * k + (labels[v] as number)) * k;
      for (let i = 0; i < k; i++) {
        counts[column + i] = (counts[column + i] as number) + (posterior[row * k + i] as number);
      }
    }
  }
  return counts;
}

/** Makes scores probabilities. @returns log Σ exp(score) */
function softmaxInPlace(scores: Float64Array): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const score of scores) if (score > most) most = score;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const value = Math.exp((scores[i] as number) - most);
    scores[i] = value;
    sum += value;
  }
  for (let i = 0; i < scores.length; i++) scores[i] = (scores[i] as number) / sum;
  return most + Math.log(sum);
}
