import { nothing, percent } from '../../experiments/results/number-texts.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import type { NumberText } from '../table.ts';
import { table } from '../table.ts';
import type { AuditReport } from './audit-report.ts';

/** Pairs from this confusion on are worth a question; classes from this imbalance on a sentence. */
const [leastConfusion, leastImbalance] = [0.1, 10];

/** Rows per class, and the pairs of classes that are taken for each other. */
export function classesSection({ audit, findings }: AuditReport): Html {
  const { classes, labels, py, confident } = audit;
  const { rows, smallest, largest, imbalance } = findings.classSizes;
  const n = labels.length;
  return html`<section aria-labelledby="classes"><h2 id="classes">Classes</h2>
${
  imbalance >= leastImbalance &&
  html`<p>Classes are unequal: ${count(rows[smallest] as number)} of “${classes[smallest]}”, ${count(rows[largest] as number)} of “${classes[largest]}”, ${imbalance.toFixed(0)} times as many.</p>`
}
${table(
  'Rows by their label, about how many are of the class (estimated), and the share of the labels that are wrong by confident learning.',
  ['Class', 'Labelled', 'Share (%)', 'Of the class, about', 'Labels wrong (%)'],
  classes.map((name, c) => [
    ...[name, rows[c] as number, share((rows[c] as number) / n)],
    ...[Math.round(n * (py[c] as number)), share(confident.classes[c]?.labelNoise)],
  ]),
  { isSortable: true },
)}
${pairs(findings.ambiguousPairs, classes)}
</section>`;
}

const count = (n: number): string => `${n.toLocaleString('en-US')} row${n === 1 ? '' : 's'}`;

function share(value: number | undefined): NumberText {
  return value === undefined
    ? { text: nothing, value: Number.NaN }
    : { text: percent(value), value };
}

function pairs(
  found: AuditReport['findings']['ambiguousPairs'],
  classes: readonly string[],
): Html | undefined {
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
  'Labels exchanged: rows of one of the two that are labelled with the other, by confident learning. Confusion: how often the better guess between the two is wrong in their rows, from 0 (rows are clearly of one of them, and labels that are exchanged are mistakes) to 50 % (nothing tells the classes apart). Both are estimated.',
  ['Classes', 'Labels exchanged, about', 'Share of all rows (%)', 'Confusion (%)'],
  found.map(({ classes: [a, b], rows, share: own, confusion }) => [
    `${classes[a]} – ${classes[b]}`,
    ...[rows, share(own), share(confusion)],
  ]),
  { isSortable: true },
)}`;
}
