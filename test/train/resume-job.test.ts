import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { toOnnx } from '../../src/graph/index.ts';
import type { RowMemory } from '../../src/losses/index.ts';
import { crossEntropy, parseLoss } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import type { Runner } from '../../src/runtime/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import type { CheckpointOptions } from '../../src/train/checkpoint/index.ts';
import { openCheckpoint } from '../../src/train/checkpoint/index.ts';
import type { EpochMetrics, Job, Optimizer } from '../../src/train/index.ts';
import { adamW, buildForward, buildStep, runJob, sgd } from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-resume-job-'));
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
      /expected a checkpoint with trainingLabels [0-9a-f]{64}, received [0-9a-f]{64}: the training data have changed since;/,
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
