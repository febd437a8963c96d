import { nothing, percent } from '../../experiments/results/number-texts.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import type { NumberText } from '../table.ts';
import { table } from '../table.ts';
import type { AuditReport } from './audit-report.ts';

/** How much annotators agree with each other; nothing where there is one label per row. */
export function annotatorsSection({ findings, audit }: AuditReport): Html | undefined {
  const { annotators } = findings;
  if (annotators === undefined) return undefined;
  const outliers = annotators.filter(({ isOutlier }) => isOutlier).map(({ name }) => name);
  const constant = annotators.flatMap(({ name, onlyClass }) =>
    onlyClass === undefined ? [] : [`${name} (${audit.classes[onlyClass]})`],
  );
  const sorted = [...annotators].sort((a, b) => a.agreement - a.chance - (b.agreement - b.chance));
  return html`<section aria-labelledby="annotators"><h2 id="annotators">Annotators</h2>
<p>${
    outliers.length === 0
      ? 'Nobody disagrees with everybody else.'
      : `Within two standard errors these agree with the others no more than by chance, and less than the others do with each other: ${outliers.join(', ')}.`
  }${
    constant.length === 0
      ? ''
      : ` These gave one class only, on rows to which the others gave several: ${constant.join(', ')}.`
  }</p>
${table(
  'Over the rows that an annotator and others labelled: the share of the others’ labels that are the same, that to expect of the same labels on other rows, and how much the others agree with each other there.',
  ['Annotator', 'Rows', 'Agreement (%)', 'By chance (%)', 'Among the others (%)'],
  sorted.map(({ name, rows, agreement, standardError, chance, amongOthers }) => [
    ...[name, rows, share(agreement, standardError), share(chance), share(amongOthers)],
  ]),
  { isSortable: true },
)}</section>`;
}

function share(value: number, error?: number): NumberText | string {
  if (Number.isNaN(value)) return nothing;
  const range = error === undefined || Number.isNaN(error) ? '' : ` ± ${percent(error)}`;
  return { text: `${percent(value)}${range}`, value };
}
