import { readFile } from 'node:fs/promises';
import { SymlossError } from '../core/index.ts';

/** The built page's folder: this one, or its counterpart in `dist` when the sources run. */
const folder = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/report/' : './',
  import.meta.url,
);

/** Script and style of the page, as `npm run build` bundles them from `client/`. */
export async function clientAssets(): Promise<{ readonly script: string; readonly style: string }> {
  try {
    const [script, style] = await Promise.all(
      ['client.js', 'client.css'].map((name) => readFile(new URL(name, folder), 'utf8')),
    );
    return { script: script ?? '', style: style ?? '' };
  } catch (cause) {
    throw new SymlossError('report', 'client.js and client.css beside the program', 'none', {
      hint: 'in a checkout, run npm run build; else install symloss again',
      kind: 'failure',
      cause,
    });
  }
}
