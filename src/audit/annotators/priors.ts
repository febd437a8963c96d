/** Share of the common prior's pseudo-row that is labelled right, as in `estimateTransition`. */
export const priorKept = 0.9;

/** Pseudo-labels of an annotator's prior: per true class, or in all where he has one rate. */
export const annotatorPseudo = 5;

/** Errors of the average annotator that are added to those of each, when they are compared. */
const pseudoErrors = 2;

/** One pseudo-row per true class for the matrix that all share, [label, true class]. */
export function commonPseudo(k: number): Float64Array {
  if (k === 1) return new Float64Array(1).fill(1);
  const pseudo = new Float64Array(k * k).fill((1 - priorKept) / (k - 1));
  for (let i = 0; i < k; i++) pseudo[i * k + i] = priorKept;
  return pseudo;
}

/**
 * What the matrix of each annotator is expected to be, [m, label, true class]: the common one, with the odds of an
 * error multiplied by how many more errors he makes than one with the common matrix would make of the same rows,
 * r = (errors + 2)/(expected errors + 2). That is the mean of a Gamma-Poisson model in which r has the mean 1: for one
 * with few labels r stays near 1. What errors are taken for, and which classes are hard, is common.
 * @param counts expected labels of each annotator, [m, label, true class]
 * @param common [label, true class], columns sum to 1, all > 0
 */
export function priorMatrices(counts: Float64Array, common: Float64Array, k: number): Float64Array {
  const priors = new Float64Array(counts.length);
  for (let start = 0; start < counts.length; start += k * k) {
    let [errors, expected] = [pseudoErrors, pseudoErrors];
    for (let i = 0; i < k; i++) {
      let rows = 0;
      for (let j = 0; j < k; j++) rows += counts[start + j * k + i] as number;
      errors += rows - (counts[start + i * k + i] as number);
      expected += rows * (1 - (common[i * k + i] as number));
    }
    for (let i = 0; i < k; i++) {
      const right = common[i * k + i] as number;
      const odds = ((1 - right) * (errors / expected)) / right;
      const wrong = odds / (1 + odds);
      for (let j = 0; j < k; j++) {
        const cell = j * k + i;
        priors[start + cell] =
          i === j ? 1 / (1 + odds) : ((common[cell] as number) / (1 - right)) * wrong;
      }
    }
  }
  return priors;
}

/** A matrix [k, k] with rows for columns. */
export function transposed(matrix: Float64Array, k: number): Float64Array {
  return matrix.map((_, cell) => matrix[(cell % k) * k + Math.floor(cell / k)] as number);
}
