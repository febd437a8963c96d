import { describe, expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import type { Op } from '../../src/graph/index.ts';
import { interpret } from '../../src/graph/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { interpreterRunner, nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';

const runners: readonly Runner[] = [
  interpreterRunner(),
  nodeRunner(),
  { ...nodeRunner({ block: 1 }), name: 'onnxruntime-node, images as they are' },
  { ...nodeRunner({ contrib: false }), name: 'onnxruntime-node, standard operators' },
  webRunner(),
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

/** Ops that add up many products. */
const sums: ReadonlySet<Op> = new Set([
  'conv2d',
  'conv2dInputGrad',
  'conv2dWeightGrad',
  'channelDot',
  'channelMoments',
]);

function toleranceOf(op: Op, float: 'float32' | 'float64'): number {
  if (float === 'float64') return tolerances.float64;
  return sums.has(op) ? tolerances.float32Sum : tolerances.float32Op;
}

for (const runner of runners) {
  describe.each(['float32', 'float64'] as const)(
    `${runner.name} computes what the float64 interpreter computes in %s`,
    (float) => {
      for (const op of Object.keys(opCases) as Op[]) {
        const reason = runner.name === 'interpreter' ? undefined : missingKernels[float]?.[op];
        if (reason !== undefined) {
          test.skipIf(true)(`${op} (skipped: ${reason})`, () => {});
          continue;
        }
        for (const c of opCases[op]) {
          const name = `${op}: ${c.name}`;
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
            const at = firstDifference(actual, toNumbers(expected), toleranceOf(op, float));
            expect(at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected.data[at]}`).toBe(
              'equal',
            );
          });
        }
      }
    },
  );
}
