import { readFile } from 'node:fs/promises';
import { SymlossError } from '../core/index.ts';

/** The built page's folder: this one, or its counterpart in `dist` when the sources run. */
const folder = new URL(
  import.meta.url.endsWith('.ts') ? '../../dist/report/' : './',
  import.meta.url,
);

/** Parts of the page as `npm run build` bundles them from `client/`. */
export interface ClientAssets {
  readonly script: string;
  readonly style: string;
  /** Of what the script contains: those licences ask to come with every copy. */
  readonly licenses: string;
}

/** @throws SymlossError where they were not built */
export async function clientAssets(): Promise<ClientAssets> {
  try {
    const [script = '', style = '', licenses = ''] = await Promise.all(
      ['client.js', 'client.css', 'client.licenses.md'].map((name) =>
        readFile(new URL(name, folder), 'utf8'),
      ),
    );
    return { script, style, licenses };
  } catch (cause) {
    throw new SymlossError('report', 'the script of the page in dist/report', 'none', {
      hint: 'in a checkout, run npm run build; else install symloss again',
      kind: 'failure',
      cause,
    });
  }
}
