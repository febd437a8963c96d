import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import type { Executable } from '../../src/runtime/index.ts';
import { bundle } from '../helpers/bundle.ts';
import { cardOf, classes, d, k, partsOf, rawRows } from './trained.ts';

test('the model bundles for browsers without Node or onnxruntime, and opens there', async () => {
  const { outside, chunk } = await bundle('model/index.ts');
  expect(outside).toEqual([]);
  expect([...chunk.imports, ...chunk.dynamicImports]).toEqual([]);
  // a context that has the language and what protobuf needs: no process, no require, no Buffer
  const { openModel } = runInNewContext(`${chunk.code}\nsymloss;`, {
    TextEncoder,
    TextDecoder,
  });
  /** Gives every row the class of its number, with certainty. */
  const executable: Executable = {
    run: async ({ features }) => {
      const [n = 0] = features!.shape;
      const labels = Array.from({ length: n }, (_, row) => row % k);
      const probs = Float32Array.from(
        labels.flatMap((label) => classes.map((_, j) => +(j === label))),
      );
      return {
        label: { dtype: 'int64', shape: [n], data: BigInt64Array.from(labels, BigInt) },
        probs: { dtype: 'float32', shape: [n, k], data: probs },
      };
    },
    dispose: async () => {},
  };
  const card = cardOf(partsOf());
  const model = await openModel({ onnx: new Uint8Array(), card }, { load: async () => executable });
  const { labels } = await model.predict(Array.from({ length: 4 }, () => Array.from(rawRows(1))));
  expect([d, Array.from(labels)]).toEqual([5, ['ant', 'bee', 'cat', 'ant']]);
});

test('files of models need Node', async () => {
  const { outside } = await bundle('model/node/index.ts');
  expect(outside).toEqual(expect.arrayContaining(['node:path', 'onnxruntime-node']));
});
