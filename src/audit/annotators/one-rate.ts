import type { Pieces } from '../../core/index.ts';
import type { CommonFit, Estimate } from './estimate.ts';
import type { Ending, Expected, Maximum } from './maximise.ts';
import { maximise } from './maximise.ts';
import { annotatorPseudo, priorKept } from './priors.ts';
import type { Votes } from './votes.ts';

/** Pseudo-labels of each target, so that none is drawn to the labels that happen to occur. */
const pseudoTarget = 1;

/** Pseudo-rows of the prior of classes, all together. */
const pseudoRows = 1;

interface Rates {
  /** ρ of each rate, in (0, 1). */
  readonly drawn: Float64Array;
  /** [k], > 0, with a sum of 1. */
  readonly targets: Float64Array;
  /** [k], > 0, with a sum of 1; of no meaning beside probabilities of rows. */
  readonly classes: Float64Array;
}

interface RateModel {
  readonly votes: Votes;
  /** Which rate an annotator has: his own, or one that all have. [m] */
  readonly rateOf: Uint32Array;
  /** Pseudo-labels drawn and kept, > 0, of each rate. */
  readonly pseudo: readonly { readonly drawn: number; readonly kept: number }[];
  /** p(true class | row), [n, k]. */
  readonly rowProbs?: Float64Array | undefined;
}

/**
 * Annotators of one rate each, for many classes, where a matrix of k² numbers for everybody is out of
 * reach: annotator a keeps the true class with probability 1 − ρ_a, else his label is drawn from targets t
 * that all share, whatever the true class is (`estimateOneRate` has the same model of noise). π_a[i][j] =
 * (1 − ρ_a)·[i = j] + ρ_a·t_j.
 *
 * A class that none of a row's labels names has its prior times Π_a ρ_a·t_label, so that all of these together
 * cost nothing, and a step takes as long as there are labels. Stages and priors are those of
 * `confusionEstimate`: first one rate ρ̄ for all, then one each with five pseudo-labels at the rate ρ̄.
 */
export function* oneRateEstimate(
  votes: Votes,
  rowProbs: Float64Array | undefined,
  ending: Ending,
): Pieces<Estimate> {
  const { n, m, k } = votes;
  const labels = votes.labels.length;
  const common = yield* commonEstimate(votes, rowProbs, ending);

  const rateOf = Uint32Array.from({ length: m }, (_, a) => a);
  const rate = common.parameters.drawn[0] as number;
  const start: Rates = { ...common.parameters, drawn: new Float64Array(m).fill(rate) };
  const pseudo = Array.from({ length: m }, () => ({
    drawn: annotatorPseudo * rate,
    kept: annotatorPseudo * (1 - rate),
  }));
  const own: RateModel = { votes, rateOf, pseudo, rowProbs };
  const end = yield* maximise(start, (p) => expectRates(own, p), labels, ending);
  const posterior = new Float64Array(n * k);
  expectRates(own, end.parameters, posterior);
  const { drawn, targets } = end.parameters;
  return {
    posterior,
    paths: [common.path, end.path],
    converged: common.converged && end.converged,
    confusion(a) {
      const rho = drawn[a] as number;
      return Float64Array.from({ length: k * k }, (_, cell) => {
        const [i, j] = [Math.floor(cell / k), cell % k];
        return rho * (targets[j] as number) + (i === j ? 1 - rho : 0);
      });
    },
  };
}

/** Stage 1 by itself. A rate cannot make up for classes that a classifier exchanges. */
export function* commonRate(
  votes: Votes,
  rowProbs: Float64Array,
  ending: Ending,
): Pieces<CommonFit> {
  const { path } = yield* commonEstimate(votes, rowProbs, ending);
  return { logPosterior: path.at(-1) as number, keepsNames: true };
}

function commonEstimate(
  votes: Votes,
  rowProbs: Float64Array | undefined,
  ending: Ending,
): Pieces<Maximum<Rates>> {
  const { m, k } = votes;
  const model: RateModel = {
    votes,
    rateOf: new Uint32Array(m),
    pseudo: [{ drawn: 1 - priorKept, kept: priorKept }],
    rowProbs,
  };
  const even = new Float64Array(k).fill(1 / k);
  const start: Rates = { drawn: Float64Array.of(0.5), targets: even, classes: even };
  return maximise(start, (p) => expectRates(model, p), votes.labels.length, ending);
}

function expectRates(
  { votes, rateOf, pseudo, rowProbs }: RateModel,
  { drawn, targets, classes }: Rates,
  posterior?: Float64Array,
): Expected<Rates> {
  const { n, k, starts, annotators, labels } = votes;
  const drawnLabels = new Float64Array(drawn.length);
  const keptLabels = new Float64Array(drawn.length);
  const targetLabels = new Float64Array(k).fill(pseudoTarget);
  const classRows = new Float64Array(k).fill(pseudoRows / k);
  const named: number[] = []; // the classes that a row's labels name
  const weights: number[] = []; // and their posteriors
  let others = 0; // Σ over rows of what a class that is not named has, relative to its prior
  let logPosterior = 0;
  for (let row = 0; row < n; row++) {
    const [from, to] = [starts[row] as number, starts[row + 1] as number];
    const prior = (c: number) => (rowProbs ? rowProbs[row * k + c] : classes[c]) as number;
    named.length = 0;
    let drawnAll = 0; // log Π ρ·t
    for (let v = from; v < to; v++) {
      const label = labels[v] as number;
      if (!named.includes(label)) named.push(label);
      drawnAll += Math.log(rateAt(v) * (targets[label] as number));
    }
    let most = 0; // of an unnamed class, before its prior
    for (let c = 0; c < named.length; c++) {
      let gain = 0;
      for (let v = from; v < to; v++) {
        if (labels[v] !== named[c]) continue;
        const byChance = rateAt(v) * (targets[labels[v] as number] as number);
        gain += Math.log1p((1 - rateAt(v)) / byChance);
      }
      weights[c] = gain;
      most = Math.max(most, gain);
    }
    let rest = 1;
    let sum = 0;
    for (let c = 0; c < named.length; c++) {
      const p = prior(named[c] as number);
      rest -= p;
      weights[c] = p * Math.exp((weights[c] as number) - most);
      sum += weights[c] as number;
    }
    const unnamed = Math.exp(-most);
    sum += Math.max(0, rest) * unnamed;
    logPosterior += drawnAll + most + Math.log(sum);
    const factor = unnamed / sum;
    others += factor;
    if (posterior) for (let c = 0; c < k; c++) posterior[row * k + c] = prior(c) * factor;
    for (let c = 0; c < named.length; c++) {
      const [name, share] = [named[c] as number, (weights[c] as number) / sum];
      weights[c] = share;
      classRows[name] = (classRows[name] as number) + share - prior(name) * factor;
      if (posterior) posterior[row * k + name] = share;
    }
    for (let v = from; v < to; v++) {
      const label = labels[v] as number;
      const rate = rateOf[annotators[v] as number] as number;
      const byChance = rateAt(v) * (targets[label] as number);
      const right = weights[named.indexOf(label)] as number;
      const share = 1 - (right * (1 - rateAt(v))) / (1 - rateAt(v) + byChance);
      drawnLabels[rate] = (drawnLabels[rate] as number) + share;
      keptLabels[rate] = (keptLabels[rate] as number) + 1 - share;
      targetLabels[label] = (targetLabels[label] as number) + share;
    }
  }
  for (const [rate, { drawn: d, kept }] of pseudo.entries()) {
    const rho = drawn[rate] as number;
    logPosterior += d * Math.log(rho) + kept * Math.log(1 - rho);
  }
  for (const target of targets) logPosterior += pseudoTarget * Math.log(target);
  if (rowProbs === undefined) {
    for (const share of classes) logPosterior += (pseudoRows / k) * Math.log(share);
  }
  return { logPosterior, next };

  function rateAt(v: number): number {
    return drawn[rateOf[annotators[v] as number] as number] as number;
  }

  function next(): Rates {
    const rows = classRows.map((count, c) => count + others * (classes[c] as number));
    return {
      drawn: drawnLabels.map((count, rate) => {
        const { drawn: d, kept } = pseudo[rate] as { drawn: number; kept: number };
        return (count + d) / (count + (keptLabels[rate] as number) + d + kept);
      }),
      targets: normalised(targetLabels),
      classes: rowProbs === undefined ? normalised(rows) : classes,
    };
  }
}

function normalised(counts: Float64Array): Float64Array {
  const sum = counts.reduce((total, count) => total + count, 0);
  return counts.map((count) => count / sum);
}
