import { field, SymlossError, stream } from '../../core/index.ts';
import type { Dataset } from '../../data/index.ts';
import { groupedFolds, stratifiedFolds } from '../../data/index.ts';
import type { Part, Parts } from '../../train/job.ts';
import type { Prepared } from '../../train/prepare.ts';
import { takeRows } from '../../train/take-rows.ts';

/** Rows that a model is trained on, and others that it then predicts. */
export interface Fold {
  /** Rows of the data that are trained on. */
  readonly rows: Uint32Array;
  /** Places of those that are predicted, among all that some fold predicts. */
  readonly held: Uint32Array;
  /** Copies for one training, which takes them away: the rows that are predicted are those to validate on. */
  parts(): Required<Pick<Parts, 'train' | 'validation' | 'measured'>> &
    Pick<Parts, 'test' | 'probe'>;
}

export interface FoldOptions {
  readonly data: Dataset;
  readonly prepared: Prepared;
  /** At most. */
  readonly folds: number;
  readonly seed: number;
  /** Training rows whose accuracy is measured, at most. */
  readonly measuredRows: number;
  /** Of a row as the network takes it. */
  readonly shape: readonly number[];
}

export interface Folds {
  readonly folds: readonly Fold[];
  /** All rows that some fold predicts: each is predicted by one. */
  readonly predicted: Part;
}

/**
 * Divides the rows to learn from into folds, stratified by their labels as given, rows of a group together; fewer than asked
 * for where there are not as many rows or groups. Where rows to validate on were named, they are predicted, and nothing else.
 * @throws SymlossError if there are not two rows or groups
 */
export function makeFolds(options: FoldOptions): Folds {
  const { data, prepared, folds, seed } = options;
  const { train, validation } = prepared.parts;
  const places = placesOf(train);
  if (validation !== undefined) {
    const held = placesOf(validation);
    return { folds: [foldOf(options, places, validation, held)], predicted: validation };
  }
  const k = data.classes.length;
  const { groups: all } = data;
  const groups = all && Int32Array.from(prepared.split.train, (row) => all[row] as number);
  const count = Math.min(folds, groups ? new Set(groups).size : places.length);
  if (count < 2) {
    const what = groups ? 'groups' : 'rows';
    throw new SymlossError(
      field('loss'),
      `auto for two ${what} to learn from or more`,
      String(count),
      {
        hint: `name a loss: ${field('loss', 'sgce:q=0.7')}`,
      },
    );
  }
  const rng = stream(seed, 'auto/folds');
  const of = groups
    ? groupedFolds(train.labels, k, groups, count, rng)
    : stratifiedFolds(train.labels, k, count, rng);
  const each = Array.from({ length: count }, (_, fold) => {
    const others = places.filter((place) => of[place] !== fold);
    return foldOf(
      options,
      others,
      train,
      places.filter((place) => of[place] === fold),
    );
  });
  return { folds: each, predicted: train };
}

function placesOf({ labels }: Part): Uint32Array {
  return Uint32Array.from(labels, (_, place) => place);
}

/** @param trained places of the training part @param held places of `from`, which are predicted */
function foldOf(
  { prepared: { parts, split }, measuredRows, shape }: FoldOptions,
  trained: Uint32Array,
  from: Part,
  held: Uint32Array,
): Fold {
  const { test, probe } = parts;
  const stride = Math.max(1, Math.ceil(trained.length / measuredRows));
  return {
    rows: trained.map((place) => split.train[place] as number),
    held,
    parts: () => ({
      train: takeRows(parts.train, trained, shape),
      validation: takeRows(from, held, shape),
      measured: takeRows(
        parts.train,
        trained.filter((_, i) => i % stride === 0),
        shape,
      ),
      ...(test && { test: takeRows(test, placesOf(test), shape) }),
      ...(probe && { probe: takeRows(probe, placesOf(probe), shape) }),
    }),
  };
}
