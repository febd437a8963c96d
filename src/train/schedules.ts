import {
  checkInteger,
  checkNumber,
  checkOneOf,
  namedValues,
  parseDecimal,
  SymlossError,
  splitSpec,
  valuesByKey,
} from '../core/index.ts';

/** The share of the base learning rate at a place of the run. `progress` is in [0, 1). */
export type Schedule = (progress: number) => number;

/** Falls from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts). */
export const cosine: Schedule = (progress) => (1 + Math.cos(Math.PI * progress)) / 2;

export const constant: Schedule = () => 1;

/** Multiplies the rate by `gamma` at each of the given shares of the run. */
export function steps(milestones: readonly number[], gamma = 0.1): Schedule {
  checkNumber('schedule step, gamma', gamma, { min: 0, openMin: true });
  for (const m of milestones) checkNumber('schedule step, milestone', m, { min: 0, max: 1 });
  return (progress) => gamma ** milestones.filter((m) => progress >= m).length;
}

/** Reads `constant`, `cosine`, `step:0.5,0.75,gamma=0.1` (milestones as shares of the run). */
export function parseSchedule(text: string): Schedule {
  const spec = splitSpec('schedule', text);
  const name = checkOneOf('schedule', spec.name, ['constant', 'cosine', 'step']);
  if (name !== 'step') {
    valuesByKey(spec, []);
    return name === 'cosine' ? cosine : constant;
  }
  if (spec.positional.size + spec.named.size === 0) {
    throw new SymlossError(spec.where, 'shares of the run', 'none', { hint: 'e.g. step:0.5,0.75' });
  }
  const gamma = namedValues(spec, ['gamma']).get('gamma') ?? '0.1';
  const milestones = Array.from(spec.positional.values(), (milestone) =>
    parseDecimal('schedule step, milestone', milestone, { min: 0, max: 1 }),
  );
  return steps(milestones, parseDecimal('schedule step, gamma', gamma, { min: 0, openMin: true }));
}

/**
 * The learning rate of every step of a run.
 * @param rate the base learning rate, > 0
 * @param warmup steps over which the rate rises linearly from rate/warmup to rate
 */
export function learningRates(
  rate: number,
  schedule: Schedule,
  total: number,
  warmup = 0,
): Float32Array {
  checkNumber('learning rate', rate, { min: 0, openMin: true });
  checkInteger('warm-up steps', warmup, { min: 0 });
  return Float32Array.from({ length: total }, (_, i) =>
    i < warmup ? (rate * (i + 1)) / warmup : rate * schedule((i - warmup) / (total - warmup)),
  );
}
