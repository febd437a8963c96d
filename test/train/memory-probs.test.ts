import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { outOfFold } from '../../src/run/out-of-fold.ts';
import type { TrainingOptions } from '../../src/run/training-options.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { data } from './centres.ts';
import { runModule, train } from './package.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-memory-'));
afterAll(() => rmSync(folder, { recursive: true }));

const [n, k] = [data.labels.length, 3];
const quick = { data, model: 'mlp:8', loss: 'elr', schedule: 'constant', validation: 0 } as const;
const asked = { ...quick, memoryProbs: true } as const;

/** Row by row: clamped to [1e-4, 1 − 1e-4], and divided by the sum. */
function distribution(probs: ArrayLike<number>): number[] {
  const clamped = Array.from(probs, (p) => Math.min(Math.max(p, 1e-4), 1 - 1e-4));
  return clamped.map((p, i) => {
    const start = i - (i % k);
    return p / clamped.slice(start, start + k).reduce((a, b) => a + b);
  });
}

describe('memoryProbs of train', () => {
  test('are what elr remembers, by a recursion in float64 over what the network said of each epoch', async () => {
    // a batch of all rows: each step sees the network as it was after the epoch before
    const whole = { ...asked, test: 0, batchSize: n, learningRate: 0.1 } as const;
    const first = (await train({ ...whole, epochs: 1 })).memoryProbs as Float32Array;
    const probes: Float32Array[] = [];
    const epochs = 5;
    const model = await train({
      ...{ ...whole, epochs },
      probe: data,
      onEpoch: (_, probed) => void probes.push(probed.probe as Float32Array),
    });
    expect(Array.from(model.split.train)).toEqual(Array.from(data.labels.keys()));
    const seen = [Array.from(first), ...probes.slice(0, epochs - 1).map(distribution)];
    const average = seen.reduce(
      (t, p) => t.map((own, i) => 0.7 * own + 0.3 * (p[i] as number)),
      new Array<number>(n * k).fill(0),
    );
    const expected = average.map((p) => p / (1 - 0.7 ** epochs));
    const { float32Steps } = tolerances;
    expect(firstDifference(model.memoryProbs ?? [], expected, float32Steps)).toBe(-1);
    const last = seen.at(-1) as number[];
    expect(firstDifference(last, expected, tolerances.plainDifference)).not.toBe(-1);
  });

  test('are there where the loss has a memory about classes, and they are asked for', async () => {
    const of = async (options: Partial<TrainingOptions>) =>
      (await train({ ...quick, epochs: 1, ...options })).memoryProbs;
    expect(await of({})).toBeUndefined();
    for (const loss of ['ce', 'aldr-kl', 'sgce']) {
      expect(await of({ loss, memoryProbs: true })).toBeUndefined();
    }
    const found = (await of({ loss: 'elr + ce', memoryProbs: true })) as Float32Array;
    const sums = Array.from({ length: found.length / k }, (_, row) =>
      found.subarray(k * row, k * row + k).reduce((a, b) => a + b),
    );
    expect(firstDifference(sums, new Array(sums.length).fill(1), tolerances.float32Op)).toBe(-1);
    await expect(train({ data, memoryProbs: true })).rejects.toThrow(
      'memoryProbs: expected a loss that is named, received auto',
    );
  });

  test('of sop are the labels as given before its numbers have grown, and cost the model nothing', async () => {
    const own = { ...asked, loss: 'sop', epochs: 1 } as const;
    const [model, plain] = await Promise.all([train(own), train({ ...own, memoryProbs: false })]);
    const labels = Array.from(model.split.train, (row) => data.labels[row] as number);
    const given = labels.flatMap((label) => [0, 1, 2].map((c) => Number(c === label)));
    expect(firstDifference(model.memoryProbs ?? [], given, tolerances.float32Op)).toBe(-1);
    expect(model.onnx).toEqual(plain.onnx);
    expect(model.metrics).not.toHaveProperty('memoryProbs');
  });

  test('survive an interruption, and are the same in several threads at once', async () => {
    const long = { ...asked, noise: 'symmetric:0.3', epochs: 300 };
    const whole = await train(long);
    const file = join(folder, 'run.safetensors');
    const stop = new AbortController();
    const stopped = train({
      ...{ ...long, checkpoint: { file }, signal: stop.signal },
      onEpoch: ({ epoch }) => void (epoch === 2 && stop.abort(new Error('enough'))),
    });
    await expect(stopped).rejects.toThrow('enough');
    const seen: number[] = [];
    const resumed = await train({
      ...{ ...long, checkpoint: { file, resume: true } },
      onEpoch: ({ epoch }) => void seen.push(epoch),
    });
    expect(seen[0]).toBeGreaterThan(1);
    expect(resumed.memoryProbs).toEqual(whole.memoryProbs);
    const { losses, seeds, ...shared } = { ...long, losses: ['elr', 'ce'], seeds: [1, 2], jobs: 2 };
    const { loss: _, ...same } = shared;
    const runs = await runModule.compare({ ...same, losses, seeds });
    expect(runs.map(({ trained }) => trained?.memoryProbs !== undefined)).toEqual([
      ...[true, true, false, false],
    ]);
    expect(runs[0]?.trained?.memoryProbs).toEqual(whole.memoryProbs);
    expect(runs[1]?.trained?.memoryProbs).not.toEqual(whole.memoryProbs);
  });
});

describe('memoryProbs of an audit', () => {
  const options = { model: 'mlp:8', loss: 'elr', epochs: 8, folds: 3, seed: 3 } as const;

  test.each([
    ['', data],
    [', without the classes that no row is labelled with', withUnused()],
  ])('are the mean over the models that were trained with the row%s', async (_, own) => {
    const all = own.classes.length;
    const sums = new Float64Array(n * k);
    const counts = new Int32Array(n);
    for (const repeat of [0, 1]) {
      const { folds, ...training } = { ...options, data: own, seed: options.seed + repeat };
      await outOfFold(
        async (fold) => {
          const model = await train({ ...fold, memoryProbs: true });
          for (const [i, row] of model.split.train.entries()) {
            counts[row]!++;
            for (let c = 0; c < k; c++) sums[row * k + c]! += model.memoryProbs![i * all + c]!;
          }
          return model;
        },
        training,
        { folds, validation: 0 },
      );
    }
    expect(new Set(counts)).toEqual(new Set([4]));
    const totals = sums.map((_own, i) => {
      const start = i - (i % k);
      return sums.subarray(start, start + k).reduce((a, b) => a + b);
    });
    const audited = await runModule.auditDataset({ ...options, data: own, repeats: 2 });
    expect(audited.classes).toEqual(['a', 'b', 'c']);
    const expected = sums.map((sum, i) => sum / (all === k ? 4 : totals[i]!));
    expect(firstDifference(audited.memoryProbs ?? [], expected, tolerances.float64)).toBe(-1);
    expect(firstDifference(totals, new Array(n * k).fill(4), tolerances.float32Op)).toBe(
      all === k ? -1 : 0,
    );
  });

  test('are absent for a loss without a memory, and for probabilities of one’s own', async () => {
    const own = { ...options, data, folds: 2, repeats: 1, loss: 'ce' };
    expect(await runModule.auditDataset(own)).not.toHaveProperty('memoryProbs');
    const probs = new Float64Array(n * k).fill(1 / k);
    expect(await runModule.auditDataset({ data, probs })).not.toHaveProperty('memoryProbs');
  });
});

/** A class more than there are labels of, as a column of true labels may have. */
function withUnused() {
  return { ...data, classes: [...data.classes, 'none'] };
}
