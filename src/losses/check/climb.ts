import type { Rng } from '../../core/index.ts';

/** The best point of a search. */
export interface Peak {
  readonly point: readonly number[];
  readonly value: number;
}

/** The largest value a random hill climb finds: steps shrink whenever one does not improve. */
export function climb(
  f: (point: readonly number[]) => number,
  start: readonly number[],
  { rng, scale, steps = 150 }: { rng: Rng; scale: number; steps?: number },
): Peak {
  let best: Peak = { point: start, value: f(start) };
  for (let i = 0, width = scale; i < steps; i++) {
    const point = best.point.map((v) => v + width * rng.normal());
    const value = f(point);
    if (value > best.value) best = { point, value };
    else width *= 0.95;
  }
  return best;
}
