import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { bundle } from '../helpers/bundle.ts';

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
    'koffi',
    ...['node:fs', 'node:module', 'node:path', 'node:process'],
    'onnxruntime-node',
    'onnxruntime-web/wasm',
    'onnxruntime-web/webgpu',
  ]);
});
