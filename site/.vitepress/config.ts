import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';
import { figureElement, withFigures } from './figures.ts';
import { linksOf, sidebarOf } from './sidebar.ts';

const sidebarFile = new URL('../pages/api/typedoc-sidebar.json', import.meta.url);
const api = existsSync(sidebarFile) ? JSON.parse(readFileSync(sidebarFile, 'utf8')) : [];

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8');

export default defineConfig({
  title: 'symloss',
  description:
    'Trains classifiers that survive wrong labels, finds the labels that are wrong, and exports ONNX',
  srcDir: 'pages',
  outDir: 'dist',
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: '/icon.svg' }]],
  cleanUrls: true,
  lastUpdated: false,
  // pages are plain Markdown: `<loss>` is text
  markdown: {
    html: false,
    theme: { light: 'github-light', dark: 'github-dark' },
    config(md) {
      const { parse } = md;
      md.parse = (text, env) => parse.call(md, withFigures(text), env);
      const { fence } = md.renderer.rules;
      md.renderer.rules.fence = (tokens, i, ...rest) => {
        const { info = '', content = '' } = tokens[i] ?? {};
        return figureElement(info, content) ?? fence?.(tokens, i, ...rest) ?? '';
      };
    },
  },
  themeConfig: {
    logo: '/icon.svg',
    search: { provider: 'local' },
    outline: { level: [2, 3] },
    nav: [
      { text: 'Tutorial', link: '/tutorial' },
      { text: 'Documentation', link: '/documentation' },
      { text: 'API', link: '/api/' },
      { text: 'Results', link: '/results/' },
      { text: 'Lab', link: '/app/index.html', target: '_self' },
    ],
    sidebar: {
      '/api/': [{ text: 'API reference', link: '/api/', items: api }],
      '/': [
        {
          text: 'Start',
          items: [
            { text: 'Tutorial', link: '/tutorial' },
            { text: 'All pages', link: '/documentation' },
          ],
        },
        // the list of all pages, and of the results those that are written by hand
        ...sidebarOf(read('docs/README.md'), {
          '/results/': linksOf(read('docs/results/README.md'), '/results/').filter(
            ({ link = '' }) => /^\/results\/[\w-]+$/.test(link),
          ),
        }),
        {
          text: 'Project',
          items: [
            { text: 'Contributing', link: '/contributing' },
            { text: 'Changelog', link: '/changelog' },
            { text: 'Security', link: '/security' },
          ],
        },
      ],
    },
  },
});
