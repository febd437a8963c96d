/** Estimates of what is not seen: how often each class is the true one, and how labels come about. */
export interface LatentEstimates {
  /** p(true class) [k]. */
  readonly py: Float64Array;
  /** [k, k] by given label and true class: p(given | true); columns sum to 1. */
  readonly noiseMatrix: Float64Array;
  /** [k, k] by true class and given label: p(true | given); columns sum to 1. */
  readonly inverseNoiseMatrix: Float64Array;
}

/** No class is ever wrong for certain. */
const mostNoise = 0.9999;
const leastPy = 1e-6;
/** What `py` is at least at the end, so that it can be divided by. */
const leastFinalPy = 1e-5;

/**
 * Estimates by counting in the calibrated joint (Northcutt, Jiang, Chuang 2021, section 3.1): p(given = i, true = j) is
 * its entry divided by n, and the three estimates are its marginal and conditionals. Entries off the diagonals are at most
 * 0.9999, and p(true class) is at least 1e-5.
 * @param joint [k, k] by given label and true class, with rows that sum to the label's count
 * @param converge make the three agree with the shares of the labels exactly where clipping has set them apart: three
 * rounds of five steps each
 */
export function latentEstimates(
  joint: Float64Array,
  labelCounts: Int32Array,
  converge: boolean,
): LatentEstimates {
  const k = labelCounts.length;
  const n = labelCounts.reduce((sum, count) => sum + count, 0);
  const ps = Float64Array.from(labelCounts, (count) => count / n);
  const transposed = joint.map((_, cell) => joint[(cell % k) * k + Math.floor(cell / k)] as number);
  let noiseMatrix = toShares(joint, k);
  let inverseNoiseMatrix = toShares(transposed, k);
  let py = toDistribution(
    ps.map((share, c) => {
      const [inverse, own] = [inverseNoiseMatrix[c * k + c], noiseMatrix[c * k + c]];
      return ((inverse as number) / (own as number)) * share;
    }),
    leastFinalPy,
  );
  for (let round = 0; converge && round < 3; round++) {
    for (let step = 0; step < 5; step++) {
      inverseNoiseMatrix = swapped(noiseMatrix, py, ps);
      py = toDistribution(times(inverseNoiseMatrix, ps), leastPy);
    }
    noiseMatrix = swapped(inverseNoiseMatrix, ps, py);
  }
  return { py: toDistribution(py, leastFinalPy), noiseMatrix, inverseNoiseMatrix };
}

/** Bayes' rule: p(b | a) [b, a] of p(a | b) [a, b]: m'[b][a] = m[a][b]·p(b)/p(a). */
function swapped(matrix: Float64Array, pb: Float64Array, pa: Float64Array): Float64Array {
  const k = pb.length;
  const other = matrix.map((_, cell) => {
    const [b, a] = [Math.floor(cell / k), cell % k];
    return ((matrix[a * k + b] as number) * (pb[b] as number)) / (pa[a] as number);
  });
  return toShares(other, k);
}

/** Columns that sum to 1, entries off the diagonal of at most 0.9999. A column without counts is that of the identity. */
function toShares(matrix: Float64Array, k: number): Float64Array {
  const shares = dividedByColumns(matrix, k);
  for (let cell = 0; cell < shares.length; cell++) {
    if (cell % (k + 1) !== 0) shares[cell] = Math.min(shares[cell] as number, mostNoise);
  }
  return dividedByColumns(shares, k);
}

function dividedByColumns(matrix: Float64Array, k: number): Float64Array {
  const sums = new Float64Array(k);
  for (let cell = 0; cell < matrix.length; cell++) {
    sums[cell % k] = (sums[cell % k] as number) + (matrix[cell] as number);
  }
  return matrix.map((value, cell) => {
    const sum = sums[cell % k] as number;
    if (sum === 0) return cell % (k + 1) === 0 ? 1 : 0;
    return value / sum;
  });
}

function toDistribution(values: Float64Array, least: number): Float64Array {
  const clipped = values.map((value) => Math.max(value, least));
  const sum = clipped.reduce((total, value) => total + value, 0);
  return clipped.map((value) => value / sum);
}

function times(matrix: Float64Array, vector: Float64Array): Float64Array {
  const k = vector.length;
  return vector.map((_, row) => {
    let sum = 0;
    for (let c = 0; c < k; c++) sum += (matrix[row * k + c] as number) * (vector[c] as number);
    return sum;
  });
}
