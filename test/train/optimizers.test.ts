import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import { add, input, interpret, mul, sub } from '../../src/graph/index.ts';
import type { ClassLoss } from '../../src/losses/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { dense } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { Optimizer, OptimizerOptions } from '../../src/train/index.ts';
import {
  adamW,
  buildStep,
  nextName,
  optimizerDefaults,
  parseOptimizer,
  resolveOptimizer,
  sgd,
} from '../../src/train/index.ts';
import { deviceTimeout, testedDevices } from '../helpers/devices.ts';
import { messageOf } from '../messages.ts';
import { normalRows, normals } from '../nn/apply.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import type { Parameters, PlainOptimizer } from './plain.ts';
import { plainAdamW, plainClip, plainCrossEntropy, plainSgd } from './plain.ts';

const [n, d, k] = [6, 4, 3];
const x = normalRows('optimizer features', n, d, 2);
const labels = [0, 2, 1, 1, 0, 2];
/** Learning rates of the steps, all different. */
const rates = [0.5, 0.25, 0.125, 0.375, 0.0625, 0.5, 0.25, 0.75];

interface Case {
  readonly name: string;
  readonly optimizer: Optimizer;
  readonly plain: PlainOptimizer;
}

const cases: readonly Case[] = [
  { name: 'sgd', optimizer: sgd({ momentum: 0 }), plain: plainSgd(0, false, 0) },
  {
    name: 'sgd, weight decay',
    optimizer: sgd({ momentum: 0, weightDecay: 0.125 }),
    plain: plainSgd(0, false, 0.125),
  },
  { name: 'sgd, default momentum 0.9', optimizer: sgd(), plain: plainSgd(0.9, false, 0) },
  {
    name: 'sgd, momentum and weight decay',
    optimizer: sgd({ momentum: 0.75, weightDecay: 0.125 }),
    plain: plainSgd(0.75, false, 0.125),
  },
  {
    name: 'sgd, nesterov',
    optimizer: sgd({ momentum: 0.75, nesterov: true }),
    plain: plainSgd(0.75, true, 0),
  },
  {
    name: 'sgd, nesterov and weight decay',
    optimizer: sgd({ momentum: 0.75, nesterov: true, weightDecay: 0.125 }),
    plain: plainSgd(0.75, true, 0.125),
  },
  { name: 'adamw', optimizer: adamW(), plain: plainAdamW(0.9, 0.999, 1e-8, 0.01) },
  {
    name: 'adamw, all options',
    optimizer: adamW({ beta1: 0.5, beta2: 0.75, epsilon: 0.01, weightDecay: 0.25 }),
    plain: plainAdamW(0.5, 0.75, 0.01, 0.25),
  },
  {
    name: 'adamw without memory',
    optimizer: adamW({ beta1: 0, beta2: 0, weightDecay: 0 }),
    plain: plainAdamW(0, 0, 1e-8, 0),
  },
];

const first: Parameters = { weight: normals('first weight', [d * k]), bias: normals('b', [k]) };

function stepOf(optimizer: Optimizer, clipNorm?: number, loss: ClassLoss = crossEntropy) {
  const shapes = { batchSize: n, featureShape: [d], k };
  return buildStep({ network: dense(k), loss, optimizer, clipNorm, ...shapes });
}

/** The weights and objectives of every step in float64 loops. */
function plainRun(plain: PlainOptimizer, clipNorm: number) {
  const updates = { weight: plain.start(), bias: plain.start() };
  let now = first;
  return rates.map((rate, i) => {
    const { loss, gradients } = plainCrossEntropy(now, x, labels);
    const { weight, bias } = plainClip(gradients, clipNorm);
    now = {
      weight: updates.weight(now.weight, weight, rate, i + 1),
      bias: updates.bias(now.bias, bias, rate, i + 1),
    };
    return { loss, ...now };
  });
}

const runners = [nodeRunner(), ...(await testedDevices())];

describe.each(runners)(
  'the compiled step in $name follows the published equations',
  { timeout: deviceTimeout },
  (runner) => {
    for (const { name, optimizer, plain } of cases) {
      test.each([
        ['unclipped', Number.POSITIVE_INFINITY],
        ['clipped', 0.25],
      ])(`${name}, %s`, async (_, limit) => {
        const step = stepOf(optimizer, Number.isFinite(limit) ? limit : undefined);
        const executable = await runner.compile(step.program);
        let state: Record<string, Tensor> = Object.fromEntries(
          step.slots.map(({ name: slot, shape }) => {
            const values = slot === 'weight' ? first.weight : slot === 'bias' ? first.bias : [];
            const padded =
              values.length > 0 ? values : new Array<number>(shape[1] ? d * k : k).fill(0);
            return [slot, fromNumbers('float32', shape, padded)];
          }),
        );
        const trace = plainRun(plain, limit);
        const differences: string[] = [];
        for (const [i, expected] of trace.entries()) {
          const outputs = await executable.run({
            features: fromNumbers('float32', [n, d], x.flat()),
            labels: fromNumbers('int32', [n], labels),
            learningRate: fromNumbers('float32', [], [rates[i]!]),
            stepNumber: fromNumbers('float32', [], [i + 1]),
            ...state,
          });
          state = Object.fromEntries(
            step.slots.map(({ name: slot }) => [slot, outputs[nextName(slot)]!]),
          );
          const actual = [outputs.objective!, state.weight!, state.bias!].map(toNumbers);
          [[expected.loss], expected.weight, expected.bias].forEach((values, part) => {
            const at = firstDifference(actual[part]!, values, tolerances.float32Steps);
            if (at >= 0) differences.push(`step ${i + 1}: ${actual[part]![at]} for ${values[at]}`);
          });
        }
        await executable.dispose();
        expect(differences).toEqual([]);
        // the comparison means something: the last step is far from the first
        const travelled = Math.hypot(...trace.at(-1)!.weight.map((w, i) => w - first.weight[i]!));
        expect(travelled).toBeGreaterThan(tolerances.plainDifference);
      });
    }
  },
);

describe('slots', () => {
  test.each([
    [sgd({ momentum: 0 }), ['weight', 'bias']],
    [sgd(), ['weight', 'bias', 'weight/velocity', 'bias/velocity']],
    [adamW(), ['weight', 'bias', 'weight/mean', 'weight/square', 'bias/mean', 'bias/square']],
  ])('of %o', (optimizer, names) => {
    expect(stepOf(optimizer).slots.map(({ name }) => name)).toEqual(names);
  });

  test("an optimiser's start at 0", () => {
    const { slots } = stepOf(adamW());
    const values = slots.slice(2).map(({ initialise }) => Array.from(initialise(undefined!)));
    const [weights, biases] = [new Array<number>(d * k).fill(0), [0, 0, 0]];
    expect(values).toEqual([weights, weights, biases, biases]);
  });
});

describe('gradient clipping', () => {
  // one row (2, 2), the loss of label 0 being z_0: the gradient is (2, 2) for that weight column
  // and 1 for its bias, of norm 3 over both parameters together
  const clipped = (limit: number | undefined, loss: ClassLoss = (z) => z) => {
    const { program } = buildStep({
      network: dense(2),
      loss,
      optimizer: sgd({ momentum: 0 }),
      clipNorm: limit,
      batchSize: 1,
      featureShape: [2],
      k: 2,
    });
    const feeds = {
      features: fromNumbers('float32', [1, 2], [2, 2]),
      labels: fromNumbers('int32', [1], [0]),
      learningRate: fromNumbers('float32', [], [1]),
      weight: fromNumbers('float32', [2, 2], [0, 0, 0, 0]),
      bias: fromNumbers('float32', [2], [0, 0]),
    };
    const result = interpret(program, feeds, { exact: true });
    return [...toNumbers(result['next/weight']!), ...toNumbers(result['next/bias']!)];
  };
  const gradient = [-2, 0, -2, 0, -1, 0];

  test.each([
    ['no limit', undefined, gradient],
    ['a limit above the norm', 3.5, gradient],
    ['a limit at the norm', 3, gradient],
    ['a third of the norm', 1, gradient.map((v) => v / 3)],
    ['a sixth of the norm', 0.5, gradient.map((v) => v / 6)],
  ])('%s', (_, limit, expected) => {
    expect(firstDifference(clipped(limit), expected, tolerances.float64)).toBe(-1);
  });

  test('a gradient of 0 stays 0', () => {
    const still = clipped(1, (z) => mul(z, 0)).map((v) => v + 0);
    expect(still).toEqual([0, 0, 0, 0, 0, 0]);
  });
});

test('an optimiser of their own is two functions over expressions', () => {
  // averages: w ← w − η·s with s ← s/2 + g
  const halving: Optimizer = {
    spec: 'halving',
    defaultLearningRate: 0.1,
    init: () => ['sum'],
    update: ({ parameter, gradient, state: [previous], learningRate }) => {
      const next = add(mul(previous!, 0.5), gradient);
      return { parameter: sub(parameter, mul(next, learningRate)), state: [next] };
    },
  };
  const update = (optimizer: Optimizer) => {
    const args = {
      parameter: input('w', [2]),
      gradient: input('g', [2]),
      state: [input('s', [2])],
      learningRate: input('learningRate', []),
      stepNumber: input('stepNumber', []),
    };
    return optimizer.update(args);
  };
  expect(update(halving)).toEqual(update(sgd({ momentum: 0.5 })));
  // it has no rate but its own
  expect(resolveOptimizer(halving, { rows: 100 })).toEqual({
    optimizer: halving,
    learningRate: 0.1,
    weightDecay: undefined,
  });
});

describe('optimiser specs', () => {
  test.each([
    ['sgd', 'sgd:momentum=0.9'],
    ['sgd:momentum=0', 'sgd:momentum=0'],
    [' sgd:momentum=0.5,nesterov=true ', 'sgd:momentum=0.5,nesterov=true'],
    ['sgd:nesterov=false', 'sgd:momentum=0.9'],
    ['adamw', 'adamw:beta1=0.9,beta2=0.999'],
    ['adamw:beta2=0.99, beta1=0.8', 'adamw:beta1=0.8,beta2=0.99'],
    ['adamw:epsilon=0.001', 'adamw:beta1=0.9,beta2=0.999,epsilon=0.001'],
  ])('%s is %s', (spec, canonical) => {
    expect(parseOptimizer(spec).spec).toBe(canonical);
    expect(parseOptimizer(canonical).spec).toBe(canonical);
  });

  test.each<[string, OptimizerOptions | undefined, Optimizer]>([
    ['sgd:momentum=0.5', undefined, sgd({ momentum: 0.5 })],
    ['sgd:momentum=0.5', { weightDecay: 0.25 }, sgd({ momentum: 0.5, weightDecay: 0.25 })],
    ['sgd', { rows: 10_000 }, sgd({ weightDecay: 0.001 })],
    ['sgd', { rows: 10_000, weightDecay: 0 }, sgd()],
    ['adamw', undefined, adamW({ weightDecay: 0.01 })],
    ['adamw', { rows: 10_000 }, adamW({ weightDecay: 0.01 })],
    ['adamw', { weightDecay: 0 }, adamW({ weightDecay: 0 })],
  ])('%s with %j', (spec, options, expected) => {
    const program = stepOf(expected).program;
    // expressions are shared, so equal updates are the very same nodes
    expect(stepOf(parseOptimizer(spec, options)).program.outputs).toEqual(program.outputs);
    expect(stepOf(parseOptimizer(spec, options)).program.outputs['next/weight']).toBe(
      program.outputs['next/weight'],
    );
  });

  const hint = 'e.g. sgd:momentum=0.9,nesterov=true';
  const among = 'optimizer sgd: expected key=value with a key among ';
  test.each([
    ['adam', `optimizer: expected one of sgd, adamw, received "adam"; did you mean "adamw"?`],
    ['', `optimizer: expected one of sgd, adamw, received ""; ${hint}`],
    ['sgd:beta1=0.9', `${among}momentum, nesterov, received "beta1=0.9" in "sgd:beta1=0.9"`],
    ['sgd:0.9', `${among}momentum, nesterov, received "0.9" in "sgd:0.9"`],
    ['sgd:momentum', `${among}momentum, nesterov, received "momentum" in "sgd:momentum"`],
    ['sgd:momentum=1', 'optimizer sgd, momentum: expected a number in [0, 1), received 1'],
    ['sgd:momentum=high', 'optimizer sgd, momentum: expected a number in [0, 1), received "high"'],
    ['sgd:', 'optimizer sgd: expected a value or key=value, received "" in "sgd:"'],
    [
      'sgd:momentum=0.5=0.6',
      'optimizer sgd, momentum: expected a number in [0, 1), received "0.5=0.6"',
    ],
    [
      'adamw:beta1=0.5,beta1=0.6',
      'optimizer adamw: expected beta1 once, received "beta1=0.6" in "adamw:beta1=0.5,beta1=0.6"',
    ],
    [
      'adamw:beta1=0.5:0.6',
      'optimizer adamw, beta1: expected a number in [0, 1), received "0.5:0.6"',
    ],
    ['sgd:nesterov=yes', 'optimizer sgd, nesterov: expected one of true, false, received "yes"'],
    [
      'adamw:momentum=0.9',
      'optimizer adamw: expected key=value with a key among beta1, beta2, epsilon, received "momentum=0.9" in "adamw:momentum=0.9"',
    ],
    ['adamw:beta1=1', 'optimizer adamw, beta1: expected a number in [0, 1), received 1'],
    ['adamw:beta2=-0.1', 'optimizer adamw, beta2: expected a number in [0, 1), received -0.1'],
    ['adamw:epsilon=0', 'optimizer adamw, epsilon: expected a number in (0, ∞), received 0'],
  ])('refuses %j', (spec, message) => {
    expect(messageOf(() => parseOptimizer(spec))).toBe(message);
  });

  test.each<[() => Optimizer, string]>([
    [
      () => sgd({ momentum: 1 }),
      'optimizer sgd, momentum: expected a number in [0, 1), received 1',
    ],
    [() => adamW({ beta1: 1 }), 'optimizer adamw, beta1: expected a number in [0, 1), received 1'],
    [
      () => adamW({ beta2: -0.1 }),
      'optimizer adamw, beta2: expected a number in [0, 1), received -0.1',
    ],
    [
      () => adamW({ epsilon: 0 }),
      'optimizer adamw, epsilon: expected a number in (0, ∞), received 0',
    ],
  ])('%s is refused without a spec, too', (build, message) => {
    expect(messageOf(build)).toBe(message);
  });

  test('refuse a negative weight decay', () => {
    expect(messageOf(() => parseOptimizer('sgd', { weightDecay: -1 }))).toBe(
      'optimizer sgd, weight decay: expected a number in [0, ∞), received -1',
    );
    expect(messageOf(() => parseOptimizer('adamw', { weightDecay: -1 }))).toBe(
      'optimizer adamw, weight decay: expected a number in [0, ∞), received -1',
    );
  });
});

describe('defaults of a run', () => {
  test.each([
    ['sgd', 100, 0.05, 0.01],
    ['sgd', 1000, 0.05, 0.01],
    ['sgd:momentum=0', 3000, 0.05, 0.0033],
    ['sgd', 45_000, 0.05, 0.00022],
    ['sgd', 1_000_000, 0.05, 0.0001],
    ['adamw', 100, 0.001, 0.01],
    ['adamw:beta1=0.8', 1_000_000, 0.001, 0.01],
  ])('%s on %d rows', (spec, rows, learningRate, weightDecay) => {
    expect(optimizerDefaults(spec, rows)).toEqual({ learningRate, weightDecay });
    const resolved = resolveOptimizer(spec, { rows });
    expect(resolved).toMatchObject({ learningRate, weightDecay });
    expect(resolved.optimizer.spec).toBe(parseOptimizer(spec).spec);
    expect(resolved.optimizer.defaultLearningRate).toBe(learningRate);
  });

  test('what is given comes first, and reaches the step', () => {
    const given = { learningRate: 0.5, weightDecay: 0.25, rows: 100 };
    const resolved = resolveOptimizer('adamw', given);
    expect(resolved).toMatchObject({ learningRate: 0.5, weightDecay: 0.25 });
    expect(stepOf(resolved.optimizer).program.outputs['next/weight']).toBe(
      stepOf(adamW({ weightDecay: 0.25 })).program.outputs['next/weight'],
    );
    const byRows = resolveOptimizer('sgd', { rows: 100 }).optimizer;
    expect(stepOf(byRows).program.outputs['next/weight']).toBe(
      stepOf(sgd({ weightDecay: 0.01 })).program.outputs['next/weight'],
    );
    expect(resolveOptimizer(adamW(), { learningRate: 0.5, rows: 100 }).learningRate).toBe(0.5);
    expect(resolveOptimizer(adamW(), { rows: 100 }).learningRate).toBe(0.001);
  });

  test.each<[string | Optimizer, { learningRate?: number; weightDecay?: number }, string]>([
    ['sgd', { learningRate: 0 }, 'learning rate: expected a number in (0, ∞), received 0'],
    ['sgd', { weightDecay: -1 }, 'weight decay: expected a number in [0, ∞), received -1'],
    [
      { ...sgd(), defaultLearningRate: 0 },
      {},
      'learning rate: expected a number in (0, ∞), received 0',
    ],
    [
      sgd(),
      { weightDecay: 0 },
      'weight decay: expected the one in the optimizer object, received 0; give it to the optimizer, or name the optimizer by its spec',
    ],
  ])('refuse %o with %j', (optimizer, given, message) => {
    expect(messageOf(() => resolveOptimizer(optimizer, { ...given, rows: 1 }))).toBe(message);
  });
});
