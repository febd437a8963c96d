import { noLabel } from '../audit/index.ts';
import { checkList, isList, SymlossError, show, sizeOf } from '../core/index.ts';
import { annotatedLabels } from './annotations/index.ts';
import type { AnnotationSource, ArraySource, Label, Numbers } from './array-source.ts';
import { collectClasses, isNumeric } from './classes.ts';
import type { Dataset } from './dataset.ts';
import { checkClasses, checkCount } from './dataset.ts';
import { normaliseSoftLabels, roundedNotice } from './soft-labels.ts';
import { list } from './text.ts';

type Labels = Pick<Dataset, 'labels' | 'trueLabels' | 'softLabels' | 'annotations' | 'classes'> & {
  readonly notices?: readonly string[];
};

/** Labels of arrays as classes: of one list, of several annotators, or shares. */
export function readLabels(where: string, source: ArraySource): Labels {
  if (source.annotations !== undefined) return readAnnotations(where, source, source.annotations);
  checkList(`${where}, labels`, source.labels);
  const soft = softLabelsOf(where, source);
  const truth =
    source.trueLabels && Array.from(source.trueLabels, labelText(`${where}, true labels`));
  if (soft !== undefined) {
    const { classes, shares } = soft;
    const indexOf = classFinder(`${where}, true labels`, classes);
    const place = (row: number) => `${where}, labels, row ${row}`;
    const { rounded, ...labelled } = normaliseSoftLabels(place, shares, classes.length);
    return {
      ...labelled,
      classes,
      notices: roundedNotice(rounded),
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
