import { consensus } from '../audit/index.ts';
import { field, SymlossError } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import type { RowSplit } from '../train/row-split.ts';
import { resolveSplit, splitRows } from '../train/row-split.ts';
import { noiseLoss } from './auto/plans.ts';
import { checkFolds } from './check-folds.ts';
import { settingsOf } from './effort.ts';
import { outOfFold } from './out-of-fold.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';
import { choosesLoss } from './training-options.ts';

export interface CrowdOptions extends TrainOptions {
  /** Parts that the rows to learn from are divided into, each predicted by a model of the others. From 2 on. Default: 3. */
  readonly folds?: number | undefined;
  /** Told of every epoch of the models that predict parts: of which part, from 0. `onEpoch` is told of the last run's. */
  readonly onFoldEpoch?: ((fold: number, metrics: EpochMetrics) => void) | undefined;
}

/** Parts, if nothing else is said. */
export const crowdFolds = 3;

/** Share of the rows that a fold's model learns from which it is calibrated on. */
const foldValidation = 0.1;
const foldStreams = { folds: 'crowd', validation: 'crowd' };

/**
 * Trains on the labels of several annotators, with a classifier as one who knows the rows: models are trained on the
 * consensus, each without a part of the rows, which it then predicts; the consensus is estimated again with these
 * predictions (`consensus` of `symloss/audit`, with `probs`); and the model is trained on that. It takes as long as
 * `folds` runs more.
 *
 * Rows to test on keep their labels, and no model sees them. Otherwise as `train`; a checkpoint is of the last run, and
 * the others are made again.
 * @throws SymlossError if the data do not have the labels of several annotators, and as `train` does
 */
export async function trainCrowd(crowd: CrowdOptions): Promise<Trained> {
  checkIsDataset('data', crowd?.data);
  const { folds = crowdFolds, onFoldEpoch, ...options } = crowd;
  const { data, seed = 1, test } = options;
  const k = data.classes.length;
  if (data.annotations === undefined) {
    const where = field('consensus');
    throw new SymlossError(where, 'the labels of several annotators', 'one label per row', {
      hint: `name their columns with ${field('label')}, with commas between them`,
    });
  }
  const split = splitRows(data, resolveSplit(options, data.labels.length), seed);
  const rows = learntRows(split);
  const { groups: all } = data;
  const groups = all && Array.from(rows, (row) => all[row]);
  checkFolds(folds, { rows: rows.length, groups }, `set ${field('consensus', 'dawid-skene')}`);
  const { test: _t, validation: _v, split: _s, checkpoint: _c, onEpoch: _e, ...settings } = options;
  const isAuto = choosesLoss(options);
  const { probs } = await outOfFold(
    train,
    { ...(isAuto ? { ...settingsOf(foldLoss, settings), loss: foldLoss } : settings), seed },
    { rows, folds, validation: foldValidation, streams: foldStreams, onEpoch: onFoldEpoch },
  );
  const { annotators, labels } = data.annotations;
  const m = annotators.length;
  const own = new Int32Array(rows.length * m);
  for (const [i, row] of rows.entries()) own.set(labels.subarray(row * m, (row + 1) * m), i * m);
  const found = consensus(own, annotators, k, { probs });
  const { validation: _, test: __, ...rest } = options;
  const given = isAuto ? { train: rows } : { train: split.train, validation: split.validation };
  return train({
    ...rest,
    data: relabelled(data, rows, found),
    split: typeof test === 'object' ? given : { ...given, test: split.test },
    ...(typeof test === 'object' && { test }),
  });
}

/** The loss of the folds' models where that of the model is chosen: choosing it for each would take ten times as long. */
const foldLoss = noiseLoss;

/** Training and validation rows, ascending. */
function learntRows({ train: trained, validation }: RowSplit): Uint32Array {
  return Uint32Array.from([...trained, ...validation]).sort();
}

/** The dataset with another consensus on some rows. */
function relabelled(
  data: Dataset,
  rows: Uint32Array,
  found: { readonly labels: Int32Array; readonly posterior: Float64Array },
): Dataset {
  const k = data.classes.length;
  const labels = data.labels.slice();
  const softLabels = data.softLabels?.slice() ?? oneHot(labels, k);
  for (const [i, row] of rows.entries()) {
    labels[row] = found.labels[i] as number;
    softLabels.set(found.posterior.subarray(i * k, (i + 1) * k), row * k);
  }
  return { ...data, labels, softLabels };
}

function oneHot(labels: Int32Array, k: number): Float32Array {
  const shares = new Float32Array(labels.length * k);
  for (const [row, label] of labels.entries()) shares[row * k + label] = 1;
  return shares;
}
