import type { Pieces } from '../../core/index.ts';
import {
  checkInteger,
  checkNumber,
  checkOneOf,
  checkProbabilities,
  finish,
  SymlossError,
} from '../../core/index.ts';
import type { Agreement } from './agreement.ts';
import { agreementOf, pairwiseAgreement } from './agreement.ts';
import { temperedProbs } from './classifier.ts';
import { commonConfusion, confusionEstimate } from './dawid-skene.ts';
import type { Estimate } from './estimate.ts';
import type { Ending } from './maximise.ts';
import { commonRate, oneRateEstimate } from './one-rate.ts';
import type { AnnotatorQuality } from './quality.ts';
import { expectedConfusion, qualityOf } from './quality.ts';
import { largestShares, voteShares } from './shares.ts';
import type { Votes } from './votes.ts';
import { overlaps, votesOf } from './votes.ts';

export const consensusMethods = ['dawid-skene', 'majority'] as const;
export type ConsensusMethod = (typeof consensusMethods)[number];

/** Annotators have matrices of their own for so many classes and, all together, so many numbers; else one rate each. */
const [mostClasses, mostNumbers] = [64, 2 ** 24];

export interface ConsensusOptions {
  /** Default: `dawid-skene`. */
  readonly method?: ConsensusMethod | undefined;
  /**
   * p(class | row) of a classifier that did not learn from the row, [n, k], row-major: it takes the place of the share
   * that each class has. With `dawid-skene` only.
   */
  readonly probs?: Float32Array | Float64Array | undefined;
  /** EM steps of each stage, at most. Default: 1000. */
  readonly maxIterations?: number | undefined;
  /** EM stops when a step raises the log posterior by no more than this per label. Default: 1e-6. */
  readonly tolerance?: number | undefined;
}

/** What several annotators say together. */
export interface Consensus {
  /** [n], the most probable class of each row; of equals the first. */
  readonly labels: Int32Array;
  /** p(true class | labels of the row) [n, k], row-major; shares of the votes for `majority`. Rows sum to 1. */
  readonly posterior: Float64Array;
  /** [n], the posterior of the row's label: how sure it is. */
  readonly confidence: Float64Array;
  readonly annotators: readonly AnnotatorQuality[];
  readonly agreement: Agreement;
  /**
   * Share of rows on which two annotators gave the same label, among those that both labelled, [m, m]; NaN where there
   * is none.
   */
  readonly pairwise: () => Float64Array;
  /** `majority` also where no row has two labels, so that nothing tells annotators apart. */
  readonly method: ConsensusMethod;
  /** EM steps of both stages; 0 for `majority`. */
  readonly iterations: number;
  /** Whether EM came to its end within `maxIterations`. */
  readonly converged: boolean;
  /**
   * The power to which the classifier's probabilities were taken, from 0 (of no use) to 2; 1 says that they fit the labels as
   * they are.
   */
  readonly classifierPower?: number;
  /**
   * p(given label | true class) of an annotator, [k, k], rows by true class that sum to 1: the estimate of the model,
   * shrunk, or for `majority` the expected counts.
   */
  readonly confusion: (annotator: number) => Float64Array;
}

/**
 * One label per row from those of several annotators, with the probability of every class, and how good each annotator
 * is.
 *
 * `dawid-skene` estimates the confusion matrix of each annotator together with the labels (Dawid and Skene, Applied
 * Statistics 28, 1979), shrunk to what annotators have in common, so that those with few labels are handled; see
 * `confusionEstimate`. For more than 64 classes, or 2^24 numbers in all, annotators have one rate of errors each
 * (`oneRateEstimate`). With a classifier's probabilities it is the model of Raykar et al., *Learning from crowds*, JMLR 11,
 * 2010: p(true class | row) is what the classifier says, to the power that fits the labels best, so that one that is too sure
 * counts less. `majority` counts votes. Deterministic; the order of rows, annotators and
 * classes changes the last bits only.
 *
 * Limits: annotators are taken to err independently of each other given the true class. Where rows are hard
 * for all of them, errors coincide, and the posterior is too sure.
 *
 * @param labels [n, m], row-major: 0 to k − 1, or −1 where an annotator gave none
 * @param annotators their names, [m], or how many there are
 * @param k number of classes
 * @throws SymlossError for a label out of range, a row without labels, wrong sizes or options
 * @example
 * const { labels, annotators } = consensus(Int32Array.of(0, 0, 1, 1, 1, 1, 0, 0, 0), 3, 2);
 */
export function consensus(
  labels: Int32Array,
  annotators: readonly string[] | number,
  k: number,
  options: ConsensusOptions = {},
): Consensus {
  return finish(consensusInPieces(labels, annotators, k, options));
}

/** `consensus`, in pieces of an EM step each. */
export function* consensusInPieces(
  labels: Int32Array,
  annotators: readonly string[] | number,
  k: number,
  options: ConsensusOptions = {},
): Pieces<Consensus> {
  const where = 'consensus';
  const { probs, maxIterations = 1000, tolerance = 1e-6 } = options;
  const asked = checkOneOf(`${where} method`, options.method ?? 'dawid-skene', consensusMethods);
  checkInteger(`${where} maxIterations`, maxIterations, { min: 0 });
  checkNumber(`${where} tolerance`, tolerance, { min: 0 });
  const names = namesOf(annotators);
  const votes = votesOf(where, labels, names.length, k, (a) => names[a] as string);
  if (probs !== undefined) {
    checkProbabilities(`${where} probs`, probs, k, votes.n);
    if (asked === 'majority') {
      throw new SymlossError(
        `${where} probs`,
        'nothing beside the method majority',
        'probabilities',
      );
    }
  }
  const method = probs === undefined && !overlaps(votes) ? 'majority' : asked;
  const estimate =
    method === 'majority'
      ? majority(votes)
      : yield* estimateOf(votes, probs, { maxIterations, tolerance });
  const { posterior, paths, converged, classifierPower } = estimate;
  const chosen = largestShares(posterior, k);
  const quality = qualityOf(votes, names, posterior, chosen);
  return {
    labels: chosen,
    posterior,
    confidence: Float64Array.from(chosen, (label, row) => posterior[row * k + label] as number),
    annotators: quality,
    agreement: agreementOf(votes),
    pairwise: () => pairwiseAgreement(votes),
    method,
    iterations: paths.reduce((sum, path) => sum + path.length - 1, 0),
    converged,
    ...(classifierPower !== undefined && { classifierPower }),
    confusion(annotator) {
      checkInteger(`${where} confusion`, annotator, { min: 0, max: names.length - 1 });
      return estimate.confusion(annotator);
    },
  };
}

interface Estimated extends Estimate {
  readonly classifierPower?: number;
}

function* estimateOf(
  votes: Votes,
  probs: Float32Array | Float64Array | undefined,
  ending: Ending,
): Pieces<Estimated> {
  const { m, k } = votes;
  const isSmall = k <= mostClasses && m * k * k <= mostNumbers;
  const estimate = isSmall ? confusionEstimate : oneRateEstimate;
  if (probs === undefined) return yield* estimate(votes, undefined, ending);
  const common = isSmall ? commonConfusion : commonRate;
  const tempered = yield* temperedProbs(probs, k, (rowProbs) => common(votes, rowProbs, ending));
  const found = yield* estimate(votes, tempered.rowProbs, ending);
  return { ...found, classifierPower: tempered.power };
}

function majority(votes: Votes): Estimated {
  const posterior = voteShares(votes);
  return { posterior, paths: [], converged: true, confusion: expectedConfusion(votes, posterior) };
}

function namesOf(annotators: readonly string[] | number): readonly string[] {
  if (typeof annotators !== 'number') return annotators;
  checkInteger('consensus annotators', annotators, { min: 1 });
  return Array.from({ length: annotators }, (_, a) => String(a));
}
