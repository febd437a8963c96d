import { applyTemperature } from '../calibration/softmax.ts';
import type { Tensor } from '../core/index.ts';
import { field, sizeOf, zeros } from '../core/index.ts';
import { memoryRows } from '../data/row-reader.ts';
import type { Executable, Runner, StatefulExecutable } from '../runtime/portable.ts';
import { Aborted, Divergence } from './endings.ts';
import type { EpochCallback } from './epoch-callback.ts';
import { saysStop } from './epoch-callback.ts';
import type { EpochFacts, MeasuredPart, PredictedRows } from './epoch-metrics.ts';
import { measureEpoch } from './epoch-metrics.ts';
import type { Job, JobResult, Part } from './job.ts';
import { betterEpoch, networkSlots } from './kept.ts';
import type { LoaderOptions } from './loader/index.ts';
import { PartRows, StepInputs } from './loader/index.ts';
import { MeanProbs } from './mean-probs.ts';
import { predictedClasses } from './metrics.ts';
import type { Probed, StepCallback } from './progress.ts';
import { rowTable } from './row-table.ts';
import type { RunState, SavePoint, SaveReason, SlotValues } from './run-state.ts';
import { firstState } from './run-state.ts';
import { nextName } from './slot-names.ts';

export interface LoopOptions extends LoaderOptions {
  /** Asked before each step; true ends the run with the error of an abort. */
  readonly isAborted?: () => boolean;
  readonly onEpoch?: EpochCallback | undefined;
  /** Told of the first step, and then of one whenever `reportPause` has passed. */
  readonly onStep?: StepCallback | undefined;
  /** Where to go on. Default: at the start. */
  readonly from?: RunState | undefined;
  /** Called after every epoch, and when the run is stopped or aborted. */
  readonly onSavePoint?: ((point: SavePoint) => Promise<void>) | undefined;
}

/** Between two reports of steps, in milliseconds: a page shows no more, and what is told is computed for each. */
const reportPause = 50;

/** An objective beyond this has left any range that training could return from. */
const explosion = 1e12;

/**
 * Runs a job to its end: every epoch a new order of the rows, one session run per step, and the
 * measurements after it. With the same job, machine and number of threads the result is
 * bit-identical.
 * @throws SymlossError when the objective or scores are not finite or it explodes, or the run is aborted
 */
export async function runJob(
  job: Job,
  runner: Pick<Runner, 'loadStateful'>,
  options: LoopOptions = {},
): Promise<JobResult> {
  // first, so that it works while the graphs are loaded
  const inputs = new StepInputs(job, options, options.from);
  const rows = new PartRows(job, options.openRows ?? memoryRows);
  try {
    const { from = firstState(job) } = options;
    const slots = stepSlots(job);
    const step = await runner.loadStateful(job.stepModel, {
      first: Object.fromEntries(slots.map(({ name }) => [name, from.slots[name] as Tensor])),
      next: Object.fromEntries(slots.map(({ name }) => [name, nextName(name)])),
    });
    try {
      const forward = await step.attach(job.forwardModel);
      const batch = zeros('float32', [job.forwardBatchSize, ...job.featureShape]);
      return await runEpochs(job, step, { forward, rows, batch }, inputs, { ...options, from });
    } finally {
      await step.dispose();
    }
  } finally {
    await inputs.close();
    rows.close();
  }
}

/** The network as it is after the last step, and the rows that it is applied to. */
interface Evaluator {
  readonly forward: Pick<Executable, 'run'>;
  readonly rows: PartRows;
  /** [forwardBatchSize, ...featureShape], filled anew for every batch: with many terms of texts it is large. */
  readonly batch: Tensor<'float32'>;
}

async function runEpochs(
  job: Job,
  step: StatefulExecutable,
  evaluator: Evaluator,
  inputs: StepInputs,
  {
    isAborted = () => false,
    onEpoch,
    onStep,
    from,
    onSavePoint,
  }: LoopOptions & {
    readonly from: RunState;
  },
): Promise<JobResult> {
  const started = performance.now() - 1000 * from.seconds;
  const seconds = () => (performance.now() - started) / 1000;
  const epochs = [...from.epochs];
  let { steps: done, batch: count, lossSum: total, stopped = false, best } = from;
  const table = rowTable(job, from.slots);
  const readSlots = async () => (await step.read()) as SlotValues;
  const course = job.trainingProbs ? new MeanProbs(job.k) : undefined;
  const scores = async (part: Part): Promise<Float32Array> => {
    const found = await scoresOf(job, evaluator, part);
    checkScores(found, { epoch: Math.ceil(done / inputs.perEpoch), step: done }, job);
    return found;
  };
  const measure = (facts: EpochFacts) =>
    measureEpoch(facts, (part) => predictPart(job, scores, part, course));
  const stateAt = async (epoch: number): Promise<RunState> => {
    const position = { epoch, batch: count, steps: done, lossSum: total, seconds: seconds() };
    const ending = { ...(stopped && { stopped: true as const }), ...(best && { best }) };
    const streams = inputs.streams();
    const slots = { ...(await readSlots()), ...table?.slots() };
    return { ...position, ...ending, epochs, slots, streams };
  };
  const save = async (epoch: number, when: SaveReason): Promise<void> => {
    await onSavePoint?.({ when, epoch, read: () => stateAt(epoch) });
  };
  const probed = async (): Promise<Probed> => {
    const { probe } = job.parts;
    if (probe === undefined) return {};
    const all = Float64Array.from(await scores(probe));
    return { probe: Float32Array.from(applyTemperature(all, job.k, 1)) };
  };
  let told = Number.NEGATIVE_INFINITY;
  for (let epoch = from.epoch; epoch <= job.epochs && !stopped; epoch++) {
    const begun = performance.now();
    while (count < inputs.perEpoch) {
      if (isAborted()) {
        await save(epoch, 'abort');
        throw new Aborted();
      }
      const batch = await inputs.next();
      const remembered = table?.gather(inputs.rows);
      const outputs = await step.step({ ...batch, ...remembered });
      const value = outputs.objective?.data[0] as number;
      checkObjective(value, { epoch, step: done + 1 }, job);
      table?.scatter(inputs.rows, outputs);
      total += value;
      count++;
      done++;
      if (onStep !== undefined && performance.now() - told >= reportPause) {
        const learningRate = job.learningRates[done - 1] as number;
        const steps = job.epochs * inputs.perEpoch;
        const place = { epoch, step: done, steps, loss: total / count, learningRate };
        await Promise.resolve(onStep({ ...place, ...(await probed()) }));
        told = performance.now();
      }
    }
    const facts: EpochFacts = {
      epoch,
      loss: total / count,
      learningRate: job.learningRates[done - 1] as number,
      ...(job.images && { waitShare: inputs.takeWaited() / (performance.now() - begun) }),
      seconds,
    };
    const isMeasured = epoch === job.epochs || epoch % job.evaluateEvery === 0;
    const metrics = isMeasured ? await measure(facts) : await measureEpoch(facts);
    epochs.push(metrics);
    best = await betterEpoch(job, best, epochs, readSlots);
    total = 0;
    count = 0;
    await save(epoch + 1, 'epoch');
    const says = onEpoch !== undefined && (await saysStop(onEpoch, metrics, await probed()));
    if (says && epoch < job.epochs) {
      stopped = true;
      if (!isMeasured) epochs.splice(-1, 1, await measure(facts)); // as after a last epoch
      best = await betterEpoch(job, best, epochs, readSlots);
      await save(epoch + 1, 'stop');
    }
  }
  if (best) await step.write(best.slots);
  const kept = best ?? { epoch: epochs.length, slots: networkSlots(job, await readSlots()) };
  const { validation, test } = job.parts;
  return {
    values: Object.fromEntries(
      Object.entries(kept.slots).map(([name, { data }]) => [name, data.slice()]),
    ),
    kept: kept.epoch,
    stopped,
    epochs,
    secondsBefore: from.seconds,
    ...whyCopied(job, step),
    ...(course && { trainingProbs: course.mean() }),
    ...(job.rowMemory && table && { rowMemory: table.values() }),
    scores: {
      ...(validation && { validation: await scores(validation) }),
      ...(test && { test: await scores(test) }),
    },
  };
}

/** The CPU has nothing to copy from. */
function whyCopied(
  { device = 'cpu' }: Job,
  { place }: StatefulExecutable,
): Pick<JobResult, 'stateCopied'> {
  return device !== 'cpu' && place.memory === 'javascript' ? { stateCopied: place.reason } : {};
}

/** Those that are the state of the step; of what a loss remembers of rows, a step takes a part. */
function stepSlots({ slots }: Job): Job['slots'] {
  return slots.filter(({ role }) => role !== 'rows');
}

/** The step that was the last one, and its epoch; both count from 1. */
interface Place {
  readonly epoch: number;
  readonly step: number;
}

function checkObjective(value: number, place: Place, job: Job): void {
  if (Number.isFinite(value) && Math.abs(value) < explosion) return;
  throw diverged('a finite loss', value, place, job);
}

/** An objective is that of the weights before its step: what the last one made of them shows in the scores only. */
function checkScores(scores: Float32Array, place: Place, job: Job): void {
  const wrong = scores.find((score) => !Number.isFinite(score));
  if (wrong !== undefined) throw diverged('finite scores after it', wrong, place, job);
}

function diverged(
  expected: string,
  value: number,
  { epoch, step }: Place,
  { learningRates, precision }: Job,
): Divergence {
  const learningRate = learningRates[step - 1] as number;
  const ways = 'lower the learning rate, clip gradients, bound the scores (l2 or batch)';
  return new Divergence(
    `training, epoch ${epoch}, step ${step}`,
    expected,
    `${value.toPrecision(3)} at learning rate ${Number(learningRate.toPrecision(3))}`,
    {
      hint:
        precision === 'mixed'
          ? `${ways}, take another loss, or set ${field('trainingPrecision', 'single')}, whose numbers reach further`
          : `${ways}, or take another loss`,
    },
  );
}

/**
 * The rows of a part with their predictions; of the training part those that are measured.
 * @param course where the probabilities of the training rows are added
 */
async function predictPart(
  job: Job,
  scoresOf: (part: Part) => Promise<Float32Array>,
  name: MeasuredPart,
  course: MeanProbs | undefined,
): Promise<PredictedRows | undefined> {
  const { parts } = job;
  const part = name === 'train' ? (parts.measured ?? parts.train) : parts[name];
  if (part === undefined) return undefined;
  const scores = await scoresOf(part);
  if (name === 'train') course?.add(scores);
  return { ...part, predictions: predictedClasses(scores, job.k) };
}

/** The network's scores [n, k] for all rows of a part, in batches; the last is filled with zeros. */
async function scoresOf(
  { forwardBatchSize: size, featureShape, k }: Job,
  { forward, rows, batch }: Evaluator,
  part: Part,
): Promise<Float32Array> {
  const width = sizeOf(featureShape);
  const { length } = part.labels;
  const out = new Float32Array(length * k);
  for (let start = 0; start < length; start += size) {
    const count = Math.min(size, length - start);
    rows.read(part, start, count, batch.data);
    batch.data.fill(0, count * width);
    const { scores } = await forward.run({ features: batch });
    out.set((scores as Tensor<'float32'>).data.subarray(0, count * k), start * k);
  }
  return out;
}
