import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const slashed = (text: string): string => text.replaceAll('\\', '/');
/** As Vite writes paths, on Windows, too. */
const src = slashed(path('src/'));
const dist = path('dist/');
const out = path('dist/node/');

/** Threads and processes of runs, which are started from files of their own. */
const workers: Readonly<Record<string, string>> = {
  'pool-worker': 'experiments/executors/pool/pool-worker.ts',
  'prefetch-worker': 'train/loader/prefetch-worker.ts',
  worker: 'train/worker.ts',
};

/** `core` to `core/index.ts`, of all that the package exports to Node. */
function exported(): Record<string, string> {
  const { exports } = JSON.parse(readFileSync(path('package.json'), 'utf8')) as {
    exports: Record<string, string | { node?: string; default: string }>;
  };
  const entries: Record<string, string> = {};
  for (const target of Object.values(exports)) {
    if (typeof target === 'string' || target.node === undefined) continue;
    const [, name = ''] = /^\.\/dist\/node\/(.*)\.js$/.exec(target.node) ?? [];
    entries[name] = target.default.replace(/^\.\/dist\/(.*)\.js$/, '$1.ts');
  }
  return entries;
}

/** Files that a module finds from its own address are found from that of the bundle; workers lie beside it. */
function ownAddresses(): Plugin {
  return {
    name: 'own-addresses',
    enforce: 'pre',
    transform(code, id) {
      if (!id.startsWith(src) || !code.includes('import.meta.url')) return undefined;
      const compiled = resolve(dist, relative(src, id).replace(/\.ts$/, '.js'));
      const address = `new URL('${slashed(relative(out, compiled))}', import.meta.url).href`;
      return code.replace(
        /(new URL\('\.\/([\w-]+)\.js', )?import\.meta\.url/g,
        (all, start, name) => (name in workers ? all : `${start ?? ''}${address}`),
      );
    },
  };
}

/**
 * Bundles what Node gets, the command line and the library, into a few files of `dist/node`: finding and reading 900 files takes Node
 * longer than most commands take otherwise. Pages and other bundlers get the files that tsc writes. Runs after tsc.
 */
export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  plugins: [ownAddresses()],
  ssr: {
    noExternal: [
      /^(@bufbuild\/protobuf|commander|csv-stringify|pure-rand|yaml|zod)(\/|$)/,
      /^(tinyglobby|fdir|picomatch)$/,
    ],
  },
  build: {
    ssr: true,
    outDir: out,
    emptyOutDir: true,
    target: 'node20',
    license: { fileName: 'licenses.md' },
    rolldownOptions: {
      input: Object.fromEntries(
        Object.entries({
          ...exported(),
          ...workers,
          main: 'cli/main.ts',
          program: 'cli/program.ts',
        }).map(([name, file]) => [name, resolve(src, file)]),
      ),
      output: { entryFileNames: '[name].js', chunkFileNames: 'part-[name].js' },
    },
  },
});
