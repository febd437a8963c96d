import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deviceTimeout, swiftShader } from '../helpers/devices.ts';
import { folders, program, symloss } from './run.ts';

const folder = folders('devices');
/** It also says in the environment where the driver is. */
const isThere = typeof (await swiftShader()) !== 'string';
const run = ['--loss', 'ce', '--compare', 'mae', '--model', 'linear', '--epochs', '1'];

/** Trains on WebGPU. @param own a driver of Vulkan */
function trained(cwd: string, own?: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [program, 'train', ...run, '--device', 'webgpu'],
    {
      ...{ cwd, encoding: 'utf8', timeout: deviceTimeout },
      env: { ...process.env, ...(own && { VK_ICD_FILENAMES: own, VK_DRIVER_FILES: own }) },
    },
  );
  return { status, stdout, stderr };
}

test('a device that does not start ends the command with its reason', {
  timeout: deviceTimeout,
}, () => {
  const { status, stderr } = trained(folder(), '/nonexistent.json');
  expect(stderr).toMatch(/^symloss: device.*: expected .* received /m);
  expect([1, 2]).toContain(status);
});

test.skipIf(!isThere)(
  'a command waits for the runs on a device, and for what gives it back',
  { timeout: deviceTimeout },
  () => {
    const cwd = folder();
    const { status, stdout } = trained(cwd);
    expect(stdout).toContain('model of ce, seed 1');
    expect(stdout).not.toContain('copied to the device and back');
    expect(existsSync(join(cwd, 'symloss-run', 'model.onnx'))).toBe(true);
    expect(status).toBe(0);
  },
);

describe('mixed precision', () => {
  const mixed = ['train', 'digits', ...run, '--training-precision', 'mixed'];

  test.skipIf(!isThere)(
    'is refused on a device without float16',
    { timeout: deviceTimeout },
    async () => {
      const { code, stderr } = await symloss([...mixed, '--device', 'webgpu'], folder());
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^symloss: device webgpu: expected float16, for mixed precision, received "Program .* requires f16 .*"; set --training-precision single$/m,
      );
    },
  );

  test('is refused on the CPU', async () => {
    const { code, stderr } = await symloss(mixed, folder());
    expect(code).toBe(2);
    expect(stderr).toBe(
      'symloss: option --training-precision: expected single on the device cpu, which computes in float32 only, received "mixed"; leave it out, or set --device webgpu, on a machine with a graphics card\n',
    );
  });
});
