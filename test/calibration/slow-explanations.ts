import type { TemperaturePrior } from '../../src/calibration/explanations.ts';
import { spreadRow } from '../../src/calibration/prior.ts';
import { finish } from '../../src/core/index.ts';

export interface SlowExplanation {
  readonly temperature: number;
  /** [2·2] */
  readonly transition: Float64Array;
  readonly share: number;
}

/** How labels of two classes go wrong, as it explains them best. */
export interface Fit {
  readonly likelihood: number;
  readonly posterior: number;
  /** Class 0 becomes 1 at rate a, and 1 becomes 0 at rate b. */
  readonly rates: readonly [a: number, b: number];
}

const temperatures = Array.from({ length: 160 }, (_, i) => 10 ** (-2 + i / 27));
const shares = Array.from({ length: 41 }, (_, i) => Math.max(i / 40, 1e-4));

/**
 * What `explanationsInPieces` finds for two classes, by grids over all that is fitted; the model of no noise only where it is asked for.
 * @param matrixOf the best matrix for probabilities of class 1 [n], where it is not that of `fitTemperatureAndTransition`
 */
export function slowExplanations(
  scores: Float64Array,
  labels: Int32Array,
  {
    withNone,
    prior,
    matrixOf,
  }: {
    readonly withNone: boolean;
    readonly prior: TemperaturePrior;
    readonly matrixOf?: (probs: number[]) => Fit;
  },
): SlowExplanation[] {
  const probsAt = (t: number) =>
    Array.from(labels, (_, row) => {
      const z = (scores[2 * row + 1] as number) - (scores[2 * row] as number);
      return 1 / (1 + Math.exp(-z / t));
    });
  const likelihood = (probs: number[], [a, b]: Fit['rates']) =>
    probs.reduce((sum, p, row) => {
      const one = p * (1 - b) + (1 - p) * a;
      return sum + Math.log(Math.max(labels[row] === 1 ? one : 1 - one, 1e-300));
    }, 0);
  const ofRates = (rates: Fit['rates']) =>
    rates.reduce((sum, x) => sum + 0.9 * Math.log(1 - Math.min(x, 0.9999)) + 0.1 * Math.log(x), 0);
  const best = (fits: Fit[]) => fits.reduce((a, b) => (b.posterior > a.posterior ? b : a));
  const free = temperatures.map((t) => {
    const probs = probsAt(t);
    if (matrixOf) return matrixOf(probs);
    return best(
      shares.flatMap((a) =>
        shares.map((b) => {
          const own = likelihood(probs, [a, b]);
          return { likelihood: own, posterior: own + ofRates([a, b]), rates: [a, b] as const };
        }),
      ),
    );
  });
  const evenly = (rates: number[]) =>
    temperatures.map((t) => {
      const probs = probsAt(t);
      return best(
        rates.map((s) => {
          const own = likelihood(probs, [s, s]);
          return { likelihood: own, posterior: own, rates: [s, s] };
        }),
      );
    });
  const models = [
    [free, 2] as const,
    [evenly(shares.filter((s) => s <= 0.5)), 1] as const,
    ...(withNone ? [[evenly([0]), 0] as const] : []),
  ];
  const spread = temperatures.map((t) => finish(spreadRow(scores, 2, t)));
  const found = models.flatMap(([fits, parameters]) => {
    const ofModel = Math.exp(best(fits).likelihood - parameters);
    const weights = fits.map(({ posterior }, i) =>
      Math.exp(posterior + prior(temperatures[i] as number, spread[i] as number)),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return fits.map(({ rates: [a, b] }, i) => ({
      temperature: temperatures[i] as number,
      transition: Float64Array.of(1 - a, a, b, 1 - b),
      share: (ofModel * (weights[i] as number)) / sum,
    }));
  });
  const all = found.reduce((sum, { share }) => sum + share, 0);
  return found.map((one) => ({ ...one, share: one.share / all }));
}
