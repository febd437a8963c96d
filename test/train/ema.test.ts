import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import { interpret } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import type { Layer } from '../../src/nn/index.ts';
import { dense, mlp } from '../../src/nn/index.ts';
import { buildJob, fullNetwork, networkValues } from '../../src/run/build-job.ts';
import { nodePlatform } from '../../src/run/node-platform.ts';
import { resolve } from '../../src/run/resolve.ts';
import { trainOn } from '../../src/run/train-on.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { webLowering } from '../../src/runtime/portable.ts';
import type { Job, TrainingStep } from '../../src/train/index.ts';
import { adamW, buildForward, buildStep, nextName, runJob, sgd } from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { prepare } from '../../src/train/prepare.ts';
import { resolveSplit } from '../../src/train/row-split.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { normalRows } from '../nn/apply.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { data } from './centres.ts';
import { train } from './package.ts';

/** The mean of the values after steps 1, …, t with the weights d^(t − i), term by term. */
function plainAverage(history: readonly (readonly number[])[], decay: number): number[] {
  const weights = history.map((_, i) => decay ** (history.length - 1 - i));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return (history[0] as readonly number[]).map(
    (_, j) => history.reduce((sum, values, i) => sum + weights[i]! * values[j]!, 0) / total,
  );
}

const [n, d, k] = [6, 4, 3];
const shapes = { batchSize: n, featureShape: [d], k };
const rows = Array.from({ length: 8 }, (_, i) => normalRows(`ema features ${i}`, n, d, 2));

/** The values of all slots after each of the steps. */
async function trace(step: TrainingStep, runner = nodeRunner()) {
  const executable = await runner.compile(step.program);
  let state: Record<string, Tensor> = Object.fromEntries(
    initialValues(step, 1).map(({ name, shape, values }) => [
      name,
      { dtype: 'float32', shape, data: values },
    ]),
  );
  const states: Record<string, number[]>[] = [];
  for (const [i, x] of rows.entries()) {
    const outputs = await executable.run({
      features: fromNumbers('float32', [n, d], x.flat()),
      labels: fromNumbers('int32', [n], [0, 2, 1, 1, 0, 2]),
      learningRate: fromNumbers('float32', [], [0.5 / (1 + (i % 3))]),
      stepNumber: fromNumbers('float32', [], [i + 1]),
      ...state,
    });
    state = Object.fromEntries(step.slots.map(({ name }) => [name, outputs[nextName(name)]!]));
    const lists = Object.entries(state).map(([name, t]) => [name, Array.from(toNumbers(t))]);
    states.push(Object.fromEntries(lists));
  }
  await executable.dispose();
  return states;
}

describe.each([nodeRunner(), ...(await testedDevices())])(
  'the averages of a compiled step in $name',
  { timeout: deviceTimeout },
  (runner) => {
    test.each([
      ['sgd, nothing is remembered', 0, sgd({ momentum: 0.5 })],
      ['sgd', 0.5, sgd({ momentum: 0.5 })],
      ['adamw', 0.9, adamW()],
      ['sgd, nearly the plain mean', 0.999, sgd()],
    ])('are those of a loop over all steps: %s, decay %d', async (_, ema, optimizer) => {
      const step = buildStep({
        network: dense(k),
        loss: crossEntropy,
        optimizer,
        ema,
        ...shapes,
      });
      const states = await trace(step, runner);
      for (const name of ['weight', 'bias']) {
        for (let t = 1; t <= states.length; t++) {
          const history = states.slice(0, t).map((state) => state[name]!);
          const expected = plainAverage(history, ema);
          const found = states[t - 1]![`ema/${name}`]!;
          expect(firstDifference(found, expected, tolerances.float32Steps)).toBe(-1);
        }
      }
      // the comparison means something
      const last = states.at(-1)!;
      const apart = Math.hypot(...last['weight']!.map((w, i) => w - last['ema/weight']![i]!));
      expect(apart > tolerances.plainDifference).toBe(ema > 0);
    });
  },
);

describe('a step of a network with batch normalisation', async () => {
  const options = {
    network: mlp([5], { norm: 'batch' }).network(k),
    loss: crossEntropy,
    optimizer: adamW(),
    ...shapes,
  };
  const [plain, averaged] = [buildStep(options), buildStep({ ...options, ema: 0.75 })];
  const [before, states] = [await trace(plain), await trace(averaged)];
  const variables = plain.slots.filter(({ role }) => role === 'network');

  test('averages its running statistics, too', () => {
    const names = variables.map(({ name }) => name);
    expect(names.filter((name) => /mean|variance/.test(name))).toHaveLength(2);
    for (const name of names) {
      const expected = plainAverage(
        states.map((state) => state[name]!),
        0.75,
      );
      const found = states.at(-1)![`ema/${name}`]!;
      expect(firstDifference(found, expected, tolerances.float32Steps)).toBe(-1);
    }
  });

  test('trains as without averages, bit for bit', () => {
    const own = plain.slots.map(({ name }) => name);
    for (const [i, state] of states.entries()) {
      expect(Object.fromEntries(own.map((name) => [name, state[name]]))).toEqual(before[i]);
    }
  });

  test('has the averages as what predicts', () => {
    const predicting = averaged.slots.filter(({ role }) => role === 'network');
    expect(predicting.map(({ name, shape, averages }) => [name, shape, averages])).toEqual(
      variables.map(({ name, shape }) => [`ema/${name}`, shape, name]),
    );
    const inputs = buildForward(options.network, 4, [d], { averaged: true }).inputs;
    expect(inputs.map(({ attrs: { name } }) => name).sort()).toEqual(
      ['features', ...predicting.map(({ name }) => name)].sort(),
    );
  });
});

function jobOf(own: { ema?: number } = {}): { job: Job; network: Layer } {
  const options = { data, loss: 'ce', model: 'mlp:8,norm=batch', epochs: 3, noise: 'none', ...own };
  const split = resolveSplit({}, data.labels.length);
  const { trainRows, hasValidation } = split;
  const settings = resolve(options, {
    rows: trainRows,
    featureShape: [1],
    isTable: false,
    hasValidation,
  });
  const prepared = prepare(data, { noise: settings.noise, split, seed: 1 });
  return {
    job: buildJob(data, prepared, { ...settings, seed: 1 }, {}, webLowering('cpu')),
    network: fullNetwork(settings, k, prepared.preprocessing),
  };
}

test('a decay of 0 is no average: the same graphs and first values', () => {
  const { settings, ...job } = jobOf().job;
  const { settings: own, ...same } = jobOf({ ema: 0 }).job;
  expect(same).toEqual(job);
  expect([settings?.['ema'], own?.['ema']]).toEqual([undefined, 0]);
  expect(jobOf({ ema: 0.5 }).job.stepModel).not.toEqual(job.stepModel);
});

test('the result of a run is the averaged network, by its own names', async () => {
  const { job, network } = jobOf({ ema: 0.9 });
  const { values, scores } = await runJob(job, nodeRunner());
  const { features, labels } = job.parts.test!;
  const feeds = {
    ...networkValues(job, values),
    features: fromNumbers('float32', [labels.length, 2], features as Float32Array),
  };
  const { scores: expected } = interpret(buildForward(network, labels.length, [2]), feeds);
  const found = firstDifference(scores.test!, toNumbers(expected!), tolerances.float32Steps);
  expect(found).toBe(-1);
});

describe('train({ ema })', () => {
  const options = { data, loss: 'ce', model: 'mlp:16', noise: 'symmetric:0.4', epochs: 30 };
  const unlike = { ...options, keep: 'last', validation: 0.2, learningRate: 0.3 } as const;

  test('measures and saves the averages; the training itself is the same', async () => {
    const [plain, off, model] = await Promise.all(
      [{}, { ema: 0 }, { ema: 0.99 }].map((own) => train({ ...unlike, ...own })),
    );
    expect(off!.onnx).toEqual(plain!.onnx);
    expect(model!.onnx).not.toEqual(plain!.onnx);
    const losses = (own = plain!) => own.metrics.epochs.map(({ loss }) => loss);
    expect(losses(model)).toEqual(losses());
    const course = (own = plain!) => own.metrics.epochs.map((m) => m.validationAccuracy);
    expect(course(model)).not.toEqual(course());
    expect(model!.settings['ema']).toBe(0.99);
    expect(plain!.settings).not.toHaveProperty('ema');
    expect(await accuracyOn(model!)).toBe(model!.metrics.final.testAccuracy);
  });

  test('keeps the epoch whose averages are best', async () => {
    const own = { ...unlike, ema: 0.97 };
    const last = await train(own);
    const reached = last.metrics.epochs.map((m) => m.validationAccuracy as number);
    const best = reached.lastIndexOf(Math.max(...reached)) + 1;
    const model = await train({ ...own, keep: 'best' });
    expect(best).toBeLessThan(30); // else nothing is shown
    expect(model.metrics.kept).toBe(best);
    const { testAccuracy } = last.metrics.epochs[best - 1]!;
    expect([model.metrics.model.testAccuracy, await accuracyOn(model)]).toEqual([
      testAccuracy,
      testAccuracy,
    ]);
  });

  /** Of the saved network on its test rows. */
  async function accuracyOn(model: Awaited<ReturnType<typeof train>>): Promise<number> {
    const { test: tested } = model.split;
    const { indices } = await model.predictDataset(data, tested);
    const right = tested.filter((row, i) => indices[i] === data.labels[row]);
    await model.dispose();
    return right.length / tested.length;
  }

  test.each([
    [1, 'ema: expected a number below 1, received 1'],
    [-0.1, 'ema: expected a number of at least 0, received -0.1'],
    ['0.9', 'ema: expected a number, received "0.9"'],
  ])('refuses %j', async (ema, message) => {
    await expect(train({ ...options, ema: ema as number })).rejects.toThrow(message);
  });
});

test('with the loss auto every network is averaged', async () => {
  const jobs: Job[] = [];
  const platform = {
    ...nodePlatform(),
    runJob: async (job: Job) => {
      jobs.push(job);
      return runJob(job, nodeRunner());
    },
  };
  const own = { data, model: 'mlp:8', noise: 'none', epochs: 4, effort: 'quick' } as const;
  const model = await trainOn(platform, { ...own, ema: 0.9 });
  expect(jobs).toHaveLength(4);
  for (const { slots } of jobs) {
    const predicting = slots.filter(({ role }) => role === 'network');
    expect(predicting.every(({ name, averages }) => name === `ema/${averages}`)).toBe(true);
  }
  const { test: tested } = model.split;
  const { indices } = await model.predictDataset(data, tested);
  const right = tested.filter((row, i) => indices[i] === data.labels[row]);
  expect(right.length / tested.length).toBe(model.metrics.model.testAccuracy);
  await model.dispose();
});
