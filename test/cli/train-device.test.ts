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
});
