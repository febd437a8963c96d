import { basename } from 'node:path';
import { SymlossError } from '../../../core/index.ts';
import { alikeNotices } from '../../classes.ts';
import type { Dataset } from '../../dataset.ts';
import { checkDataset } from '../../dataset.ts';
import { count, list } from '../../text.ts';
import type { Consensus, OpenedRows } from '../format.ts';
import { consensusOf } from './consensus.ts';
import { encodeLabels, encodeSomeLabels, without } from './encode-labels.ts';
import type { FeatureRows } from './rows.ts';
import { rowNumbers, rowsOf } from './rows.ts';

type Labels = ArrayLike<number | bigint | string>;

/** Labels of several annotators; `null` where one gave none. */
export interface AnnotatedColumns {
  readonly annotators: readonly string[];
  /** The labels of each. */
  readonly labels: readonly ArrayLike<number | bigint | string | null>[];
  readonly consensus?: Consensus | undefined;
  /** Bytes that the probabilities of the classes may take. Default: 4 GiB. */
  readonly memoryLimit?: number | undefined;
}

export interface LabelledRows {
  /** What the rows come from, as messages name it. */
  readonly path: string;
  readonly rows: FeatureRows;
  /** Of all rows of the source, those left out included. */
  readonly labels: Labels | AnnotatedColumns;
  readonly trueLabels?: Labels | undefined;
  /** Names of classes 0, …, k − 1. */
  readonly names?: readonly string[] | undefined;
  readonly notices?: readonly string[];
}

/** @throws SymlossError if labels and rows do not fit, or fewer than two classes occur */
export function labelledDataset(source: LabelledRows): Dataset {
  const { path, rows, trueLabels } = source;
  const n = rowsOf(rows) + rows.skipped.length;
  const own = isAnnotated(source.labels) ? source.labels.labels : [source.labels];
  for (const labels of trueLabels ? [...own, trueLabels] : own) {
    if (labels.length !== n) {
      throw new SymlossError(path, `${n} labels, one per row`, String(labels.length));
    }
  }
  const { classes, notices = [], ...labelled } = labelsOf(source);
  const dataset: Dataset = {
    name: basename(path),
    features: rows.features,
    featureShape: rows.shape,
    ...labelled,
    classes,
    ...(rows.skipped.length > 0 && { sourceRows: keptRows(rows) }),
    notices: [
      `${path}: ${describe(rows)}, ${classes.length} classes: ${list(classes)}`,
      ...rows.notices,
      ...alikeNotices(classes),
      ...notices,
      ...(source.notices ?? []),
    ],
  };
  checkDataset(path, dataset);
  return dataset;
}

type Labelled = Pick<
  Dataset,
  'labels' | 'softLabels' | 'trueLabels' | 'annotations' | 'classes'
> & { readonly notices?: readonly string[] };

function labelsOf({ path, rows, names, labels, trueLabels }: LabelledRows): Labelled {
  const kept = <T extends number | bigint | string | null>(values: ArrayLike<T>) =>
    rows.skipped.length === 0 ? values : without(values, rows.skipped);
  const truth = trueLabels ? [kept(trueLabels)] : [];
  if (!isAnnotated(labels)) {
    const { classes, labels: codes } = encodeLabels([kept(labels), ...truth], names);
    const [given, known] = codes as [Int32Array, Int32Array | undefined];
    return { labels: given, ...(known && { trueLabels: known }), classes };
  }
  const { annotators, consensus, memoryLimit } = labels;
  const m = annotators.length;
  const lists = [...labels.labels.map(kept), ...truth];
  const { classes, labels: codes } = encodeSomeLabels(lists, names);
  const n = codes[0]?.length ?? 0;
  const table = Int32Array.from(
    { length: n * m },
    (_, i) => codes[i % m]?.[Math.floor(i / m)] as number,
  );
  const known = codes[m];
  return {
    ...consensusOf(path, { annotators, labels: table }, classes.length, consensus, memoryLimit),
    ...(known && { trueLabels: known }),
    classes,
  };
}

function isAnnotated(labels: Labels | AnnotatedColumns): labels is AnnotatedColumns {
  return 'annotators' in labels;
}

/** The rows as a format hands them out to be predicted for. */
export function unlabelled(rows: FeatureRows): OpenedRows {
  const { features, shape, notices } = rows;
  return { features, featureShape: shape, kept: keptRows(rows), notices };
}

/** Rows of the source, from 0, that are not left out. */
function keptRows(rows: FeatureRows): Uint32Array {
  const gone = new Set(rows.skipped);
  return rowNumbers(rowsOf(rows) + gone.size).filter((row) => !gone.has(row));
}

/** `60,000 images of 1 × 28 × 28`, `150 rows, 4 features` */
function describe(rows: FeatureRows): string {
  const n = rowsOf(rows);
  const shown = n.toLocaleString('en-US');
  return rows.shape.length === 3
    ? `${shown} image${n === 1 ? '' : 's'} of ${rows.shape.join(' × ')}`
    : `${shown} row${n === 1 ? '' : 's'}, ${count(rows.shape[0] as number, 'feature')}`;
}
