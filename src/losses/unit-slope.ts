import { SymlossError } from '../core/index.ts';
import { mul } from '../graph/index.ts';
import { probe } from './check/probe.ts';
import type { ClassLoss } from './class-loss.ts';

/** Of a slope; below it the loss is flat for all that float32 can tell. */
const flat = 1e-30;

/**
 * The slope of a loss where all scores are equal: m such that its Jacobian at z = 0 is that of m times
 * cross-entropy, ∂L_y/∂z_j = m·(1/k − [j = y]); for a loss that is not equivariant the nearest such m, −tr(J)/(k − 1).
 * 1 for cross-entropy and unhinged, k^−q for GCE and SGCE, 1/k for MAE (docs/theory.md).
 * @param k number of classes, 2 or more
 */
export function slopeAtEqualScores(loss: ClassLoss, k: number): number {
  const jacobian = probe(loss, k).jacobian(new Array<number>(k).fill(0));
  const trace = jacobian.reduce((sum, row, y) => sum + (row[y] as number), 0);
  return -trace / (k - 1);
}

/**
 * A loss divided by its slope at equal scores, so that training starts with the gradient of cross-entropy
 * whatever the loss and the number of classes: one learning rate suits all. Dividing by a constant changes neither the
 * minimisers nor whether it is symmetric.
 * @param name for messages
 * @throws SymlossError, when it is applied to scores of k classes, for a loss that does not fall with its
 * label's score there
 */
export function unitSlope(loss: ClassLoss, name = 'the loss'): ClassLoss {
  return (scores) => mul(loss(scores), unitFactor(loss, scores.shape.at(-1) as number, name));
}

/** What a loss is multiplied by so that it has unit slope. @throws SymlossError as `unitSlope` does */
export function unitFactor(loss: ClassLoss, k: number, name: string): number {
  const slope = slopeAtEqualScores(loss, k);
  if (!(slope > flat)) {
    const where = `unit(${name}), ${k} classes`;
    const expected = 'a loss that falls with the score of its label where all scores are equal';
    throw new SymlossError(where, expected, `a slope of ${slope}`);
  }
  return 1 / slope;
}
