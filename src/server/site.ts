import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Context } from 'hono';
import { getMimeType } from 'hono/utils/mime';
import { SymlossError } from '../core/index.ts';
import type { Roots } from '../io/index.ts';
import { findBelow, openFile, rootsOf } from '../io/index.ts';
import { Refusal } from './fault.ts';

/** The folder of the built page: `dist/lab`. @throws SymlossError where it was not built */
export function openSite(folder: URL | string): Roots {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  try {
    return rootsOf('lab', [path]);
  } catch (cause) {
    throw new SymlossError('lab', 'the page in dist/lab', 'none', {
      hint: 'in a checkout, run npm run build; else install symloss again',
      kind: 'failure',
      cause,
    });
  }
}

/**
 * A file of the page, and nothing outside of its folder, whatever the path or a link says.
 * @param marks names of `meta` elements that the page gets
 */
export async function siteFile(
  c: Context,
  site: Roots,
  marks: readonly string[],
): Promise<Response> {
  const place = findBelow(site, placeOf(new URL(c.req.url).pathname));
  if (place === undefined) throw new Refusal(404, 'no such page');
  const handle = await openFile(place).catch(() => undefined);
  if (handle === undefined) throw new Refusal(404, 'no such page');
  try {
    const bytes = await handle.readFile();
    const isPage = extname(place) === '.html';
    const content = isPage ? withMarks(bytes.toString('utf8'), marks) : bytes;
    return c.body(typeof content === 'string' ? content : new Uint8Array(content), 200, {
      'content-type': getMimeType(place) ?? 'application/octet-stream',
      // names of built files have a hash of their content, but for the page itself
      'cache-control': isPage ? 'no-store' : 'private, max-age=3600',
    });
  } finally {
    await handle.close();
  }
}

/** Tells the page what there is, so that it need not ask where there is nothing. */
function withMarks(page: string, marks: readonly string[]): string {
  const elements = marks.map((name) => `<meta name="${name}" content="here">`);
  return page.replace('<head>', `<head>${elements.join('')}`);
}

/** A path of an address as one below the folder. @throws Refusal for what no file of ours is called */
function placeOf(pathname: string): string {
  let path: string;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    throw new Refusal(400, 'the address cannot be read');
  }
  if (/[\\\0]/.test(path) || path.split('/').includes('..')) throw new Refusal(404, 'no such page');
  return `.${path.endsWith('/') ? `${path}index.html` : path}`;
}
