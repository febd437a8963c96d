import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AnyTensor } from '../../src/core/index.ts';
import { fromNumbers, tensor, toNumbers } from '../../src/core/index.ts';
import { numericCore, parseModelCard } from '../../src/model/index.ts';
import { loadModel } from '../../src/model/node/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { folders } from '../cli/run.ts';
import { evaluateInPython, evaluatorObstacle } from '../helpers/onnx-evaluator.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { train } from '../train/package.ts';
import { mixedTable } from './mixed-table.ts';

const reason = evaluatorObstacle();
if (reason !== undefined) console.warn(`skipped test/model/reference: ${reason}`);

const texts = [
  ...['good', 'cold good', 'good cold', 'GOOD, cold!', 'not-good', 'goo dbad', '', ' hot  hot '],
  ...[
    'Überraschend',
    'überraschend',
    'U\u0308berraschend',
    '茶',
    '茶茶 hot',
    'hot茶cold',
    '🙂 bad',
  ],
  ...['don’t', 'n7 n8 n9', '\n', '"bad", he said', 'x'.repeat(300), 'good '.repeat(40)],
];
const drinks = ['tea', 'coffee', 'water', '', 'juice', 'TEA'];
const rows = texts.map((text, i) => ({
  text: text.trim(),
  age: i % 5 === 0 ? Number.NaN : 20 + 2 * i,
  drink: drinks[i % drinks.length] as string,
  day: 18_000 + i,
  code: i % 4,
  'v[0]': i / 20,
  'v[1]': i % 7 === 0 ? Number.NaN : 1 - i / 20,
}));

/** What other programs feed the model with. */
function feeds(): Record<string, AnyTensor> {
  const n = rows.length;
  const numbers = (name: 'age' | 'day' | 'code') =>
    fromNumbers(
      'float32',
      [n],
      rows.map((row) => row[name]),
    );
  const words = (name: 'text' | 'drink') =>
    tensor(
      'string',
      [n],
      rows.map((row) => row[name]),
    );
  const vectors = rows.flatMap((row) => [row['v[0]'], row['v[1]']]);
  return {
    ...{ age: numbers('age'), day: numbers('day'), code: numbers('code') },
    ...{ drink: words('drink'), text: words('text'), v: fromNumbers('float32', [n, 2], vectors) },
  };
}

describe.skipIf(reason !== undefined)('a trained model with words, pairs and n-grams', () => {
  test("predicts the same in the library, in onnxruntime, and whole and as a core in ONNX's reference evaluator", async () => {
    const folder = folders('reference')();
    const trained = await train({ data: mixedTable(), loss: 'ce', seed: 1, epochs: 10 });
    await trained.save(folder);
    await trained.dispose();
    const onnx = readFileSync(join(folder, 'model.onnx'));
    const card = parseModelCard(readFileSync(join(folder, 'model.json'), 'utf8'), 'model.json');
    const core = await numericCore({ onnx, card });
    const encodings = Object.fromEntries(
      (core.card.inputs ?? []).flatMap(({ name, encoding }) =>
        encoding ? [[name, encoding]] : [],
      ),
    );
    const { text } = encodings;
    expect(text?.op === 'termCounts' && text.terms.some((term) => term.length === 2)).toBe(true);
    expect(text?.op === 'termCounts' && (text.characters?.terms.length ?? 0) > 100).toBe(true);

    const model = await loadModel(folder);
    const { probs } = await model.predict(rows);
    await model.dispose();
    const session = await nodeRunner().load(onnx);
    const plain = toNumbers((await session.run(feeds()))['probs']!);
    await session.dispose();
    const [whole, numeric] = await evaluateInPython([
      { onnx, feeds: feeds() },
      { onnx: core.onnx, feeds: feeds(), encodings },
    ]);
    const expected = probs.flatMap((row) => [...row]);
    for (const found of [plain, whole?.['probs']?.[1], numeric?.['probs']?.[1]]) {
      expect(firstDifference(found ?? [], expected, tolerances.float32Net)).toBe(-1);
    }
  });
});
