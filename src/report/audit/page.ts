import { percent } from '../../experiments/results/number-texts.ts';
import type { ClientAssets } from '../assets.ts';
import type { Html } from '../html.ts';
import { html } from '../html.ts';
import { sentence } from '../numbers.ts';
import { renderShell } from '../shell.ts';
import { table } from '../table.ts';
import { annotatorsSection } from './annotators-section.ts';
import type { AuditReport } from './audit-report.ts';
import { classesSection } from './classes-section.ts';
import { auditData } from './curve-data.ts';
import { distancesSection } from './distances-section.ts';
import { duplicatesSection } from './duplicates-section.ts';
import { healthLines, intervalText } from './health-lines.ts';
import { noiseSection } from './noise-section.ts';
import { suspectsSection } from './suspects-section.ts';

/** The page of an audit. */
export async function renderAuditPage(report: AuditReport, assets: ClientAssets): Promise<string> {
  const { audit, title, settings } = report;
  const sections = [
    health(report),
    await suspectsSection(report),
    noiseSection(audit),
    curve,
    classesSection(report),
    await duplicatesSection(report),
    await distancesSection(report),
    annotatorsSection(report),
    settingsSection(settings),
  ];
  const rows = audit.labels.length.toLocaleString('en-US');
  return renderShell({
    ...{ title, assets, data: { id: 'audit-data', value: auditData(audit) } },
    overview: `${rows} rows of ${audit.classes.length} classes. All that is said of labels is estimated, unless it is said to be measured.`,
    main: html`${contents(report)}
${sections}`,
  });
}

function contents({ findings }: AuditReport): Html {
  const parts = [
    ...[['suspects', 'Suspects'] as const, ['noise', 'How labels go wrong'] as const],
    ...[['curve', 'How long should the list be?'] as const, ['classes', 'Classes'] as const],
    ['same', 'Rows that are the same'] as const,
    ...(findings.distances
      ? [['distances', 'Rows nearly the same, and unlike all others'] as const]
      : []),
    ...(findings.annotators ? [['annotators', 'Annotators'] as const] : []),
    ['settings', 'Settings and data'] as const,
  ];
  return html`<nav aria-label="On this page"><ul class="contents">${parts.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>`;
}

/** How many labels look wrong, from what that is known, and what limits it. */
function health({ audit, basis, against }: AuditReport): Html {
  const { labels, wrongShare, confident } = audit;
  const n = labels.length;
  const about = Math.round(n * wrongShare).toLocaleString('en-US');
  const wrong = [about, intervalText(audit.wrongShareInterval)].filter(Boolean).join('; ');
  return html`<section aria-labelledby="health"><h2 id="health">Health</h2>
<p class="lead">About <strong>${percent(wrongShare)} %</strong> of the ${n.toLocaleString('en-US')} labels look wrong (${wrong}): an estimate, from ${basis}.</p>
<ul>
<li>Confident learning counts ${percent(1 - confident.health)} %.</li>
${healthLines(audit, against).map(({ text, isNote }) => html`<li>${isNote && 'Note: '}${isNote ? `${text}.` : sentence(text)}</li>`)}
</ul>
<p class="note">A row that is hard to tell looks like one whose label is wrong, and noise is taken to depend on the class only.</p>
</section>`;
}

const curve = html`<section aria-labelledby="curve"><h2 id="curve">How long should the list be?</h2>
<noscript><p>The curve needs JavaScript.</p></noscript>
<div id="precision-curve"></div>
</section>`;

function settingsSection(settings: AuditReport['settings']): Html {
  return html`<section aria-labelledby="settings"><h2 id="settings">Settings and data</h2>
${table(
  'How the audit was made, defaults filled in.',
  ['Setting', 'Value'],
  Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]),
)}</section>`;
}
