import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, test, vi } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, zeros } from '../../src/core/index.ts';
import * as g from '../../src/graph/index.ts';
import type { State } from '../../src/runtime/index.ts';
import { FedState, nodeEngine, nodeRunner, release } from '../../src/runtime/index.ts';
import { NativeState } from '../../src/runtime/native/index.ts';
import { open } from '../../src/runtime/native/library.ts';
import { withoutPackages } from '../helpers/without-packages.ts';

const x = g.input('x', [20]);
const sum = g.add(g.input('sum', [20]), x);
const step = g.toOnnx(g.program({ twice: g.mul(sum, 2), 'next/sum': sum }));
const view = g.toOnnx(g.program({ shifted: g.add(g.input('sum', [20]), 1) }));
const vector = (value: number) => fromNumbers('float32', [20], new Array(20).fill(value));
const state: State = { first: { sum: vector(1) }, next: { sum: 'next/sum' } };
const { load, loadStateful } = nodeRunner({ native: true });
const errorOf = (act: Promise<unknown>) => act.catch((error: unknown) => error);
const firstOf = (tensor: Tensor | undefined) => tensor?.data[0];

test('the library is the one that onnxruntime-node brought', async () => {
  expect((await open()).version).toBe((await nodeEngine()).version);
});

test('every tensor of the state begins at a multiple of 64 bytes', async () => {
  const { koffi } = await open();
  const three = ['a', 'b', 'c'].map((name) => [name, g.input(name, [3])] as const);
  const model = g.toOnnx(
    g.program(Object.fromEntries(three.map(([name, own]) => [`next/${name}`, g.add(own, 1)]))),
  );
  const executable = await loadStateful(model, {
    first: Object.fromEntries(three.map(([name]) => [name, zeros('float32', [3])])),
    next: Object.fromEntries(three.map(([name]) => [name, `next/${name}`])),
  });
  for (let i = 0; i < 2; i++) {
    const places = Object.values(await executable.read()).map(({ data }) => koffi.address(data));
    expect(places.map((place) => place % 64n)).toEqual([0n, 0n, 0n]);
    await executable.step({});
  }
  await executable.dispose();
});

describe('is used', () => {
  const wayOf = async (runner: Pick<ReturnType<typeof nodeRunner>, 'loadStateful'>) => {
    const executable = await runner.loadStateful(step, state);
    await executable.dispose();
    return executable.constructor;
  };

  test('by itself, and not where it is turned off', async () => {
    vi.stubEnv('SYMLOSS_NATIVE', undefined);
    expect(await wayOf(nodeRunner())).toBe(process.platform === 'linux' ? NativeState : FedState);
    vi.stubEnv('SYMLOSS_NATIVE', '1');
    expect(await wayOf(nodeRunner())).toBe(NativeState);
    expect(await wayOf(nodeRunner({ native: false }))).toBe(FedState);
    vi.stubEnv('SYMLOSS_NATIVE', '0');
    expect(await wayOf(nodeRunner())).toBe(FedState);
    expect(await wayOf(nodeRunner({ native: true }))).toBe(NativeState);
  });

  test.each(['step', 'attached model'] as const)(
    'only for sizes that are fixed: another %s gets the state at every run',
    async (which) => {
      const sizes = { dynamic: { x: 'n', sum: 'n', twice: 'n', 'next/sum': 'n', shifted: 'n' } };
      const shifted = g.program({ shifted: g.add(g.input('sum', [20]), 1) });
      const [stepModel, viewModel] =
        which === 'step'
          ? [g.toOnnx(g.program({ twice: g.mul(sum, 2), 'next/sum': sum }), sizes), view]
          : [step, g.toOnnx(shifted, sizes)];
      const executable = await loadStateful(stepModel, state);
      expect(executable.constructor).toBe(which === 'step' ? FedState : NativeState);
      const attached = await executable.attach(viewModel);
      const { twice } = await executable.step({ x: vector(3) });
      const { shifted: seen } = await attached.run({});
      await executable.dispose();
      expect([firstOf(twice), firstOf(seen)]).toEqual([8, 5]);
    },
  );
});

/** A script that makes two steps, as a package of its own does. */
const script = (before = '') => `
  ${before}
  const { nodeRunner } = await import('symloss/runtime');
  const g = await import('symloss/graph');
  const sum = g.add(g.input('sum', [1]), g.input('x', [1]));
  const model = g.toOnnx(g.program({ out: g.mul(sum, 2), next: sum }));
  const one = { dtype: 'float32', shape: [1], data: Float32Array.of(1) };
  const executable = await nodeRunner().loadStateful(model, { first: { sum: one }, next: { sum: 'next' } });
  const outs = [];
  for (let i = 0; i < 2; i++) outs.push((await executable.step({ x: one })).out.data[0]);
  await executable.dispose();
  console.log(executable.constructor.name, outs.join());`;

const run = async (code: string, args: readonly string[] = []) =>
  (
    await promisify(execFile)(process.execPath, [...args, '--input-type=module', '-e', code], {
      env: { ...process.env, SYMLOSS_NATIVE: '1' },
    })
  ).stdout;

test.each([
  ['with koffi', script(), [], 'NativeState'],
  ['without koffi', script(), withoutPackages('koffi'), 'FedState'],
  [
    'where something else has called functions through koffi',
    script("(await import('koffi')).default.load(null);"),
    [],
    'FedState',
  ],
])('%s a process makes the same steps, and ends', async (_, code, args, way) => {
  expect(await run(code, args)).toBe(`${way} 4,6\n`);
});

function transferred<T extends Tensor>(feed: T): T {
  release([feed]);
  return feed;
}

describe('memory that is not what it was is not used', () => {
  test.each<[string, (feed: Tensor<'float32'>) => Tensor, string]>([
    ['that was transferred', transferred, '0'],
    [
      'of another type than it says',
      (feed) => ({ ...feed, data: new Float64Array(20) as never }),
      '160',
    ],
    ['that is too short', (feed) => ({ ...feed, data: feed.data.subarray(1) }), '76'],
  ])('a feed %s', async (_, spoil, received) => {
    const executable = await loadStateful(step, state);
    const feed = vector(1);
    await executable.step({ x: feed });
    expect(await errorOf(executable.step({ x: spoil(feed) }))).toMatchObject({
      name: 'SymlossError',
      message: `input x: expected 80 bytes, received ${received}`,
    });
    const { twice } = await executable.step({ x: vector(1) });
    await executable.dispose();
    expect(firstOf(twice)).toBe(6);
  });

  test('state that was released by mistake', async () => {
    const executable = await loadStateful(step, state);
    const attached = await executable.attach(view);
    release(Object.values(await executable.read()));
    const message = 'internal: memory that the engine uses was released';
    expect(await errorOf(executable.step({ x: vector(1) }))).toMatchObject({ message });
    expect(await errorOf(attached.run({}))).toMatchObject({ message });
    await executable.dispose();
  });

  test('state that was disposed of, once or twice', async () => {
    const executable = await loadStateful(step, state);
    const attached = await executable.attach(view);
    await executable.dispose();
    await executable.dispose();
    const message = 'internal: state is used after it was disposed of';
    for (const act of [
      () => executable.step({ x: vector(1) }),
      () => attached.run({}),
      () => executable.read(),
      () => executable.write({ sum: vector(1) }),
      () => executable.attach(view),
    ]) {
      expect(await errorOf(act())).toMatchObject({ message });
    }
  });

  test('small arrays stay where they are, whatever is collected', async () => {
    const small = g.add(g.input('sum', [2]), g.input('x', [2]));
    const model = g.toOnnx(g.program({ out: small, 'next/sum': small }));
    const two = () => fromNumbers('float32', [2], [1, 2]); // V8 keeps such arrays on its heap
    const executable = await loadStateful(model, {
      first: { sum: two() },
      next: { sum: 'next/sum' },
    });
    const feed = two();
    const kept: unknown[] = [];
    for (let i = 0; i < 2000; i++) {
      await executable.step({ x: feed });
      kept.push(Array.from({ length: 1000 }, (_, j) => ({ j })));
      if (kept.length > 50) kept.shift(); // young objects move
    }
    expect([...(await executable.read()).sum!.data]).toEqual([2001, 4002]);
    await executable.dispose();
  });
});

describe('what does not fit is refused', () => {
  test.each([
    ['garbage', Uint8Array.of(1, 2, 3)],
    ['half a model', step.subarray(0, step.length / 2)],
  ])('%s, as by the runner without state', async (_, bytes) => {
    const [own, other] = [await errorOf(loadStateful(bytes, state)), await errorOf(load(bytes))];
    expect(own).toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      expected: 'a model it can load',
    });
    expect((own as Error).message).toBe((other as Error).message);
    const executable = await loadStateful(step, state);
    expect(await errorOf(executable.attach(bytes))).toMatchObject({
      message: (other as Error).message,
    });
    const { twice } = await executable.step({ x: vector(1) });
    await executable.dispose();
    expect(firstOf(twice)).toBe(4);
  });

  test.each<[string, State, string]>([
    [
      'first values of another shape',
      { ...state, first: { sum: zeros('float32', [4, 5]) } },
      'input sum: expected float32[20], received float32[4,5]',
    ],
    [
      'first values of another type',
      { ...state, first: { sum: zeros('float64', [20]) } },
      'input sum: expected float32[20], received float64[20]',
    ],
    [
      'an output that is not there',
      { ...state, next: { sum: 'after' } },
      'internal: the model has no output after',
    ],
    [
      'an output without first values',
      { ...state, next: { ...state.next, rest: 'twice' } },
      'input rest: expected float32[20], received nothing',
    ],
  ])('%s', async (_, wrong, message) => {
    expect(await errorOf(loadStateful(step, wrong))).toMatchObject({ message });
  });

  test('values written of another shape, or of no state', async () => {
    const executable = await loadStateful(step, state);
    expect(await errorOf(executable.write({ sum: zeros('float32', [3]) }))).toMatchObject({
      message: 'input sum: expected float32[20], received float32[3]',
    });
    expect(await errorOf(executable.write({ x: vector(1) }))).toMatchObject({
      message: 'internal: x is no state',
    });
    await executable.dispose();
  });
});

test('steps without a pause let timers have their turn', async () => {
  const executable = await loadStateful(step, state);
  let isDue = false;
  setTimeout(() => {
    isDue = true;
  }, 30);
  const begun = performance.now();
  while (!isDue && performance.now() - begun < 10_000) await executable.step({ x: vector(1) });
  await executable.dispose();
  expect(isDue).toBe(true);
});
