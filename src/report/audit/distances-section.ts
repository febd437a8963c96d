import { rowNumber } from '../../data/index.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { table } from '../table.ts';
import type { AuditReport } from './audit-report.ts';
import { contentHtml } from './content-html.ts';
import { rowContents } from './contents.ts';

/** Pairs and rows that are shown, and values of a row. */
const [mostShown, mostFields] = [10, 5];

/** Pairs of rows that are nearly the same with different labels, and rows that are far from all others. */
export async function distancesSection(report: AuditReport): Promise<Html | undefined> {
  const { distances } = report.findings;
  if (distances === undefined) return undefined;
  const { nearConflicts, far } = distances;
  const { classes, labels } = report.audit;
  const label = (row: number) => classes[labels[row] as number] as string;
  const pairs = nearConflicts.slice(0, mostShown);
  const pairShown = await shownRows(
    report,
    pairs.flatMap(({ rows }) => rows),
  );
  const farShown = Array.from(far.rows.subarray(0, mostShown));
  const farContents = await shownRows(report, farShown);
  return html`<section aria-labelledby="distances"><h2 id="distances">Rows nearly the same, and unlike all others</h2>
${
  pairs.length === 0
    ? html`<p>No two rows with different labels are nearly the same.</p>`
    : table(
        `Pairs of rows that are nearly the same, with different labels: at most a tenth as far from each other as a row usually is from its nearest one.${first(pairs.length, nearConflicts.length, 'pairs')}`,
        ['Rows', 'Labels', 'Distance', 'First', 'Second'],
        pairs.map(({ rows: [a, b], distance }, i) => [
          `${number(report, a)}; ${number(report, b)}`,
          `${label(a)}; ${label(b)}`,
          distance.toFixed(3),
          pairShown[2 * i] as Html,
          pairShown[2 * i + 1] as Html,
        ]),
      )
}
${
  farShown.length === 0
    ? html`<p>No row is unlike all others.</p>`
    : table(
        `Rows unlike all others: more than ${far.fence.toFixed(1)} times as far from their nearest rows as usual. They may be of no class, or have a slip in a column.${first(farShown.length, far.rows.length, 'rows')}`,
        ['Row', 'Label', 'Times as far', 'Content'],
        farShown.map((row, i) => [
          number(report, row),
          label(row),
          (far.scores[row] as number).toFixed(1),
          farContents[i] as Html,
        ]),
      )
}
</section>`;
}

function first(shown: number, all: number, noun: string): string {
  return shown < all ? ` The first ${shown} of ${all.toLocaleString('en-US')} ${noun}.` : '';
}

const number = ({ data }: AuditReport, row: number) => rowNumber(data, row).toLocaleString('en-US');

async function shownRows({ data }: AuditReport, rows: readonly number[]): Promise<Html[]> {
  const contents = await rowContents(data, rows);
  return contents.map((content, i) =>
    contentHtml(content, `row ${rowNumber(data, rows[i] as number)}`, { mostFields }),
  );
}
