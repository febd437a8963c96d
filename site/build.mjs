// Builds the documentation site: collects the pages of `docs/`, makes the API reference of the docstrings, and runs VitePress.
//   node build.mjs [--pages]   only collects and refers, for `vitepress dev`
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Application } from 'typedoc';
import { build } from 'vitepress';

const site = fileURLToPath(new URL('./', import.meta.url));
const root = resolve(site, '..');
const pages = join(site, 'pages');

/** Where a file of the repository is on the site; `undefined` where it is not. */
function placeOf(file) {
  if (file === 'README.md') return 'index.md';
  if (['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'].includes(file)) return file.toLowerCase();
  if (!file.startsWith('docs/')) return undefined;
  const place = file.slice('docs/'.length);
  if (place === 'README.md') return 'documentation.md';
  return place.replace(/(^|\/)README\.md$/, '$1index.md');
}

/**
 * A page with its links as they are on the site, without comments but those of figures (`.vitepress/figures.ts`). Files that are no
 * pages are served beside it, from `public`.
 */
function onSite(file, place) {
  const text = readFileSync(join(root, file), 'utf8').replaceAll(/<!--(?! lab: ).*?-->\n?/gs, '');
  return text.replaceAll(
    /\]\((?![a-z]+:|#)([^()\s#]+)(#[^()\s]+)?\)/g,
    (link, path, anchor = '') => {
      const target = relative(root, resolve(root, dirname(file), path));
      const to = placeOf(target);
      if (to === undefined) return link; // VitePress reports what leads nowhere
      const isPage = to.endsWith('.md');
      const way = relative(dirname(place), to);
      return isPage ? `](./${way}${anchor})` : `](/${to}${anchor})`;
    },
  );
}

function write(place, text) {
  const path = join(pages, place);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function collect() {
  rmSync(pages, { recursive: true, force: true });
  const files = readdirSync(join(root, 'docs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  for (const file of [...files, 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md']) {
    const place = placeOf(file);
    if (place.endsWith('.md')) write(place, onSite(file, place));
    else {
      mkdirSync(dirname(join(pages, 'public', place)), { recursive: true });
      cpSync(join(root, file), join(pages, 'public', place));
    }
  }
  cpSync(join(site, 'index.md'), join(pages, 'index.md'));
  cpSync(join(root, 'web/icon.svg'), join(pages, 'public/icon.svg'));
  const [lab, app] = [join(root, 'dist/lab'), join(pages, 'public/app')];
  if (!existsSync(lab)) return;
  cpSync(lab, app, { recursive: true });
  await addWebgpu(app);
}

/** Beside the lab the files with which it trains on WebGPU, which it loads where somebody chooses that; and the mark that says so. */
async function addWebgpu(app) {
  const { webgpuFiles, webgpuMark } = await import('../dist/server/api/types.js');
  const { findWebgpuBuild } = await import('../dist/server/webgpu-build.js');
  const { folder, script, wasm } = webgpuFiles;
  for (const name of [script, wasm]) {
    cpSync(join(findWebgpuBuild(), name), join(app, folder, name));
  }
  const page = join(app, 'index.html');
  const mark = `<head><meta name="${webgpuMark}" content="here">`;
  writeFileSync(page, readFileSync(page, 'utf8').replace('<head>', mark));
}

/** A page for each entry of the package, from the comments of what it exports. */
async function refer() {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const app = await Application.bootstrapWithPlugins({
    entryPoints: Object.values(exports)
      .filter((entry) => typeof entry === 'object')
      .map(({ default: file }) =>
        join(root, file.replace('./dist/', 'src/').replace(/\.js$/, '.ts')),
      ),
    tsconfig: join(root, 'tsconfig.build.json'),
    plugin: ['typedoc-plugin-markdown', 'typedoc-vitepress-theme'],
    name: 'symloss',
    readme: 'none',
    out: join(pages, 'api'),
    docsRoot: pages,
    outputFileStrategy: 'modules',
    excludeInternal: true,
    disableSources: true,
    hideBreadcrumbs: true,
    pageTitleTemplates: { module: ({ name }) => (name === 'symloss' ? name : `symloss/${name}`) },
    groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases'],
    parametersFormat: 'table',
    interfacePropertiesFormat: 'table',
    typeAliasPropertiesFormat: 'table',
    classPropertiesFormat: 'table',
    typeDeclarationFormat: 'table',
    expandParameters: true,
    // what is exported refers to types that are not
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    logLevel: 'Warn',
    treatWarningsAsErrors: true,
  });
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error('the API reference failed');
  for (const entry of project.children ?? []) if (entry.name === 'index') entry.name = 'symloss';
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('the API reference has faults');
}

await collect();
await refer();
if (!process.argv.includes('--pages')) await build(site);
