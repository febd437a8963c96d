import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { AnyTensor } from '../../src/core/index.ts';
import { portableText } from '../../src/core/index.ts';
import type { TextEncoding } from '../../src/model/text-encoding.ts';

const python = process.env['SYMLOSS_PYTHON'] ?? 'python3';

/** Runs the models of a file of JSON with ONNX's reference evaluator and writes what they give. */
const script = `
import json, sys
import onnx
from onnx.reference import ReferenceEvaluator

types = {"float32": np.float32, "int32": np.int32, "int64": np.int64, "string": object}

def run(path, feeds, encodings):
    session = ReferenceEvaluator(onnx.load(path), new_ops=[Tokenizer])
    arrays = {name: np.array(data, types[dtype]).reshape(shape) for name, (dtype, shape, data) in feeds.items()}
    for name, encoding in encodings.items():
        arrays[name] = np.array(encode(encoding, arrays[name].tolist()), np.float32)
    outputs = session.run(None, arrays)
    return {name: [list(y.shape), y.ravel().tolist()] for name, y in zip(session.output_names, outputs)}

json.dump([run(**one) for one in json.load(open(sys.argv[1]))], sys.stdout)
`;

/** The blocks of Python that the guide gives its readers: the class Tokenizer, and encode for numeric cores. */
function pythonOfGuide(): string {
  const guide = readFileSync(new URL('../../docs/models.md', import.meta.url), 'utf8');
  const blocks = [...guide.matchAll(/```python\n([^`]*)```/g)].map(([, code]) => code as string);
  return blocks.filter((code) => /class Tokenizer|def encode/.test(code)).join('\n');
}

/** Why ONNX's reference evaluator cannot run here, if it cannot. */
export function evaluatorObstacle(): string | undefined {
  const check = ['-c', 'import onnx.reference'];
  const { error, status, stderr } = spawnSync(python, check, { encoding: 'utf8' });
  if (error === undefined && status === 0) return undefined;
  const cause = error?.message ?? stderr.trim().split('\n').at(-1);
  return `${python} cannot import onnx.reference (SYMLOSS_PYTHON names one that can): ${cause}`;
}

export interface Evaluated {
  readonly onnx: Uint8Array;
  readonly feeds: Readonly<Record<string, AnyTensor>>;
  /** Of inputs that are fed with texts but take numbers: how the guide's Python makes these. */
  readonly encodings?: Readonly<Record<string, TextEncoding>>;
}

export type Outputs = Readonly<Record<string, readonly [shape: number[], data: number[]]>>;

/** What ONNX's reference evaluator computes, with the Python of the guide, in one process. */
export async function evaluateInPython(models: readonly Evaluated[]): Promise<readonly Outputs[]> {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-reference-'));
  try {
    const calls = models.map(({ onnx, feeds, encodings = {} }, i) => {
      const path = join(folder, `${i}.onnx`);
      writeFileSync(path, onnx);
      const given = Object.entries(feeds).map(([name, { dtype, shape, data }]) => [
        name,
        [dtype, shape, dtype === 'string' ? data.map(portableText) : Array.from(data, Number)],
      ]);
      return { path, feeds: Object.fromEntries(given), encodings };
    });
    const file = join(folder, 'calls.json');
    writeFileSync(file, JSON.stringify(calls));
    const code = `${pythonOfGuide()}\n${script}`;
    const limits = { maxBuffer: 2 ** 26 };
    const { stdout } = await promisify(execFile)(python, ['-c', code, file], limits);
    return JSON.parse(stdout) as Outputs[];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
