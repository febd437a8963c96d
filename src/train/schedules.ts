import { checkInteger, checkNumber, parseDecimal, readSpec, SymlossError } from '../core/index.ts';

const share = { min: 0, max: 1 } as const;
const positive = { min: 0, openMin: true } as const;

/** The share of the base learning rate at a place of the run. `progress` is in [0, 1). */
export type Schedule = (progress: number) => number;

/** Falls from 1 to 0 along half a cosine (Loshchilov and Hutter 2017, without restarts). */
export const cosine: Schedule = (progress) => (1 + Math.cos(Math.PI * progress)) / 2;

export const constant: Schedule = () => 1;

/** Multiplies the rate by `gamma` at each of the given shares of the run. */
export function steps(milestones: readonly number[], gamma = 0.1): Schedule {
  checkNumber('schedule step, gamma', gamma, positive);
  for (const m of milestones) checkNumber('schedule step, milestone', m, share);
  return (progress) => gamma ** milestones.filter((m) => progress >= m).length;
}

const forms = { constant: {}, cosine: {}, step: { keys: ['gamma'], list: true } };

/** Reads `constant`, `cosine`, `step:0.5,0.75,gamma=0.1` (milestones as shares of the run). */
export function parseSchedule(text: string): Schedule {
  const hint = 'e.g. step:0.5,0.75';
  const { name, where, positional, named } = readSpec('schedule', text, forms, hint);
  if (name !== 'step') return name === 'cosine' ? cosine : constant;
  if (positional.length + named.size === 0) {
    throw new SymlossError(where, 'shares of the run', 'none', { hint });
  }
  const milestones = positional.map((m) => parseDecimal(`${where}, milestone`, m, share));
  return steps(milestones, parseDecimal(`${where}, gamma`, named.get('gamma') ?? '0.1', positive));
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
  checkNumber('learning rate', rate, positive);
  checkInteger('warm-up steps', warmup, { min: 0 });
  return Float32Array.from({ length: total }, (_, i) =>
    i < warmup ? (rate * (i + 1)) / warmup : rate * schedule((i - warmup) / (total - warmup)),
  );
}
