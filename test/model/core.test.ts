import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { onnxSignature } from '../../src/graph/index.ts';
import type { ModelCard, Predictions } from '../../src/model/index.ts';
import { exportOnnx, numericCore, openModel, parseModelCard } from '../../src/model/index.ts';
import { loadModel, saveModel } from '../../src/model/node/index.ts';
import { textEncoder } from '../../src/model/text-encoding.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { hashOf } from '../../src/train/checkpoint/identity.ts';
import { folders } from '../cli/run.ts';
import { onnxText } from '../graph/onnx-text.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { train } from '../train/package.ts';
import { mixedTable, record } from './mixed-table.ts';
import { changedOnnx } from './onnx-files.ts';
import { cardOf, partsOf } from './trained.ts';
import { webgpuBuild } from './webgpu-build.ts';

const folder = folders('core')();
const data = mixedTable();
let onnx: Uint8Array;
let card: ModelCard;
let core: { onnx: Uint8Array; card: ModelCard };
let whole: Predictions;

beforeAll(async () => {
  const trained = await train({ data, loss: 'ce', seed: 1, epochs: 10 });
  whole = await trained.predictDataset(data);
  await trained.save(folder);
  await trained.dispose();
  onnx = readFileSync(join(folder, 'model.onnx'));
  card = parseModelCard(readFileSync(join(folder, 'model.json'), 'utf8'), 'model.json');
  core = await numericCore({ onnx, card });
});

const flat = (rows: readonly Float32Array[]) => rows.flatMap((row) => [...row]);

function expectSame(found: Predictions): void {
  expect(firstDifference(flat(found.probs), flat(whole.probs), tolerances.float32Steps)).toBe(-1);
  expect(found.labels).toEqual(whole.labels);
}

/** What a runner says where an operator is missing, in words that none of onnxruntime's has. */
const missing = new SymlossError('toy', 'operators that it has', 'another one', {
  kind: 'failure',
});

/** onnxruntime without operators on texts, which notes the inputs of what it loads. */
function withoutTexts(): Pick<Runner, 'name' | 'load'> & { readonly loaded: string[][] } {
  const loaded: string[][] = [];
  const { load } = nodeRunner();
  return {
    name: 'toy',
    loaded,
    load: async (bytes) => {
      const { inputs } = onnxSignature(bytes, 'toy');
      if (inputs.some(({ type }) => type === 'string')) throw missing;
      loaded.push(inputs.map(({ name, type }) => `${name}: ${type}`));
      return load(bytes);
    },
  };
}

describe('the numeric core of a model of a mixed table', () => {
  test('takes numbers under the same names, and needs the standard alone', () => {
    const { inputs } = onnxSignature(core.onnx, 'core');
    const { terms, characters } = core.card.columns?.[3] ?? {};
    expect([terms, characters]).toEqual([expect.any(Number), expect.any(Number)]);
    expect(
      Object.fromEntries(inputs.map(({ name, type, shape }) => [name, [type, shape]])),
    ).toEqual({
      age: ['float32', ['n']],
      drink: ['float32', ['n']],
      day: ['float32', ['n']],
      text: ['float32', ['n', (terms ?? 0) + (characters ?? 0)]],
      code: ['float32', ['n']],
      v: ['float32', ['n', 2]],
    });
    expect(onnxText(core.onnx)).not.toMatch(/= (Tokenizer|LabelEncoder|Scan|TfIdfVectorizer)\(/);
    expect(Buffer.from(core.onnx).toString('latin1')).not.toMatch(/com\.microsoft|ai\.onnx\.ml/);
    expect(Buffer.from(core.onnx).toString('latin1')).toContain('classes\x12\x0c["no","yes"]');
  });

  test('has a card that says what its inputs are', () => {
    const [age, drink, day, text, ...others] = core.card.inputs ?? [];
    expect([age, day, ...others]).toEqual(card.inputs?.filter(({ type }) => type === 'float32'));
    expect(drink).toEqual({
      ...{ name: 'drink', type: 'float32', columns: ['drink'], matrix: false },
      encoding: { op: 'categoryIndex', values: card.columns?.[1]?.values },
    });
    const encoding = text?.encoding;
    if (encoding?.op !== 'termCounts') throw new Error('another encoding');
    const idOf = new Map(encoding.forms.map((form, i) => [form, encoding.ids[i]]));
    for (const form of ['good', 'GOOD', 'Überraschend', '茶']) {
      expect(encoding.terms).toContainEqual([idOf.get(form)]);
    }
    expect(encoding.terms).toContainEqual([idOf.get('hot'), idOf.get('good')]);
    expect('x don’t 茶も'.match(new RegExp(encoding.token, 'gu'))).toEqual([
      'x',
      'don',
      't',
      '茶',
      'も',
    ]);
    const { forms = [], ids = [], terms = [] } = encoding.characters ?? {};
    const edgeOf = (word: string) => [0, ...[...word].map((letter) => ids[forms.indexOf(letter)])];
    for (const term of ['goo', 'GOO', 'übe', '茶']) expect(terms).toContainEqual(edgeOf(term));
    const { contribOperators, ...rest } = card;
    expect(contribOperators).toEqual(['Tokenizer']);
    expect(core.card).toEqual({ ...rest, inputs: core.card.inputs, sha256: hashOf(core.onnx) });
  });

  test.each([nodeRunner(), webRunner(), webgpuBuild()])(
    'predicts as the whole model does: $name',
    async (runner) => {
      const model = await openModel(core, runner);
      expectSame(await model.predictDataset(data));
      for (const rows of [3, -1, '0', null, {}]) {
        await expect(model.predictDataset(data, rows as never)).rejects.toThrow(
          'predictDataset, rows: expected a list of row numbers, received ',
        );
      }
      const unseen = { ...record, drink: 'juice', text: 'a\0good \uD800 never heard', age: null };
      const empty = { ...record, drink: null, text: '', code: undefined };
      const first = await model.predict([record, unseen, empty]);
      await model.dispose();
      const reference = await loadModel(folder);
      const { probs } = await reference.predict([record, unseen, empty]);
      await reference.dispose();
      expect(firstDifference(flat(first.probs), flat(probs), tolerances.float32Steps)).toBe(-1);
    },
  );

  test('is saved and loaded as other models are', async () => {
    const place = join(folder, 'saved');
    await saveModel(place, core.onnx, core.card);
    const model = await loadModel(place);
    expectSame(await model.predictDataset(data));
    await model.dispose();
  });

  test('has no core of its own, as a model of numbers has none', async () => {
    const message =
      'model: expected one that takes categories or texts, received one of numbers only; its model.onnx has standard operators for numbers only, as it is';
    const parts = partsOf();
    const bytes = exportOnnx(parts);
    const numbers = { onnx: bytes, card: { ...cardOf(parts), sha256: hashOf(bytes) } };
    for (const model of [core, numbers]) {
      await expect(numericCore(model)).rejects.toMatchObject({ name: 'SymlossError', message });
    }
  });

  test('is refused where its network takes other numbers than its card says', async () => {
    const inputs = core.card.inputs?.map((input) =>
      input.encoding?.op === 'termCounts'
        ? { ...input, encoding: { ...input.encoding, terms: input.encoding.terms.slice(1) } }
        : input,
    );
    await expect(
      openModel({ onnx: core.onnx, card: { ...core.card, inputs } }, nodeRunner()),
    ).rejects.toMatchObject({
      message: expect.stringMatching(/^network: expected input text: float32\[n,\d+\], received/),
    });
  });
});

const python = spawnSync('python3', ['-c', 'import re, json'], { encoding: 'utf8' });

test.skipIf(python.status !== 0)("the guide's Python makes the same numbers", () => {
  const guide = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const [, encode = ''] = /```python\n([^`]*def encode[^`]*)```/.exec(guide) ?? [];
  const texts = ['tea', '', 'juice', 'hot good good', 'GOOD x hot', '茶茶 bad, cold', 'n1'];
  for (const { encoding } of core.card.inputs ?? []) {
    if (encoding === undefined) continue;
    const code = `import json, sys\n${encode}\njson.dump(encode(*json.load(sys.stdin)), sys.stdout)`;
    const input = JSON.stringify([encoding, texts]);
    const { stdout, stderr } = spawnSync('python3', ['-c', code], { input, encoding: 'utf8' });
    expect(stderr).toBe('');
    expect((JSON.parse(stdout) as number[]).flat()).toEqual([...textEncoder(encoding)(texts).data]);
  }
});

describe('a runner without operators on texts', () => {
  test('runs the core', async () => {
    const runner = withoutTexts();
    const model = await openModel({ onnx, card }, runner);
    const { inputs } = onnxSignature(core.onnx, 'core');
    expect(runner.loaded).toEqual([inputs.map(({ name }) => `${name}: float32`)]);
    expectSame(await model.predictDataset(data));
    await model.dispose();
  });

  test('as onnxruntime-web for WebGPU is', async () => {
    const runner = webgpuBuild();
    await expect(runner.load(onnx)).rejects.toMatchObject({ name: 'SymlossError' });
    const model = await loadModel(folder, runner);
    expect(model.card.inputs).toEqual(core.card.inputs);
    expectSame(await model.predictDataset(data));
    await model.dispose();
  });

  test('that has a fault with the numbers, too, says that one', async () => {
    const runner = withoutTexts();
    const fault = new SymlossError('toy', 'memory', 'none', { kind: 'failure', hint: 'buy some' });
    const load = (bytes: Uint8Array) =>
      runner.load(bytes).then(() => {
        throw fault;
      });
    await expect(loadModel(folder, { ...nodeRunner(), load })).rejects.toBe(fault);
  });
});

describe('other errors stay errors', () => {
  test('of a runner that has these operators', async () => {
    const sizes: number[] = [];
    const { load } = nodeRunner();
    const runner = {
      load: async (bytes: Uint8Array) => {
        sizes.push(bytes.length);
        if (bytes.length === onnx.length) throw missing;
        return load(bytes);
      },
    };
    await expect(openModel({ onnx, card }, runner)).rejects.toBe(missing);
    expect(sizes).toEqual([onnx.length, expect.any(Number)]); // no core was tried
    expect(sizes[1]).not.toBe(core.onnx.length);
  });

  test('of a runner that loads nothing', async () => {
    const runner = { load: () => Promise.reject(missing) };
    await expect(openModel({ onnx, card }, runner)).rejects.toBe(missing);
  });

  test('of a model without texts, at once', async () => {
    let calls = 0;
    const runner = {
      load: () => {
        calls++;
        return Promise.reject(missing);
      },
    };
    await expect(openModel(core, runner)).rejects.toBe(missing);
    expect(calls).toBe(1);
  });

  test('of a damaged network, whose texts go elsewhere', async () => {
    const changed = changedOnnx(onnx, ({ graph }) => {
      for (const node of graph?.node ?? []) {
        if (node.opType === 'LabelEncoder') node.opType = 'Identity';
      }
    });
    const own = { ...card, sha256: hashOf(changed) };
    await expect(numericCore({ onnx: changed, card: own })).rejects.toMatchObject({
      kind: 'failure',
      message:
        'network, input drink: expected an input that goes to an operation on texts of symloss, received another; give the model.onnx that training wrote',
    });
  });
});
