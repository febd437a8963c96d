import type { DuplicateGroup } from '../../audit/index.ts';
import { rowNumber } from '../../data/index.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { table } from '../table.ts';
import type { AuditReport } from './audit-report.ts';
import { contentHtml } from './content-html.ts';
import { rowContents } from './contents.ts';

/** Groups that are shown, rows and labels of a group that are named, and values of it. */
const [mostGroups, mostNames, mostFields] = [20, 8, 5];

/** Rows that are the same: those with different labels first, then those of the test part, then the largest groups. */
export async function duplicatesSection(report: AuditReport): Promise<Html> {
  const { data, findings } = report;
  const { groups, repeated, conflicting, inTest } = findings.duplicates;
  const shown = [...groups]
    .sort(
      (a, b) =>
        b.conflicts - a.conflicts ||
        b.testRows.length - a.testRows.length ||
        b.rows.length - a.rows.length,
    )
    .slice(0, mostGroups);
  const contents = await rowContents(
    data,
    shown.map(({ rows }) => rows[0] as number),
  );
  const columns = ['Rows', 'Labels', ...(inTest.rows > 0 ? ['In the test part'] : []), 'Content'];
  const lines = shown.map((group, i) => [
    numbers(group.rows, data),
    labelCounts(report, group),
    ...(inTest.rows > 0 ? [numbers(group.testRows, report.test ?? {})] : []),
    contentHtml(
      contents[i] as (typeof contents)[number],
      `row ${rowNumber(data, group.rows[0] as number)}`,
      { mostFields },
    ),
  ]);
  const more =
    groups.length > shown.length ? ` The first ${shown.length} of ${groups.length} groups.` : '';
  return html`<section aria-labelledby="same"><h2 id="same">Rows that are the same</h2>
${
  groups.length === 0
    ? html`<p>No two rows are the same in all that the model sees${report.test && ', nor is one in the test part'}.</p>`
    : html`<ul>
${repeated.groups > 0 && html`<li>${counted(repeated.rows, 'row')} in ${counted(repeated.groups, 'group')} are the same in all that the model sees.</li>`}
${conflicting.groups > 0 && html`<li>${conflicting.rows.toLocaleString('en-US')} of them, in ${counted(conflicting.groups, 'group')}, have different labels. If rows that are the same are of one class, at least ${counted(conflicting.conflicts, 'label')} ${conflicting.conflicts === 1 ? 'is' : 'are'} wrong; else the columns do not decide the class.</li>`}
${inTest.rows > 0 && html`<li>${counted(inTest.rows, 'row')} ${inTest.rows === 1 ? 'is' : 'are'} in the test part, too (${counted(inTest.testRows, 'row')} there): there it measures what was memorized.</li>`}
</ul>
${table(`Groups of rows that are the same, those with different labels first.${more}`, columns, lines)}`
}
</section>`;
}

const counted = (n: number, noun: string): string =>
  `${n.toLocaleString('en-US')} ${noun}${n === 1 ? '' : 's'}`;

function numbers(rows: readonly number[], data: Parameters<typeof rowNumber>[0]): string {
  const names = rows.slice(0, mostNames).map((row) => rowNumber(data, row).toLocaleString('en-US'));
  const more = rows.length - names.length;
  return names.join('; ') + (more > 0 ? ` and ${more} more` : '');
}

/** `2 × cat, 1 × dog` */
function labelCounts({ audit }: AuditReport, { rows }: DuplicateGroup): string {
  const counts = new Map<number, number>();
  for (const row of rows) {
    const label = audit.labels[row] as number;
    counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  return [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostNames)
    .map(([label, count]) => `${count} × ${audit.classes[label]}`)
    .join(', ');
}
