import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { share, table } from '../table.ts';
import type { AuditReport } from './audit-report.ts';

/** Pairs from this confusion on are worth a question; classes from this imbalance on a sentence. */
const [leastConfusion, leastImbalance] = [0.1, 10];

/** Rows per class, and the pairs of classes that are taken for each other. */
export function classesSection({ audit, findings }: AuditReport): Html {
  const { classes, labels, py, classWrongShares } = audit;
  const { rows, smallest, largest, imbalance } = findings.classSizes;
  const n = labels.length;
  return html`<section aria-labelledby="classes"><h2 id="classes">Classes</h2>
${
  imbalance >= leastImbalance &&
  html`<p>Classes are unequal: ${count(rows[smallest] as number)} of “${classes[smallest]}”, ${count(rows[largest] as number)} of “${classes[largest]}”, ${imbalance.toFixed(0)} times as many.</p>`
}
${table(
  'Rows by their label, about how many rows are of the class, and the share of the labels that are wrong: the mean probability of that over the rows with this label. Both are estimated.',
  ['Class', 'Labelled', 'Share (%)', 'Of the class, about', 'Labels wrong (%)'],
  classes.map((name, c) => [
    ...[name, rows[c] as number, share((rows[c] as number) / n)],
    ...[Math.round(n * (py[c] as number)), share(classWrongShares[c])],
  ]),
  { isSortable: true },
)}
${pairs(findings.ambiguousPairs, audit)}
</section>`;
}

const count = (n: number): string => `${n.toLocaleString('en-US')} row${n === 1 ? '' : 's'}`;

function pairs(
  found: AuditReport['findings']['ambiguousPairs'],
  audit: AuditReport['audit'],
): Html | undefined {
  const { classes } = audit;
  if (found.length === 0) return undefined;
  const isPair = classes.length > 2;
  const unclear = found.filter(({ confusion }) => confusion >= leastConfusion);
  const names = unclear
    .slice(0, 3)
    .map(({ classes: [a, b] }) => `“${classes[a]}” and “${classes[b]}”`);
  return html`<h3>Classes that are taken for each other</h3>
${
  unclear.length > 0 &&
  html`<p>${isPair ? 'Merge or redefine these?' : 'These are hard to tell apart:'} ${names.join('; ')}${unclear.length > 3 && ` and ${unclear.length - 3} more`}.</p>`
}
${table(
  'Confusion (estimated): how often the better guess between the two is wrong in their rows, from 0 (rows are clearly of one of them, and labels that are exchanged are mistakes) to 50 % (nothing tells the classes apart). Suspects: rows of the list that are labelled with one of the two and may be of the other.',
  ['Classes', 'Confusion (%)', 'Suspects'],
  found.map(({ classes: [a, b], confusion }) => [
    `${classes[a]} – ${classes[b]}`,
    ...[share(confusion), exchanged(a, b, audit)],
  ]),
  { isSortable: true },
)}`;
}

/** Suspects that are labelled with one of two classes where the other is suggested. */
function exchanged(a: number, b: number, { suspects, labels, suggested }: AuditReport['audit']) {
  const isOfBoth = (row: number) =>
    (labels[row] === a && suggested[row] === b) || (labels[row] === b && suggested[row] === a);
  return suspects.rows.filter(isOfBoth).length;
}
