import { existsSync, readFileSync } from 'node:fs';
import { defineConfig } from 'vitepress';

const sidebarFile = new URL('../pages/api/typedoc-sidebar.json', import.meta.url);
const api = existsSync(sidebarFile) ? JSON.parse(readFileSync(sidebarFile, 'utf8')) : [];

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
  markdown: { html: false, theme: { light: 'github-light', dark: 'github-dark' } },
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
        {
          text: 'Train',
          items: [
            { text: 'Tables', link: '/tables' },
            { text: 'Vectors by pretrained models', link: '/embeddings' },
            { text: 'Images and arrays', link: '/images' },
            { text: 'Networks', link: '/networks' },
            { text: 'Which loss?', link: '/which-loss' },
            { text: 'All losses', link: '/losses' },
            { text: 'Running', link: '/running' },
          ],
        },
        {
          text: 'Wrong labels',
          items: [
            { text: 'Which labels are wrong?', link: '/audit' },
            { text: 'Review and apply', link: '/review' },
            { text: 'The lab', link: '/lab' },
            { text: 'Several annotators', link: '/annotators' },
          ],
        },
        {
          text: 'Use models',
          items: [
            { text: 'Models', link: '/models' },
            { text: 'Models in TypeScript', link: '/typescript' },
            { text: 'In the browser', link: '/browser' },
          ],
        },
        {
          text: 'Compare losses',
          items: [
            { text: 'Experiments', link: '/experiments' },
            { text: 'Noise to add', link: '/noise' },
            { text: 'Many machines', link: '/scaling' },
          ],
        },
        {
          text: 'Background',
          items: [
            { text: 'Theory', link: '/theory' },
            { text: 'Performance', link: '/performance' },
            {
              text: 'Results',
              link: '/results/',
              collapsed: true,
              items: [
                { text: 'The loss chosen', link: '/results/auto' },
                { text: 'Tables', link: '/results/tables' },
                { text: 'Audits', link: '/results/audit' },
                { text: 'Annotators', link: '/results/annotators' },
                { text: 'Digits, tuned', link: '/results/digits' },
                { text: 'Images', link: '/results/images' },
                { text: 'Sensitivity', link: '/results/sensitivity' },
              ],
            },
            { text: 'Contributing', link: '/contributing' },
            { text: 'Changelog', link: '/changelog' },
          ],
        },
      ],
    },
  },
});
