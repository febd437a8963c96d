import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { anchorsOf, linksOf } from './helpers/markdown.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const folder = join(root, 'docs');
const pages = [
  ...readdirSync(root),
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name)),
].filter((name) => name.endsWith('.md'));

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** What is wrong with a link of a page, if something is. */
function fault(page: string, link: string): string | undefined {
  const [path = '', anchor = ''] = link.split('#');
  const target = path === '' ? page : relative(root, resolve(root, dirname(page), path));
  if (!existsSync(join(root, target))) return `${link}: no such file`;
  const isPage = target.endsWith('.md') && statSync(join(root, target)).isFile();
  if (anchor === '' || !isPage || anchorsOf(read(target)).has(anchor)) return undefined;
  return `${link}: no such heading`;
}

describe('links between pages lead somewhere', () => {
  test.each(pages)('%s', (page) => {
    const local = linksOf(read(page)).filter((link) => !/^[a-z]+:/.test(link));
    expect(local.flatMap((link) => fault(page, link) ?? [])).toEqual([]);
  });

  test('every page of the documentation is linked to', () => {
    const linked = new Set(
      pages.flatMap((page) =>
        linksOf(read(page)).map((link) =>
          relative(root, resolve(root, dirname(page), link.split('#')[0] as string)),
        ),
      ),
    );
    expect(pages.filter((page) => page.startsWith('docs') && !linked.has(page))).toEqual([]);
  });
});

describe('the reader of pages', () => {
  const page = [
    '# A `b`: c?',
    'see [one](x.md#a), ![two](y.png "t") and `[not](this.md)`',
    '```',
    '[nor](that.md)',
    '# no heading',
    '```',
    '## Twice',
    '## Twice',
  ].join('\n');

  test('finds links outside code', () => {
    expect(linksOf(page)).toEqual(['x.md#a', 'y.png']);
  });

  test('finds the anchors of headings as GitHub names them', () => {
    expect([...anchorsOf(page)]).toEqual(['a-b-c', 'twice', 'twice-1']);
  });
});
