import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { exportOnnx } from '../../src/model/index.ts';
import type { Executable } from '../../src/runtime/index.ts';
import { hashOf } from '../../src/train/checkpoint/identity.ts';
import { bundle } from '../helpers/bundle.ts';
import { cardOf, classes, d, k, partsOf, rawRows } from './trained.ts';

// pages loaded over plain http have no `crypto.subtle`
test.each([
  ['with crypto.subtle', { crypto }],
  ['without', {}],
])(
  'the model bundles for browsers without Node or onnxruntime, and opens there, %s',
  async (_, page) => {
    const { outside, chunk } = await bundle('model/index.ts');
    expect(outside).toEqual([]);
    const imports = [...chunk.imports, ...chunk.dynamicImports];
    expect(imports.filter((name) => name !== chunk.fileName)).toEqual([]);
    // a context that has the language and what protobuf needs: no process, no require, no Buffer
    const { openModel } = runInNewContext(`${chunk.code}\nsymloss;`, {
      TextEncoder,
      TextDecoder,
      ...page,
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
    const onnx = exportOnnx(partsOf());
    const card = { ...cardOf(partsOf()), sha256: hashOf(onnx) };
    const model = await openModel({ onnx, card }, { load: async () => executable });
    const { labels } = await model.predict(Array.from({ length: 4 }, () => Array.from(rawRows(1))));
    expect([d, Array.from(labels)]).toEqual([5, ['ant', 'bee', 'cat', 'ant']]);
    const other = { ...card, sha256: hashOf(new Uint8Array()) };
    await expect(
      openModel({ onnx, card: other }, { load: async () => executable }),
    ).rejects.toThrow(
      `network: expected the network of this card, with sha256 ${other.sha256}, received ${card.sha256}; `,
    );
  },
);

test('files of models need Node', async () => {
  const { outside } = await bundle('model/node/index.ts');
  expect(outside).toEqual(expect.arrayContaining(['node:path', 'onnxruntime-node']));
});
