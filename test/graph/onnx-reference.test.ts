import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { evaluateInPython, evaluatorObstacle } from '../helpers/onnx-evaluator.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';
import type { Model } from './table-model.ts';
import { tableModel } from './table-model.ts';

const reason = evaluatorObstacle();
if (reason !== undefined) console.warn(`skipped test/graph/onnx-reference: ${reason}`);

const models: readonly Model[] = [
  ...(['categoryIndex', 'termCounts', 'sin', 'cos', 'floor'] as const).flatMap((op) =>
    opCases[op].map((c) => ({
      name: `${op}: ${c.name}`,
      program: programOf(c, 'float32'),
      feeds: feedsOf(c, 'float32'),
    })),
  ),
  tableModel(['not good', '', 'Good 好', '好好 not so good', '!', 'good']),
  tableModel(['']),
];

describe.skipIf(reason !== undefined)(
  "ONNX's reference evaluator, with the guide's Tokenizer",
  () => {
    test('computes what the interpreter computes', async () => {
      const found = await evaluateInPython(
        models.map(({ program, feeds, dynamic = {} }) => ({
          onnx: g.toOnnx(program, { contrib: false, dynamic }),
          feeds,
        })),
      );
      const differences = models.flatMap(({ name, program, feeds }, i) =>
        Object.entries(g.interpret(program, feeds)).flatMap(([output, expected]) => {
          const [shape, data] = found[i]?.[output] ?? [[], []];
          const at = firstDifference(data, toNumbers(expected), tolerances.float32Net);
          const isSame = at < 0 && `${shape}` === `${expected.shape}`;
          return isSame
            ? []
            : [`${name}: ${output}[${at}], shape [${shape}] for [${expected.shape}]`];
        }),
      );
      expect(differences).toEqual([]);
    });
  },
);
