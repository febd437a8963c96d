import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, stream } from '../../src/core/index.ts';
import type { Tensors } from '../../src/graph/index.ts';
import { crossEntropy, parseLoss } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import { buildJob } from '../../src/run/build-job.ts';
import { resolve } from '../../src/run/resolve.ts';
import { train } from '../../src/run/train.ts';
import { nodeRunner, webLowering } from '../../src/runtime/index.ts';
import { openCheckpoint } from '../../src/train/checkpoint/index.ts';
import type { Job, StepOptions } from '../../src/train/index.ts';
import { adamW, buildStep, nextName, runJob } from '../../src/train/index.ts';
import { lossScale, scaleSlots } from '../../src/train/loss-scale.ts';
import { prepare } from '../../src/train/prepare.ts';
import { resolveSplit } from '../../src/train/row-split.ts';
import { rowMemory } from '../../src/train/slot-names.ts';
import { onnxText } from '../graph/onnx-text.ts';
import { data } from './centres.ts';

const [n, d, k] = [6, 4, 3];
const options: StepOptions = {
  network: mlp([5], { norm: 'batch' }).network(k),
  loss: crossEntropy,
  optimizer: adamW({ weightDecay: 0.125 }),
  clipNorm: 0.5,
  ...{ batchSize: n, featureShape: [d], k },
};
const single = buildStep(options);
const scaled = buildStep({ ...options, precision: 'mixed' });
const steps = { single, scaled };

const scalar = (value: number) => fromNumbers('float32', [], [value]);

function firstValues({ slots }: typeof single): Record<string, Tensor> {
  const values = slots.map(({ name, shape, initialise }) => [
    name,
    fromNumbers('float32', shape, initialise(stream(1, name))),
  ]);
  return Object.fromEntries(values);
}

function batch(i: number) {
  const rng = stream(i, 'features');
  const features = Float32Array.from({ length: n * d }, () => rng.normal());
  const labels = Array.from({ length: n }, (_, row) => (row * (i + 1)) % k);
  return {
    features: fromNumbers('float32', [n, d], features),
    labels: fromNumbers('int32', [n], labels),
    learningRate: scalar(0.0625),
    stepNumber: scalar(i + 1),
  };
}

const executables = {
  single: await nodeRunner().compile(single.program),
  scaled: await nodeRunner().compile(scaled.program),
};
afterAll(async () => {
  for (const executable of Object.values(executables)) await executable.dispose();
});

/** The objective of a step, and the state after it. */
async function stepOf(
  which: keyof typeof steps,
  state: Record<string, Tensor>,
  feeds: Tensors,
): Promise<{ objective: number; state: Record<string, Tensor> }> {
  const results = await executables[which].run({ ...feeds, ...state });
  const after = steps[which].slots.map(({ name }) => [name, results[nextName(name)] as Tensor]);
  return { objective: Number(results['objective']?.data[0]), state: Object.fromEntries(after) };
}

const numbersOf = (state: Record<string, Tensor>) =>
  Object.fromEntries(
    Object.entries(state).map(([name, { data }]) => [name, Array.from(data, Number)]),
  );

function scaleOf(state: Record<string, Tensor>) {
  const [scale, goodSteps, updates] = Object.values(scaleSlots).map((name) => state[name]?.data[0]);
  return { scale, goodSteps, updates };
}

function withScale(state: Record<string, Tensor>, scale: number, goodSteps = 0) {
  const { scale: name, goodSteps: count } = scaleSlots;
  return { ...state, [name]: scalar(scale), [count]: scalar(goodSteps) };
}

/** A power of two that float32 has. */
const huge = 2 ** 127;

/** The same with activations a thousand times as large, whose gradients overflow at the scale `huge`. */
function large(state: Record<string, Tensor>): Record<string, Tensor> {
  const name = 'hidden1/scale';
  const { shape } = state[name] as Tensor;
  return { ...state, [name]: fromNumbers('float32', shape, new Float32Array(5).fill(1000)) };
}

describe('a scaled objective', () => {
  test('changes no bit where nothing overflows, since the scale is a power of two', async () => {
    let [own, plain] = [firstValues(scaled), firstValues(single)];
    expect(scaleOf(own)).toEqual({ scale: 65_536, goodSteps: 0, updates: 0 });
    for (let i = 0; i < 4; i++) {
      const expected = await stepOf('single', plain, batch(i));
      const found = await stepOf('scaled', own, batch(i));
      expect(found.objective).toBe(expected.objective);
      expect(numbersOf(found.state)).toMatchObject(numbersOf(expected.state));
      expect(scaleOf(found.state)).toEqual({ scale: 65_536, goodSteps: i + 1, updates: i + 1 });
      [own, plain] = [found.state, expected.state];
    }
  });

  test('that makes gradients overflow changes nothing but the scale, which it halves', async () => {
    const { state: first } = await stepOf('scaled', large(firstValues(scaled)), batch(0));
    const before = withScale(first, huge, 7);
    const { objective, state } = await stepOf('scaled', before, batch(1));
    expect(objective).toBe((await stepOf('scaled', first, batch(1))).objective);
    expect(scaleOf(state)).toEqual({ scale: huge / 2, goodSteps: 0, updates: 1 });
    expect(numbersOf({ ...state, ...withScale(state, huge, 7) })).toEqual(numbersOf(before));
  });

  test('is not counted as an update where it overflows: AdamW starts with the next step', async () => {
    const first = await stepOf('scaled', withScale(large(firstValues(scaled)), huge), batch(0));
    expect(scaleOf(first.state)).toMatchObject({ updates: 0 });
    const second = await stepOf('scaled', withScale(first.state, lossScale.first), batch(1));
    const feeds = { ...batch(1), stepNumber: scalar(1) };
    const plain = await stepOf('single', large(firstValues(single)), feeds);
    expect(numbersOf(second.state)).toMatchObject(numbersOf(plain.state));
  });

  test('that overflows leaves what a loss remembers of rows as it is', async () => {
    const { memory: loss } = parseLoss('elr');
    const own = buildStep({ ...options, memory: { loss: loss!, rows: n }, precision: 'mixed' });
    const executable = await nodeRunner().compile(own.program);
    const first = large(firstValues(own));
    const memoryAfter = async (scale: number) => {
      const feeds = { ...batch(0), ...withScale(first, scale) };
      return numbersOf(await executable.run(feeds))[nextName(rowMemory)];
    };
    const before = numbersOf(first)[rowMemory];
    expect(await memoryAfter(huge)).toEqual(before);
    expect(await memoryAfter(lossScale.first)).not.toEqual(before);
    await executable.dispose();
  });

  test('is doubled after 2,000 good steps', async () => {
    const first = firstValues(scaled);
    const scaleAfter = async (goodSteps: number) =>
      scaleOf((await stepOf('scaled', withScale(first, 4, goodSteps), batch(0))).state);
    expect(await scaleAfter(1998)).toMatchObject({ scale: 4, goodSteps: 1999 });
    expect(await scaleAfter(1999)).toMatchObject({ scale: 8, goodSteps: 0 });
  });

  test('is infinite below the least scale', async () => {
    const first = firstValues(scaled);
    const at = async (scale: number) =>
      (await stepOf('scaled', withScale(first, scale), batch(0))).objective;
    expect(await at(2 ** -16)).toBe(await at(1));
    expect(await at(2 ** -17)).toBe(Number.POSITIVE_INFINITY);
  });
});

/** A job in mixed precision on the CPU, which no run would get. @param scale at its start */
function jobOf(scale: number = lossScale.first): Job {
  const all = { model: 'mlp:8', loss: 'ce', optimizer: 'adamw', epochs: 3 };
  const split = resolveSplit({}, data.labels.length);
  const { trainRows, hasValidation } = split;
  const settings = resolve(all, {
    rows: trainRows,
    featureShape: [1],
    isTable: false,
    hasValidation,
  });
  const prepared = prepare(data, { noise: settings.noise, split, seed: 1 });
  const job = buildJob(data, prepared, { ...settings, seed: 1 }, {}, webLowering('cpu', 'mixed'));
  const slots = job.slots.map((slot) =>
    slot.name === scaleSlots.scale ? { ...slot, values: Float32Array.of(scale) } : slot,
  );
  return { ...job, slots };
}

describe('a run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-loss-scale-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('that is stopped goes on from its checkpoint with the same scale, to the same bits', async () => {
    const job = jobOf();
    const last = async (options: Parameters<typeof runJob>[2] = {}) => {
      let state = {};
      const result = await runJob(job, nodeRunner(), {
        ...options,
        onSavePoint: async (point) => {
          state = numbersOf((await point.read()).slots);
          await options.onSavePoint?.(point);
        },
      });
      return { state, values: result.values };
    };
    const whole = await last();
    const steps = job.learningRates.length;
    expect(whole.state).toMatchObject({ [scaleSlots.goodSteps]: [steps] });
    const file = join(folder, 'run.safetensors');
    const { save: keep } = await openCheckpoint({ file, every: 1 }, job, '1');
    let asked = 0;
    const isAborted = () => asked++ === Math.ceil(steps / 2);
    await expect(last({ isAborted, onSavePoint: keep })).rejects.toThrow('received an abort');
    const { from, save } = await openCheckpoint({ file, resume: true }, job, '1');
    expect(from?.slots[scaleSlots.goodSteps]?.data[0]).toBe(Math.ceil(steps / 2));
    expect(await last({ from, onSavePoint: save })).toEqual(whole);
  });

  test('whose scale is below the least ends, and says what reaches further', async () => {
    await expect(runJob(jobOf(2 ** -17), nodeRunner())).rejects.toMatchObject({
      where: 'training, epoch 1, step 1',
      received: expect.stringContaining('Infinity'),
      hint: expect.stringMatching(/or set trainingPrecision: single, whose numbers reach further$/),
    });
  });

  test.each(['ce', 'auto'])('with the loss %s is refused on the CPU', async (loss) => {
    const asked = train({ data, loss, model: 'mlp:8', trainingPrecision: 'mixed', epochs: 1 });
    await expect(asked).rejects.toMatchObject({
      kind: 'usage',
      message:
        'trainingPrecision: expected single on the device cpu, which computes in float32 only, received "mixed"; leave it out, or set device: webgpu, on a machine with a graphics card',
    });
  });

  test('measures and saves its model in float32', () => {
    const { forwardModel, stepModel, lowering, precision } = jobOf();
    expect([precision, lowering]).toEqual(['mixed', 'contrib=true,block=1,precision=mixed']);
    const casts = (model: Uint8Array) => onnxText(model).match(/to=10\)/g)?.length ?? 0;
    expect(casts(stepModel)).toBeGreaterThan(0);
    expect(casts(forwardModel)).toBe(0);
  });
});
