import { SymlossError, sizeOf, stream } from '../core/index.ts';
import type { Dataset, Standardiser } from '../data/index.ts';
import {
  applyStandardiser,
  checkDataset,
  fitStandardiser,
  rowCount,
  selectRows,
  stratifiedSplit,
  toFloats,
} from '../data/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { Part, Parts } from './job.ts';

export interface PrepareOptions {
  /** Noise to add to the labels that are not tested on; the dataset's labels are then the true ones. */
  readonly noise?: LabelNoise | undefined;
  /** A dataset of its own, or the share of the rows set apart; 0 for none. */
  readonly test: Dataset | number;
  /** Share of the remaining rows set apart; 0 for none. */
  readonly validation: number;
  readonly seed: number;
}

export interface Prepared {
  readonly parts: Parts;
  readonly standardiser: Standardiser;
  /** Rows of the dataset that are trained on, in the order of `parts.train`. */
  readonly trainRows: Uint32Array;
  /** Share of wrong labels among training and validation rows, where the true ones are known. */
  readonly wrongShare?: number;
}

/**
 * Splits a dataset into training, validation and test part (stratified by label), adds noise to
 * the first two, and standardises all by the training part's mean and deviation.
 * @throws SymlossError if noise is to be added to a dataset whose true labels are known apart, or
 * the parts do not fit
 */
export function prepare(data: Dataset, options: PrepareOptions): Prepared {
  checkDataset('data', data);
  const { noise, test, validation, seed } = options;
  const k = data.classes.length;
  if (noise !== undefined && noise.kind !== 'none' && data.trueLabels !== undefined) {
    throw new SymlossError(
      'noise',
      'none, since the data have labels of their own beside the true ones',
      noise.spec,
      { hint: 'leave out the noise, or the true labels' },
    );
  }
  const outer = apart(data.labels, k, typeof test === 'number' ? test : 0, seed, 'test');
  const inner = apart(pick(data.labels, outer.rest), k, validation, seed, 'validation');
  const known = selectRows(data, outer.rest);
  const corrupted =
    data.trueLabels === undefined
      ? noise?.corrupt(known.labels, k, stream(seed, 'noise'), {
          features: toFloats('noise', known.features),
          classes: known.classes,
        })
      : undefined;
  const given: Dataset =
    corrupted === undefined
      ? known
      : { ...known, labels: corrupted.labels, trueLabels: known.labels };
  const train = selectRows(given, inner.rest);
  const features = sizeOf(data.featureShape);
  const standardiser = fitStandardiser(
    toFloats('standardisation', train.features),
    features,
    Uint32Array.from({ length: rowCount(train) }, (_, row) => row),
  );
  const tested = typeof test !== 'number' ? matching(data, test) : selectRows(data, outer.part);
  const share = wrongShare(given);
  return {
    parts: {
      train: toPart(train, standardiser),
      ...(inner.part.length > 0 && {
        validation: toPart(selectRows(given, inner.part), standardiser),
      }),
      ...(rowCount(tested) > 0 && { test: toPart(tested, standardiser) }),
    },
    standardiser,
    trainRows: pick(outer.rest, inner.rest),
    ...(share !== undefined && { wrongShare: share }),
  };
}

function apart(
  labels: Int32Array,
  k: number,
  fraction: number,
  seed: number,
  part: 'test' | 'validation',
) {
  return fraction === 0
    ? { rest: Uint32Array.from(labels, (_, row) => row), part: new Uint32Array() }
    : stratifiedSplit(labels, k, fraction, stream(seed, `split/${part}`), `${part} part`);
}

function pick<T extends Int32Array | Uint32Array>(values: T, rows: Uint32Array): T {
  const out = values.slice(0, rows.length) as T;
  for (const [i, row] of rows.entries()) out[i] = values[row] as number;
  return out;
}

function toPart({ features, labels, trueLabels }: Dataset, standardiser: Standardiser): Part {
  return {
    features: applyStandardiser(toFloats('standardisation', features), standardiser),
    labels,
    ...(trueLabels && { trueLabels }),
  };
}

/** A test dataset of its own must speak of the same features and classes. */
function matching(data: Dataset, test: Dataset): Dataset {
  checkDataset('test data', test);
  const same = (a: readonly unknown[] = [], b: readonly unknown[] = []) =>
    a.length === b.length && a.every((value, i) => value === b[i]);
  if (!same(data.classes, test.classes)) {
    throw new SymlossError(
      'test data',
      `classes ${data.classes.join(', ')}`,
      test.classes.join(', '),
    );
  }
  if (!same(data.featureShape, test.featureShape) || !same(data.columns, test.columns)) {
    throw new SymlossError('test data', 'the features of the training data', 'other ones');
  }
  return test;
}

function wrongShare({ labels, trueLabels }: Dataset): number | undefined {
  if (trueLabels === undefined) return undefined;
  let wrong = 0;
  for (let row = 0; row < labels.length; row++) if (labels[row] !== trueLabels[row]) wrong++;
  return wrong / labels.length;
}
