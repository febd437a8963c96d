import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

/**
 * Bundles the script of `report.html` with all it needs into `dist/report/client.js`,
 * `client.css` and `client.licenses.md`, from where `src/report` takes them into the page. Runs after tsc, which fills the
 * same folder.
 */
export default defineConfig({
  publicDir: false,
  logLevel: 'warn',
  build: {
    outDir: path('dist/report'),
    emptyOutDir: false,
    target: 'es2022',
    license: { fileName: 'client.licenses.md' },
    lib: {
      entry: path('src/report/client/main.ts'),
      formats: ['iife'],
      name: 'symlossReport',
      fileName: () => 'client.js',
      cssFileName: 'client',
    },
  },
});
