import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, zeros } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { State, StatefulExecutable } from '../../src/runtime/index.ts';
import { FedState, interpreterRunner, nodeRunner, webRunner } from '../../src/runtime/index.ts';
import { deviceTimeout, testedDevices, testsKeptState } from '../helpers/devices.ts';

/** A step that adds x to a sum, and remembers the last x; it says twice the sum. */
const x = g.input('x', [3]);
const sum = g.input('sum', [3]);
const last = g.input('last', [3]);
const after = g.add(sum, x);
const step = g.program({
  twice: g.mul(after, 2),
  change: g.sub(x, last),
  'next/sum': after,
  'next/last': x,
});
/** What is attached takes the sum only. */
const view = g.program({ shifted: g.add(sum, g.input('by', [3])) });
const vector = (...values: number[]) => fromNumbers('float32', [3], values);
const state: State = {
  first: { sum: vector(1, 1, 1), last: vector(0, 0, 0) },
  next: { sum: 'next/sum', last: 'next/last' },
};
const lists = (tensors: Readonly<Record<string, Tensor>>) =>
  Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, [...data]]));

type Open = (state: State) => Promise<StatefulExecutable>;

const runners = [
  { ...nodeRunner({ native: true }), name: 'onnxruntime itself' },
  nodeRunner({ native: false }),
  webRunner(),
  ...(await testedDevices()),
];

const ways: readonly (readonly [string, Open])[] = [
  ...runners.map(
    ({ name, loadStateful }) => [name, (own: State) => loadStateful(g.toOnnx(step), own)] as const,
  ),
  [
    'the interpreter',
    async (own: State) => {
      const { compile } = interpreterRunner();
      return new FedState(await compile(step), own, () => compile(view));
    },
  ],
];

describe.each(ways)('state that is kept by %s', { timeout: deviceTimeout }, (_, open) => {
  test('goes from step to step, and the other outputs come out', async () => {
    const executable = await open(state);
    expect(lists(await executable.read())).toEqual(lists(state.first));
    const first = await executable.step({ x: vector(1, 2, 3) });
    const second = await executable.step({ x: vector(10, 20, 30) });
    expect(lists(first)).toEqual({ twice: [4, 6, 8], change: [1, 2, 3] });
    expect(lists(second)).toEqual({ twice: [24, 46, 68], change: [9, 18, 27] });
    expect(lists(await executable.read())).toEqual({ sum: [12, 23, 34], last: [10, 20, 30] });
    await executable.dispose();
  });

  test('leaves the first values as they are, to start again', async () => {
    for (let i = 0; i < 2; i++) {
      const executable = await open(state);
      await executable.step({ x: vector(1, 2, 3) });
      await executable.step({ x: vector(1, 2, 3) });
      await executable.dispose();
      expect(lists(state.first)).toEqual({ sum: [1, 1, 1], last: [0, 0, 0] });
    }
  });

  test('is seen by an attached model, before and after each step', async () => {
    const executable = await open(state);
    const attached = await executable.attach(g.toOnnx(view));
    const seen: unknown[] = [];
    for (let i = 0; i < 4; i++) {
      seen.push(lists(await attached.run({ by: vector(0, i, 100) })));
      await executable.step({ x: vector(1, 2, 3) });
    }
    await executable.dispose();
    expect(seen).toEqual([
      { shifted: [1, 1, 101] },
      { shifted: [2, 4, 104] },
      { shifted: [3, 7, 107] },
      { shifted: [4, 10, 110] },
    ]);
  });

  test.each([0, 1, 2])(
    'is replaced in part after %i steps; what is written is copied',
    async (steps) => {
      const executable = await open(state);
      const attached = await executable.attach(g.toOnnx(view));
      for (let i = 0; i < steps; i++) await executable.step({ x: vector(7, 7, 7) });
      const written = vector(-1, -2, -3);
      await executable.write({ sum: written });
      written.data.fill(99);
      const { sum: now, last: before } = await executable.read();
      expect([[...now!.data], before!.data[0]]).toEqual([[-1, -2, -3], steps > 0 ? 7 : 0]);
      const seen = await attached.run({ by: vector(0, 0, 0) });
      expect(lists(seen)).toEqual({ shifted: [-1, -2, -3] });
      const outputs = await executable.step({ x: vector(1, 1, 1) });
      expect([...outputs.twice!.data]).toEqual([0, -2, -4]);
      await executable.dispose();
      expect(written.data.length).toBe(3);
    },
  );

  test('outputs stay what they were when the next step is made', async () => {
    const executable = await open(state);
    const first = await executable.step({ x: vector(1, 2, 3) });
    await executable.step({ x: vector(10, 20, 30) });
    expect([...first.twice!.data]).toEqual([4, 6, 8]);
    await executable.dispose();
    expect([...first.twice!.data]).toEqual([4, 6, 8]);
  });

  test('feeds may be filled anew in place, or be other arrays', async () => {
    const executable = await open(state);
    const feed = vector(1, 2, 3);
    await executable.step({ x: feed });
    feed.data.fill(1);
    await executable.step({ x: feed });
    const { twice } = await executable.step({ x: vector(0, 0, 5) });
    await executable.step({ x: feed });
    expect([...twice!.data]).toEqual([6, 8, 20]);
    expect([...(await executable.read()).sum!.data]).toEqual([4, 5, 11]);
    await executable.dispose();
  });

  test('feeds that are missing or do not fit are refused, and the state is as before', async () => {
    const executable = await open(state);
    await executable.step({ x: vector(1, 2, 3) });
    const messages: string[] = [];
    for (const wrong of [
      {},
      { x: zeros('float32', [4]) },
      { x: zeros('float32', [1, 3]) },
      { x: zeros('int64', [3]) },
    ]) {
      const error = await executable.step(wrong).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ name: 'SymlossError', kind: 'usage' });
      messages.push((error as Error).message);
    }
    expect(messages).toEqual([
      'input x: expected float32[3], received nothing',
      'input x: expected float32[3], received float32[4]',
      'input x: expected float32[3], received float32[1,3]',
      'input x: expected float32[3], received int64[3]',
    ]);
    const { twice } = await executable.step({ x: vector(0, 0, 0) });
    expect([...twice!.data]).toEqual([4, 6, 8]);
    await executable.dispose();
  });
});

test('is told where it is', async () => {
  const places = await Promise.all(
    ways.map(async ([name, open]) => {
      const executable = await open(state);
      await executable.dispose();
      return [name, executable.place];
    }),
  );
  const copied = (name: string) => ({
    memory: 'javascript',
    reason: `${name} copies all outputs of the device cpu`,
  });
  expect(Object.fromEntries(places)).toMatchObject({
    'onnxruntime itself': { memory: 'engine' },
    'onnxruntime-node': copied('onnxruntime-node'),
    'onnxruntime-web': copied('onnxruntime-web'),
    'the interpreter': { memory: 'javascript', reason: 'it was asked for' },
    ...Object.fromEntries(
      runners
        .slice(3)
        .map(({ name }) => [name, { memory: testsKeptState ? 'device' : 'javascript' }] as const),
    ),
  });
});

test('the interpreter keeps no state of an ONNX file, and says what does', async () => {
  const loading = interpreterRunner().loadStateful(g.toOnnx(step), state);
  await expect(loading).rejects.toMatchObject({
    message: 'interpreter: expected a program, received an ONNX file; use a runner of onnxruntime',
  });
});
