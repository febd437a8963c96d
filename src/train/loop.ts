import type { Tensor } from '../core/index.ts';
import { fromNumbers, Rng, sizeOf, stream } from '../core/index.ts';
import { Batches, gatherInts, gatherRows } from '../data/index.ts';
import type { Executable, Runner } from '../runtime/index.ts';
import { release } from '../runtime/index.ts';
import { Aborted, Divergence } from './endings.ts';
import type { EpochMetrics, Job, JobResult, Part } from './job.ts';
import { accuracy, memorisedShare, predictedClasses } from './metrics.ts';
import type { Resumable, RunState, SlotValues, StreamStates } from './run-state.ts';
import { firstState } from './run-state.ts';
import { nextName } from './step.ts';

export interface LoopOptions {
  /** Asked before each step; true ends the run with the error of an abort. */
  readonly isAborted?: () => boolean;
  readonly onEpoch?: (metrics: EpochMetrics) => void;
  /** Where to go on. Default: at the start. */
  readonly from?: RunState | undefined;
  /** Told the state after every epoch and when the run is aborted; its tensors are only lent. */
  readonly onState?: ((state: RunState, when: 'epoch' | 'abort') => Promise<void>) | undefined;
}

/** An objective beyond this has left any range that training could return from. */
const explosion = 1e12;

/**
 * Runs a job to its end: every epoch a new order of the rows, one session run per step, and the
 * measurements after it. With the same job, machine and number of threads the result is
 * bit-identical.
 * @throws SymlossError when the objective is not finite or explodes, or the run is aborted
 */
export async function runJob(
  job: Job,
  runner: Pick<Runner, 'load'>,
  options: LoopOptions = {},
): Promise<JobResult> {
  const step = await runner.load(job.stepModel);
  const forward = await runner.load(job.forwardModel);
  try {
    return await runEpochs(job, step, forward, options);
  } finally {
    await step.dispose();
    await forward.dispose();
  }
}

async function runEpochs(
  job: Job,
  step: Executable,
  forward: Executable,
  { isAborted = () => false, onEpoch = () => {}, from = firstState(job), onState }: LoopOptions,
): Promise<JobResult> {
  const started = performance.now() - 1000 * from.seconds;
  const seconds = () => (performance.now() - started) / 1000;
  let state = from.slots;
  const feeds = new StepFeeds(job);
  feeds.startAt(from.epoch, from.batch, from.streams);
  const epochs = [...from.epochs];
  let { steps: done, batch: count, lossSum: total } = from;
  const save = async (epoch: number, when: 'epoch' | 'abort'): Promise<void> => {
    const position = { epoch, batch: count, steps: done, lossSum: total, seconds: seconds() };
    await onState?.({ ...position, epochs, slots: state, streams: feeds.streams() }, when);
  };
  for (let epoch = from.epoch; epoch <= job.epochs; epoch++) {
    for (const rows of feeds.epoch()) {
      if (isAborted()) {
        await save(epoch, 'abort');
        throw new Aborted();
      }
      const outputs = await step.run(feeds.next(rows, done, state));
      const value = outputs.objective?.data[0] as number;
      checkObjective(value, epoch, done + 1, job.learningRates[done] as number);
      if (state !== from.slots) release(Object.values(state)); // the first ones are the caller's
      state = Object.fromEntries(
        job.slots.map(({ name }) => [name, outputs[nextName(name)] as Tensor<'float32'>]),
      );
      total += value;
      count++;
      done++;
    }
    const isMeasured = epoch === job.epochs || epoch % job.evaluateEvery === 0;
    const metrics: EpochMetrics = {
      epoch,
      loss: total / count,
      learningRate: job.learningRates[done - 1] as number,
      ...(isMeasured ? await measure(job, forward, state) : {}),
      seconds: seconds(),
    };
    epochs.push(metrics);
    total = 0;
    count = 0;
    await save(epoch + 1, 'epoch');
    onEpoch(metrics);
  }
  const { validation, test } = job.parts;
  return {
    values: Object.fromEntries(Object.entries(state).map(([name, { data }]) => [name, data])),
    epochs,
    secondsBefore: from.seconds,
    scores: {
      ...(validation && { validation: await scoresOf(job, forward, state, validation) }),
      ...(test && { test: await scoresOf(job, forward, state, test) }),
    },
  };
}

/** The inputs of the step graph, in buffers that are filled anew for every step. */
class StepFeeds implements Resumable {
  readonly #job: Job;
  readonly #feeds: Record<string, Tensor>;
  #batches: Batches;
  #skipped = 0;
  #dropout: Rng;

  constructor(job: Job) {
    const { batchSize, featureShape, seed } = job;
    this.#job = job;
    this.#dropout = stream(seed, 'dropout');
    this.#batches = shuffled(job);
    this.#feeds = {
      features: buffer('float32', [batchSize, ...featureShape]),
      labels: buffer('int32', [batchSize]),
      learningRate: buffer('float32', []),
      stepNumber: buffer('float32', []),
      ...(job.weights && { weights: buffer('float32', [batchSize]) }),
      ...Object.fromEntries(
        job.uniforms.map(({ name, shape }) => [name, buffer('float32', shape)]),
      ),
    };
  }

  startAt(epoch: number, batch: number, { dropout }: StreamStates): void {
    this.#batches = shuffled(this.#job);
    for (let passed = 1; passed < epoch; passed++) this.#batches.epoch(); // draws its order
    this.#skipped = batch;
    this.#dropout = dropout ? new Rng(dropout) : stream(this.#job.seed, 'dropout');
  }

  streams(): StreamStates {
    return { dropout: this.#dropout.state() };
  }

  /** The rows of each batch of the next epoch, of the first one from where it was started. */
  epoch(): Iterable<Uint32Array> {
    const batches = this.#batches.epoch();
    for (; this.#skipped > 0; this.#skipped--) batches.next();
    return batches;
  }

  next(rows: Uint32Array, done: number, state: SlotValues): Record<string, Tensor> {
    const { parts, featureShape, weights, learningRates, uniforms } = this.#job;
    const { features, labels, learningRate, stepNumber } = this.#feeds as Record<string, Tensor>;
    gatherRows(parts.train.features, sizeOf(featureShape), rows, features?.data as Float32Array);
    gatherInts(parts.train.labels, rows, labels?.data as Int32Array);
    (learningRate as Tensor).data[0] = learningRates[done] as number;
    (stepNumber as Tensor).data[0] = done + 1;
    if (weights) gatherRows(weights, 1, rows, this.#feeds.weights?.data as Float32Array);
    for (const { name } of uniforms) {
      this.#dropout.fillUniform(this.#feeds[name]?.data as Float32Array);
    }
    return { ...this.#feeds, ...state };
  }
}

function buffer(dtype: 'float32' | 'int32', shape: readonly number[]): Tensor {
  return fromNumbers(dtype, shape, new Float32Array(sizeOf(shape)));
}

function shuffled({ parts, batchSize, seed }: Job): Batches {
  return new Batches(parts.train.labels.length, batchSize, stream(seed, 'shuffle'));
}

function checkObjective(value: number, epoch: number, step: number, learningRate: number): void {
  if (Number.isFinite(value) && Math.abs(value) < explosion) return;
  throw new Divergence(
    `training, epoch ${epoch}, step ${step}`,
    'a finite loss',
    `${value.toPrecision(3)} at learning rate ${Number(learningRate.toPrecision(3))}`,
    { hint: 'lower the learning rate, clip gradients, or bound the scores (l2 or batch)' },
  );
}

async function measure(
  job: Job,
  forward: Executable,
  state: SlotValues,
): Promise<Partial<EpochMetrics>> {
  const { train, validation, test } = job.parts;
  const predict = async (part: Part) =>
    predictedClasses(await scoresOf(job, forward, state, part), job.k);
  const predictions = await predict(train);
  const memorised = train.trueLabels && memorisedShare(predictions, train.labels, train.trueLabels);
  return {
    trainAccuracy: accuracy(predictions, train.labels),
    ...(validation && {
      validationAccuracy: accuracy(await predict(validation), validation.labels),
    }),
    ...(test && { testAccuracy: accuracy(await predict(test), test.trueLabels ?? test.labels) }),
    ...(memorised !== undefined && { memorised }),
  };
}

/** The network's scores [n, k] for all rows of a part, in batches; the last is filled with zeros. */
async function scoresOf(
  { forwardBatchSize: size, featureShape, k }: Job,
  forward: Executable,
  state: SlotValues,
  { features, labels }: Part,
): Promise<Float32Array> {
  const width = sizeOf(featureShape);
  const out = new Float32Array(labels.length * k);
  const batch = buffer('float32', [size, ...featureShape]);
  for (let start = 0; start < labels.length; start += size) {
    const rows = Math.min(size, labels.length - start);
    const data = batch.data as Float32Array;
    data.set(features.subarray(start * width, (start + rows) * width));
    data.fill(0, rows * width);
    const { scores } = await forward.run({ features: batch, ...state });
    out.set((scores as Tensor<'float32'>).data.subarray(0, rows * k), start * k);
  }
  return out;
}
