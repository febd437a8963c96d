import { consensus } from '../audit/index.ts';
import { checkInteger, field, SymlossError, stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { groupedFolds, groupedSplit, stratifiedFolds, stratifiedSplit } from '../data/index.ts';
import type { RowSplit } from '../train/row-split.ts';
import { resolveSplit, splitRows } from '../train/row-split.ts';
import { train } from './train.ts';
import type { TrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';

export interface CrowdOptions extends TrainOptions {
  /** Parts that the rows to learn from are divided into, each predicted by a model of the others. From 2 on. Default: 3. */
  readonly folds?: number;
}

/** Share of the rows that a fold's model learns from which it is calibrated on. */
const foldValidation = 0.1;

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
export async function trainCrowd({ folds = 3, ...options }: CrowdOptions): Promise<Trained> {
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
  checkInteger(field('folds'), folds, { min: 2, max: rows.length });
  const probs = await predictedRows({ ...options, seed }, rows, folds);
  const { annotators, labels } = data.annotations;
  const m = annotators.length;
  const own = new Int32Array(rows.length * m);
  for (const [i, row] of rows.entries()) own.set(labels.subarray(row * m, (row + 1) * m), i * m);
  const found = consensus(own, annotators, k, { probs });
  const { validation: _, test: __, ...rest } = options;
  const given = { train: split.train, validation: split.validation };
  return train({
    ...rest,
    data: relabelled(data, rows, found),
    split: typeof test === 'object' ? given : { ...given, test: split.test },
    ...(typeof test === 'object' && { test }),
  });
}

/** Training and validation rows, ascending. */
function learntRows({ train: trained, validation }: RowSplit): Uint32Array {
  return Uint32Array.from([...trained, ...validation]).sort();
}

/** Probabilities of classes, [rows, k], each row by a model that was trained without it. */
async function predictedRows(
  { data, seed, ...options }: TrainOptions & { readonly seed: number },
  rows: Uint32Array,
  folds: number,
): Promise<Float32Array> {
  const k = data.classes.length;
  const labels = Int32Array.from(rows, (row) => data.labels[row] as number);
  const { groups: all } = data;
  const groups = all && Int32Array.from(rows, (row) => all[row] as number);
  const ownRng = stream(seed, 'crowd');
  const foldOf = groups
    ? groupedFolds(labels, k, groups, folds, ownRng)
    : stratifiedFolds(labels, k, folds, ownRng);
  const probs = new Float32Array(rows.length * k);
  const { test: _, validation: _v, split: _s, checkpoint: _c, onEpoch: _e, ...settings } = options;
  for (let fold = 0; fold < folds; fold++) {
    const places = Uint32Array.from(rows, (_, i) => i);
    const held = places.filter((place) => foldOf[place] === fold);
    const others = places.filter((place) => foldOf[place] !== fold);
    const otherLabels = Int32Array.from(others, (place) => labels[place] as number);
    const rng = stream(seed, `crowd/${fold}`);
    const part = 'validation part';
    const otherGroups = groups && Int32Array.from(others, (place) => groups[place] as number);
    const parts = otherGroups
      ? groupedSplit(otherLabels, k, otherGroups, foldValidation, rng, part)
      : stratifiedSplit(otherLabels, k, foldValidation, rng, part);
    const rowsOf = (some: Uint32Array) =>
      some.map((place) => rows[others[place] as number] as number);
    const split = { train: rowsOf(parts.rest), validation: rowsOf(parts.part) };
    const model = await train({ ...settings, seed, data, split });
    const heldRows = held.map((place) => rows[place] as number);
    const predicted = await model.predictDataset(data, heldRows).finally(() => model.dispose());
    for (const [i, place] of held.entries()) {
      probs.set(predicted.probs[i] as Float32Array, place * k);
    }
  }
  return probs;
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
