import { relativeDifferences } from './stats.mjs';

/**
 * @typedef {import('./workload.mjs').Agreement} Agreement
 */

/**
 * How far a peer's first losses are from ours, step by step.
 * @param {Agreement} agreement
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 * @throws Error if one is larger than allowed
 */
export function checkLosses({ first, later }, ours, theirs) {
  const differences = relativeDifferences(ours, theirs);
  differences.forEach((difference, i) => {
    const allowed = i === 0 ? first : later;
    if (difference > allowed) {
      throw new Error(
        `loss ${i + 1} of the first ${ours.length}: expected ${ours[i]} within ${allowed.toExponential(0)}, received ${theirs[i]}`,
      );
    }
  });
  return differences;
}
