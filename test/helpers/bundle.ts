import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin, Rolldown } from 'vite';
import { build } from 'vite';

const native = /^(onnxruntime|koffi|@duckdb|sharp)/;

/** Bundles a module of src for browsers: what it needs from outside, and the code. */
export async function bundle(
  entry: string,
): Promise<{ outside: string[]; chunk: Rolldown.OutputChunk }> {
  const outside = new Set<string>();
  const watcher: Plugin = {
    name: 'what-is-outside',
    enforce: 'pre',
    resolveId(source) {
      if (!isBuiltin(source) && !native.test(source)) return undefined;
      outside.add(source);
      return { id: source, external: true };
    },
  };
  const result = (await build({
    configFile: false,
    logLevel: 'silent',
    plugins: [watcher],
    build: {
      write: false,
      minify: false,
      lib: {
        entry: fileURLToPath(new URL(`../../src/${entry}`, import.meta.url)),
        formats: ['iife'],
        name: 'symloss',
      },
    },
  })) as Rolldown.RolldownOutput[];
  const chunk = result[0]!.output[0];
  return { outside: [...outside].sort(), chunk };
}
