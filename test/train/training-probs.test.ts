import { describe, expect, test } from 'vitest';
import { firstDifference, tolerances } from '../tolerances.ts';
import { half, quick } from './digit-halves.ts';
import { train } from './package.ts';

describe('trainingProbs', () => {
  const options = { ...quick, schedule: 'constant', noise: 'symmetric:0.3', validation: 0.2 };
  const ofEpochs = (epochs: number) => train({ ...options, epochs, trainingProbs: true });

  test('are the mean over the epochs of what the model says of its training rows', async () => {
    const [one, two] = await Promise.all([ofEpochs(1), ofEpochs(2)]);
    const ends = [];
    for (const model of [one, two]) {
      // both are calibrated: scores are known up to a constant by log p · τ
      const { probs } = await model.predictDataset(half, model.split.train);
      const { temperature } = model.metrics.calibration;
      ends.push(
        probs.flatMap((row) => {
          const powers = Array.from(row, (p) => p ** temperature);
          const sum = powers.reduce((a, b) => a + b);
          return powers.map((p) => p / sum);
        }),
      );
    }
    const [first, second] = ends as [number[], number[]];
    const mean = first.map((p, i) => (p + (second[i] as number)) / 2);
    expect(one.trainingProbs?.length).toBe(one.split.train.length * one.classes.length);
    expect(firstDifference(one.trainingProbs ?? [], first, tolerances.float32Loss)).toBe(-1);
    expect(firstDifference(two.trainingProbs ?? [], mean, tolerances.float32Loss)).toBe(-1);
  });

  test('cost the model nothing, and are not kept unasked', async () => {
    const [plain, tracked] = await Promise.all([train({ ...options, epochs: 2 }), ofEpochs(2)]);
    expect(tracked.onnx).toEqual(plain.onnx);
    expect(plain.trainingProbs).toBeUndefined();
  });

  test('are of all training rows, whatever accuracy is measured on', async () => {
    const own = await train({ ...options, epochs: 1, measuredRows: 10, trainingProbs: true });
    expect(own.trainingProbs).toEqual((await ofEpochs(1)).trainingProbs);
  });

  test('are refused with the loss auto and with a checkpoint', async () => {
    const asked = { data: half, trainingProbs: true };
    await expect(train(asked)).rejects.toThrow(
      'trainingProbs: expected a loss that is named, received auto',
    );
    const kept = { ...asked, loss: 'ce', checkpoint: { file: 'state.safetensors' } };
    await expect(train(kept)).rejects.toThrow(
      'trainingProbs: expected no checkpoint, received one',
    );
  });
});
