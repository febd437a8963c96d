import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import type { Feeds } from '../../src/graph/index.ts';
import { interpret, toOnnx } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { FedState, nodeRunner } from '../../src/runtime/index.ts';
import type { EpochCallback, EpochMetrics, Job, Part } from '../../src/train/index.ts';
import {
  accuracy,
  buildForward,
  buildStep,
  memorisedShare,
  nextName,
  predictedClasses,
  runJob,
  sgd,
} from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const k = 3;
const network = mlp([6], { norm: 'batch', dropout: 0.25 }).network(k);

type TablePart = Part & { readonly features: Float32Array };

/** n rows whose first feature names them: (r, a wave of r), label r mod 3. */
function partOf(n: number, wrong: (row: number) => boolean = () => false): TablePart {
  const trueLabels = Int32Array.from({ length: n }, (_, r) => r % k);
  return {
    features: Float32Array.from({ length: 2 * n }, (_, i) =>
      i % 2 === 0 ? i / 2 : Math.fround(Math.sin(i)),
    ),
    labels: trueLabels.map((label, r) => (wrong(r) ? (label + 1) % k : label)),
    trueLabels,
  };
}

const train = partOf(10, (r) => r % 5 === 0);
const validation = partOf(5);
const test_ = partOf(9, (r) => r < 2);

function jobOf(options: Partial<Job> = {}): Job {
  const shapes = { batchSize: 4, featureShape: [2], k };
  const step = buildStep({
    network,
    loss: crossEntropy,
    optimizer: sgd({ momentum: 0.5 }),
    weighted: true,
    ...shapes,
  });
  const epochs = options.epochs ?? 3;
  return {
    stepModel: toOnnx(step.program),
    forwardModel: toOnnx(buildForward(network, 4, [2])),
    slots: initialValues(step, 1),
    uniforms: step.uniforms,
    parts: { train, validation, test: test_ },
    weights: Float32Array.from({ length: 10 }, (_, r) => (r + 1) / 16),
    ...shapes,
    forwardBatchSize: 4,
    epochs,
    learningRates: Float32Array.from({ length: 2 * epochs }, (_, i) => 2 ** -(i + 1)),
    evaluateEvery: 1,
    seed: 1,
    threads: 1,
    ...options,
  };
}

type Copies = Record<string, number[]>;

/** onnxruntime with a record of what was loaded, and of what went into and came out of each step. */
function recorder() {
  const loads: number[] = [];
  const disposed: number[] = [];
  const steps: { readonly feeds: Copies; readonly outputs: Copies }[] = [];
  const copy = (tensors: Feeds): Copies =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, t]) => [name, Array.from(toNumbers(t))]),
    );
  const engine = nodeRunner();
  const load: Runner['load'] = async (model) => {
    const id = loads.push(model.length) - 1;
    const executable = await engine.load(model);
    return {
      run: async (feeds) => {
        const before = copy(feeds);
        const outputs = await executable.run(feeds);
        if (outputs.objective !== undefined) steps.push({ feeds: before, outputs: copy(outputs) });
        return outputs;
      },
      dispose: async () => {
        disposed.push(id);
        await executable.dispose();
      },
    };
  };
  const runner: Pick<Runner, 'loadStateful'> = {
    loadStateful: async (model, state) => new FedState(await load(model), state, load),
  };
  return { runner, loads, disposed, steps };
}

describe('a run of three epochs of two steps', async () => {
  const job = jobOf();
  const { runner, loads, disposed, steps } = recorder();
  const reported: number[] = [];
  const result = await runJob(job, runner, { onEpoch: ({ epoch }) => reported.push(epoch) });

  test('compiles the step and the network once each, and frees both', () => {
    expect(loads).toEqual([job.stepModel.length, job.forwardModel.length]);
    expect(disposed.toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(steps.length).toBe(6);
  });

  test('feeds features, label and weight of the same row', () => {
    for (const { feeds } of steps) {
      const rows = feeds.features!.filter((_, i) => i % 2 === 0);
      expect(feeds.labels).toEqual(rows.map((r) => train.labels[r]));
      expect(feeds.weights).toEqual(rows.map((r) => (r + 1) / 16));
      const second = feeds.features!.filter((_, i) => i % 2 === 1);
      expect(second).toEqual(rows.map((r) => train.features[2 * r + 1]));
    }
  });

  test('takes every row at most once an epoch, in another order each time', () => {
    const rowsOf = (i: number) => steps[i]!.feeds.features!.filter((_, j) => j % 2 === 0);
    const orders = [0, 2, 4].map((first) => [...rowsOf(first), ...rowsOf(first + 1)]);
    for (const order of orders) expect(new Set(order).size).toBe(8);
    expect(new Set(orders.map(String)).size).toBe(3);
  });

  test('feeds the learning rate and fresh uniforms of every step', () => {
    const rates = steps.map(({ feeds }) => feeds.learningRate![0]);
    expect(rates).toEqual([1 / 2, 1 / 4, 1 / 8, 1 / 16, 1 / 32, 1 / 64]);
    expect(steps.map(({ feeds }) => feeds.stepNumber![0])).toEqual([1, 2, 3, 4, 5, 6]);
    const uniforms = steps.flatMap(({ feeds }) => feeds['hidden1/uniform1']!);
    expect(new Set(uniforms).size).toBe(6 * 4 * 6);
    expect(uniforms.every((u) => u >= 0 && u < 1)).toBe(true);
  });

  test("feeds each step the last one's results, the first the initial values", () => {
    steps.forEach(({ feeds }, i) => {
      for (const { name, values } of job.slots) {
        const before = i === 0 ? Array.from(values) : steps[i - 1]!.outputs[nextName(name)];
        expect(feeds[name]).toEqual(before);
      }
    });
    const network = job.slots.filter(({ role }) => role === 'network');
    expect(Object.keys(result.values)).toEqual(network.map(({ name }) => name));
    for (const { name } of network) {
      expect(Array.from(result.values[name]!)).toEqual(steps.at(-1)!.outputs[nextName(name)]);
    }
  });

  test('reports the epochs in order, with the mean objective and the last rate', () => {
    expect(reported).toEqual([1, 2, 3]);
    const objective = (i: number) => steps[i]!.outputs.objective![0]!;
    expect(
      result.epochs.map(({ epoch, loss, learningRate }) => [epoch, loss, learningRate]),
    ).toEqual([
      [1, (objective(0) + objective(1)) / 2, 1 / 4],
      [2, (objective(2) + objective(3)) / 2, 1 / 16],
      [3, (objective(4) + objective(5)) / 2, 1 / 64],
    ]);
    const seconds = result.epochs.map((metrics) => metrics.seconds);
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  });

  /** The scores of all rows of a part in one float64 batch. */
  function scoresOf({ features, labels }: TablePart): Float64Array {
    const program = buildForward(network, labels.length, [2]);
    const values = Object.fromEntries(
      job.slots.flatMap(({ name, shape, role }) =>
        role === 'network' ? [[name, fromNumbers('float32', shape, result.values[name]!)]] : [],
      ),
    );
    const feeds = { ...values, features: fromNumbers('float32', [labels.length, 2], features) };
    return toNumbers(interpret(program, feeds, { exact: true }).scores!);
  }

  test('returns the scores of the trained network, though the last batch is not full', () => {
    for (const part of ['validation', 'test'] as const) {
      const expected = scoresOf(part === 'test' ? test_ : validation);
      expect(firstDifference(result.scores[part]!, expected, tolerances.float32Steps)).toBe(-1);
    }
  });

  test('measures the trained network at the end', () => {
    const predict = (part: TablePart) => predictedClasses(scoresOf(part), k);
    expect(result.epochs.at(-1)).toMatchObject({
      trainAccuracy: accuracy(predict(train), train.labels),
      validationAccuracy: accuracy(predict(validation), validation.labels),
      testAccuracy: accuracy(predict(test_), test_.trueLabels!),
      memorised: memorisedShare(predict(train), train.labels, train.trueLabels!),
    });
  });
});

test('accuracies are measured every so many epochs, and after the last', async () => {
  const { epochs } = await runJob(jobOf({ epochs: 5, evaluateEvery: 2 }), nodeRunner());
  const measured = epochs.filter((metrics) => metrics.trainAccuracy !== undefined);
  expect(measured.map(({ epoch }) => epoch)).toEqual([2, 4, 5]);
  expect(epochs.map((metrics) => 'testAccuracy' in metrics)).toEqual(
    epochs.map((metrics) => 'trainAccuracy' in metrics),
  );
});

test('parts that are missing are not measured', async () => {
  const { features, labels } = train;
  const { epochs, scores } = await runJob(
    jobOf({ epochs: 1, parts: { train: { features, labels } } }),
    nodeRunner(),
  );
  const keys = ['epoch', 'loss', 'learningRate', 'trainAccuracy', 'seconds'];
  expect(new Set(Object.keys(epochs[0]!))).toEqual(new Set(keys));
  expect(scores).toEqual({});
});

test('the same job gives the same bits, another seed others', async () => {
  const [first, second, other] = await Promise.all(
    [1, 1, 2].map((seed) => runJob(jobOf({ seed }), nodeRunner())),
  );
  expect(second!.values).toEqual(first!.values);
  expect(other!.values['output/weight']).not.toEqual(first!.values['output/weight']);
});

/** What a run ends with after the steps that came before an epoch's end. */
const valuesAfter = (epoch: number, steps: ReturnType<typeof recorder>['steps'], job: Job) =>
  Object.fromEntries(
    job.slots.flatMap(({ name, role }) =>
      role === 'network' ? [[name, steps[2 * epoch - 1]!.outputs[nextName(name)]]] : [],
    ),
  );
const asLists = (values: Readonly<Record<string, Float32Array>>) =>
  Object.fromEntries(Object.entries(values).map(([name, list]) => [name, Array.from(list)]));

describe('onEpoch', () => {
  test.each([
    ['an answer', () => 'stop' as const],
    ['a promise of it', async () => 'stop' as const],
  ])('stops the run after its epoch by %s, and the last epoch is measured', async (_, stop) => {
    const job = jobOf({ epochs: 5, evaluateEvery: 4 });
    const { runner, steps } = recorder();
    const onEpoch = ({ epoch }: EpochMetrics) => (epoch === 2 ? stop() : undefined);
    const result = await runJob(job, runner, { onEpoch: onEpoch as EpochCallback });
    expect([steps.length, result.stopped, result.kept]).toEqual([4, true, 2]);
    expect(result.epochs.map(({ epoch, trainAccuracy }) => [epoch, trainAccuracy])).toEqual([
      [1, undefined],
      [2, expect.any(Number)],
    ]);
    expect(asLists(result.values)).toEqual(valuesAfter(2, steps, job));
  });

  test('is waited for before the next step', async () => {
    const { runner, steps } = recorder();
    const seen: number[] = [];
    const onEpoch = async () => {
      await delay(20);
      seen.push(steps.length);
    };
    const result = await runJob(jobOf(), runner, { onEpoch });
    expect(seen).toEqual([2, 4, 6]);
    expect(result.stopped).toBe(false);
  });

  test('cannot stop what is over', async () => {
    const result = await runJob(jobOf(), nodeRunner(), {
      onEpoch: ({ epoch }) => (epoch === 3 ? 'stop' : undefined),
    });
    expect([result.stopped, result.kept]).toEqual([false, 3]);
  });
});

describe('keep: best', () => {
  /** Rates that make the run go astray, so that an early epoch is the best. */
  const learningRates = Float32Array.from({ length: 12 }, (_, i) => [0.5, 4, 40][i % 3]!);

  test('ends with the first of the best epochs, not with the last', async () => {
    const job = jobOf({ epochs: 6, keep: 'best', learningRates });
    const { runner, steps } = recorder();
    const result = await runJob(job, runner);
    const reached = result.epochs.map(({ validationAccuracy }) => validationAccuracy!);
    const best = reached.indexOf(Math.max(...reached)) + 1;
    expect(best).toBeLessThan(6);
    expect(result.kept).toBe(best);
    expect(asLists(result.values)).toEqual(valuesAfter(best, steps, job));
    const predictions = predictedClasses(result.scores.validation!, k);
    expect(accuracy(predictions, validation.labels)).toBe(reached[best - 1]);
    const last = await runJob({ ...job, keep: 'last' }, nodeRunner());
    expect(last.kept).toBe(6);
    expect(last.epochs.map((m) => m.validationAccuracy)).toEqual(reached);
    expect(asLists(last.values)).toEqual(valuesAfter(6, steps, job));
  });

  test('chooses among the epochs that are measured', async () => {
    const job = jobOf({ epochs: 6, keep: 'best', learningRates, evaluateEvery: 4 });
    const { kept, epochs } = await runJob(job, nodeRunner());
    const [fourth, sixth] = [epochs[3]!.validationAccuracy!, epochs[5]!.validationAccuracy!];
    expect(kept).toBe(sixth > fourth ? 6 : 4);
  });
});

describe('ends with an error', () => {
  test('when the objective explodes', async () => {
    const learningRates = new Float32Array(6).fill(1e30);
    await expect(runJob(jobOf({ learningRates }), nodeRunner())).rejects.toMatchObject({
      name: 'SymlossError',
      kind: 'failure',
      where: 'training, epoch 1, step 2',
      expected: 'a finite loss',
      hint: 'lower the learning rate, clip gradients, bound the scores (l2 or batch), or take another loss',
    });
  });

  test('when it is aborted, before the next step', async () => {
    const { runner, steps } = recorder();
    const isAborted = () => steps.length === 3;
    await expect(runJob(jobOf(), runner, { isAborted })).rejects.toMatchObject({
      message: 'training: expected to run to its end, received an abort',
      kind: 'failure',
    });
    expect(steps.length).toBe(3);
  });
});

describe('measurements by hand', () => {
  test('the first of equal scores wins', () => {
    expect(Array.from(predictedClasses([1, 3, 2, 5, 5, 0, 0, 0, 0, -3, -2, -1], 3))).toEqual([
      1, 0, 0, 2,
    ]);
  });

  test('accuracy', () => {
    expect(accuracy(Int32Array.of(0, 1, 2, 2), Int32Array.of(0, 1, 1, 2))).toBe(0.75);
  });

  test('memorised: of the wrong labels, those that are predicted', () => {
    const trueLabels = Int32Array.of(0, 0, 0, 1, 1);
    const labels = Int32Array.of(0, 1, 2, 0, 1);
    const predictions = Int32Array.of(0, 1, 0, 0, 2);
    expect(memorisedShare(predictions, labels, trueLabels)).toBe(2 / 3);
    expect(memorisedShare(predictions, trueLabels, trueLabels)).toBe(undefined);
  });
});
