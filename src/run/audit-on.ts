import type {
  Audit,
  Detection,
  LabelPosterior,
  Nearest,
  ProbRows,
  Suspects,
} from '../audit/index.ts';
import {
  audit,
  detectionOf,
  neighbourProbs,
  neighbourVotes,
  posteriorSummary,
  suspectsOf,
} from '../audit/index.ts';
import type { RateInterval } from '../calibration/explanations.ts';
import { checkInteger, checkNumber, field, matrixRows, SymlossError } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/index.ts';
import { checkDataset } from '../data/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import { noisyDataset } from '../train/prepare.ts';
import type { Predicted } from './audit-models.ts';
import { auditLoss, auditModels } from './audit-models.ts';
import { pooledWithTraining, poolOfModels } from './audit-pool.ts';
import { checkFolds } from './check-folds.ts';
import { probsOfClasses } from './class-probs.ts';
import { checkEffort } from './effort.ts';
import { nearestOf } from './nearest.ts';
import type { FoldTraining } from './out-of-fold.ts';
import type { Platform } from './platform.ts';
import type { RunMetrics, Trained } from './trained.ts';
import { checkTrainingOptions } from './training-options.ts';

export interface AuditDatasetOptions extends FoldTraining {
  /** Parts that the rows are divided into, each predicted by a model of the others. From 2 on. Default: 4. */
  readonly folds?: number | undefined;
  /** How often that is done, with other folds and other initial weights; the probabilities are averaged. Default: 3. */
  readonly repeats?: number | undefined;
  /**
   * Share of the rows outside of a fold that its model is calibrated on. Default: 0: all rows together calibrate the
   * averaged probabilities, which keeps what one model's few validation rows would lose.
   */
  readonly validation?: number | undefined;
  /** Out-of-sample probabilities of one's own, [n, k] in the order of the classes, instead of training. */
  readonly probs?: ProbRows | undefined;
  /** Whether the labels of the nearest rows count, too. Default: true, but for `probs`. */
  readonly neighbours?: boolean | undefined;
  /** The list ends where fewer than this share of it is expected to be wrong, in [0, 1]. Default: 0.8. */
  readonly precision?: number | undefined;
  /** Told of every epoch. @param run from 0, over the folds of all repeats */
  readonly onEpoch?: ((run: number, metrics: EpochMetrics) => unknown) | undefined;
}

/** The nearest rows of each row, by its features. */
export interface Neighbours extends Nearest {
  /** [n·k], how many of them have each label. */
  readonly votes: Uint32Array;
}

/** What is wrong with the labels of a dataset. All of it is estimated, but for `measured`. */
export interface DatasetAudit extends LabelPosterior {
  /** The classes that rows are labelled with; what follows is numbered by them. */
  readonly classes: readonly string[];
  /** [n], as audited: with the noise that was added. */
  readonly labels: Int32Array;
  /** [n], where they are known, as `measured` takes them; −1 for a class that no row is labelled with. */
  readonly trueLabels?: Int32Array;
  /** Out-of-sample probabilities, [n, k], row-major, as the models or the caller gave them. */
  readonly probs: Float64Array;
  /**
   * The same, pooled with what the labels of the nearest rows say, and calibrated for the true class while the noise is
   * estimated: p(true class | row), on average over what explains the labels about as well.
   */
  readonly calibrated: Float64Array;
  /**
   * What the models said, on average over their epochs, of rows that they were trained with, [n, k], not calibrated; none for
   * probabilities of one's own. Rows are ranked by both (`posteriorWithTraining`), and the estimates are those of `calibrated`.
   */
  readonly trainingProbs?: Float64Array;
  /**
   * What a loss with a memory, such as `elr`, came to say of each row while models were trained with it, [n, k]: the mean of
   * `Trained.memoryProbs` over these models. A second opinion: it changes neither the order of the rows nor an estimate.
   */
  readonly memoryProbs?: Float64Array;
  /** Confident learning on `probs`. */
  readonly confident: Audit;
  /** The exponents of the pool: how much models and neighbours count; of several exponents of the model their sum. */
  readonly weights: { readonly model: number; readonly neighbours?: number };
  /** Rows that are most alike; none where they are not asked for, and for rows in a file. */
  readonly neighbours?: Neighbours;
  /** transition[true][given], estimated with the weights: the most probable one. */
  readonly transition: readonly (readonly number[])[];
  /** Where the transition is of one rate for all classes, since they are too many or the rows too few: the mean share of wrong labels. */
  readonly noiseRate?: number;
  /** [k], the mean of the calibrated probabilities, how often each class is the true one. */
  readonly py: Float64Array;
  /**
   * The mean of 1 − max_c p(c | row) by the calibrated probabilities: how often the most probable class is expected not to be the true
   * one. Where it is high, rows that are hard to classify look like wrong labels, and fewer of the suspects are wrong than expected.
   */
  readonly doubt: number;
  /** Share of the labels that are wrong: the mean of `pWrong`. */
  readonly wrongShare: number;
  /** [k], the same of the labels of each class: the mean of `pWrong` over the rows that are labelled so. */
  readonly classWrongShares: Float64Array;
  /**
   * What else it may be, in 95 %: over temperatures and noises that explain the labels about as well (`poolExplanationsInPieces`; of many
   * rows only the best fit), and by chance.
   */
  readonly wrongShareInterval: RateInterval;
  /**
   * What else the share of suspects that are wrong may be than `suspects.expectedPrecision`, likewise; where there are suspects. On other
   * data it held the true share in 70 to 90 % of lists, see docs/results/audit.md; not where all labels are right.
   */
  readonly precisionInterval?: RateInterval;
  /** The rows that are probably labelled wrong, most suspect first. */
  readonly suspects: Suspects;
  /** Against the true labels, where noise was added to them or the data have both. */
  readonly measured?: Detection;
  /** Metrics of each fold's run, and settings; none for probabilities of one's own. */
  readonly runs: readonly RunMetrics[];
  readonly settings: Trained['settings'];
  /**
   * Classes that models of the default loss never predicted, for which all their labels looked wrong: models of another loss, which
   * learns them, were taken then.
   */
  readonly givenUp: readonly string[];
}

/** `auditDataset` on some platform. */
export async function auditDatasetOn(
  platform: Platform,
  options: AuditDatasetOptions,
): Promise<DatasetAudit> {
  checkIsDataset('data', options?.data);
  const {
    folds = 4,
    repeats = 3,
    validation = 0,
    probs: given,
    neighbours: withNeighbours = given === undefined,
    precision = 0.8,
    onEpoch,
    noise = 'unknown',
    ...training
  } = options;
  const { seed = 1 } = training;
  checkEffort(training, [training.loss ?? auditLoss]);
  checkDataset('data', training.data);
  if (given !== undefined) checkTrainingOptions({ loss: auditLoss, ...training });
  else {
    checkFolds(folds, { rows: training.data.labels.length, groups: training.data.groups });
  }
  checkInteger(field('repeats'), repeats, { min: 1 });
  checkNumber(field('precision'), precision, { min: 0, max: 1 });
  checkNumber(field('validation'), validation, { min: 0, max: 1, openMax: true });
  const added = typeof noise === 'string' ? platform.readNoise(noise) : noise;
  const data = noisyDataset(training.data, added, seed, platform.openRows);
  const made =
    given === undefined
      ? await auditModels(platform, { ...training, data: withoutTruth(data), seed }, repeats, {
          ...{ folds, validation, onEpoch },
        })
      : { probs: ownProbs(data, given), runs: [], settings: {} };
  const { labels, trueLabels, probs, trainingProbs, memoryProbs, classes } = present(data, made);
  const k = classes.length;
  const areOutOfSample = given === undefined; // of models that were made here
  const loss = made.settings['loss'] as string | undefined;
  const confident = audit({
    ...{ labels, probs, classCount: k, areOutOfSample },
    ...{ classNames: classes, loss },
  });
  const nearest = withNeighbours ? await nearestOf(data, seed, training.signal) : undefined;
  const neighbours = nearest && {
    ...nearest,
    votes: neighbourVotes(nearest, labels, k),
  };
  const others = neighbours ? [neighbourProbs(neighbours.votes, labels, k).map(Math.log)] : [];
  const pooling = { others, labels, k, signal: training.signal };
  const pool = await poolOfModels(probs, pooling);
  const { weights, transition, noiseRate, calibrated, wrongShareInterval } = pool;
  const posterior =
    trainingProbs === undefined
      ? posteriorSummary(labels, pool.posteriors)
      : await pooledWithTraining(pool, trainingProbs, pooling);
  const { pWrong } = posterior;
  const suspects = suspectsOf(pWrong, precision);
  return {
    ...posterior,
    ...{ classes, labels, probs, calibrated, confident, weights, suspects },
    ...(trainingProbs && { trainingProbs }),
    ...(memoryProbs && { memoryProbs }),
    ...(neighbours && { neighbours }),
    transition: matrixRows(transition, k),
    ...(noiseRate !== undefined && { noiseRate }),
    py: means(calibrated, k),
    doubt: meanDoubt(calibrated, k),
    wrongShare: pWrong.reduce((sum, p) => sum + p, 0) / pWrong.length,
    classWrongShares: meansByLabel(pWrong, labels, k),
    wrongShareInterval,
    ...(suspects.rows.length > 0 && { precisionInterval: pool.intervalOf(suspects.rows) }),
    ...(trueLabels && {
      trueLabels,
      measured: detectionOf(pWrong, suspects.rows, labels, trueLabels),
    }),
    ...{ runs: made.runs, settings: made.settings, givenUp: made.givenUp ?? [] },
  };
}

/** Models see nothing of the true labels, not even to measure. */
function withoutTruth({ trueLabels: _, ...data }: Dataset): Dataset {
  return data;
}

function ownProbs({ labels, classes }: Dataset, probs: ProbRows): Float64Array {
  const [n, k] = [labels.length, classes.length];
  const isFlat = probs instanceof Float32Array || probs instanceof Float64Array;
  const numbers = isFlat ? probs : probs.flatMap((row) => Array.from(row));
  const rows = isFlat ? probs.length / k : probs.length;
  if (rows !== n || numbers.length !== n * k) {
    const expected = `${n} rows of ${k} probabilities, one for each row of the data`;
    throw new SymlossError(field('probs'), expected, `${rows} rows, ${numbers.length} numbers`);
  }
  return Float64Array.from(numbers);
}

interface Present extends Pick<Predicted, 'probs' | 'trainingProbs' | 'memoryProbs'> {
  readonly classes: readonly string[];
  readonly labels: Int32Array;
  readonly trueLabels: Int32Array | undefined;
}

/**
 * What is left when classes are left out that no row is labelled with, such as those of a column of true labels only:
 * nothing is known of them. True labels that are of none of the others become −1, so that they differ from every label.
 */
function present({ classes, labels, trueLabels }: Dataset, made: Predicted): Present {
  const { probs, trainingProbs, memoryProbs } = made;
  const k = classes.length;
  const isThere = classes.map(() => false);
  for (const label of labels) isThere[label] = true;
  const kept = isThere.flatMap((there, c) => (there ? [c] : []));
  if (kept.length === k) {
    const trained = {
      ...(trainingProbs && { trainingProbs }),
      ...(memoryProbs && { memoryProbs }),
    };
    return { classes, labels, trueLabels, probs, ...trained };
  }
  const places = isThere.map((there, c) => (there ? kept.indexOf(c) : -1));
  const some = (all: Float64Array) =>
    probsOfClasses(labels.length, (row) => all.subarray(row * k, (row + 1) * k), kept);
  const renamed = (values: Int32Array) => values.map((label) => places[label] as number);
  return {
    classes: kept.map((c) => classes[c] as string),
    labels: renamed(labels),
    trueLabels: trueLabels && renamed(trueLabels),
    probs: some(probs),
    ...(trainingProbs && { trainingProbs: some(trainingProbs) }),
    ...(memoryProbs && { memoryProbs: some(memoryProbs) }),
  };
}

function meanDoubt(probs: Float64Array, k: number): number {
  let sum = 0;
  for (let start = 0; start < probs.length; start += k) {
    let most = 0;
    for (let cell = start; cell < start + k; cell++) most = Math.max(most, probs[cell] as number);
    sum += 1 - most;
  }
  return (sum * k) / probs.length;
}

function means(probs: Float64Array, k: number): Float64Array {
  const sums = new Float64Array(k);
  for (let i = 0; i < probs.length; i++) {
    sums[i % k] = (sums[i % k] as number) + (probs[i] as number);
  }
  return sums.map((sum) => (sum * k) / probs.length);
}

/** The mean of `values` over the rows of each label, [k]. Every class occurs. */
function meansByLabel(values: Float64Array, labels: Int32Array, k: number): Float64Array {
  const [sums, counts] = [new Float64Array(k), new Float64Array(k)];
  for (const [row, label] of labels.entries()) {
    sums[label] = (sums[label] as number) + (values[row] as number);
    counts[label] = (counts[label] as number) + 1;
  }
  return sums.map((sum, c) => sum / (counts[c] as number));
}
