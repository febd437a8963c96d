import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import type { Op } from '../../src/graph/index.ts';
import { toOnnx } from '../../src/graph/index.ts';
import { sgce } from '../../src/losses/index.ts';
import { exportOnnx } from '../../src/model/index.ts';
import { mlp, normaliseScores, sequential } from '../../src/nn/index.ts';
import { adamW, buildForward, buildStep } from '../../src/train/index.ts';
import { partsOf } from '../model/trained.ts';
import { opCases, programOf } from './cases.ts';

const python = '/usr/bin/python3';

/**
 * Checks every file named on the command line as ONNX's own library sees it, and that the shapes
 * it infers are those the file declares; it cannot infer all behind an operator of onnxruntime. Prints one line a fault.
 */
const script = `
import sys
import onnx
from onnx import checker, shape_inference

def form(value):
    tensor = value.type.tensor_type
    dims = [d.dim_param or d.dim_value for d in tensor.shape.dim]
    return value.name, tensor.elem_type, dims

def check(path):
    model = onnx.load(path)
    checker.check_model(model, full_check=True)
    declared = [form(output) for output in model.graph.output]
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    inferred = shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    foreign = any(node.domain == "com.microsoft" for node in model.graph.node)
    for before, after in zip(declared, (form(output) for output in inferred.graph.output)):
        if foreign:
            dims = [a if str(b).startswith("unk__") else b for a, b in zip(before[2], after[2])]
            after = (*after[:2], dims)
        if before != after:
            raise ValueError("declared %s, inferred %s" % (before, after))

for path in sys.argv[1:]:
    try:
        check(path)
    except Exception as error:
        print(path, type(error).__name__, error)
print("checked", len(sys.argv) - 1)
`;

/** Why the check cannot run here, if it cannot. */
function obstacle(): string | undefined {
  const { error, status, stderr } = spawnSync(python, ['-c', 'import onnx'], { encoding: 'utf8' });
  if (error === undefined && status === 0) return undefined;
  return `${python} cannot import onnx: ${error?.message ?? stderr.trim().split('\n').at(-1)}`;
}

const reason = obstacle();
// the jobs of continuous integration install it, but for those on other systems
const isRequired = process.env.CI !== undefined && process.platform === 'linux';
if (reason !== undefined && !isRequired) console.warn(`skipped test/graph/onnx-checker: ${reason}`);

const folder = mkdtempSync(join(tmpdir(), 'symloss-onnx-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The files to check, by name. */
function models(): Record<string, Uint8Array> {
  const files: Record<string, Uint8Array> = {};
  for (const op of Object.keys(opCases) as Op[]) {
    for (const [i, c] of opCases[op].entries()) {
      files[`${op} ${i}`] = toOnnx(programOf(c, 'float32'), { contrib: false });
    }
  }
  const [batchSize, featureShape, k] = [8, [6], 4];
  const network = sequential(
    mlp([7, 5], { norm: 'batch', dropout: 0.25, activation: 'gelu' }).network(k),
    normaliseScores('batch'),
  );
  const { program } = buildStep({
    network,
    loss: sgce(0.4),
    penalties: [{ kind: 'l1', weight: 0.01 }],
    optimizer: adamW(),
    clipNorm: 5,
    weighted: true,
    batchSize,
    featureShape,
    k,
  });
  files['training step'] = toOnnx(program, { contrib: false });
  files['forward'] = toOnnx(buildForward(network, batchSize, featureShape), { contrib: false });
  files['exported model'] = exportOnnx(partsOf(), { loss: 'sgce:q=0.4' });
  return files;
}

test.skipIf(reason !== undefined && !isRequired)(
  "ONNX's own checker and shape inference accept every op, a training step and an exported model",
  async () => {
    expect(reason).toBe(undefined);
    const files = Object.entries(models());
    const paths = files.map(([name, bytes]) => {
      const path = join(folder, `${name}.onnx`);
      writeFileSync(path, bytes);
      return path;
    });
    const { stdout } = await promisify(execFile)(python, ['-c', script, ...paths]);
    expect(stdout.trim().split('\n')).toEqual([`checked ${files.length}`]);
  },
);
