import { appendFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/** The worker of `src/browser`, which tsc makes a script of, is TypeScript where the page is built from sources. */
function workerOfSources(): Plugin {
  return {
    name: 'worker-of-sources',
    enforce: 'pre',
    transform: (code, id) =>
      id.endsWith('/src/browser/worker-client.ts')
        ? code.replace("new URL('./worker.js'", "new URL('./worker.ts'")
        : undefined,
  };
}

/**
 * The reader of CSV files is that of the command line: in the page it reads files that somebody gave it (`web/csv`). Of Node it
 * uses little; what it imports beyond that is never called.
 */
function csvOfThePage(): Plugin {
  const none = '\0none-of-node';
  return {
    name: 'csv-of-the-page',
    enforce: 'pre',
    resolveId(source, importer = '') {
      const [, folder] = /\/src\/data\/formats\/(\w+)\//.exec(importer) ?? [];
      if (folder && source.endsWith('/file-bytes.ts')) return path('web/csv/file-bytes.ts');
      if (folder && source === 'node:buffer') return path('web/csv/node-buffer.ts');
      if (folder === 'table' && source === 'node:path') return path('web/csv/node-path.ts');
      return source.startsWith('node:') ? none : undefined;
    },
    load: (id) => (id === none ? 'module.exports = {};' : undefined),
  };
}

/** Vite lists the licences of the page, not of its workers: onnxruntime-web is in one of them, and its WebAssembly beside it. */
function licencesOfWorkers(): Plugin {
  const text = (file: string) => readFileSync(path(file), 'utf8');
  return {
    name: 'licences-of-workers',
    closeBundle() {
      const { name, version, license } = JSON.parse(
        text('node_modules/onnxruntime-web/package.json'),
      ) as Record<string, string>;
      if (license !== 'MIT') throw new Error(`${name} has another licence: ${license}`);
      // the package has no file with it; the words of this licence are those of ours
      const words = text('LICENSE').replace(
        /^Copyright.*$/m,
        'Copyright (c) Microsoft Corporation',
      );
      appendFileSync(path('dist/lab/licenses.md'), `\n## ${name} - ${version} (MIT)\n\n${words}`);
    },
  };
}

/**
 * Builds the lab (`web`) into `dist/lab`: a page with relative addresses, so that it works under any path, each room of it a file
 * that loads when it is opened. Runs after tsc, which fills the same folder.
 */
export default defineConfig({
  root: path('web'),
  base: './',
  publicDir: false,
  // the WebAssembly for graphics cards would add 27 MB
  resolve: { alias: { 'onnxruntime-web/webgpu': path('web/webgpu.ts') } },
  logLevel: 'warn',
  plugins: [svelte({ configFile: false }), workerOfSources(), csvOfThePage(), licencesOfWorkers()],
  build: {
    outDir: path('dist/lab'),
    emptyOutDir: true,
    target: 'es2022',
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
    license: { fileName: 'licenses.md' },
  },
  worker: { format: 'es' },
});
