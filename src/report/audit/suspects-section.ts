import { squareShape } from '../../data/index.ts';
import { percent } from '../../experiments/results/number-texts.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import type { AuditReport } from './audit-report.ts';
import { rowName } from './audit-report.ts';
import { contentHtml } from './content-html.ts';
import { rowContents } from './contents.ts';
import { leastScore, rowMarks } from './marks.ts';
import { topSuspects } from './top-suspects.ts';

/** The most suspect rows as cards with their content; the page's script lets the reader choose a confusion. */
export async function suspectsSection(report: AuditReport): Promise<Html> {
  const { data, audit } = report;
  const { rows, listed } = topSuspects(audit);
  const contents = await rowContents(data, rows);
  const marks = rowMarks(data, audit, rows);
  const cards = rows.map((row, i) => {
    const content = contents[i] as (typeof contents)[number];
    return card(
      report,
      row,
      contentHtml(content, rowName(data, row), { marks: marks?.(row) }),
      i >= listed,
    );
  });
  const list = audit.suspects.rows.length;
  const shown = rows.length.toLocaleString('en-US');
  const intro =
    listed === 0
      ? `No label is suspect enough for the list. The ${shown} most suspect ones:`
      : list > listed
        ? `The first ${shown} of the ${list.toLocaleString('en-US')} suspects, the most suspect first.`
        : listed < rows.length
          ? `The list (${listed}), the most suspect first, and the next rows below it.`
          : `All ${shown} suspects, the most suspect first.`;
  const isPixels = squareShape(data) !== undefined;
  return html`<section aria-labelledby="suspects"><h2 id="suspects">Suspects</h2>
<p>${intro}</p>
${isPixels && html`<p class="note">The columns are the pixels of a square, and are shown as an image, from the least value (black) to the largest (white).</p>`}
${marks && html`<p class="note">Marked are the ${words(data)} that speak most for the suggested class against the given one: more rows labelled so have them, by a log odds ratio of at least ${`${leastScore}`} standard errors, and not more than half of those labelled as given.${hasNumbers(data) && ' A number counts as the tenth of the rows that it is in.'}</p>`}
<div id="suspects-filter"></div>
<ol class="cards${contents[0]?.kind === 'image' && ' images'}" id="suspects-list">${cards}</ol>
</section>`;
}

/** What is marked, in words. */
function words({ kinds = [], columns = [] }: AuditReport['data']): string {
  const texts = kinds.filter((kind) => kind === 'text').length;
  if (texts === 0) return 'values';
  return texts === columns.length ? 'words' : 'words and values';
}

function hasNumbers({ kinds, columns = [] }: AuditReport['data']): boolean {
  return (kinds ?? columns.map(() => 'numeric')).some(
    (kind) => kind === 'numeric' || kind === 'date',
  );
}

function card(
  { data, audit, reasonOf }: AuditReport,
  row: number,
  content: Html,
  isBelow: boolean,
): Html {
  const { classes, labels, suggested, pWrong, trueLabels } = audit;
  const [given, other] = [labels[row] as number, suggested[row] as number];
  const truth = trueLabels?.[row];
  return html`
<li class="card" data-confusion="${`${given} ${other}`}"><h3>${rowName(data, row)}</h3>
<p class="labels"><span class="hidden">given </span><span class="given">${classes[given]}</span> → <span class="hidden">suggested </span><strong>${classes[other]}</strong></p>
<p>probably wrong: ${percent(pWrong[row] as number)} %${isBelow && ', below the list'}</p>
${truth !== undefined && html`<p>${truthText(classes, truth, given)}</p>`}
${content}
<p class="note">${reasonOf(row)}</p></li>`;
}

function truthText(classes: readonly string[], truth: number, given: number): string {
  if (truth === given) return 'true label: as given';
  return `true label: ${classes[truth] ?? 'a class that no row is labelled with'}`;
}
