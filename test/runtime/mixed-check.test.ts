import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { checkDevice, compareWithInterpreter } from '../../src/runtime/device-check.ts';
import type { Executable } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, mixedDevice } from '../helpers/devices.ts';

type Load = (model: Uint8Array) => Promise<Executable>;
const load: Load = (model) => nodeRunner().load(model);

/** The CPU, which finds no overflow since it computes in float32, with some outputs set to what is right. */
function corrected(values: Readonly<Record<string, number>>): Load {
  return async (model) => {
    const executable = await load(model);
    const run: Executable['run'] = async (feeds) => {
      const results = await executable.run(feeds);
      const changed = Object.entries(results).map(([name, tensor]) => {
        const value = values[name];
        const data = value === undefined ? tensor.data : Float32Array.of(value);
        return [name, { ...tensor, data } as Tensor];
      });
      return Object.fromEntries(changed);
    };
    return { run, dispose: () => executable.dispose() };
  };
}

describe('float16 is compared with the interpreter', () => {
  test('and trusted if it agrees', async () => {
    await compareWithInterpreter('cuda', load, 'mixed');
  });

  test('and refused if it does not, or if an overflow is not seen', async () => {
    const faulty = corrected({ 'product that is too large': 1, infinity: 1 });
    await expect(compareWithInterpreter('cuda', faulty, 'mixed')).rejects.toMatchObject({
      kind: 'failure',
      message:
        'device cuda: expected the numbers that the CPU computes, received product that is too large (off by 1.0), infinity (off by 1.0); its float16 is not to be trusted; set trainingPrecision: single',
    });
  });

  test('and refused with its words if it has none', async () => {
    const fault = new Error('Non-zero status. shader Program Cast requires f16\nat a line');
    const without: Load = async () => ({
      run: () => Promise.reject(fault),
      dispose: async () => {},
    });
    await expect(compareWithInterpreter('webgpu', without, 'mixed')).rejects.toMatchObject({
      kind: 'failure',
      message:
        'device webgpu: expected float16, for mixed precision, received "Program Cast requires f16"; set trainingPrecision: single',
      cause: fault,
    });
  });

  test('after float32, each of them once', async () => {
    const sizes: number[] = [];
    const counting: Load = (model) => {
      sizes.push(model.length);
      return load(model);
    };
    const check = (precision: 'single' | 'mixed') =>
      checkDevice('counting', { device: 'dml', precision }, counting);
    await check('single');
    expect(sizes).toHaveLength(1);
    await check('mixed');
    await check('mixed');
    expect(sizes).toHaveLength(2);
  });
});

const device = await mixedDevice();

describe.skipIf(typeof device === 'string')(
  'a device with float16',
  { timeout: deviceTimeout },
  () => {
    test('agrees with the interpreter', async () => {
      if (typeof device === 'string') return;
      await compareWithInterpreter('webgpu', device.load, 'mixed');
    });
  },
);
