import type { Rng } from '../../src/core/index.ts';

export interface Crowd {
  /** [n] */
  readonly trueLabels: Int32Array;
  /** [n, m], −1 where there is none */
  readonly labels: Int32Array;
}

/**
 * Labels of annotators with given confusion matrices, of `perRow` of them for each row.
 * @param matrices rows by true class
 */
export function drawCrowd(
  matrices: readonly (readonly (readonly number[])[])[],
  n: number,
  perRow: number,
  rng: Rng,
): Crowd {
  const m = matrices.length;
  const k = (matrices[0] as readonly unknown[]).length;
  const trueLabels = Int32Array.from({ length: n }, () => rng.integer(k));
  const labels = new Int32Array(n * m).fill(-1);
  for (const [row, label] of trueLabels.entries()) {
    for (const a of rng.permutation(m).subarray(0, perRow)) {
      labels[row * m + a] = draw(matrices[a]?.[label] as readonly number[], rng);
    }
  }
  return { trueLabels, labels };
}

/** The true class with probability `right`, else one of the others, all alike. */
export function evenMatrix(k: number, right: number): number[][] {
  return Array.from({ length: k }, (_, i) =>
    Array.from({ length: k }, (_, j) => (i === j ? right : (1 - right) / (k - 1))),
  );
}

export function accuracy(labels: ArrayLike<number>, trueLabels: ArrayLike<number>): number {
  let right = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] === trueLabels[row]) right++;
  return right / labels.length;
}

function draw(shares: readonly number[], rng: Rng): number {
  let left = rng.uniform();
  for (const [j, share] of shares.entries()) {
    left -= share;
    if (left < 0) return j;
  }
  return shares.length - 1;
}
