import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { portableText, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';
import type { Model } from './table-model.ts';
import { tableModel } from './table-model.ts';

const python = process.env['SYMLOSS_PYTHON'] ?? 'python3';

/** Runs the models of a file of JSON with ONNX's reference evaluator and writes what they give. */
const script = `
import json, sys
import onnx
from onnx.reference import ReferenceEvaluator

types = {"float32": np.float32, "int32": np.int32, "int64": np.int64, "string": object}

def run(path, feeds):
    session = ReferenceEvaluator(onnx.load(path), new_ops=[Tokenizer])
    arrays = {name: np.array(data, types[dtype]).reshape(shape) for name, (dtype, shape, data) in feeds.items()}
    outputs = session.run(None, arrays)
    return {name: [list(y.shape), y.ravel().tolist()] for name, y in zip(session.output_names, outputs)}

json.dump([run(**one) for one in json.load(open(sys.argv[1]))], sys.stdout)
`;

/** The class that the guide gives its readers. */
function tokenizerOfGuide(): string {
  const guide = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const block = /```python\n([^`]*class Tokenizer[^`]*)```/.exec(guide);
  return block?.[1] ?? '';
}

/** Why it cannot run here, if it cannot. */
function obstacle(): string | undefined {
  const check = ['-c', 'import onnx.reference'];
  const { error, status, stderr } = spawnSync(python, check, { encoding: 'utf8' });
  if (error === undefined && status === 0) return undefined;
  const cause = error?.message ?? stderr.trim().split('\n').at(-1);
  return `${python} cannot import onnx.reference (SYMLOSS_PYTHON names one that can): ${cause}`;
}

const reason = obstacle();
if (reason !== undefined) console.warn(`skipped test/graph/onnx-reference: ${reason}`);

const folder = mkdtempSync(join(tmpdir(), 'symloss-reference-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Outputs = Readonly<Record<string, readonly [shape: number[], data: number[]]>>;

async function evaluate(models: readonly Model[]): Promise<readonly Outputs[]> {
  const calls = models.map(({ program, feeds, dynamic = {} }, i) => {
    const path = join(folder, `${i}.onnx`);
    writeFileSync(path, g.toOnnx(program, { contrib: false, dynamic }));
    const given = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
      name,
      [dtype, shape, dtype === 'string' ? data.map(portableText) : Array.from(data, Number)],
    ]);
    return { path, feeds: Object.fromEntries(given) };
  });
  const file = join(folder, 'calls.json');
  writeFileSync(file, JSON.stringify(calls));
  const code = `${tokenizerOfGuide()}\n${script}`;
  const { stdout } = await promisify(execFile)(python, ['-c', code, file], { maxBuffer: 2 ** 26 });
  return JSON.parse(stdout) as Outputs[];
}

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
      const found = await evaluate(models);
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
