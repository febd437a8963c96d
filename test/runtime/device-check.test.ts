import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import { compareWithInterpreter } from '../../src/runtime/device-check.ts';
import type { Executable } from '../../src/runtime/index.ts';
import { nodeRunner, Turns } from '../../src/runtime/index.ts';
import { ortRunner } from '../../src/runtime/ort.ts';
import type { Ort } from '../../src/runtime/ort-session.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';

/** The CPU, with some outputs changed. */
function faulty(
  change: Readonly<Record<string, (data: Float32Array) => Float32Array | undefined>>,
) {
  return async (model: Uint8Array): Promise<Executable> => {
    const executable = await nodeRunner().load(model);
    return {
      run: async (feeds) => {
        const results = await executable.run(feeds);
        const entries = Object.entries(results).flatMap(([name, tensor]) => {
          const data = tensor.data as Float32Array;
          const changed = Object.hasOwn(change, name) ? change[name]!(data) : data;
          return changed === undefined ? [] : [[name, { ...tensor, data: changed } as Tensor]];
        });
        return Object.fromEntries(entries);
      },
      dispose: () => executable.dispose(),
    };
  };
}

const at0 = (value: number) => (data: Float32Array) => data.with(0, value);

describe('a device is compared with the interpreter', () => {
  test('and trusted if it agrees', async () => {
    await compareWithInterpreter('cuda', faulty({}));
  });

  test.each([
    ['another number', { 'log-softmax': at0(2) }, 'log-softmax (off by 2.1)'],
    [
      'no number',
      { 'loss of a training step': at0(Number.NaN) },
      'loss of a training step (off by NaN)',
    ],
    [
      'nothing',
      { 'overlapping pooling': () => undefined },
      'overlapping pooling (off by Infinity)',
    ],
    [
      'too few numbers, and another fault',
      {
        'convolution in 2 groups': (data: Float32Array) => data.slice(1),
        'log-sum-exp of scores near 1000': at0(Number.POSITIVE_INFINITY),
      },
      'convolution in 2 groups (off by Infinity), log-sum-exp of scores near 1000 (off by Infinity)',
    ],
  ])('and refused if it gives %s', async (_, change, received) => {
    await expect(compareWithInterpreter('cuda', faulty(change))).rejects.toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      message: `device cuda: expected the numbers that the CPU computes, received ${received}; its driver or this version of onnxruntime is not to be trusted; use the device cpu`,
    });
  });

  test('before its first session, once', async () => {
    const loaded: number[] = [];
    const { InferenceSession, Tensor } = (await import('onnxruntime-node'))
      .default as unknown as Ort;
    const ort: Ort = {
      Tensor,
      InferenceSession: {
        create: (model) => {
          loaded.push(model.length);
          return InferenceSession.create(model, { executionProviders: ['cpu'] });
        },
      },
      listSupportedBackends: () => [{ name: 'dml' }],
    };
    const model = g.toOnnx(g.program({ y: g.mul(g.input('x', [1]), 2) }));
    const runner = ortRunner('counted', async () => ort, { device: 'dml' });
    for (let i = 0; i < 2; i++) await (await runner.load(model)).dispose();
    expect(loaded).toEqual([expect.any(Number), model.length, model.length]);
    expect(loaded[0]).toBeGreaterThan(model.length);
    const trusting = ortRunner('trusted', async () => ort, { device: 'dml', isChecked: true });
    await (await trusting.load(model)).dispose();
    expect(loaded.slice(3)).toEqual([model.length]);
  });
});

const [device] = await testedDevices();

describe.skipIf(device === undefined)('WebGPU on SwiftShader', { timeout: deviceTimeout }, () => {
  test('agrees with the interpreter', async () => {
    await compareWithInterpreter('webgpu', device!.load);
  });

  test('in its default layout it does not', async () => {
    const ort = (await import('onnxruntime-node')).default as unknown as Ort;
    const inDefaultLayout: Ort = {
      ...{ Tensor: ort.Tensor, listSupportedBackends: () => [{ name: 'webgpu' }] },
      InferenceSession: {
        create: (model) => ort.InferenceSession.create(model, { executionProviders: ['webgpu'] }),
      },
    };
    const options = { device: 'webgpu', isChecked: true } as const;
    const runner = ortRunner('default layout', async () => inDefaultLayout, options);
    await expect(compareWithInterpreter('webgpu', runner.load)).rejects.toMatchObject({
      received: expect.stringMatching(/convolution of 6 channels.*a weight over 6 images/),
    });
  });

  test('runs two sessions that are asked at the same time', async () => {
    const times = (factor: number) => g.program({ y: g.mul(g.input('x', [2]), factor) });
    const x = fromNumbers('float32', [2], [1, 3]);
    const both = await Promise.all([2, 5].map((factor) => device!.compile(times(factor))));
    const runs = await Promise.all(both.map((executable) => executable.run({ x })));
    await Promise.all(both.map((executable) => executable.dispose()));
    expect(runs.map(({ y }) => Array.from(toNumbers(y!)))).toEqual([
      [2, 6],
      [5, 15],
    ]);
  });

  test('says so where an operator is missing and the CPU is forbidden', async () => {
    const x = g.input('x', [2], 'int64');
    await expect(device!.compile(g.program({ y: g.less(x, x) }))).rejects.toMatchObject({
      where: 'device webgpu',
      received: expect.stringContaining('assigned to the default CPU EP'),
    });
  });
});

describe('turns', () => {
  /** Work that ends when it is told to. */
  function work(name: string, log: string[]) {
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const run = async () => {
      log.push(`${name} begins`);
      await ended;
      log.push(`${name} ends`);
      return name;
    };
    return { run, end };
  }

  test('come in order, one after the other, whatever their ends', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [a, b] = [work('a', log), work('b', log)];
    const fault = new Error('fault');
    const taken = [
      turns.take(a.run),
      turns.take(() => Promise.reject(fault)).catch((error: unknown) => error),
      turns.take(b.run),
    ];
    b.end();
    await new Promise(setImmediate);
    expect(log).toEqual(['a begins']);
    a.end();
    expect(await Promise.all(taken)).toEqual(['a', fault, 'b']);
    expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  test('who stops waiting takes none, and the others keep theirs', async () => {
    const turns = new Turns();
    const log: string[] = [];
    const [a, b, c] = [work('a', log), work('b', log), work('c', log)];
    const stop = new AbortController();
    const first = turns.take(a.run);
    const second = turns.take(b.run, stop.signal);
    const third = turns.take(c.run);
    stop.abort(new Error('enough'));
    await expect(second).rejects.toThrow('enough');
    await new Promise(setImmediate);
    expect(log).toEqual(['a begins']);
    c.end();
    a.end();
    expect(await Promise.all([first, third])).toEqual(['a', 'c']);
    expect(log).toEqual(['a begins', 'a ends', 'c begins', 'c ends']);
    expect(await turns.take(async () => 'd', new AbortController().signal)).toBe('d');
  });
});
