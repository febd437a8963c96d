import { formatNames, show } from '../../core/index.ts';
import type { Rows } from './rows.ts';
import { largest } from './rows.ts';

/** Fewer rows say nothing about the fit. */
const leastRows = 50;
/** Of wrong labels and hard rows there are mostly more than one in a thousand. */
const mostAgreement = 0.999;
const fewRows = 5;
/** Names in a notice, at most. */
const mostNames = 5;
/** The loss that learns all classes before others do. */
const plainLoss = 'ce';

export interface NoticeOptions {
  /** Whether that is known of the probabilities. */
  readonly areOutOfSample: boolean;
  /** [k]. Default: the numbers of the classes. */
  readonly classNames?: readonly string[] | undefined;
  /** Of the models, where it is known. */
  readonly loss?: string | undefined;
}

/** What a reader of the estimates should know; empty where there is nothing. */
export function auditNotices(rows: Rows, options: NoticeOptions): string[] {
  return [
    options.areOutOfSample ? undefined : trainingFit(rows),
    neverPredicted(rows, options),
    smallClasses(rows, options),
  ].filter((notice) => notice !== undefined);
}

/** Of a model that has learnt the labels by heart, the probabilities repeat the labels, the wrong ones, too. */
function trainingFit({ n, k, labels, probs }: Rows): string | undefined {
  if (n < leastRows) return undefined;
  let equal = 0;
  for (let row = 0; row < n; row++) if (largest(probs, row * k, k) === labels[row]) equal++;
  if (equal / n < mostAgreement) return undefined;
  return `the most probable class is the given label in ${equal} of ${n} rows: if a model gave these probabilities for rows that it was trained on, wrong labels do not show; use out-of-sample ones`;
}

/** A model that has given up a class finds all of its labels wrong. */
function neverPredicted(
  { n, k, counts, probs }: Rows,
  { classNames, loss }: NoticeOptions,
): string | undefined {
  const predicted = new Set<number>();
  for (let row = 0; row < n; row++) predicted.add(largest(probs, row * k, k));
  const never = Array.from(counts.keys()).filter((c) => !predicted.has(c));
  if (never.length === 0) return undefined;
  const [verb, noun, their, it] =
    never.length === 1 ? ['is', 'one', 'its', 'it'] : ['are', 'ones', 'their', 'them'];
  const isRare = never.every((c) => (counts[c] as number) < fewRows);
  const advice = isRare
    ? `more rows of ${it} may help`
    : loss === plainLoss
      ? 'take another model'
      : `take another loss, such as ${plainLoss} or auto, or another model`;
  return `${named(never, classNames)} ${verb} never the most probable ${noun}: ${their} labels look wrong because the model has not learnt ${it}; ${advice}`;
}

function smallClasses({ counts }: Rows, { classNames }: NoticeOptions): string | undefined {
  const small = Array.from(counts.keys()).filter((c) => (counts[c] as number) < fewRows);
  if (small.length === 0) return undefined;
  const verb = small.length === 1 ? 'has' : 'have';
  return `${named(small, classNames)} ${verb} fewer than ${fewRows} rows: what is estimated of so few is not reliable`;
}

/** `class "cat"`, `3 classes ("cat", "dog", "eel")` */
function named(classes: readonly number[], names: readonly string[] | undefined): string {
  const shown = classes.map((c) => (names === undefined ? String(c) : show(names[c])));
  return shown.length === 1
    ? `class ${shown[0]}`
    : `${shown.length} classes (${formatNames(shown, mostNames)})`;
}
