import type { ConsensusMethod } from '../audit/index.ts';
import { noLabel } from '../audit/index.ts';
import type { Shape } from '../core/index.ts';
import { formatShape, SymlossError, show, sizeOf } from '../core/index.ts';
import { annotatedLabels } from './annotations/index.ts';
import { collectClasses, isNumeric } from './classes.ts';
import type { Dataset, Table } from './dataset.ts';
import { checkClasses, checkCount, checkDataset } from './dataset.ts';
import { checkFields } from './fields.ts';
import { checkSampleWeights, normaliseSoftLabels } from './soft-labels.ts';
import { list } from './text.ts';

type Numbers = readonly number[] | Float32Array | Float64Array | Int32Array | Uint8Array;
type Label = string | number;

/** Labels of several annotators. */
export interface AnnotationSource {
  /** n rows of m names of classes; `null` or `undefined` where an annotator gave none. */
  readonly labels: readonly (readonly (Label | null | undefined)[])[];
  /** m names. Default: `annotator 1`, …, `annotator m`. */
  readonly annotators?: readonly string[];
  /** How they become one label; see `consensus` of `symloss/audit`. Default: `dawid-skene`. */
  readonly consensus?: ConsensusMethod;
}

/** Arrays that `fromArrays` makes a dataset of. */
export interface ArraySource {
  /**
   * n rows of d numbers, or the values of all rows in one array, row-major. NaN is a missing value. A
   * `Uint8Array` of images holds pixels from 0 to 255, and is kept as it is.
   */
  readonly features: readonly Numbers[] | Float32Array | Uint8Array;
  /** Shape of one row: `[d]` (default), or `[c, h, w]` for images, channel first. */
  readonly featureShape?: Shape;
  /**
   * n names of classes, as texts or numbers; or soft labels `[n, k]`, the share of each class: n rows
   * of k numbers, or, with `classes`, all in one `Float32Array`.
   */
  readonly labels?: ArrayLike<Label> | readonly Numbers[];
  /** The labels of several annotators, instead of `labels`, which are then their consensus. */
  readonly annotations?: AnnotationSource;
  /** Names of classes 0, …, k − 1. Default: the distinct labels, sorted; of soft labels 0, …, k − 1. */
  readonly classes?: readonly string[];
  /** n names of classes: the labels as they should be, where they are known. */
  readonly trueLabels?: ArrayLike<Label>;
  /** n weights of the rows, not negative. Default: equal. */
  readonly sampleWeights?: ArrayLike<number>;
  /** Names of the d features of a table. */
  readonly columns?: readonly string[];
  readonly name?: string;
}

const fields: readonly (keyof ArraySource)[] = [
  ...(['features', 'featureShape', 'labels', 'annotations', 'classes', 'trueLabels'] as const),
  ...(['sampleWeights', 'columns', 'name'] as const),
];

/**
 * A dataset from arrays. Without `classes` their names are the distinct labels of `labels` and
 * `trueLabels` as text, sorted as numbers if all are numbers, as text otherwise. Soft labels are
 * divided by their sums; the label of a row is then its largest share, of equal ones the first. Of
 * several annotators the labels are the consensus, and soft where it leaves any doubt.
 * @throws SymlossError if lengths disagree, a value is not a number, a label is not among `classes`,
 * shares of classes are negative or do not sum to 1 (within 1e-4), fewer than two classes occur, or
 * a field does not exist
 * @example
 * fromArrays({ features: [[0, 1], [1, 0]], labels: ['cat', 'dog'] }).classes // ['cat', 'dog']
 * @example
 * const soft = fromArrays({
 *   features: [[0], [1]],
 *   labels: [[0.9, 0.1], [0.2, 0.8]],
 *   classes: ['cat', 'dog'],
 * });
 * soft.labels // Int32Array [0, 1]
 */
export function fromArrays(
  source: ArraySource & { readonly features: readonly Numbers[] | Float32Array },
): Table;
export function fromArrays(source: ArraySource): Dataset;
export function fromArrays(source: ArraySource): Dataset {
  const where = source.name ?? 'fromArrays';
  checkFields(where, source, fields);
  const { columns, sampleWeights } = source;
  checkList(`${where}, features`, source.features);
  const { notices = [], ...labelled } = readLabels(where, source);
  const n = labelled.labels.length;
  if (sampleWeights) checkSampleWeights(`${where}, sample weights`, sampleWeights, n);
  const dataset: Dataset = {
    name: source.name ?? 'arrays',
    ...readFeatures(where, source, n),
    ...labelled,
    ...(sampleWeights && { sampleWeights: Float32Array.from(sampleWeights) }),
    ...(columns && { columns: [...columns] }),
    notices,
  };
  checkDataset(where, dataset);
  return dataset;
}

function readFeatures(
  where: string,
  { features, featureShape }: ArraySource,
  n: number,
): Pick<Dataset, 'features' | 'featureShape'> {
  const isFlat = features instanceof Float32Array || features instanceof Uint8Array;
  if (!isFlat) checkCount(where, 'rows of features, one per label', n, features.length);
  const d = isFlat ? features.length / Math.max(n, 1) : (features[0]?.length ?? 0);
  if (featureShape === undefined && !Number.isInteger(d)) {
    const expected = `rows of equal length, or their shape (featureShape)`;
    throw new SymlossError(
      `${where}, features`,
      expected,
      `${features.length} values, ${n} labels`,
    );
  }
  const shape = featureShape ?? [d];
  if (featureShape?.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new SymlossError(`${where}, featureShape`, 'positive integers', formatShape(shape));
  }
  if (!isFlat) {
    const what = featureShape === undefined ? 'features, as in row 0' : 'features (featureShape)';
    return { features: flatten(where, features, sizeOf(shape), what), featureShape: shape };
  }
  const keep = features instanceof Float32Array || shape.length === 3; // pixels stay bytes
  return { features: keep ? features : Float32Array.from(features), featureShape: shape };
}

function flatten(where: string, rows: readonly Numbers[], d: number, what: string): Float32Array {
  const values = new Float32Array(rows.length * d);
  for (const [i, row] of rows.entries()) {
    checkCount(`${where}, row ${i}`, what, d, row.length);
    for (const [j, value] of row.entries()) {
      if (typeof value !== 'number') {
        throw new SymlossError(`${where}, row ${i}, feature ${j}`, 'a number', show(value));
      }
      values[i * d + j] = value;
    }
  }
  return values;
}

type Labels = Pick<Dataset, 'labels' | 'trueLabels' | 'softLabels' | 'annotations' | 'classes'> & {
  readonly notices?: readonly string[];
};

function readLabels(where: string, source: ArraySource): Labels {
  if (source.annotations !== undefined) return readAnnotations(where, source, source.annotations);
  checkList(`${where}, labels`, source.labels);
  const soft = softLabelsOf(where, source);
  const truth =
    source.trueLabels && Array.from(source.trueLabels, labelText(`${where}, true labels`));
  if (soft !== undefined) {
    const { classes, shares } = soft;
    const indexOf = classFinder(`${where}, true labels`, classes);
    return {
      ...normaliseSoftLabels(`${where}, labels`, shares, classes.length),
      classes,
      ...(truth && { trueLabels: Int32Array.from(truth, indexOf) }),
    };
  }
  const given = Array.from(source.labels as ArrayLike<Label>, labelText(`${where}, labels`));
  if (source.classes === undefined) {
    const { classes, indexOf } = collectClasses(truth ? [given, truth] : [given]);
    const trueLabels = truth && Int32Array.from(truth, indexOf);
    return { labels: Int32Array.from(given, indexOf), classes, ...(trueLabels && { trueLabels }) };
  }
  const classes = checkClasses(where, source.classes);
  const find = (role: string, texts: readonly string[]) =>
    Int32Array.from(texts, classFinder(`${where}, ${role}`, classes));
  return {
    labels: find('labels', given),
    classes,
    ...(truth && { trueLabels: find('true labels', truth) }),
  };
}

/** The consensus of annotators. */
function readAnnotations(
  where: string,
  source: ArraySource,
  { labels: rows, annotators: names, consensus = 'dawid-skene' }: AnnotationSource,
): Labels {
  if (source.labels !== undefined) {
    throw new SymlossError(`${where}, labels`, 'nothing beside annotations', 'labels');
  }
  checkList(`${where}, annotations, labels`, rows);
  const m = names?.length ?? rows[0]?.length ?? 0;
  const annotators = names ?? Array.from({ length: m }, (_, a) => `annotator ${a + 1}`);
  const texts = rows.flatMap((row, i) => {
    const place = `${where}, annotations, row ${i}`;
    checkCount(place, 'labels, one by each annotator', m, row?.length ?? 0);
    if (row.every((label) => label == null)) {
      throw new SymlossError(place, 'a label by some annotator', 'none', {
        hint: 'leave the row out',
      });
    }
    return Array.from(row, (label, a) =>
      label == null ? undefined : labelText(`${place}, annotator ${show(annotators[a])}`)(label),
    );
  });
  const truth =
    source.trueLabels && Array.from(source.trueLabels, labelText(`${where}, true labels`));
  const given = texts.filter((text) => text !== undefined);
  const classes =
    source.classes === undefined
      ? collectClasses(truth ? [given, truth] : [given]).classes
      : checkClasses(where, source.classes);
  const indexOf = classFinder(`${where}, annotations`, classes);
  const codes = Int32Array.from(texts, (text, i) =>
    text === undefined ? noLabel : indexOf(text, Math.floor(i / m)),
  );
  return {
    ...annotatedLabels({ annotators, labels: codes }, classes.length, consensus),
    classes,
    ...(truth && {
      trueLabels: Int32Array.from(truth, classFinder(`${where}, true labels`, classes)),
    }),
  };
}

/** Where labels are soft: the shares of all rows, and the names of the classes. */
function softLabelsOf(
  where: string,
  { labels = [], classes, features, featureShape }: ArraySource,
): { shares: Numbers; classes: readonly string[] } | undefined {
  const first: unknown = labels[0];
  if (isList(first)) {
    const k = (first as Numbers).length;
    const rows = labels as readonly Numbers[];
    const shares = flattenShares(`${where}, labels`, rows, classes?.length ?? k);
    const names = classes ?? Array.from({ length: k }, (_, c) => String(c));
    return { shares, classes: checkClasses(where, names) };
  }
  if (!(labels instanceof Float32Array) || classes === undefined) return undefined;
  const k = classes.length;
  const isFlat = features instanceof Float32Array || features instanceof Uint8Array;
  const n = !isFlat
    ? features.length
    : featureShape === undefined
      ? labels.length / k
      : features.length / sizeOf(featureShape);
  if (labels.length === n) return undefined; // one number for each row
  if (labels.length !== n * k) {
    const expected = `${n} labels, or ${n * k} shares of ${k} classes`;
    throw new SymlossError(`${where}, labels`, expected, String(labels.length));
  }
  return { shares: labels, classes: checkClasses(where, classes.map(String)) };
}

function flattenShares(where: string, rows: readonly Numbers[], k: number): Float64Array {
  const shares = new Float64Array(rows.length * k);
  for (const [row, own] of rows.entries()) {
    checkCount(`${where}, row ${row}`, 'shares, one for each class', k, own?.length ?? 0);
    shares.set(own, row * k);
  }
  return shares;
}

/** Finds the class of a label's text; of numbers by their value: 1 is the class 1.0. */
function classFinder(
  where: string,
  classes: readonly string[],
): (text: string, row: number) => number {
  const areNumbers = classes.every(isNumeric);
  const key = (text: string) => (areNumbers && isNumeric(text) ? String(Number(text)) : text);
  const index = new Map(classes.map((name, i) => [key(name.trim()), i]));
  return (text, row) => {
    const found = index.get(key(text));
    if (found !== undefined) return found;
    throw new SymlossError(
      `${where}, row ${row}`,
      `one of the classes ${list(classes)}`,
      show(text),
      {
        hint:
          isNumeric(text) && !areNumbers
            ? 'labels are names of classes, not their numbers'
            : undefined,
      },
    );
  };
}

/** @param where with the row, where none is given */
function labelText(where: string): (label: Label, row?: number) => string {
  return (label, row) => {
    const isNone = typeof label === 'number' ? !Number.isFinite(label) : label == null;
    const text = isNone ? '' : String(label).trim();
    if (text !== '') return text;
    const place = row === undefined ? where : `${where}, row ${row}`;
    throw new SymlossError(place, 'a text or a finite number', show(label));
  };
}

function checkList(where: string, value: unknown): void {
  if (!isList(value)) throw new SymlossError(where, 'an array', show(value));
}

function isList(value: unknown): boolean {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
}
