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
  { ...nodeRunner({ contrib: false }), name: 'onnxruntime-node, standard operators' },
  webRunner(),
];

/** Ops for which a runner has no kernel of a precision, with the reason. */
const missingKernels: Partial<Record<'float32' | 'float64', Partial<Record<Op, string>>>> = {
  float64: { erf: 'onnxruntime has no float64 kernel for Erf' },
};

const tolerance = { float32: tolerances.float32Op, float64: tolerances.float64 } as const;

for (const runner of runners) {
  describe.each(['float32', 'float64'] as const)(
    `${runner.name} computes what the float64 interpreter computes in %s`,
    (float) => {
      for (const op of Object.keys(opCases) as Op[]) {
        const reason = runner.name === 'interpreter' ? undefined : missingKernels[float]?.[op];
        for (const c of opCases[op]) {
          const name = `${op}: ${c.name}`;
          const title = reason === undefined ? name : `${name} (skipped: ${reason})`;
          test.skipIf(reason !== undefined)(title, async () => {
            const program = programOf(c, float);
            const feeds = feedsOf(c, float);
            const executable = await runner.compile(program);
            const { y } = await executable.run(feeds);
            await executable.dispose();
            const expected = interpret(program, feeds, { exact: true }).y!;
            expect(y!.shape).toEqual(expected.shape);
            expect(y!.dtype).toBe(program.outputs.y!.dtype);
            const actual = toNumbers(y!);
            const at = firstDifference(actual, toNumbers(expected), tolerance[float]);
            expect(at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected.data[at]}`).toBe(
              'equal',
            );
          });
        }
      }
    },
  );
}
