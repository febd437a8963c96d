import { basename } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import type { Dataset } from '../../dataset.ts';
import { checkDataset } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { OpenedRows } from '../format.ts';
import { encodeLabels, without } from './encode-labels.ts';
import type { FeatureRows } from './rows.ts';
import { rowNumbers, rowsOf } from './rows.ts';

type Labels = ArrayLike<number | bigint | string>;

export interface LabelledRows {
  /** What the rows come from, as messages name it. */
  readonly path: string;
  readonly rows: FeatureRows;
  /** Of all rows of the source, those left out included. */
  readonly labels: Labels;
  readonly trueLabels?: Labels | undefined;
  /** Names of classes 0, …, k − 1. */
  readonly names?: readonly string[] | undefined;
  readonly notices?: readonly string[];
}

/** @throws SymlossError if labels and rows do not fit, or fewer than two classes occur */
export function labelledDataset(source: LabelledRows): Dataset {
  const { path, rows, names } = source;
  const n = rowsOf(rows) + rows.skipped.length;
  const lists = [source.labels, ...(source.trueLabels ? [source.trueLabels] : [])];
  for (const labels of lists) {
    if (labels.length !== n) {
      throw new SymlossError(path, `${n} labels, one per row`, String(labels.length));
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
      `${path}: ${describe(rows)}, ${classes.length} classes: ${list(classes)}`,
      ...rows.notices,
      ...(source.notices ?? []),
    ],
  };
  checkDataset(path, dataset);
  return dataset;
}

/** The rows as a format hands them out to be predicted for. */
export function unlabelled(rows: FeatureRows): OpenedRows {
  const { features, shape, skipped, notices } = rows;
  const gone = new Set(skipped);
  const kept = rowNumbers(rowsOf(rows) + gone.size).filter((row) => !gone.has(row));
  return { features, featureShape: shape, kept, notices };
}

/** `60,000 images of 1 × 28 × 28`, `150 rows, 4 features` */
function describe(rows: FeatureRows): string {
  const n = rowsOf(rows);
  const shown = n.toLocaleString('en-US');
  return rows.shape.length === 3
    ? `${shown} image${n === 1 ? '' : 's'} of ${rows.shape.join(' × ')}`
    : `${shown} row${n === 1 ? '' : 's'}, ${count(rows.shape[0] as number, 'feature')}`;
}
