import { expect, test } from 'vitest';
import { nodeRunner } from '../../src/runtime/index.ts';
import { tolerances } from '../tolerances.ts';
import { digits, train } from './package.ts';

test('a score scale is a layer of the exported model', async () => {
  const data = await digits();
  const trained = await train({
    data,
    model: 'linear',
    loss: 'unhinged',
    scores: 'l2',
    scoreScale: 8,
    epochs: 1,
  });
  expect(trained.settings).toMatchObject({ scores: 'l2', scoreScale: 8 });
  const runner = nodeRunner();
  const model = await runner.load(trained.onnx);
  const rows = 100;
  const features = {
    dtype: 'float32' as const,
    shape: [rows, 64],
    data: Float32Array.from(data.features.subarray(0, rows * 64)),
  };
  const { scores } = await model.run({ features });
  const z = Array.from(scores?.data as Float32Array);
  for (let i = 0; i < rows; i++) {
    const norm = Math.hypot(...z.slice(10 * i, 10 * i + 10));
    expect(Math.abs(norm / 8 - 1)).toBeLessThan(tolerances.float32Op);
  }
});
