import { setTimeout as pause } from 'node:timers/promises';
import { median } from './stats.mjs';

/**
 * @typedef {object} Contender one way to do the same work
 * @property {string} side
 * @property {string} label
 * @property {number} threads
 * @property {() => Promise<number>} time
 * @property {number[]} seconds of a step, by round
 * @property {string} [note]
 */

/** Lets the threads of the side that has just worked stop spinning. */
const settleMs = 20;
const warmUp = 20;

/**
 * Times all contenders in turn, one at a time, in every round from another starting point.
 * @param {readonly { time: () => Promise<number>, seconds: number[] }[]} contenders
 * @param {number} rounds
 */
export async function alternate(contenders, rounds) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length];
      await pause(settleMs);
      contender?.seconds.push(await contender.time());
    }
  }
}

/**
 * The contender of one side with the lowest median.
 * @template {{ side: string, seconds: readonly number[] }} T
 * @param {readonly T[]} contenders
 * @param {string} side
 */
export function fastest(contenders, side) {
  return contenders
    .filter((one) => one.side === side)
    .reduce((a, b) => (median(b.seconds) < median(a.seconds) ? b : a));
}

/**
 * @typedef {{ steps: number, seconds: number }} RoundSize the most steps of a round, and the seconds
 *   after which a slow way's round ends
 */

/**
 * How many steps a round has, and how many go before them: fewer where a step takes long.
 * @param {readonly number[]} trial seconds of the first steps
 * @param {RoundSize} size
 */
export function roundOf(trial, size) {
  const steps = Math.min(size.steps, Math.ceil(size.seconds / Math.min(...trial)));
  return { steps, warmUp: Math.min(warmUp, Math.ceil(steps / 2)) };
}
