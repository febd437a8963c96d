import type { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import { describe, expect, test } from 'vitest';
import { fromNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { Runner, State } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { ortRunner } from '../../src/runtime/ort.ts';
import type { Ort } from '../../src/runtime/ort-session.ts';
import { whyNot } from '../../src/runtime/state-check.ts';
import { deviceTimeout, testedDevices, testsKeptState } from '../helpers/devices.ts';
import { fedBy, traceOf, trainingOf } from '../helpers/state-trace.ts';

const ort = (await import('onnxruntime-node')).default as unknown as Ort;

const vector = (...values: number[]) => fromNumbers('float32', [3], values);
const sum = g.input('sum', [3]);
const after = g.add(sum, g.input('x', [3]));
const count = g.input('count', [], 'int64');
/** Its first state stays on a device, and its second does not: it has no buffers for such numbers. */
const step = g.toOnnx(
  g.program({ twice: g.mul(after, 2), 'next/sum': after, 'next/count': count }),
  { target: 'device' },
);
const view = g.toOnnx(g.program({ minus: g.neg(sum) }), { target: 'device' });
const state: State = {
  first: { sum: vector(1, 1, 1), count: fromNumbers('int64', [], [7]) },
  next: { sum: 'next/sum', count: 'next/count' },
};

/** The processor, as a device whose tensors are counted, as long as they live. */
class CountedDevice {
  readonly live = new Set<object>();
  /** How often a session gave nothing but tensors that stay. */
  moved = 0;
  /** Thrown by the next run. */
  fault: Error | undefined;
  readonly runner: Runner;
  readonly #gives: boolean;

  /** @param options `gives`: whether outputs that should stay there come back all the same */
  constructor(name = 'counted', { gives = false } = {}) {
    this.#gives = gives;
    this.runner = ortRunner(name, async () => this.#ort(), { device: 'webgpu', isChecked: true });
  }

  #ort(): Ort {
    const create = async (model: Uint8Array, options: InferenceSession.SessionOptions = {}) => {
      const { preferredOutputLocation = {} } = options;
      const held = this.#gives ? [] : Object.keys(preferredOutputLocation);
      const session = await ort.InferenceSession.create(model, { executionProviders: ['cpu'] });
      const { inputMetadata, outputNames } = session;
      const run = async (feeds: Record<string, OrtTensor>) => {
        const { fault } = this;
        this.fault = undefined;
        const given = Object.entries(feeds).map(([name, tensor]) => [name, this.#taken(tensor)]);
        const results = (await session.run(Object.fromEntries(given))) as Record<string, OrtTensor>;
        if (fault) throw fault;
        if (held.length === outputNames.length) this.moved++;
        for (const name of held) results[name] = this.#put(results[name] as OrtTensor);
        return results;
      };
      return { inputMetadata, outputNames, run, release: () => session.release() };
    };
    return {
      ...{ Tensor: ort.Tensor, listSupportedBackends: () => [{ name: 'webgpu' }] },
      InferenceSession: { create } as unknown as Ort['InferenceSession'],
    };
  }

  #put(inner: OrtTensor): OrtTensor {
    const held = { location: 'gpu-buffer', inner, dispose: () => this.live.delete(held) };
    this.live.add(held);
    return held as unknown as OrtTensor;
  }

  #taken(tensor: OrtTensor): OrtTensor {
    if (tensor.location !== 'gpu-buffer') return tensor;
    if (!this.live.has(tensor)) throw new Error('a tensor that was disposed of is used');
    return (tensor as unknown as { readonly inner: OrtTensor }).inner;
  }
}

describe('state on a device', () => {
  test('is freed after each step, and what has no buffers there comes back', async () => {
    const device = new CountedDevice();
    const executable = await device.runner.loadStateful(step, state);
    expect(executable.place).toEqual({ memory: 'device' });
    const network = await executable.attach(view);
    for (let i = 1; i <= 3; i++) {
      expect((await executable.step({ x: vector(1, 2, 3) }))['twice']?.data[2]).toBe(2 + 6 * i);
      expect(device.live.size).toBe(1);
      await network.run({});
      const { sum: now, count: left } = await executable.read();
      expect([...now!.data, ...left!.data]).toEqual([1 + i, 1 + 2 * i, 1 + 3 * i, 7n]);
      expect(device.live.size).toBe(1);
    }
    await executable.write({ sum: vector(5, 5, 5) });
    expect(device.live.size).toBe(0);
    // it goes there once, not with every batch
    for (let i = 0; i < 2; i++) {
      expect([...(await network.run({}))['minus']!.data]).toEqual([-5, -5, -5]);
      expect([device.live.size, device.moved]).toEqual([1, 1]);
    }
    await executable.step({ x: vector(1, 2, 3) });
    await executable.dispose();
    await executable.dispose();
    expect(device.live.size).toBe(0);
    await expect(executable.read()).rejects.toThrow('used after it was disposed of');
  });

  test('is as before after a step that failed, which may be made again', async () => {
    const device = new CountedDevice();
    const executable = await device.runner.loadStateful(step, state);
    await executable.step({ x: vector(1, 2, 3) });
    for (let i = 0; i < 2; i++) {
      device.fault = new Error('lost');
      await expect(executable.step({ x: vector(1, 2, 3) })).rejects.toThrow('lost');
      expect(device.live.size).toBe(1);
    }
    expect([...(await executable.read())['sum']!.data]).toEqual([2, 3, 4]);
    const { twice } = await executable.step({ x: vector(1, 2, 3) });
    expect([...twice!.data]).toEqual([6, 10, 14]);
    await executable.dispose();
    expect(device.live.size).toBe(0);
  });

  test('is seen as it is when its turn comes, by what was asked for at the same time', async () => {
    const device = new CountedDevice();
    const executable = await device.runner.loadStateful(step, state);
    const network = await executable.attach(view);
    const x = vector(1, 1, 1);
    const asked = [
      network.run({}),
      executable.step({ x }),
      network.run({}),
      executable.read(),
      executable.step({ x }),
      network.run({}),
    ];
    const first = (await Promise.all(asked)).map((tensors) => Object.values(tensors)[0]?.data[0]);
    expect(first).toEqual([-1, 4, -2, 2, 6, -3]);
    await executable.dispose();
  });

  test('that is unknown or does not fit is not written', async () => {
    const executable = await new CountedDevice().runner.loadStateful(step, state);
    await expect(executable.write({ other: vector(1, 2, 3) })).rejects.toThrow('other is no state');
    const wrong = fromNumbers('float32', [2], [1, 2]);
    await expect(executable.write({ sum: wrong })).rejects.toMatchObject({
      message: 'input sum: expected float32[3], received float32[2]',
    });
    expect([...(await executable.read())['sum']!.data]).toEqual([1, 1, 1]);
    await executable.dispose();
  });
});

describe('where outputs do not stay on the device', () => {
  test('the state goes in and out at every step, and the reason is told', async () => {
    const { runner } = new CountedDevice('giving', { gives: true });
    const executable = await runner.loadStateful(step, state);
    expect(executable.place).toEqual({
      memory: 'javascript',
      reason: 'output next: expected to stay on the device, received cpu',
    });
    await executable.step({ x: vector(1, 2, 3) });
    expect([...(await executable.read())['sum']!.data]).toEqual([2, 3, 4]);
    await executable.dispose();
  });

  test('or become other numbers, they are the reason', async () => {
    const load = nodeRunner().loadStateful;
    const forgetful: typeof load = async (model, own) => {
      const executable = await load(model, own);
      return {
        ...{ place: executable.place, write: (values) => executable.write(values) },
        ...{ step: (feeds) => executable.step(feeds), attach: (view) => executable.attach(view) },
        ...{ read: async () => own.first, dispose: () => executable.dispose() },
      };
    };
    expect(await whyNot(load)).toBe(undefined);
    expect(await whyNot(forgetful)).toBe(
      'a state that is known was 2, 8, 18, 4, 16, 36, 0, 0, 0 instead of 2, 8, 18, 4, 16, 36, 2, 8, 18',
    );
  });
});

const [device] = testsKeptState ? await testedDevices() : [];

describe.skipIf(device === undefined)('state on the device', { timeout: deviceTimeout }, () => {
  test.each<[string, readonly number[]]>([
    ['mlp:16', [20]],
    ['mlp:8,norm=batch', [5]],
    ['cnn4', [3, 8, 8]],
  ])(
    '%s: losses, scores and weights have the bits that they have when it is fed',
    async (model, shape) => {
      const training = trainingOf(model, shape);
      const fed = await traceOf(fedBy(device!), training, 10);
      const held = await traceOf(device!.loadStateful, training, 10);
      expect([fed.place, held.place]).toEqual(['javascript', 'device']);
      expect({ ...held, place: '' }).toEqual({ ...fed, place: '' });
      expect(new Set(held.losses).size).toBe(10);
    },
  );
});
