import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import type { Plugin, Rolldown } from 'vite';
import { build } from 'vite';
import { expect, test } from 'vitest';

const native = /^(onnxruntime|@duckdb|sharp)/;

/** Bundles a module of src for browsers: what it needs from outside, and the code. */
async function bundle(entry: string): Promise<{ outside: string[]; chunk: Rolldown.OutputChunk }> {
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

test('the losses bundle for browsers without Node, onnxruntime or DuckDB, and run', async () => {
  const { outside, chunk } = await bundle('losses/index.ts');
  expect(outside).toEqual([]);
  expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
  // a context that has the language and nothing else: no process, no require, no Buffer
  const { evaluate } = runInNewContext(`${chunk.code}\nsymloss;`, {});
  expect(Array.from(evaluate('unhinged', [[1, 2, 6]], [2]).values)).toEqual([-3]);
});

test('the check sees what a bundle needs from outside', async () => {
  expect((await bundle('runtime/index.ts')).outside).toEqual([
    'onnxruntime-node',
    'onnxruntime-web',
  ]);
});
