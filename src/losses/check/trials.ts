import type { Rng } from '../../core/index.ts';

/** Score gaps from where softmax is curved to where it is saturated. */
const gaps = [1, 10, 100];
/** Classes tried one by one; of more, as many, spread evenly. */
const mostPlaces = 12;

/**
 * Scores to try a property on: all equal; one class above the rest, at 0 or below it, one below, two tied on top, for
 * every class and at small and large gaps; then random ones, of standard deviations from 0.1 to 30.
 */
export function trialScores(k: number, rng: Rng, count = 200): number[][] {
  const row = (score: (j: number) => number) => Array.from({ length: k }, (_, j) => score(j));
  const places = Array.from({ length: Math.min(k, mostPlaces) }, (_, i) =>
    Math.floor((i * k) / Math.min(k, mostPlaces)),
  );
  const trials = [row(() => 0)];
  for (const gap of gaps) {
    for (const y of places) {
      trials.push(row((j) => (j === y ? gap : 0)));
      // a loss that looks at the size of the scores takes these otherwise than others of the same gap
      trials.push(row((j) => (j === y ? gap : -gap / 10)));
      trials.push(row((j) => (j === y ? -gap : 0)));
      trials.push(row((j) => (j === y || j === (y + 1) % k ? 0 : -gap)));
    }
    trials.push(row((j) => -gap * j));
  }
  for (let i = 0; i < count; i++) {
    const deviation = 0.1 * 300 ** rng.uniform();
    trials.push(row(() => deviation * rng.normal()));
  }
  return trials;
}
