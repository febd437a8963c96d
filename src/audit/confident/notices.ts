import type { Rows } from './rows.ts';
import { largest } from './rows.ts';

/** Fewer rows say nothing about the fit. */
const leastRows = 50;
/** Of wrong labels and hard rows there are mostly more than one in a thousand. */
const mostAgreement = 0.999;
const fewRows = 5;

/** What a reader of the estimates should know; empty where there is nothing. @param areOutOfSample whether that is known */
export function auditNotices(rows: Rows, areOutOfSample = false): string[] {
  return [
    areOutOfSample ? undefined : trainingFit(rows),
    neverPredicted(rows),
    smallClasses(rows),
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
function neverPredicted({ n, k, counts, probs }: Rows): string | undefined {
  const predicted = new Array<number>(k).fill(0);
  for (let row = 0; row < n; row++) {
    const c = largest(probs, row * k, k);
    predicted[c] = (predicted[c] as number) + 1;
  }
  const never = predicted.flatMap((count, c) =>
    count === 0 && (counts[c] as number) > 0 ? [c] : [],
  );
  if (never.length === 0) return undefined;
  const [first] = never as [number];
  const which =
    never.length === 1
      ? `class ${first} is never the most probable one: its labels look`
      : `${never.length} classes, ${first} the first, are never the most probable ones: their labels look`;
  return `${which} wrong because the model has not learnt it; take another loss, such as ce or auto, or another model`;
}

function smallClasses({ counts }: Rows): string | undefined {
  const small = Array.from(counts.keys()).filter((c) => (counts[c] as number) < fewRows);
  if (small.length === 0) return undefined;
  const [first] = small as [number];
  const which =
    small.length === 1 ? `class ${first} has` : `${small.length} classes, ${first} the first, have`;
  return `${which} fewer than ${fewRows} rows: what is estimated of so few is not reliable`;
}
