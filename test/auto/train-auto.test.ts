import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import type { TrainOptions } from '../../src/index.ts';
import { makeFolds } from '../../src/run/auto/folds.ts';
import type { AutoDecision } from '../../src/run/auto/index.ts';
import { prepare } from '../../src/train/prepare.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { half, tested } from '../train/digit-halves.ts';
import { fromArrays, loadModel, train } from '../train/package.ts';

const quick = {
  data: half,
  test: tested,
  model: 'mlp:32',
  epochs: 20,
  effort: 'quick',
  optimizer: 'adamw',
} satisfies TrainOptions;

/** Of 4 · 11 rows that are counted for a class the share of one label is off by 0.07, one standard deviation; of three classes by three. */
const COUNTED = 0.22;

/** Rows of `k` clouds in the plane, `n` of each, with four columns that say nothing, which a network can memorise labels by. */
function clouds(n: number, k: number) {
  const rng = stream(1, 'clouds');
  const labels = Array.from({ length: n * k }, (_, i) => `class ${i % k}`);
  const features = labels.map((_, i) => {
    const angle = (2 * Math.PI * (i % k)) / k;
    const place = [3 * Math.cos(angle) + rng.normal(), 3 * Math.sin(angle) + rng.normal()];
    return [...place, ...Array.from({ length: 4 }, () => rng.normal())];
  });
  return { features, labels };
}

const decisionOf = ({ metrics }: Awaited<ReturnType<typeof train>>) => metrics.auto as AutoDecision;

describe('auto', () => {
  test('is the default: its model is the mean of its members, in the file as it was measured', async () => {
    const model = await train({ ...quick, noise: 'symmetric:0.4' });
    const { losses, chosen, members, noise, folds, rows } = decisionOf(model);
    expect([folds, members, rows]).toEqual([3, 3, half.labels.length]);
    expect(losses.map(({ models }) => models).sort()).toEqual([1, 3]);
    expect(model.settings['loss']).toBe(losses[chosen]?.loss);
    const wrong = model.metrics.wrongShare as number;
    expect(Math.abs(noise.rate - wrong)).toBeLessThan(tolerances.plainDifference);
    const evaluation = await model.evaluate(tested);
    expect(evaluation.accuracy).toBe(model.metrics.evaluation?.accuracy);
    expect(evaluation.accuracy).toBe(model.metrics.model.testAccuracy);
    const logLoss = model.metrics.evaluation?.logLoss as number;
    expect(isClose(evaluation.logLoss, logLoss, tolerances.float32Steps)).toBe(true);
    // the mean of three is better than they are
    const single = model.metrics.epochs[model.metrics.kept - 1]?.testAccuracy as number;
    expect(evaluation.accuracy).toBeGreaterThan(single);
    await model.dispose();
  });

  describe('labels that are wrong for some classes more than for others', () => {
    const { features, labels } = clouds(150, 3);
    const data = fromArrays({ features, labels });
    const options = { data, model: 'mlp:64', epochs: 60, effort: 'normal', validation: 0 } as const;

    test('are corrected: the loss is that of the noise that was counted', async () => {
      const model = await train({ ...options, noise: 'pair:0.4' });
      const { losses, chosen, transition = [], words } = decisionOf(model);
      expect(losses.at(-1)?.loss).toBe('forward(ce)');
      expect(losses.at(-1)?.models).toBe(4);
      for (const [i, row] of transition.entries()) {
        expect(Math.abs((row[(i + 1) % 3] as number) - 0.4)).toBeLessThan(COUNTED);
      }
      expect([chosen, words.chose.slice(0, 11)]).toEqual([3, 'forward(ce)']);
      expect(model.settings['loss']).toBe('forward(ce)');
      expect(model.metrics.model.testAccuracy).toBeGreaterThan(0.9);
      const folder = mkdtempSync(join(tmpdir(), 'symloss-auto-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      await model.save(folder);
      const again = await loadModel(folder);
      expect((await again.predict(features.slice(0, 9))).labels).toEqual(
        (await model.predict(features.slice(0, 9))).labels,
      );
      await Promise.all([model.dispose(), again.dispose()]);
    });

    test('are not corrected where labels are wrong for all classes alike, nor to be quick', async () => {
      for (const more of [
        { noise: 'symmetric:0.4' },
        { noise: 'pair:0.4', effort: 'quick' },
      ] as const) {
        const model = await train({ ...options, ...more, epochs: 10 });
        const { losses, transition } = decisionOf(model);
        expect(losses.map(({ loss }) => loss)).not.toContain('forward(ce)');
        expect(transition).toBeUndefined();
        await model.dispose();
      }
    });
  });

  test('same options, same model, whatever the number of threads', async () => {
    const [one, two] = await Promise.all(
      [1, 2].map((threads) => train({ ...quick, epochs: 4, threads })),
    );
    expect(one?.onnx).toEqual(two?.onnx);
    expect(one?.metrics.auto).toEqual(two?.metrics.auto);
  });

  test('its trainings leave no checkpoint, which would be that of one of them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'symloss-auto-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const checkpoint = { file: join(folder, 'run.safetensors'), every: 1, resume: true };
    const model = await train({ ...quick, epochs: 4, checkpoint });
    expect(model.onnx).toEqual((await train({ ...quick, epochs: 4 })).onnx);
    expect(readdirSync(folder)).toEqual([]);
  });

  test('rows that are named to validate on are predicted, and no model is trained on them', async () => {
    const n = half.labels.length;
    const rows = Array.from({ length: n }, (_, row) => row);
    const split = {
      train: rows.filter((row) => row % 5 > 0),
      validation: rows.filter((row) => row % 5 === 0),
    };
    const model = await train({ ...quick, split });
    const { folds, members, rows: predicted } = decisionOf(model);
    expect([folds, members, predicted]).toEqual([1, 1, split.validation.length]);
    expect(model.metrics.rows.train).toBe(split.train.length);
  });

  test('rows of a group are in one fold, and every row is predicted once', () => {
    const groups = Int32Array.from(half.labels, (_, row) => Math.floor(row / 7));
    const data = { ...half, groups };
    const given = { train: Uint32Array.from(half.labels, (_, row) => row) };
    const prepared = prepare(data, { split: { given, test: 0, validation: 0 }, seed: 1 });
    const options = { data, prepared, folds: 4, seed: 1, measuredRows: 100, shape: [64] };
    const { folds, predicted } = makeFolds(options);
    expect(folds.length).toBe(4);
    const all = folds.flatMap(({ held }) => [...held]).sort((a, b) => a - b);
    expect(all).toEqual([...given.train]);
    for (const { rows, held, parts } of folds) {
      const own = new Set(Array.from(held, (place) => groups[place]));
      expect(Array.from(rows).some((row) => own.has(groups[row] as number))).toBe(false);
      const { train: part, validation } = parts();
      expect([...part.labels]).toEqual(Array.from(rows, (row) => half.labels[row]));
      expect([...validation.labels]).toEqual(Array.from(held, (place) => predicted.labels[place]));
    }
  });

  test('rows of one group only cannot be divided', async () => {
    const groups = new Int32Array(half.labels.length);
    const split = { train: Array.from(groups, (_, row) => row) };
    await expect(train({ ...quick, data: { ...half, groups }, split })).rejects.toThrow(
      'loss: expected auto for two groups to learn from or more, received 1',
    );
  });
});
