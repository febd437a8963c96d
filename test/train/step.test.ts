import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, stream, toNumbers } from '../../src/core/index.ts';
import { interpret, toText } from '../../src/graph/index.ts';
import { lossDefinitions, parseLoss, unhinged } from '../../src/losses/index.ts';
import { dense, mlp, normaliseScores, sequential } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { StepOptions, TrainingStep } from '../../src/train/index.ts';
import { buildForward, buildStep, sgd } from '../../src/train/index.ts';
import { rowMemory } from '../../src/train/slot-names.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { normals } from '../nn/apply.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const plainSgd = sgd({ momentum: 0 });

describe('the step is one program', () => {
  test('from features and labels to the parameters after the update', () => {
    const { program } = buildStep({
      network: dense(2),
      loss: unhinged,
      optimizer: plainSgd,
      batchSize: 4,
      featureShape: [3],
      k: 2,
    });
    expect(Object.keys(program.outputs)).toEqual(['objective', 'next/weight', 'next/bias']);
    expect(toText(Object.values(program.outputs))).toBe(
      [
        // forward: x·W + b, and the loss mean_j z_j − z_y of each row
        '%0 = input(name=labels) : int32[4]',
        '%1 = oneHot(%0, depth=2) : float32[4,2]',
        '%2 = input(name=features) : float32[4,3]',
        '%3 = input(name=weight) : float32[3,2]',
        '%4 = matMul(%2, %3) : float32[4,2]',
        '%5 = input(name=bias) : float32[2]',
        '%6 = add(%4, %5) : float32[4,2]',
        '%7 = sum(%6, axes=[1], keepDims=true) : float32[4,1]',
        '%8 = constant(0.5) : float32[]',
        '%9 = mul(%7, %8) : float32[4,1]',
        '%10 = sub(%9, %6) : float32[4,2]',
        '%11 = mul(%1, %10) : float32[4,2]',
        '%12 = sum(%11, axes=[1]) : float32[4]',
        '%13 = sum(%12, axes=[0]) : float32[]',
        '%14 = constant(0.25) : float32[]',
        '%15 = mul(%13, %14) : float32[]',
        // backward: the gradient of the scores, then xᵀ times it
        '%16 = reshape(%14) : float32[1]',
        '%17 = broadcastTo(%16) : float32[4]',
        '%18 = reshape(%17) : float32[4,1]',
        '%19 = mul(%18, %1) : float32[4,2]',
        '%20 = neg(%19) : float32[4,2]',
        '%21 = sum(%19, axes=[1]) : float32[4]',
        '%22 = reshape(%21) : float32[4,1]',
        '%23 = mul(%22, %8) : float32[4,1]',
        '%24 = add(%20, %23) : float32[4,2]',
        '%25 = matMul(%2, %24, transA=true) : float32[3,2]',
        // update
        '%26 = input(name=learningRate) : float32[]',
        '%27 = mul(%25, %26) : float32[3,2]',
        '%28 = sub(%3, %27) : float32[3,2]',
        '%29 = sum(%24, axes=[0]) : float32[2]',
        '%30 = mul(%29, %26) : float32[2]',
        '%31 = sub(%5, %30) : float32[2]',
        'return %15, %28, %31',
      ].join('\n'),
    );
  });

  test('its inputs are the batch, the rates, the variables and their state', () => {
    const step = stepOf({ optimizer: sgd(), weighted: true });
    const names = step.program.inputs.map(({ attrs }) => attrs.name).sort();
    const slots = step.slots.map(({ name }) => name);
    const uniforms = step.uniforms.map(({ name }) => name);
    expect(uniforms).toEqual(['hidden1/uniform1']);
    expect(names).toEqual(
      ['features', 'labels', 'learningRate', 'weights', ...slots, ...uniforms].sort(),
    );
    expect(new Set(Object.keys(step.program.outputs))).toEqual(
      new Set(['objective', ...slots.map((name) => `next/${name}`)]),
    );
    expect(slots.sort()).toEqual(
      ['weight', 'scale', 'shift', 'mean', 'variance']
        .map((name) => `hidden1/${name}`)
        .concat(['weight', 'scale', 'shift'].map((name) => `hidden1/${name}/velocity`))
        .concat(['output/weight', 'output/bias'])
        .concat(['output/weight/velocity', 'output/bias/velocity'])
        .sort(),
    );
  });

  test('the applied network takes the same variables, and no optimiser state', () => {
    const { inputs } = buildForward(network, 5, [6]);
    const names = inputs.map(({ attrs }) => attrs.name).sort();
    const variables = stepOf().slots.map(({ name }) => name);
    expect(names).toEqual(['features', ...variables].sort());
  });
});

const [n, d, k] = [8, 6, 4];
const network = mlp([5], { norm: 'batch', dropout: 0.25 }).network(k);

function stepOf(options: Partial<StepOptions> = {}): TrainingStep {
  return buildStep({
    network,
    loss: unhinged,
    optimizer: plainSgd,
    batchSize: n,
    featureShape: [d],
    k,
    ...options,
  });
}

/** Seeded feeds for every input of a step. */
function feedsOf({ program }: TrainingStep): Record<string, Tensor> {
  return Object.fromEntries(
    program.inputs.map(({ attrs: { name, shape } }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      if (name === 'labels') return [name, fromNumbers('int32', shape, [0, 1, 2, 3, 3, 1, 0, 2])];
      if (name === 'learningRate') return [name, fromNumbers('float32', shape, [0.5])];
      if (name.includes('uniform')) {
        const values = new Float32Array(size);
        stream(3, name).fillUniform(values);
        return [name, fromNumbers('float32', shape, values)];
      }
      const drawn = normals(name, shape);
      if (name === rowMemory) {
        // as much as predictions of a row may be: what is remembered sums to less than 1
        const most = shape.at(-1) as number;
        return [
          name,
          fromNumbers(
            'float32',
            shape,
            drawn.map((v) => (Math.abs(v) % 1) / most),
          ),
        ];
      }
      const positive = /variance|weights/.test(name);
      return [name, fromNumbers('float32', shape, positive ? drawn.map(Math.abs) : drawn)];
    }),
  );
}

const runners = [nodeRunner(), ...(await testedDevices())];

describe.each(runners)(
  '$name takes the step that the float64 interpreter takes',
  { timeout: deviceTimeout },
  (runner) => {
    const specs = [...lossDefinitions.keys(), 'symmetrize(gce:q=0.7)'];

    test.each(specs)('%s', async (spec) => {
      const { classLoss, views, memory, penalties, batchTerms, defaultScores } = parseLoss(spec);
      const step = stepOf({
        network: sequential(network, normaliseScores(defaultScores)),
        loss: classLoss,
        penalties,
        batchTerms,
        views,
        memory: memory && { loss: memory, rows: n },
        optimizer: sgd({ nesterov: true, weightDecay: 0.01 }),
        clipNorm: 1,
        weighted: true,
      });
      const feeds = feedsOf(step);
      const executable = await runner.compile(step.program);
      const actual = await executable.run(feeds);
      await executable.dispose();
      const expected = interpret(step.program, feeds, { exact: true });
      expect(new Set(Object.keys(actual))).toEqual(new Set(Object.keys(expected)));
      const wrong = Object.keys(expected).filter((name) => {
        const [a, b] = [toNumbers(actual[name]!), toNumbers(expected[name]!)];
        return firstDifference(a, b, tolerances.float32Steps) >= 0;
      });
      expect(wrong).toEqual([]);
      // every variable moved
      const still = step.slots.filter(({ name }) => {
        const [before, after] = [toNumbers(feeds[name]!), toNumbers(expected[`next/${name}`]!)];
        return firstDifference(before, after, tolerances.float64) < 0;
      });
      expect(still.map(({ name }) => name)).toEqual([]);
    });
  },
);

describe('the update by hand', () => {
  // two rows, labels 0 and 1; the loss of label y is z_y itself
  const update = (options: Partial<StepOptions>, weights?: readonly number[]) => {
    const { program } = buildStep({
      network: dense(2),
      loss: (z) => z,
      optimizer: plainSgd,
      batchSize: 2,
      featureShape: [2],
      k: 2,
      weighted: weights !== undefined,
      ...options,
    });
    const result = interpret(
      program,
      {
        features: fromNumbers('float32', [2, 2], [1, 2, 3, 5]),
        labels: fromNumbers('int32', [2], [0, 1]),
        learningRate: fromNumbers('float32', [], [0.5]),
        weight: fromNumbers('float32', [2, 2], [1, -2, 0.5, 0]),
        bias: fromNumbers('float32', [2], [-1, 4]),
        ...(weights && { weights: fromNumbers('float32', [2], weights) }),
      },
      { exact: true },
    );
    const { objective, 'next/weight': weight, 'next/bias': bias } = result;
    return [objective!, weight!, bias!].map((t) => Array.from(toNumbers(t)));
  };
  // scores: (1 + 1 − 1, −2 + 4) = (1, 2) and (3 + 2.5 − 1, −6 + 4) = (4.5, −2)

  test('equal weights: the mean over the rows', () => {
    expect(update({})).toEqual([
      [(1 - 2) / 2],
      [1 - 0.25, -2 - 0.75, 0.5 - 0.5, -1.25],
      [-1 - 0.25, 4 - 0.25],
    ]);
  });

  test('sample weights: the weighted mean, whatever their scale', () => {
    const expected = [
      [(3 * 1 - 2) / 4],
      [1 - 0.375, -2 - 0.375, 0.5 - 0.75, -0.625],
      [-1 - 0.375, 4 - 0.125],
    ];
    expect(update({}, [3, 1])).toEqual(expected);
    expect(update({}, [6, 2])).toEqual(expected);
  });

  test('a row of weight 0 has no part in it', () => {
    expect(update({}, [1, 0])).toEqual([[1], [0.5, -2, -0.5, 0], [-1.5, 4]]);
  });

  test('a batch whose weights are all 0 changes nothing', () => {
    expect(update({}, [0, 0])).toEqual([[0], [1, -2, 0.5, 0], [-1, 4]]);
  });

  test('the L1 penalty adds λ·Σ|w| and λ·sign(w), 0 at 0', () => {
    expect(update({ penalties: [{ kind: 'l1', weight: 0.25 }] })).toEqual([
      [(1 - 2) / 2 + 0.25 * (1 + 2 + 0.5 + 0 + 1 + 4)],
      [1 - 0.25 - 0.125, -2 - 0.75 + 0.125, 0.5 - 0.5 - 0.125, -1.25],
      [-1 - 0.25 + 0.125, 4 - 0.25 - 0.125],
    ]);
  });
});
