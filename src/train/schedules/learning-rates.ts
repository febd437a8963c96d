import { checkInteger, checkNumber, either, field, SymlossError } from '../../core/index.ts';
import type { Schedule } from './schedule.ts';

/** The rate of every step is held: these take 200 MB. */
const mostSteps = 50_000_000;

/**
 * The learning rate of every step of a run.
 * @param base the base learning rate, > 0
 * @param total number of steps
 * @param warmup steps over which the rate rises linearly from base/warmup to base; the schedule
 *   covers the steps after them
 * @throws SymlossError for a rate or a number of steps out of range; more than 50,000,000 are
 */
export function learningRates(
  base: number,
  schedule: Schedule,
  total: number,
  warmup = 0,
): Float32Array {
  checkNumber('learning rate', base, { min: 0, openMin: true });
  checkInteger('warm-up steps', warmup, { min: 0 });
  if (total > mostSteps) {
    throw new SymlossError(field('epochs'), `at most ${mostSteps} steps in all`, `${total} steps`, {
      hint: either('take fewer epochs', `take a larger ${field('batchSize')}`),
    });
  }
  return Float32Array.from({ length: total }, (_, i) =>
    i < warmup ? (base * (i + 1)) / warmup : base * schedule.at((i - warmup) / (total - warmup)),
  );
}
