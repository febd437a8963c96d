import { checkProbabilities, SymlossError } from '../../core/index.ts';
import type { ClassOverlap } from '../confident/index.ts';

/** Two classes that are taken for each other, and whether that can be helped. */
export interface AmbiguousPair extends ClassOverlap {
  /**
   * How often the better guess between the two is wrong, over the rows of both, from 0 to 1/2: Σ min(p_a, p_b) / Σ (p_a + p_b). Near
   * 0 rows are of one class or the other, and labels that are exchanged are wrong ones; near 1/2 nothing tells the classes apart.
   */
  readonly confusion: number;
}

/**
 * Says of pairs of classes whether their rows can be told apart. The more their rows are alike, the more `confusion` there is,
 * however they are labelled; it is as good as the probabilities, which must be out of sample and calibrated.
 * @param overlaps pairs, such as `overlaps` of `audit`; takes time linear in n for each
 * @param probs p(true class | row) [n, k], row-major; rows sum to 1
 * @returns by descending confusion
 * @throws SymlossError for probabilities of another size, or a class out of range
 */
export function ambiguousPairs(
  overlaps: readonly ClassOverlap[],
  probs: Float32Array | Float64Array,
  k: number,
): AmbiguousPair[] {
  const n = probs.length / k;
  checkProbabilities('ambiguousPairs probs', probs, k, Math.floor(n));
  return overlaps
    .map((overlap) => ({ ...overlap, confusion: confusionOf(overlap.classes, probs, k) }))
    .sort((x, y) => y.confusion - x.confusion);
}

function confusionOf(
  [a, b]: readonly [number, number],
  probs: Float32Array | Float64Array,
  k: number,
): number {
  if (!(a >= 0 && b >= 0 && a < k && b < k)) {
    throw new SymlossError('ambiguousPairs', `classes from 0 to ${k - 1}`, `${a} and ${b}`);
  }
  let [least, both] = [0, 0];
  for (let i = 0; i < probs.length; i += k) {
    const [p, q] = [probs[i + a] as number, probs[i + b] as number];
    least += Math.min(p, q);
    both += p + q;
  }
  return both === 0 ? 0 : least / both;
}
