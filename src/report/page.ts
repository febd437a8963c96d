import type { RunRecord } from '../run/record.ts';
import type { ClientAssets } from './assets.ts';
import { html } from './html.ts';
import type { KeptModel } from './model-section.ts';
import { modelSection } from './model-section.ts';
import { count, duration, lossCount } from './numbers.ts';
import { failures, provenance } from './provenance.ts';
import { resultsTable } from './results-table.ts';
import { renderShell } from './shell.ts';
import { summarise } from './summary.ts';

export interface PageOptions {
  readonly title: string;
  readonly model: KeptModel | undefined;
  readonly assets: ClientAssets;
}

/** The page of runs. */
export function renderPage(
  records: readonly RunRecord[],
  { title, model, assets }: PageOptions,
): string {
  const page = summarise(records);
  return renderShell({
    ...{ title, assets, overview: overview(records), data: { id: 'report-data', value: page } },
    main: html`${model && modelSection(model)}
<noscript><p>The charts need JavaScript; the tables below do not.</p></noscript>
<div id="charts"></div>
<section aria-labelledby="results"><h2 id="results">All results</h2>
<div id="results-filter"></div>
${resultsTable(page)}
</section>
${failures(records)}
<section aria-labelledby="provenance"><h2 id="provenance">Configuration and provenance</h2>
${provenance(records)}
</section>`,
  });
}

function overview(records: readonly RunRecord[]): string {
  const done = records.filter((record) => record.status === 'done').length;
  const diverged = records.filter((r) => r.status === 'failed' && r.diverged).length;
  const failed = records.length - done - diverged;
  const losses = new Set(records.map((record) => record.config.loss)).size;
  const seeds = new Set(records.map((record) => record.config.seed)).size;
  const days = records.map(({ started }) => started.slice(0, 10)).sort();
  const seconds = records.reduce((total, record) => total + record.seconds, 0);
  const when = days[0] === days.at(-1) ? `on ${days[0]}` : `from ${days[0]} to ${days.at(-1)}`;
  const ends = [
    `${done} ended`,
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ].join(', ');
  return `${count(records.length, 'run')} (${ends}) of ${lossCount(losses)} with ${count(seeds, 'seed')}, ${when}, ${duration(seconds)} of training.`;
}
