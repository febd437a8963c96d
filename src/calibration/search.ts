import type { Pieces } from '../core/index.ts';
import { invariant } from '../core/index.ts';

/** The range of τ searched: scores on the unit sphere need about 0.05, large logits 50. */
export const TEMPERATURE_RANGE: readonly [number, number] = [1e-4, 1e4];

/** A step of the coarse grid must gain this much, in nats a row, to move to a smaller τ. */
const TIE = 1e-12;

/**
 * The τ of `TEMPERATURE_RANGE` with the least `objective`, and that least value: a grid even in
 * log τ from the largest τ down, then golden section in log τ between the best point's neighbours
 * until they are `width` apart.
 */
export function* minimiseOverTemperature(
  perDecade: number,
  width: number,
  objective: (temperature: number, refining: boolean) => Pieces<number>,
): Pieces<[temperature: number, value: number]> {
  const [low, high] = TEMPERATURE_RANGE.map(Math.log) as [number, number];
  const step = Math.LN10 / perDecade;
  const steps = Math.round((high - low) / step);
  let bestAt = high;
  let best = Number.POSITIVE_INFINITY;
  const keep = function* (at: number, refining: boolean): Pieces<number> {
    const value = yield* objective(Math.exp(at), refining);
    if (value < best - TIE) [bestAt, best] = [at, value];
    return value;
  };
  for (let s = 0; s <= steps; s++) yield* keep(Math.max(low, high - s * step), false);
  invariant(Number.isFinite(best), 'the likelihood is not finite at any temperature');
  const ratio = (Math.sqrt(5) - 1) / 2;
  let left = Math.max(low, bestAt - step);
  let right = Math.min(high, bestAt + step);
  let a = right - ratio * (right - left);
  let b = left + ratio * (right - left);
  let [atA, atB] = [yield* keep(a, true), yield* keep(b, true)];
  while (right - left > width) {
    if (atA < atB) {
      [right, b, atB] = [b, a, atA];
      a = right - ratio * (right - left);
      atA = yield* keep(a, true);
    } else {
      [left, a, atA] = [a, b, atB];
      b = left + ratio * (right - left);
      atB = yield* keep(b, true);
    }
  }
  const temperature = Math.min(
    Math.max(Math.exp(bestAt), TEMPERATURE_RANGE[0]),
    TEMPERATURE_RANGE[1],
  );
  return [temperature, best];
}
