import { checkNumber, field, SymlossError } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import { checkDataset } from '../data/index.ts';
import type { Predictions } from '../model/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import { checkFolds } from './check-folds.ts';
import { outOfFold } from './out-of-fold.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';
import type { RunMetrics } from './trained.ts';

export interface CrossValidateOptions
  extends Omit<TrainOptions, 'test' | 'split' | 'checkpoint' | 'onEpoch' | 'onStep' | 'probe'> {
  /** Parts that the rows are divided into, from 2 to n. Default: 5. */
  readonly folds?: number | undefined;
  /**
   * [n], ids: rows of one group, such as pictures of one person, are never both trained on and
   * predicted, nor trained on and validated. Default: those of the data, else every row by itself.
   */
  readonly groups?: ArrayLike<string | number> | undefined;
  readonly onEpoch?:
    | ((fold: number, metrics: EpochMetrics) => void)
    | ((fold: number, metrics: EpochMetrics) => 'stop' | undefined)
    | ((fold: number, metrics: EpochMetrics) => Promise<unknown>);
}

/** What models say about rows that they were not trained on. */
export interface CrossValidation extends Predictions {
  /** [n], the fold of each row, from 0: the one whose model was trained without it. */
  readonly folds: Int32Array;
  /** Share of rows whose prediction is the label. */
  readonly accuracy: number;
  /** What accuracy was measured against. */
  readonly against: 'trueLabels' | 'labels';
  /** Metrics of each fold's run; its test part is the fold. */
  readonly runs: readonly RunMetrics[];
}

/**
 * Predicts every row by a model that has not seen it: the rows are divided into folds, and for each
 * one a model is trained on the others. This is what finding wrong labels needs, since a model may
 * have memorised the labels of its own rows.
 *
 * Folds are stratified by label as given. Without groups every class of two rows or more is in every
 * training part; a class of a single row is not in that of its own fold. Each run sets `validation`
 * apart among its own rows, to calibrate on. Same options, machine and threads: the same result,
 * wherever the rows lie. With the loss `auto`, the default, every fold chooses its own, which takes several trainings each.
 * @throws SymlossError for wrong options or data, and whatever else `train` throws
 *
 * @example
 * const { probs } = await crossValidate({ data, folds: 5, epochs: 30 });
 */
export async function crossValidate(options: CrossValidateOptions): Promise<CrossValidation> {
  checkIsDataset('data', options?.data);
  const { folds = 5, validation = 0.1, onEpoch, groups: given, ...shared } = options;
  const { data } = shared;
  checkDataset('data', data);
  const groups = given ?? data.groups;
  const n = data.labels.length;
  const k = data.classes.length;
  checkNumber(field('validation'), validation, { min: 0, max: 1, openMax: true });
  if (groups !== undefined && groups.length !== n) {
    throw new SymlossError(field('groups'), `${n} ids, one per row`, String(groups.length));
  }
  checkFolds(folds, { rows: n, groups });
  const { probs, indices, foldOf, runs } = await outOfFold(train, shared, {
    ...{ folds, validation, groups, onEpoch },
  });
  const truth = data.trueLabels ?? data.labels;
  return {
    labels: Array.from(indices, (index) => data.classes[index] as string),
    indices,
    probs: Array.from(indices, (_, row) => probs.subarray(row * k, (row + 1) * k)),
    folds: foldOf,
    accuracy: indices.filter((index, row) => index === truth[row]).length / n,
    against: data.trueLabels === undefined ? 'labels' : 'trueLabels',
    runs,
  };
}
