import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { linksOf, sidebarOf } from '../../site/.vitepress/sidebar.ts';

const docs = new URL('../../docs/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, docs), 'utf8');

test('the sidebar has every page of the documentation once', () => {
  const groups = sidebarOf(read('README.md'));
  const links = groups.flatMap(({ items = [] }) => items.map(({ link }) => link));
  const pages = readdirSync(docs)
    .filter((name) => name.endsWith('.md') && !['README.md', 'tutorial.md'].includes(name))
    .map((name) => `/${name.slice(0, -'.md'.length)}`);
  expect([...links].sort()).toEqual([...pages, '/results/'].sort());
});

test('groups are headings, and names of pages those of their links', () => {
  const page = [
    '# All',
    '[tutorial](tutorial.md)',
    '## Train',
    '| a | [tables](tables.md), [one more](tables.md#more), [all tables](tables.md) |',
    '| b | [Results](results/README.md) |',
    '## More',
    '[x](https://x.example/y.md)',
  ].join('\n');
  const below = [{ text: 'Digits', link: '/results/digits' }];
  expect(sidebarOf(page, { '/results/': below })).toEqual([
    {
      text: 'Train',
      items: [
        { text: 'Tables', link: '/tables' },
        { text: 'Results', link: '/results/', collapsed: true, items: below },
      ],
    },
    { text: 'More', items: [] },
  ]);
});

test('results that are written by hand are those that the page of results links to', () => {
  const links = linksOf(read('results/README.md'), '/results/').map(({ link }) => link);
  const pages = readdirSync(new URL('results/', docs)).filter(
    (name) => name.endsWith('.md') && name !== 'README.md',
  );
  expect(links).toEqual(
    expect.arrayContaining(pages.map((name) => `/results/${name.slice(0, -'.md'.length)}`)),
  );
});
