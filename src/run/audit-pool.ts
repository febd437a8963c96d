import type { LabelPosterior } from '../audit/index.ts';
import {
  classPosteriors,
  labelPosterior,
  posteriorSummary,
  posteriorWithTraining,
} from '../audit/index.ts';
import type { Explanation, RateInterval, RateShare } from '../calibration/explanations.ts';
import { rateInterval } from '../calibration/explanations.ts';
import type { PoolFit, PoolShape } from '../calibration/index.ts';
import {
  poolChoiceInPieces,
  poolExplanationsInPieces,
  pooledProbs,
  poolFitInPieces,
  poolScores,
  usualShape,
} from '../calibration/index.ts';
import { pickRows, rowsToFit } from '../calibration/rows-to-fit.ts';
import { finishWithBreaks, wilsonInterval } from '../core/index.ts';

/** What is pooled with what models say. */
export interface Pooling {
  /** Logarithms of what the nearest rows say, [n·k]; none where they do not count. */
  readonly others: readonly Float64Array[];
  /** [n], as given. */
  readonly labels: Int32Array;
  readonly k: number;
  readonly signal: AbortSignal | undefined;
}

export interface Pool {
  /** The exponents: how much models and neighbours count; of several exponents of the model their sum. */
  readonly weights: { readonly model: number; readonly neighbours?: number };
  /** The most probable noise [k·k]. */
  readonly transition: Float64Array;
  /** Where it is of one rate for all classes: the mean share of wrong labels. */
  readonly noiseRate: number | undefined;
  /** p(true class | row), on average over all that explains the labels about as well, [n·k]. */
  readonly calibrated: Float64Array;
  /** p(true class | row, given label), on average likewise, [n·k]. */
  readonly posteriors: Float64Array;
  /** The same by the most probable explanation alone. */
  readonly bestPosteriors: () => Float64Array;
  readonly wrongShareInterval: RateInterval;
  /** The share of wrong labels among some rows. @param rows at least one */
  readonly intervalOf: (rows: Uint32Array) => RateInterval;
}

/**
 * Pools out-of-sample probabilities [n, k] with those of the nearest rows, and estimates the noise meanwhile. What may be doubt or noise counts as
 * both, by how probable either is (`poolExplanationsInPieces`).
 */
export async function poolOfModels(probs: Float64Array, pooling: Pooling): Promise<Pool> {
  const { others, labels, k, signal } = pooling;
  const shape = await finishWithBreaks(poolChoiceInPieces(probs, others, labels, k), signal);
  const { scores, fit } = await fitted(probs, shape, pooling);
  const explanations = await finishWithBreaks(
    poolExplanationsInPieces(scores, fit, labels, k, shape),
    signal,
  );
  const calibrated = new Float64Array(probs.length);
  const posteriors = new Float64Array(probs.length);
  const rates: RateShare[] = [];
  for (const explanation of explanations) {
    const { transition, share } = explanation;
    const own = probsBy(explanation, scores, fit, k);
    const given = classPosteriors(labels, own, transition);
    for (let i = 0; i < own.length; i++) {
      calibrated[i] = (calibrated[i] as number) + share * (own[i] as number);
      posteriors[i] = (posteriors[i] as number) + share * (given[i] as number);
    }
    rates.push({ rate: meanOf(posteriorSummary(labels, given).pWrong), share });
  }
  const exponents = fit.weights.subarray(0, shape.floors.length);
  const neighbours = fit.weights[shape.floors.length];
  return {
    weights: {
      model: exponents.reduce((sum, exponent) => sum + exponent, 0),
      ...(neighbours !== undefined && { neighbours }),
    },
    ...{ transition: fit.transition, noiseRate: fit.noiseRate },
    ...{ calibrated, posteriors },
    bestPosteriors: () =>
      classPosteriors(labels, pooledProbs(scores, fit.weights, k), fit.transition),
    wrongShareInterval: widenedInterval(rates, labels.length),
    intervalOf: (rows) => {
      const picked = pickRows({ scores, labels }, k, rows);
      const ofList = explanations.map((explanation): RateShare => {
        const own = probsBy(explanation, picked.scores, fit, k);
        const { pWrong } = labelPosterior(picked.labels, own, explanation.transition);
        return { rate: meanOf(pWrong), share: explanation.share };
      });
      return widenedInterval(ofList, rows.length);
    },
  };
}

const meanOf = (values: Float64Array) => values.reduce((sum, p) => sum + p, 0) / values.length;

/**
 * How much wider than by the explanations alone: models that are wrong and sure of it look like noise under all of them. Chosen so
 * that 95 % of intervals hold on the data of development (docs/results/audit.md).
 */
const widening = 1.5;

/**
 * The interval of a share of n labels over all explanations, of which each counts by the ends of its own interval of chance, widened
 * about the mean.
 */
function widenedInterval(rates: readonly RateShare[], n: number): RateInterval {
  const factor = rates.length === 1 ? 1 : widening; // of one explanation, on many rows, there is but chance
  const mean = rates.reduce((sum, { rate, share }) => sum + share * rate, 0);
  const end = (side: 0 | 1) => {
    const byChance = rates.map(({ rate, share }) => ({
      rate: wilsonInterval(rate * n, n)[side],
      share,
    }));
    const far = rateInterval(byChance)[side] - mean;
    return Math.min(1, Math.max(0, mean + factor * far));
  };
  return [end(0), end(1)];
}

/** p(true class | row) by one explanation, [n·k]. */
function probsBy(
  { temperature }: Explanation,
  scores: readonly Float64Array[],
  { weights }: PoolFit,
  k: number,
): Float64Array {
  return pooledProbs(
    scores,
    weights.map((weight) => weight / temperature),
    k,
  );
}

/**
 * Rows in the order of the most probable fit and of what models said of rows that they were trained with (`posteriorWithTraining`); how
 * probably a label is wrong is the average of `pool`. The noise of the second fit is dropped: such models have seen the labels, and where
 * most rows of a class are labelled as another one they take these for right.
 */
export async function pooledWithTraining(
  { bestPosteriors, transition, posteriors }: Pool,
  trainingProbs: Float64Array,
  pooling: Pooling,
): Promise<LabelPosterior> {
  const { labels, k } = pooling;
  const { scores, fit } = await fitted(trainingProbs, usualShape, pooling);
  const trained = pooledProbs(scores, fit.weights, k);
  return posteriorWithTraining(
    labels,
    bestPosteriors(),
    classPosteriors(labels, trained, transition),
    posteriorSummary(labels, posteriors).pWrong,
  );
}

async function fitted(
  probs: Float64Array,
  shape: PoolShape,
  { others, labels, k, signal }: Pooling,
): Promise<{ scores: Float64Array[]; fit: PoolFit }> {
  const scores = poolScores(shape, probs, others);
  const some = rowsToFit({ scores, labels }, k);
  const fit = await finishWithBreaks(poolFitInPieces(some.scores, some.labels, k, shape), signal);
  return { scores, fit };
}
