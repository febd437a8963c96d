import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { checkPresent, executionProviders } from '../../src/runtime/devices.ts';
import type { Device } from '../../src/runtime/index.ts';
import { devices, nodeEngine, nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { messageOf } from '../messages.ts';

const model = g.toOnnx(g.program({ y: g.mul(g.input('x', [3]), 2) }));
const x = fromNumbers('float32', [3], [1, 2, 4]);

test('the CPU stands behind every other device', () => {
  expect(devices.map(executionProviders)).toEqual([
    ['cpu'],
    [{ name: 'webgpu', preferredLayout: 'NCHW' }, 'cpu'],
    ['cuda', 'cpu'],
    ['coreml', 'cpu'],
    ['dml', 'cpu'],
  ]);
});

test('a device that onnxruntime was not built with is refused with those there are', () => {
  expect(messageOf(() => checkPresent('dml', ['cpu', 'webgpu', 'cuda', 'tensorrt']))).toBe(
    'device: expected one that this onnxruntime has: cpu, webgpu, cuda, received dml; onnxruntime-node has it (DirectML) on Windows',
  );
  expect(messageOf(() => checkPresent('cuda', []))).toMatch(
    /^device: expected one that this onnxruntime has: cpu, received cuda; .* npm install onnxruntime-node --onnxruntime-node-install=cuda12, without ONNXRUNTIME_NODE_INSTALL=skip$/,
  );
  checkPresent('cpu', []);
  checkPresent('webgpu', ['cpu', 'webgpu']);
});

test('onnxruntime in the browser form has WebGPU where the browser has, and Node has not', async () => {
  await expect(webRunner({ device: 'webgpu' }).load(model)).rejects.toMatchObject({
    where: 'device webgpu',
    expected: 'a graphics card that the page may use',
    kind: 'failure',
  });
});

describe('onnxruntime-node', async () => {
  const engine = await nodeEngine();

  test('tells its version', () => {
    expect(engine.version).toMatch(/^\d+\.\d+\.\d+/);
    expect(engine.devices[0]).toBe('cpu');
  });

  /** 2·x on a device, or the error. */
  async function double(device: Device): Promise<unknown> {
    try {
      const executable = await nodeRunner({ device }).load(model);
      const { y } = await executable.run({ x });
      await executable.dispose();
      return Array.from(y?.data as Float32Array);
    } catch (error) {
      process.stdout.write(`skipped: no computing on ${device}: ${(error as Error).message}\n`);
      return error;
    }
  }

  test('the CPU computes', async () => {
    expect(await double('cpu')).toEqual([2, 4, 8]);
  });

  test.each(devices.slice(1))(
    '%s computes, or the error is one line that says what it needs',
    async (device) => {
      const isListed = engine.devices.includes(device);
      const error = {
        name: 'SymlossError',
        where: isListed ? `device ${device}` : 'device',
        kind: isListed ? 'failure' : 'usage',
        hint: expect.stringContaining('onnxruntime'),
        message: expect.stringMatching(/^device[^\n]*$/),
      };
      const outcome = await double(device);
      expect(outcome).toEqual(Array.isArray(outcome) ? [2, 4, 8] : expect.objectContaining(error));
    },
  );
});
