import { createHash } from 'node:crypto';
import type { RunRecord } from '../run/record.ts';
import type { ClientAssets } from './assets.ts';
import { embeddedJson, Html, html } from './html.ts';
import { count, duration } from './numbers.ts';
import { failures, provenance } from './provenance.ts';
import { resultsTable } from './results-table.ts';
import { summarise } from './summary.ts';

export interface PageOptions {
  readonly title: string;
  readonly assets: ClientAssets;
}

/**
 * The page as one HTML text. Tables stand in it; charts are drawn by its script when it is opened.
 * Its content security policy allows that script and nothing from a network, so that no name in
 * the records, whatever it holds, is executed or fetched.
 */
export function renderPage(records: readonly RunRecord[], { title, assets }: PageOptions): string {
  const page = summarise(records);
  const script = safeScript(assets.script);
  const hash = createHash('sha256').update(script).digest('base64');
  const policy = `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'`;
  const { text } = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="symloss">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(assets.style.replaceAll('</', '<\\/'))}</style>
</head>
<body>
<header>
<h1>${title}</h1>
<p>${overview(records)}</p>
</header>
<main>
<noscript><p>The charts need JavaScript; the tables below do not.</p></noscript>
<div id="charts"></div>
<section aria-labelledby="results"><h2 id="results">All results</h2>
<div id="results-filter"></div>
${resultsTable(page)}
</section>
${failures(records)}
<section aria-labelledby="provenance"><h2 id="provenance">Configuration and provenance</h2>
${provenance(records)}
</section>
</main>
<footer><details><summary>Made by symloss with Observable Plot and D3: licences of the script in this page</summary><pre>${assets.licenses}</pre></details></footer>
<script type="application/json" id="report-data">${embeddedJson(page)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return text;
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
  return `${count(records.length, 'run')} (${ends}) of ${losses} ${losses === 1 ? 'loss' : 'losses'} with ${count(seeds, 'seed')}, ${when}, ${duration(seconds)} of training.`;
}

/** Nothing in a script may end the element or open a comment: inside strings, `\/` and `\!` are the same. */
function safeScript(script: string): string {
  return script.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}
