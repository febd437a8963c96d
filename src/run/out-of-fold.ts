import { stream } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import { groupedFolds, stratifiedFolds } from '../data/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import { foldSplit } from './fold-split.ts';
import type { RunMetrics, Trained } from './trained.ts';
import type { TrainingMeans } from './training-means.ts';
import type { TrainingOptions } from './training-options.ts';

/** The options of each fold's run. What says which rows it is for, and what only one run can have, is left out. */
export type FoldTraining = Omit<
  TrainingOptions,
  | ('test' | 'split' | 'validation' | 'onEpoch' | 'onStep' | 'probe')
  | ('trainingProbs' | 'memoryProbs')
>;

/** `train`, of some platform. */
export type Train = (options: TrainingOptions) => Promise<Trained>;

export interface OutOfFoldOptions {
  /** Rows to divide, ascending. Default: all. */
  readonly rows?: Uint32Array | undefined;
  readonly folds: number;
  /** Share of the rows outside of a fold that its model is calibrated on; 0 for none. */
  readonly validation: number;
  /** [n], rows of one are in the same fold. Default: those of the data. */
  readonly groups?: ArrayLike<string | number> | undefined;
  /** Name of the random streams: of the folds, and with the number of the fold of its validation part. */
  readonly streams?: { readonly folds: string; readonly validation: string } | undefined;
  /** Where each model is added, to know what models say of rows that they are trained with. */
  readonly trainingMeans?: TrainingMeans | undefined;
  readonly onEpoch?: ((fold: number, metrics: EpochMetrics) => unknown) | undefined;
}

/** What models say about rows that they were not trained on. */
export interface OutOfFold {
  /** Probabilities of classes, [rows, k], each row by the model that was trained without it. */
  readonly probs: Float32Array;
  /** [rows], the class that is predicted for each row: see `Predictions`. */
  readonly indices: Int32Array;
  /** [n], the fold of each row of the data, from 0; −1 for rows that were left out. */
  readonly foldOf: Int32Array;
  /** Metrics of each fold's run; its test part is the fold. */
  readonly runs: readonly RunMetrics[];
  /** The settings used, defaults included, as the last fold's run has them. */
  readonly settings: Trained['settings'];
}

/**
 * Divides rows into folds, stratified by label as given or by group, and predicts each fold by a model that was trained on
 * the others.
 * @throws SymlossError as `train` does
 */
export async function outOfFold(
  train: Train,
  training: FoldTraining,
  {
    rows: some,
    folds,
    validation,
    groups: given,
    streams = { folds: 'folds', validation: 'folds/validation' },
    trainingMeans,
    onEpoch,
  }: OutOfFoldOptions,
): Promise<OutOfFold> {
  const { data, seed = 1 } = training;
  const k = data.classes.length;
  const groups = given ?? data.groups;
  const rows = some ?? Uint32Array.from(data.labels, (_, row) => row);
  const foldOf = foldsOf(data, rows, { folds, groups, rng: stream(seed, streams.folds) });
  const placeOf = new Int32Array(data.labels.length);
  for (const [place, row] of rows.entries()) placeOf[row] = place;
  const probs = new Float32Array(rows.length * k);
  const indices = new Int32Array(rows.length);
  const runs: RunMetrics[] = [];
  let settings: Trained['settings'] = {};
  const tracked = trainingMeans && { trainingProbs: true, memoryProbs: true };
  for (let fold = 0; fold < folds; fold++) {
    const rng = stream(seed, `${streams.validation}/${fold}`);
    const split = foldSplit(data, foldOf, fold, { groups, validation, rng });
    const told = onEpoch && {
      onEpoch: async (metrics: EpochMetrics) => onEpoch(fold, metrics),
    };
    const model = await train({ ...training, ...tracked, seed, ...told, split });
    const predicted = await model.predictDataset(data, split.test).finally(() => model.dispose());
    for (const [i, row] of split.test.entries()) {
      const place = placeOf[row] as number;
      indices[place] = predicted.indices[i] as number;
      probs.set(predicted.probs[i] as Float32Array, place * k);
    }
    trainingMeans?.add(model);
    runs.push(model.metrics);
    settings = model.settings;
  }
  return {
    probs,
    indices,
    foldOf,
    runs,
    settings,
  };
}

interface FoldsOptions {
  readonly folds: number;
  readonly groups: ArrayLike<string | number> | undefined;
  readonly rng: ReturnType<typeof stream>;
}

/** The fold of each row of the data, −1 for those that are not among `rows`. */
function foldsOf(
  { labels, classes }: Pick<Dataset, 'labels' | 'classes'>,
  rows: Uint32Array,
  { folds, groups, rng }: FoldsOptions,
): Int32Array {
  const own = Int32Array.from(rows, (row) => labels[row] as number);
  const k = classes.length;
  const found =
    groups === undefined
      ? stratifiedFolds(own, k, folds, rng)
      : groupedFolds(
          own,
          k,
          Array.from(rows, (row) => groups[row] as string | number),
          folds,
          rng,
        );
  const foldOf = new Int32Array(labels.length).fill(-1);
  for (const [place, row] of rows.entries()) foldOf[row] = found[place] as number;
  return foldOf;
}
