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

/** Cases that a runner cannot have, with the reason. */
const skips: Readonly<Record<string, string>> = {};

for (const runner of runners) {
  describe(`${runner.name} computes what the float64 interpreter computes`, () => {
    for (const op of Object.keys(opCases) as Op[]) {
      for (const c of opCases[op]) {
        const name = `${op}: ${c.name}`;
        const reason = skips[`${runner.name}/${name}`];
        test.skipIf(reason)(
          reason === undefined ? name : `${name} (skipped: ${reason})`,
          async () => {
            const program = programOf(c, 'float32');
            const feeds = feedsOf(c, 'float32');
            const executable = await runner.compile(program);
            const { y } = await executable.run(feeds);
            await executable.dispose();
            const expected = interpret(program, feeds, { exact: true }).y!;
            expect(y!.shape).toEqual(expected.shape);
            expect(y!.dtype).toBe(program.outputs.y!.dtype);
            const actual = toNumbers(y!);
            const at = firstDifference(actual, toNumbers(expected), tolerances.float32Op);
            expect(at < 0 ? 'equal' : `[${at}] ${actual[at]} for ${expected.data[at]}`).toBe(
              'equal',
            );
          },
        );
      }
    }
  });
}
