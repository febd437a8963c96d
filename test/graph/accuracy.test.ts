import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { tolerances } from '../tolerances.ts';

/** ± 1e-30 … 1e1, where e^x − 1 and ln(1 + x) by the plain formulas lose every digit. */
const magnitudes = Array.from({ length: 62 }, (_, i) => 10 ** (-30 + i / 2)).filter((x) => x < 1);
const points = [...magnitudes.map((x) => -x), ...magnitudes];

const runners: readonly Runner[] = [
  nodeRunner(),
  {
    ...nodeRunner(),
    name: 'operators for devices',
    compile: async (program) => nodeRunner().load(g.toOnnx(program, { target: 'device' })),
  },
  webRunner(),
  ...(await testedDevices()),
];

describe.each(runners)(
  '$name keeps relative accuracy near 0',
  { timeout: deviceTimeout },
  (runner) => {
    test.each([
      ['expm1', g.expm1, Math.expm1],
      ['log1p', g.log1p, Math.log1p],
    ] as const)('%s', async (_, f, exact) => {
      const x = g.input('x', [points.length]);
      const executable = await runner.compile(g.program({ y: f(x) }));
      const feed = fromNumbers('float32', x.shape, points);
      const { y } = await executable.run({ x: feed });
      await executable.dispose();
      const errors = toNumbers(feed).map((v, i) => Math.abs(Number(y!.data[i]) / exact(v) - 1));
      expect(Math.max(...errors)).toBeLessThan(tolerances.float32Op);
    });
  },
);
