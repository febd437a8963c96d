import { basename } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import type { Dataset } from '../../dataset.ts';
import { checkDataset } from '../../dataset.ts';
import { list } from '../../text.ts';
import type { ImageRows } from './image-cache.ts';
import { encodeLabels, without } from './integer-classes.ts';

/** A data set, and its own test part where it brings one. */
export interface Opened {
  readonly data: Dataset;
  readonly test?: Dataset;
}

type Labels = ArrayLike<number | bigint | string>;

export interface LabelledImages {
  /** What the rows come from, as messages name it. */
  readonly path: string;
  readonly rows: ImageRows;
  /** Of all rows of the source, those left out as bad images included. */
  readonly labels: Labels;
  readonly trueLabels?: Labels | undefined;
  /** Names of classes 0, …, k − 1. */
  readonly names?: readonly string[] | undefined;
  readonly notices?: readonly string[];
}

/** @throws SymlossError if labels and images do not fit, or fewer than two classes occur */
export function imageDataset(source: LabelledImages): Dataset {
  const { path, rows, names } = source;
  const n = rowsOf(rows) + rows.skipped.length;
  const lists = [source.labels, ...(source.trueLabels ? [source.trueLabels] : [])];
  for (const labels of lists) {
    if (labels.length !== n) {
      throw new SymlossError(path, `${n} labels, one per image`, String(labels.length));
    }
  }
  const kept = rows.skipped.length === 0 ? lists : lists.map((l) => without(l, rows.skipped));
  const { classes, labels } = encodeLabels(kept, names);
  const [given, truth] = labels as [Int32Array, Int32Array | undefined];
  const dataset: Dataset = {
    name: basename(path),
    features: rows.features,
    featureShape: rows.shape,
    labels: given,
    ...(truth && { trueLabels: truth }),
    classes,
    notices: [
      `${path}: ${describeImages(rows)}, ${classes.length} classes: ${list(classes)}`,
      ...rows.notices,
      ...(source.notices ?? []),
    ],
  };
  checkDataset(path, dataset);
  return dataset;
}

/** `60,000 images of 1 × 28 × 28` */
export function describeImages(rows: ImageRows): string {
  const n = rowsOf(rows);
  return `${n.toLocaleString('en-US')} image${n === 1 ? '' : 's'} of ${rows.shape.join(' × ')}`;
}

/** How many images there are. */
export function rowsOf({ features, shape }: ImageRows): number {
  const size = shape[0] * shape[1] * shape[2];
  return features instanceof Uint8Array ? features.length / size : features.rows;
}
