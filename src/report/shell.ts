import { createHash } from 'node:crypto';
import type { ClientAssets } from './assets.ts';
import { embeddedJson, Html, html } from './html.ts';

export interface Shell {
  /** Heading and title of the page, plain text. */
  readonly title: string;
  /** Below the heading. */
  readonly overview: string;
  readonly main: Html;
  /** What the script draws from, as embedded JSON under an id that says which page it is. */
  readonly data: { readonly id: 'report-data' | 'audit-data'; readonly value: unknown };
  readonly assets: ClientAssets;
}

/**
 * A page as one HTML text. Tables stand in it; charts are drawn by its script when it is opened.
 * Its content security policy allows that script and nothing from a network, so that no name in
 * the data, whatever it holds, is executed or fetched.
 */
export function renderShell({ title, overview, main, data, assets }: Shell): string {
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
<p>${overview}</p>
</header>
<main>
${main}
</main>
<footer><details><summary>Made by symloss with Observable Plot and D3: licences of the script in this page</summary><pre>${assets.licenses}</pre></details></footer>
<script type="application/json" id="${data.id}">${embeddedJson(data.value)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`;
  return text;
}

/** Nothing in a script may end the element or open a comment: inside strings, `\/` and `\!` are the same. */
function safeScript(script: string): string {
  return script.replaceAll(/<\/(script)/gi, '<\\/$1').replaceAll('<!--', '<\\!--');
}
