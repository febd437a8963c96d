import type { Pieces } from '../../core/index.ts';
import type { ConfusionModel, Confusions } from './confusion.ts';
import { countConfusions, expectConfusions, maximiseConfusions } from './confusion.ts';
import type { CommonFit, Estimate } from './estimate.ts';
import type { Ending, Maximum } from './maximise.ts';
import { maximise } from './maximise.ts';
import { annotatorPseudo, commonPseudo, priorMatrices, transposed } from './priors.ts';
import { voteShares } from './shares.ts';
import type { Votes } from './votes.ts';

/**
 * Dawid and Skene's model with confusion matrices that are shrunk, by EM in two stages:
 *
 * 1. All annotators share one matrix π̄. Its prior is one pseudo-row per true class, 0.9 of it on the
 *    diagonal, so that a class without rows is taken as labelled right, and no label is impossible.
 *    EM starts from the shares of votes.
 * 2. Each annotator has a matrix of his own, with five pseudo-labels per true class that are spread as π̄
 *    is, but for as many errors as he makes (`priorMatrices`): a row of an annotator with N labels of that class
 *    is N/(N + 5) his own counts and 5/(N + 5) the prior. EM starts from the priors.
 *
 * Each stage maximises one log posterior, which never falls; neither uses random numbers. Five is a choice by
 * simulation (docs/results/annotators.md): much less lets annotators with few labels follow chance, much more takes
 * their own habits from those with many.
 * @param rowProbs p(true class | row) [n, k], all > 0, instead of one share of each class for all rows
 */
export function* confusionEstimate(
  votes: Votes,
  rowProbs: Float64Array | undefined,
  ending: Ending,
): Pieces<Estimate> {
  const { n, m, k } = votes;
  const size = k * k;
  const labels = votes.labels.length;
  const rowPriors = rowProbs?.map(Math.log);
  const shared = commonModel(votes, rowPriors);
  const common = yield* commonEstimate(shared, ending);
  const posterior = new Float64Array(n * k);
  expectConfusions(shared, common.parameters, posterior);

  const matrixOf = Uint32Array.from({ length: m }, (_, a) => a);
  const priors = priorMatrices(
    countConfusions(votes, matrixOf, m, posterior),
    common.parameters.logs.map(Math.exp),
    k,
  );
  const own: ConfusionModel = {
    votes,
    matrixOf,
    pseudo: priors.map((share) => annotatorPseudo * share),
    rowPriors,
  };
  const first: Confusions = { logs: priors.map(Math.log), classes: common.parameters.classes };
  const end = yield* maximise(first, (p) => expectConfusions(own, p), labels, ending);
  expectConfusions(own, end.parameters, posterior);
  return {
    posterior,
    paths: [common.path, end.path],
    converged: common.converged && end.converged,
    confusion: (a) =>
      transposed(end.parameters.logs.subarray(a * size, (a + 1) * size).map(Math.exp), k),
  };
}

/** Stage 1 by itself: how well one matrix for all goes with a classifier's probabilities. */
export function* commonConfusion(
  votes: Votes,
  rowProbs: Float64Array,
  ending: Ending,
): Pieces<CommonFit> {
  const model = commonModel(votes, rowProbs.map(Math.log));
  const { path, parameters } = yield* commonEstimate(model, ending);
  const { k } = votes;
  const own = (i: number) => parameters.logs[i * k + i] as number;
  const keepsNames = parameters.logs.every((log, cell) => log <= own(cell % k));
  return { logPosterior: path.at(-1) as number, keepsNames };
}

function commonModel(votes: Votes, rowPriors: Float64Array | undefined): ConfusionModel {
  const { m, k } = votes;
  return { votes, matrixOf: new Uint32Array(m), pseudo: commonPseudo(k), rowPriors };
}

function commonEstimate(model: ConfusionModel, ending: Ending): Pieces<Maximum<Confusions>> {
  const { votes, matrixOf, pseudo } = model;
  const counts = countConfusions(votes, matrixOf, 1, voteShares(votes));
  const start = maximiseConfusions(
    counts.map((count, cell) => count + (pseudo[cell] as number)),
    classCounts(votes),
  );
  return maximise(start, (p) => expectConfusions(model, p), votes.labels.length, ending);
}

/** Labels of each class, [k], and a share of a label more, so that none is 0. */
function classCounts({ k, labels }: Votes): Float64Array {
  const counts = new Float64Array(k).fill(1 / k);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}
