import type { Rows } from './rows.ts';
import { largest } from './rows.ts';

/** Fewer rows say nothing about the fit. */
const leastRows = 50;
/** Of wrong labels and hard rows there are mostly more than one in a thousand. */
const mostAgreement = 0.999;
const fewRows = 5;

/** What a reader of the estimates should know; empty where there is nothing. */
export function auditNotices(rows: Rows): string[] {
  return [trainingFit(rows), smallClasses(rows)].filter((notice) => notice !== undefined);
}

/** Of a model that has learnt the labels by heart, the probabilities repeat the labels, the wrong ones, too. */
function trainingFit({ n, k, labels, probs }: Rows): string | undefined {
  if (n < leastRows) return undefined;
  let equal = 0;
  for (let row = 0; row < n; row++) if (largest(probs, row * k, k) === labels[row]) equal++;
  if (equal / n < mostAgreement) return undefined;
  return `the most probable class is the given label in ${equal} of ${n} rows: if a model gave these probabilities for rows that it was trained on, wrong labels do not show; use out-of-sample ones`;
}

function smallClasses({ counts }: Rows): string | undefined {
  const small = Array.from(counts.keys()).filter((c) => (counts[c] as number) < fewRows);
  if (small.length === 0) return undefined;
  const [first] = small as [number];
  const which =
    small.length === 1 ? `class ${first} has` : `${small.length} classes, ${first} the first, have`;
  return `${which} fewer than ${fewRows} rows: what is estimated of so few is not reliable`;
}
