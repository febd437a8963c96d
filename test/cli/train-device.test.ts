import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deviceTimeout, swiftShader } from '../helpers/devices.ts';
import { folders, symloss } from './run.ts';

const device = await swiftShader(); // sets the variable that commands find the driver by
const folder = folders('train-device');
const args = ['train', 'digits', '--model', 'linear', '--loss', 'ce', '--epochs', '1'];

describe.skipIf(typeof device === 'string')('symloss train --device webgpu', () => {
  const limits = { timeout: deviceTimeout };

  test('ends, with its model', limits, async () => {
    const cwd = folder();
    const { code, stderr } = await symloss([...args, '--device', 'webgpu'], cwd);
    expect(code, stderr).toBe(0);
    expect(existsSync(join(cwd, 'symloss-run', 'model.onnx'))).toBe(true);
  });

  test('says in mixed precision that the device has no float16', limits, async () => {
    const mixed = [...args, '--device', 'webgpu', '--training-precision', 'mixed'];
    const { code, stderr } = await symloss(mixed, folder());
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^symloss: device webgpu: expected float16, for mixed precision, received "Program .* requires f16 .*"; set --training-precision single$/m,
    );
  });
});

test('symloss train --training-precision mixed is refused on the CPU', async () => {
  const { code, stderr } = await symloss([...args, '--training-precision', 'mixed'], folder());
  expect(code).toBe(2);
  expect(stderr).toBe(
    'symloss: option --training-precision: expected single on the device cpu, which computes in float32 only, received "mixed"; leave it out, or set --device webgpu, on a machine with a graphics card\n',
  );
});
