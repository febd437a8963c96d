import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toOnnx } from '../../src/graph/index.ts';
import type { RowMemory } from '../../src/losses/index.ts';
import { crossEntropy, parseLoss } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import type { CompareOptions, TrainOptions } from '../../src/run/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { CheckpointOptions } from '../../src/train/checkpoint/index.ts';
import { openCheckpoint } from '../../src/train/checkpoint/index.ts';
import type { EpochMetrics, Job, Optimizer } from '../../src/train/index.ts';
import {
  adamW,
  buildForward,
  buildStep,
  checkpointFile,
  runJob,
  sgd,
} from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { data } from './centres.ts';
import { runModule, SymlossError, train } from './package.ts';

const { compare } = runModule;

const folder = mkdtempSync(join(tmpdir(), 'symloss-resume-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What must be the same of two runs: everything but the time. */
const timeless = (epochs: readonly EpochMetrics[]) => epochs.map((m) => ({ ...m, seconds: 0 }));

describe('a job of three epochs of three steps, stopped before any of its steps', () => {
  const shapes = { batchSize: 3, featureShape: [2], k: 3 };
  const network = mlp([5], { norm: 'batch', dropout: 0.25 }).network(3);

  function jobOf(optimizer: Optimizer, seed = 1, spec = 'ce', ema?: number): Job {
    const { memory, views, batchTerms } = parseLoss(spec);
    const step = buildStep({
      memory: memory && { loss: memory, rows: 10 },
      ...{ views, batchTerms },
      network,
      loss: crossEntropy,
      ...{ optimizer, ema },
      weighted: true,
      ...shapes,
    });
    const labels = Int32Array.from({ length: 10 }, (_, r) => r % 3);
    const features = Float32Array.from({ length: 20 }, (_, i) => Math.sin(i * i));
    return {
      stepModel: toOnnx(step.program),
      forwardModel: toOnnx(buildForward(network, 4, [2], { averaged: ema !== undefined })),
      slots: initialValues(step, seed),
      uniforms: step.uniforms,
      parts: {
        train: { features, labels },
        test: { features: features.slice(0, 8), labels: labels.slice(0, 4) },
      },
      weights: Float32Array.from({ length: 10 }, (_, r) => (r + 1) / 16),
      ...(views && { views: 2 }),
      ...shapes,
      forwardBatchSize: 4,
      epochs: 3,
      learningRates: Float32Array.from({ length: 9 }, (_, i) => 0.3 / (i + 1)),
      evaluateEvery: 2,
      rowMemory: true,
      seed,
      threads: 1,
    };
  }

  test.each([
    ['sgd', sgd({ momentum: 0.9, nesterov: true }), 'ce'],
    ['adamw', adamW(), 'ce'],
    ['elr', adamW(), 'elr'],
    ['sop', adamW(), 'sop'],
    // dropout makes two views of a row
    ['sop of two views', adamW(), 'sop:consistency=0.9,balance=0.1'],
    ['averages', sgd(), 'ce', 0.9],
  ])('%s: ends with the same bits', async (optimizer, own, spec, ema?: number) => {
    const job = jobOf(own, 1, spec, ema);
    const whole = await runJob(job, nodeRunner());
    expect(whole.rowMemory?.length).toBe(
      spec === 'ce' ? undefined : 10 * (parseLoss(spec).memory as RowMemory).initial(3).length,
    );
    const file = join(folder, `${optimizer}.safetensors`);
    // stopped once, before step 1, …, 9
    for (let stop = 0; stop < 9; stop++) {
      const first = await openCheckpoint({ file, every: 1 }, job, '1');
      let asked = 0;
      const stopped = runJob(job, nodeRunner(), {
        isAborted: () => asked++ === stop,
        onSavePoint: first.save,
      });
      await expect(stopped).rejects.toThrow('received an abort');
      const { from, save } = await openCheckpoint({ file, resume: true }, job, '1');
      expect(from).toMatchObject({
        epoch: Math.floor(stop / 3) + 1,
        batch: stop % 3,
        steps: stop,
      });
      const seen: number[] = [];
      const onEpoch = ({ epoch }: EpochMetrics) => seen.push(epoch);
      const result = await runJob(job, nodeRunner(), { from, onSavePoint: save, onEpoch });
      expect(result.values).toEqual(whole.values);
      expect(result.scores).toEqual(whole.scores);
      expect(result.rowMemory).toEqual(whole.rowMemory);
      expect(timeless(result.epochs)).toEqual(timeless(whole.epochs));
      expect(result.secondsBefore).toBe(from?.seconds);
      expect(seen).toEqual([1, 2, 3].slice(Math.floor(stop / 3)));
    }
  });

  test('stopped at every step in turn, too; and a run that had ended is only measured', async () => {
    const job = jobOf(adamW());
    const whole = await runJob(job, nodeRunner());
    const file = join(folder, 'often.safetensors');
    const seconds: number[] = [];
    for (let stop = 0; stop < 9; stop++) {
      const { from, save } = await openCheckpoint({ file, resume: true }, job, '1');
      let asked = 0;
      const isAborted = () => asked++ === 1;
      const stopped = runJob(job, nodeRunner(), { from, isAborted, onSavePoint: save });
      const ending = await stopped.then(
        ({ values }) => values,
        (error: Error) => error.message,
      );
      const abort = 'training: expected to run to its end, received an abort';
      expect(ending).toEqual(stop < 8 ? abort : whole.values);
      seconds.push(from?.seconds ?? 0);
    }
    expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
    const before = readFileSync(file);
    const { from, save } = await openCheckpoint({ file, resume: true }, job, '1');
    expect(from).toMatchObject({ epoch: 4, batch: 0, steps: 9, lossSum: 0 });
    const again = await runJob(job, nodeRunner(), {
      from,
      isAborted: () => true, // asked before a step only
      onSavePoint: save,
    });
    expect(again.values).toEqual(whole.values);
    expect(again.scores).toEqual(whole.scores);
    expect(readFileSync(file)).toEqual(before);
  });

  test.each([
    ['the weights', undefined],
    ['their averages', 0.1],
  ])('the best epoch is kept over a stop, bit for bit: %s', async (_, ema) => {
    const base = jobOf(sgd(), 1, 'ce', ema);
    const job: Job = {
      ...base,
      parts: { ...base.parts, validation: base.parts.test! },
      keep: 'best',
      evaluateEvery: 1,
      learningRates: base.learningRates.map((_, i) => [0.3, 3, 30][i % 3]!),
    };
    const whole = await runJob(job, nodeRunner());
    expect(whole.kept).toBeLessThan(3); // else nothing is shown
    const file = join(folder, 'best.safetensors');
    for (let stop = 0; stop < 9; stop++) {
      const first = await openCheckpoint({ file, every: 1 }, job, '1');
      let asked = 0;
      const isAborted = () => asked++ === stop;
      const stopped = runJob(job, nodeRunner(), { isAborted, onSavePoint: first.save });
      await expect(stopped).rejects.toThrow('received an abort');
      const { from } = await openCheckpoint({ file, resume: true }, job, '1');
      expect(from?.best?.epoch).toBe(stop < 3 ? undefined : from!.best!.epoch);
      const result = await runJob(job, nodeRunner(), { from });
      expect([result.kept, result.values, result.scores]).toEqual([
        whole.kept,
        whole.values,
        whole.scores,
      ]);
    }
    const plain = await openCheckpoint({ file, every: 1 }, { ...job, keep: 'last' }, '1');
    await runJob({ ...job, keep: 'last' }, nodeRunner(), { onSavePoint: plain.save });
    expect(readFileSync(file).toString('latin1')).not.toContain('best');
    await expect(openCheckpoint({ file, resume: true }, job, '1')).rejects.toThrow(
      'expected a checkpoint with keep best, received nothing',
    );
  });

  test('a run that was told to stop is over, also when it is resumed', async () => {
    const job = jobOf(adamW()); // measured after epochs 2 and 3 only
    const file = join(folder, 'stopped.safetensors');
    const { save } = await openCheckpoint({ file, seconds: 1000 }, job, '1');
    const first = await runJob(job, nodeRunner(), {
      onSavePoint: save,
      onEpoch: ({ epoch }) => (epoch === 1 ? 'stop' : undefined),
    });
    expect([first.stopped, first.kept, first.epochs.length]).toEqual([true, 1, 1]);
    const { from } = await openCheckpoint({ file, resume: true }, job, '1');
    expect(from).toMatchObject({ stopped: true, epoch: 2, steps: 3 });
    const again = await runJob(job, nodeRunner(), {
      from,
      onEpoch: () => {
        throw new Error('it is over');
      },
    });
    expect({ ...again, secondsBefore: 0 }).toEqual({ ...first, secondsBefore: 0 });
    expect(again.epochs[0]).toHaveProperty('testAccuracy');
  });

  test('the checkpoint of another seed or another onnxruntime is refused', async () => {
    const file = join(folder, 'foreign.safetensors');
    const job = jobOf(sgd());
    const { save } = await openCheckpoint({ file }, job, '1.30.0');
    await runJob(job, nodeRunner(), { onSavePoint: save });
    const hint =
      '; resume with the settings, data and packages that the run was started with, or start it elsewhere';
    await expect(openCheckpoint({ file, resume: true }, jobOf(sgd(), 2), '1.30.0')).rejects.toThrow(
      `${file}: expected a checkpoint with seed 2, received 1${hint}`,
    );
    await expect(openCheckpoint({ file, resume: true }, job, '1.31.0')).rejects.toThrow(
      `${file}: expected a checkpoint with onnxruntime 1.31.0, received 1.30.0${hint}`,
    );
    const turned = {
      ...job,
      parts: { train: { ...job.parts.train, labels: job.parts.train.labels.toReversed() } },
    };
    await expect(openCheckpoint({ file, resume: true }, turned, '1.30.0')).rejects.toThrow(
      /expected a checkpoint with trainingLabels [0-9a-f]{64}, received [0-9a-f]{64};/,
    );
  });

  test('every: writes after each second epoch and after the last', async () => {
    const file = join(folder, 'every.safetensors');
    const job = jobOf(sgd());
    const { save } = await openCheckpoint({ file, every: 2 }, job, '1');
    const written: unknown[] = [];
    await runJob(job, nodeRunner(), {
      onSavePoint: async (point) => {
        await save(point);
        const { from } = await openCheckpoint({ file, resume: true }, job, '1');
        written.push(from?.epoch);
      },
    });
    expect(written).toEqual([undefined, 3, 4]);
  });

  test.each<[string, Partial<CheckpointOptions> | undefined, number]>([
    ['with no checkpoint', undefined, 0],
    ['with one that is not due', { seconds: 1000 }, 0],
    ['after each second epoch and the last', { every: 2 }, 2],
  ])('the state is read only to be saved: %s', async (_, options, saved) => {
    const job = jobOf(sgd());
    const file = join(folder, 'reads.safetensors');
    const store = options && (await openCheckpoint({ file, ...options }, job, '1'));
    let reads = 0;
    const loadStateful: Runner['loadStateful'] = async (model, state) => {
      const step = await nodeRunner().loadStateful(model, state);
      const read = step.read.bind(step);
      step.read = () => {
        reads++;
        return read();
      };
      return step;
    };
    await runJob(job, { loadStateful }, { onSavePoint: store?.save });
    expect(reads).toBe(saved + 1); // and once at the end, for the model
  });
});

const quick = {
  data,
  model: 'mlp:8,dropout=0.2',
  noise: 'symmetric:0.3',
  loss: 'sgce:q=0.7',
  epochs: 4,
} satisfies TrainOptions;

describe('train({ checkpoint })', () => {
  const file = join(folder, 'train.safetensors');

  /** Aborts a run after its second epoch. */
  async function stopped(options: Partial<TrainOptions> = {}): Promise<void> {
    const stop = new AbortController();
    const onEpoch = ({ epoch }: EpochMetrics) => epoch === 2 && stop.abort(new Error('enough'));
    const all = { ...quick, epochs: 4000, ...options, checkpoint: { file }, signal: stop.signal };
    await expect(train({ ...all, onEpoch: (m) => void onEpoch(m) })).rejects.toThrow('enough');
  }

  test('goes on to the model of a run that was never stopped', async () => {
    const long = { ...quick, epochs: 400 };
    const whole = await train(long);
    await stopped(long);
    const seen: number[] = [];
    const resumed = await train({
      ...long,
      checkpoint: { file, resume: true },
      onEpoch: ({ epoch }) => seen.push(epoch),
    });
    expect(resumed.onnx).toEqual(whole.onnx);
    expect(timeless(resumed.metrics.epochs)).toEqual(timeless(whole.metrics.epochs));
    expect(resumed.metrics.calibration).toEqual(whole.metrics.calibration);
    expect(seen[0]).toBeGreaterThan(2);
    expect(seen.at(-1)).toBe(400);
    expect(resumed.settings).toEqual(whole.settings);
  });

  test('without a file, resuming is starting; without resume, a file is replaced', async () => {
    const whole = await train(quick);
    rmSync(file, { force: true });
    const first = await train({ ...quick, checkpoint: { file, resume: true } });
    expect(first.onnx).toEqual(whole.onnx);
    writeFileSync(file, 'not a checkpoint');
    writeFileSync(`${file}.123-0123456789ab.part`, 'half a checkpoint');
    const other = await train({ ...quick, seed: 2, checkpoint: { file } });
    expect(other.onnx).not.toEqual(whole.onnx);
    expect(readdirSync(folder).filter((entry) => entry.startsWith('train.'))).toEqual([
      'train.safetensors',
    ]);
    const again = await train({ ...quick, seed: 2, checkpoint: { file, resume: true } });
    expect(again.onnx).toEqual(other.onnx);
  });

  test.each([
    [
      'garbage',
      (good: Buffer) => Buffer.from(`garbage ${good.length}`),
      {},
      /: expected a safetensors file/,
    ],
    [
      'a damaged one',
      (good: Buffer) => {
        const bad = Buffer.from(good);
        bad[bad.length - 3]! ^= 1;
        return bad;
      },
      {},
      /: expected tensors with sha256 \w+, received \w+; the file is damaged/,
    ],
    [
      'half of one',
      (good: Buffer) => good.subarray(0, good.length / 2),
      {},
      /: expected \d+ bytes|with a header/,
    ],
    [
      'one of another model',
      (good: Buffer) => good,
      { model: 'mlp:9' },
      /expected a checkpoint with model mlp:9, received mlp:8,dropout=0\.2/,
    ],
    [
      'one of more epochs',
      (good: Buffer) => good,
      { epochs: 4 },
      /expected a checkpoint with epochs 4, received 4000/,
    ],
    [
      'one of other noise',
      (good: Buffer) => good,
      { noise: 'symmetric:0.2' },
      /expected a checkpoint with noise symmetric:0\.2, received symmetric:0\.3/,
    ],
  ])('refuses %s and leaves it as it is', async (_, change, options, message) => {
    await stopped();
    const bytes = change(readFileSync(file));
    writeFileSync(file, bytes);
    const all = { ...quick, epochs: 4000, ...options, checkpoint: { file, resume: true } };
    const error: unknown = await train(all).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SymlossError);
    expect(error).toMatchObject({ where: file, kind: 'failure' });
    expect((error as Error).message).toMatch(message);
    expect(readFileSync(file)).toEqual(bytes);
  });

  test('a place that cannot be written to ends the run with its path', async () => {
    const nowhere = join(folder, 'no folder', 'x.safetensors');
    await expect(train({ ...quick, checkpoint: { file: nowhere } })).rejects.toMatchObject({
      where: nowhere,
      expected: 'a place to write a checkpoint to',
      received: 'no such file',
      kind: 'failure',
    });
  });

  test('wrong options are refused', async () => {
    await expect(train({ ...quick, checkpoint: { file: '' } })).rejects.toThrow(
      'checkpoint, file: expected a path, received ""',
    );
    const both = { file, every: 1, seconds: 1 };
    await expect(train({ ...quick, checkpoint: both })).rejects.toThrow(
      'checkpoint: expected every, in epochs, or seconds, received both',
    );
    await expect(train({ ...quick, checkpoint: { file, every: 0 } })).rejects.toThrow(
      'checkpoint, every: expected an integer of at least 1, received 0',
    );
  });
});

describe('compare({ checkpoints })', () => {
  const losses = ['nce+agce:a=6,q=1.5', 'ce'];
  const options = { ...quick, epochs: 300, losses, seeds: [1, 2] } satisfies CompareOptions;

  test('resumes the runs that have one, and gives the same models', async () => {
    const whole = await compare(options);
    const own = mkdtempSync(join(folder, 'compare-'));
    const stop = new AbortController();
    const ended: string[] = [];
    const runs = compare({
      ...options,
      checkpoints: own,
      signal: stop.signal,
      onRun: ({ loss, seed }) => ended.push(`${loss} ${seed}`),
      onEpoch: (run, { epoch }) => run.seed === 2 && epoch === 2 && stop.abort(new Error('enough')),
    });
    await expect(runs).rejects.toThrow('enough');
    const [first = '', second = ''] = losses;
    expect(ended).toEqual([`${first} 1`]);
    const fileOf = (seed: number) => checkpointFile(own, first, seed);
    expect(
      readdirSync(own)
        .map((entry) => join(own, entry))
        .sort(),
    ).toEqual([fileOf(1), fileOf(2)].sort());
    const epochs: string[] = [];
    const resumed = await compare({
      ...options,
      checkpoints: { folder: own, resume: true },
      jobs: 2,
      onEpoch: ({ loss, seed }) => epochs.push(`${loss} ${seed}`),
    });
    expect(resumed.map(({ trained }) => trained?.onnx)).toEqual(
      whole.map(({ trained }) => trained?.onnx),
    );
    const count = (key: string) => epochs.filter((entry) => entry === key).length;
    expect(count(`${first} 1`)).toBe(0); // it had ended
    expect(count(`${first} 2`)).toBeLessThanOrEqual(298);
    expect(count(`${second} 1`)).toBe(300);
  });

  test('a checkpoint that is refused ends the comparison, it is no divergence', async () => {
    const own = mkdtempSync(join(folder, 'refused-'));
    const file = checkpointFile(own, 'ce', 2);
    writeFileSync(file, 'garbage');
    await expect(
      compare({ ...options, epochs: 2, checkpoints: { folder: own, resume: true } }),
    ).rejects.toMatchObject({ where: file, kind: 'failure' });
  });

  test('a loss that is given twice would write one file twice', async () => {
    await expect(
      compare({ ...options, losses: ['ce', 'ce'], checkpoints: folder }),
    ).rejects.toThrow('losses: expected each once, since each has its checkpoint, received ce, ce');
  });
});
