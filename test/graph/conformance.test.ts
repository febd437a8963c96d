import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import type { Op } from '../../src/graph/index.ts';
import { interpret, toOnnx } from '../../src/graph/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { interpreterRunner, nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import type { OpCase } from './cases.ts';
import { feedsOf, opCases, programOf } from './cases.ts';

const devices = await testedDevices();

/** The operators that a device gets, on the CPU. */
const forDevices: Runner = {
  ...nodeRunner(),
  name: 'operators for devices',
  compile: async (program) => nodeRunner().load(toOnnx(program, { target: 'device' })),
};

/** As a training step is run, without the state. */
const bound: Runner = {
  ...nodeRunner({ native: true }),
  name: 'onnxruntime itself',
  compile: async (program) => {
    const { lowering, loadStateful } = nodeRunner({ native: true });
    const model = toOnnx(program, await lowering());
    const own = await loadStateful(model, { first: {}, next: {} });
    return { run: (feeds) => own.step(feeds), dispose: () => own.dispose() };
  },
};

const runners: readonly Runner[] = [
  interpreterRunner(),
  nodeRunner(),
  bound,
  { ...nodeRunner({ block: 1 }), name: 'onnxruntime-node, images as they are' },
  { ...nodeRunner({ contrib: false }), name: 'onnxruntime-node, standard operators' },
  forDevices,
  webRunner(),
  ...devices,
];

/** Ops for which onnxruntime has no kernel of a precision, with the reason. */
const missingKernels: Partial<Record<'float32' | 'float64', Partial<Record<Op, string>>>> = {
  float64: {
    erf: 'onnxruntime has no float64 kernel for Erf',
    conv2d: 'onnxruntime has no float64 kernel for Conv',
    conv2dInputGrad: 'onnxruntime has no float64 kernel for Conv',
    conv2dWeightGrad: 'onnxruntime has no float64 kernel for Conv',
    maxPool: 'the cases use Conv, which has no float64 kernel in onnxruntime',
    maxPoolGrad: 'onnxruntime has no float64 kernel for Conv',
    avgPool: 'onnxruntime has no float64 kernel for AveragePool',
    channelAffine: 'the cases use Conv, which has no float64 kernel in onnxruntime',
    channelDot: 'the cases use Conv, which has no float64 kernel in onnxruntime',
    channelMoments: 'the cases use Conv, which has no float64 kernel in onnxruntime',
  },
};

/** What a device does not compute, with the reason. */
function missingOnDevice(c: OpCase): string | undefined {
  const dtypes = c.inputs.map(({ dtype, texts }) => (texts ? 'string' : dtype));
  if (dtypes.includes('string')) return 'texts are for the CPU';
  return dtypes.includes('int64') ? 'WebGPU has no integers of 64 bits' : undefined;
}

/** Ops that add up many products. */
const sums: ReadonlySet<Op> = new Set([
  'conv2d',
  'conv2dInputGrad',
  'conv2dWeightGrad',
  'channelDot',
  'channelMoments',
]);

function toleranceOf(op: Op, float: 'float32' | 'float64', isDevice: boolean): number {
  if (float === 'float64') return tolerances.float64;
  if (isDevice && (op === 'sin' || op === 'cos')) return tolerances.shaderTurns;
  return sums.has(op) ? tolerances.float32Sum : tolerances.float32Op;
}

for (const runner of runners) {
  const isDevice = devices.includes(runner);
  // the forms for devices have the digits of float32
  const floats = isDevice || runner === forDevices ? ['float32'] : ['float32', 'float64'];
  describe.each(floats as ('float32' | 'float64')[])(
    `${runner.name} computes what the float64 interpreter computes in %s`,
    { timeout: deviceTimeout },
    (float) => {
      for (const op of Object.keys(opCases) as Op[]) {
        const reason = runner.name === 'interpreter' ? undefined : missingKernels[float]?.[op];
        if (reason !== undefined) {
          test.skipIf(true)(`${op} (skipped: ${reason})`, () => {});
          continue;
        }
        for (const c of opCases[op]) {
          const name = `${op}: ${c.name}`;
          const lack = isDevice ? missingOnDevice(c) : undefined;
          if (lack !== undefined) {
            test.skipIf(true)(`${name} (skipped: ${lack})`, () => {});
            continue;
          }
          test(name, async () => {
            const program = programOf(c, float);
            const feeds = feedsOf(c, float);
            const executable = await runner.compile(program);
            const { y } = await executable.run(feeds);
            await executable.dispose();
            const expected = interpret(program, feeds, { exact: true }).y!;
            expect(y!.shape).toEqual(expected.shape);
            expect(y!.dtype).toBe(program.outputs.y!.dtype);
            const actual = toNumbers(y!);
            const at = firstDifference(
              actual,
              toNumbers(expected),
              toleranceOf(op, float, isDevice),
            );
            expect(at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected.data[at]}`).toBe(
              'equal',
            );
          });
        }
      }
    },
  );
}
