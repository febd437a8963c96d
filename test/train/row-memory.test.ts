import { expect, test } from 'vitest';
import { toNumbers } from '../../src/core/index.ts';
import { interpret, toOnnx } from '../../src/graph/index.ts';
import type { RowMemory } from '../../src/losses/index.ts';
import { crossEntropy, earlyLearning, evaluate, parseLoss } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { Job, StepOptions } from '../../src/train/index.ts';
import { buildForward, buildStep, runJob, sgd } from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const [rows, k] = [12, 3];
const network = mlp([5]).network(k);
const features = Float32Array.from({ length: 2 * rows }, (_, i) => Math.sin(i * i));
const labels = Int32Array.from({ length: rows }, (_, r) => (r * r) % k);

function jobOf(
  memory: RowMemory,
  epochs: number,
  learningRate: number,
  { batchSize = 4, ...more }: Partial<Pick<StepOptions, 'views' | 'batchTerms' | 'batchSize'>> = {},
): Job {
  const shapes = { batchSize, featureShape: [2], k };
  const step = buildStep({
    network,
    loss: () => expect.unreachable(),
    memory: { loss: memory, rows },
    ...more,
    optimizer: sgd(),
    clipNorm: 1e-3,
    ...shapes,
  });
  return {
    stepModel: toOnnx(step.program),
    forwardModel: toOnnx(buildForward(network, rows, [2])),
    slots: initialValues(step, 1),
    uniforms: step.uniforms,
    parts: { train: { features, labels } },
    ...(more.views && { views: 2 }),
    ...shapes,
    forwardBatchSize: rows,
    epochs,
    learningRates: new Float32Array((epochs * rows) / batchSize).fill(learningRate),
    evaluateEvery: 1,
    seed: 1,
    threads: 1,
  };
}

/** What is remembered after every epoch, and the loss of the epochs. */
async function run(job: Job) {
  const remembered: number[][] = [];
  const { epochs } = await runJob(job, nodeRunner(), {
    onSavePoint: async ({ read }) => {
      const { slots } = await read();
      remembered.push(Array.from(toNumbers(slots.rowMemory!)));
    },
  });
  return { remembered, losses: epochs.map(({ loss }) => loss) };
}

/** Scores of all rows before the first step. */
function firstScores({ slots }: Job): number[][] {
  const feeds = Object.fromEntries(
    slots
      .filter(({ role }) => role === 'network')
      .map(({ name, shape, values }) => [name, { dtype: 'float32' as const, shape, data: values }]),
  );
  const x = { dtype: 'float32' as const, shape: [rows, 2], data: features };
  const { scores } = interpret(buildForward(network, rows, [2]), { features: x, ...feeds });
  const all = Array.from(toNumbers(scores!));
  return Array.from({ length: rows }, (_, r) => all.slice(r * k, (r + 1) * k));
}

/** Probabilities of rows of scores, [rows·k]. */
const softmax = (scores: readonly (readonly number[])[]) =>
  scores.flatMap((own) => {
    const powers = own.map(Math.exp);
    const sum = powers.reduce((a, b) => a + b);
    return powers.map((power) => power / sum);
  });

/** Row by row the probabilities, clamped to [1e-4, 1 − 1e-4] and divided by their sum. */
const clamped = (probs: readonly number[]) =>
  Array.from({ length: rows }, (_, r) => {
    const own = probs.slice(r * k, (r + 1) * k).map((p) => Math.min(Math.max(p, 1e-4), 1 - 1e-4));
    const sum = own.reduce((a, b) => a + b);
    return own.map((p) => p / sum);
  }).flat();

test('every row remembers its own predictions: the average of a network that stays', async () => {
  const job = jobOf(earlyLearning(0.7, 3), 3, 0);
  const scores = firstScores(job);
  const { remembered, losses } = await run(job);
  let memory: Float64Array[] | undefined;
  for (const [epoch, found] of remembered.entries()) {
    const step = evaluate('elr', scores, labels, memory && { memory: memory.map((m) => [...m]) });
    memory = step.memory!;
    const expected = memory.flatMap((row) => Array.from(row));
    expect(firstDifference(found, expected, tolerances.float32Steps)).toBe(-1);
    expect(firstDifference([losses[epoch]!], [step.batch.value], tolerances.float32Steps)).toBe(-1);
  }
  // 1 − 0.7³ of a distribution
  const total = remembered
    .at(-1)!
    .slice(0, k)
    .reduce((a, b) => a + b, 0);
  expect(firstDifference([total], [1 - 0.7 ** 3], tolerances.float32Steps)).toBe(-1);
});

test('what leaves a run is the average of what the network predicted, by a recursion in float64', async () => {
  const epochs = 6;
  // one step an epoch: it sees the network that the probe of the epoch before saw
  const whole = jobOf(earlyLearning(0.7, 3), epochs, 500, { batchSize: rows });
  const job = { ...whole, rowMemory: true, parts: { ...whole.parts, probe: whole.parts.train } };
  const predicted = [softmax(firstScores(job))];
  const { rowMemory } = await runJob(job, nodeRunner(), {
    onEpoch: (_, { probe = [] }) => void predicted.push(Array.from(probe)),
  });
  expect(predicted).toHaveLength(epochs + 1);
  const average = (probs: readonly (readonly number[])[]) =>
    probs.reduce(
      (t, p) => t.map((own, i) => 0.7 * own + 0.3 * (p[i] as number)),
      new Array<number>(rows * k).fill(0),
    );
  const expected = average(predicted.slice(0, epochs).map(clamped));
  expect(firstDifference(rowMemory!, expected, tolerances.float32Steps)).toBe(-1);
  // the network moved far: neither its first nor its last predictions are the average
  const { float32Steps } = tolerances;
  for (const one of [predicted[0]!, predicted[epochs - 1]!]) {
    const constant = average(new Array<number[]>(epochs).fill(clamped(one)));
    const gaps = constant.map((p, i) => Math.abs(p - (expected[i] as number)));
    expect(Math.max(...gaps)).toBeGreaterThan(1000 * float32Steps);
  }
});

test('a memory leaves only where it is asked for, and there is one', async () => {
  const job = jobOf(earlyLearning(0.7, 3), 1, 0.1);
  expect((await runJob(job, nodeRunner())).rowMemory).toBeUndefined();
  const { slots, ...plain } = job;
  const step = buildStep({
    ...{ network, loss: crossEntropy, optimizer: sgd() },
    ...{ batchSize: 4, featureShape: [2], k },
  });
  const asked = {
    ...{ ...plain, stepModel: toOnnx(step.program), slots: initialValues(step, 1) },
    rowMemory: true,
  };
  expect(slots.length).toBe(asked.slots.length + 1);
  expect((await runJob(asked, nodeRunner())).rowMemory).toBeUndefined();
});

test('a job can be run again: its first values stay', async () => {
  const job = jobOf(earlyLearning(0.7, 3), 2, 0.1);
  expect(await run(job)).toEqual(await run(job));
});

test('memories of a sum lie side by side', async () => {
  const { memory } = parseLoss('2*elr:beta=0.5 + ce + symmetrize(aldr-kl:lambda=4,softplus=true)');
  const job = jobOf(memory!, 1, 0);
  const scores = firstScores(job);
  const { remembered, losses } = await run(job);
  const [first, second, third] = ['elr:beta=0.5', 'aldr-kl:lambda=4,softplus=true', 'ce'].map(
    (spec) => evaluate(spec, scores, labels),
  );
  const expected = scores.flatMap((_, r) => [...first!.memory![r]!, ...second!.memory![r]!]);
  expect(firstDifference(remembered[0]!, expected, tolerances.float32Steps)).toBe(-1);
  const symmetric = evaluate('symmetrize(aldr-kl:lambda=4,softplus=true)', scores, labels);
  const sum = 2 * first!.batch.value + third!.batch.value + symmetric.batch.value;
  expect(firstDifference(losses, [sum], tolerances.float32Steps)).toBe(-1);
});

test('numbers of rows that are trained take steps of their own, whatever the optimizer clips', async () => {
  // u and v start large enough for float32
  const spec = 'sop:rateU=0.5,rateV=0.25';
  const own = parseLoss(`2*${spec} + elr`).memory!;
  const memory: RowMemory = {
    ...own,
    deviations: (k2) => own.deviations!(k2).map((d) => (d === 0 ? 0 : 0.5)),
  };
  const job = jobOf(memory, 1, 0);
  const scores = firstScores(job);
  const width = 1 + k + k;
  const start = job.slots.find(({ role }) => role === 'rows')!;
  expect(start.shape).toEqual([rows, width]);
  const of = (r: number, from: number, to: number) =>
    Array.from(start.values.slice(r * width + from, r * width + to));
  const before = scores.map((_, r) => of(r, 0, 1 + k));
  expect(scores.flatMap((_, r) => of(r, 1 + k, width))).toEqual(new Array(rows * k).fill(0));
  const { memoryGradients } = evaluate(spec, scores, labels, { memory: before });
  const remembered = evaluate('elr', scores, labels).memory!;
  const expected = before.flatMap((row, r) => [
    // the objective of a batch is the mean of its rows, and the factor of the sum 2
    ...row.map((v, i) => v - ((i === 0 ? 0.5 : 0.25) * 2 * memoryGradients![r]![i]!) / 4),
    ...remembered[r]!,
  ]);
  const found = (await run(job)).remembered[0]!;
  expect(firstDifference(found, expected, tolerances.float32Steps)).toBe(-1);
});

test('what a term of the batch adds to the slopes of such numbers is in their steps', async () => {
  const { memory: own, views, batchTerms } = parseLoss('sop:consistency=0.9,balance=2');
  const memory: RowMemory = { ...own!, deviations: (k2) => new Array(k2 + 1).fill(0.5) };
  const job = jobOf(memory, 1, 0, { views, batchTerms, batchSize: rows });
  const scores = firstScores(job);
  const start = job.slots.find(({ role }) => role === 'rows')!.values;
  const before = scores.map((_, r) => Array.from(start.slice(r * (1 + k), (r + 1) * (1 + k))));
  // the network has no randomness, so that both views are equal
  const { batch } = evaluate('sop:consistency=0.9,balance=2', scores, labels, {
    memory: before,
    secondView: scores,
  });
  const { batch: plain } = evaluate('sop', scores, labels, { memory: before });
  const rates = [1, 10, 10, 10];
  const steps = (gradients: readonly Float64Array[]) =>
    before.flatMap((row, r) => row.map((v, i) => v - rates[i]! * gradients[r]![i]!));
  const expected = steps(batch.memoryGradients!);
  expect(
    firstDifference(expected, steps(plain.memoryGradients!), tolerances.float32Steps),
  ).not.toBe(-1);
  const { remembered, losses } = await run(job);
  expect(firstDifference(remembered[0]!, expected, tolerances.float32Steps)).toBe(-1);
  expect(firstDifference(losses, [batch.value], tolerances.float32Steps)).toBe(-1);
});

test('numbers of rows start at normal noise where the loss says so', () => {
  const { values } = jobOf(parseLoss('sop').memory!, 1, 0).slots.find(
    ({ role }) => role === 'rows',
  )!;
  const size = Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);
  const error = 1e-8 / Math.sqrt(2 * values.length);
  expect(Math.abs(size - 1e-8)).toBeLessThan(tolerances.deviations * error);
});
