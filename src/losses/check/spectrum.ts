import type { Rng } from '../../core/index.ts';
import type { Rows } from './probe.ts';

const iterations = 60;

/**
 * The spectral norm of a symmetric matrix, by power iteration on its square: from below, so that
 * it never claims more than there is.
 */
export function spectralNorm(matrix: Rows, rng: Rng): number {
  let v = matrix.map(() => rng.normal());
  let norm = 0;
  for (let i = 0; i < iterations; i++) {
    const length = Math.hypot(...v);
    if (length === 0) return 0;
    v = times(
      matrix,
      v.map((a) => a / length),
    );
    norm = Math.hypot(...v);
  }
  return norm;
}

/** A unit vector v and the curvature vᵀMv along it. */
export interface Curvature {
  readonly value: number;
  readonly direction: readonly number[];
}

/**
 * The smallest eigenvalue of a symmetric matrix, by power iteration on ‖M‖·I − M: from above, so
 * that a negative one is proof, with its direction.
 */
export function smallestEigenvalue(matrix: Rows, rng: Rng): Curvature {
  const shift = spectralNorm(matrix, rng);
  let v = unit(matrix.map(() => rng.normal()));
  for (let i = 0; i < iterations && shift > 0; i++) {
    const image = times(matrix, v);
    v = unit(v.map((a, j) => shift * a - (image[j] as number)));
  }
  const image = times(matrix, v);
  return { value: v.reduce((sum, a, j) => sum + a * (image[j] as number), 0), direction: v };
}

function unit(v: readonly number[]): number[] {
  const length = Math.hypot(...v);
  return length === 0 ? v.map((_, i) => (i === 0 ? 1 : 0)) : v.map((a) => a / length);
}

function times(matrix: Rows, v: readonly number[]): number[] {
  return matrix.map((row) => {
    let sum = 0;
    for (let j = 0; j < row.length; j++) sum += (row[j] as number) * (v[j] as number);
    return sum;
  });
}
