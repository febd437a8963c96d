import { stream } from '../../src/core/index.ts';
import { byteTables, fitStandardiser, parseAugmentation } from '../../src/data/index.ts';
import { toOnnx } from '../../src/graph/index.ts';
import { crossEntropy } from '../../src/losses/index.ts';
import { mlp } from '../../src/nn/index.ts';
import type { Device } from '../../src/runtime/index.ts';
import type { Job } from '../../src/train/index.ts';
import { buildForward, buildStep, sgd } from '../../src/train/index.ts';
import { initialValues } from '../../src/train/job.ts';
import { shareBytes } from '../../src/train/loader/index.ts';
import { imageShape, imageSize, patterns } from './image-data.ts';

export const data = patterns(30);

/** 3 epochs of 5 steps on 21 of 30 images, with weights, dropout and everything that augments. */
export function imageJob(
  source: Job['parts']['train']['features'] | undefined = undefined,
  device: Device = 'cpu',
): Job {
  const target = device === 'cpu' ? 'cpu' : 'device';
  const shapes = { batchSize: 4, featureShape: imageShape, k: 2 };
  const network = mlp([6], { dropout: 0.25 }).network(2);
  const step = buildStep({
    network,
    loss: crossEntropy,
    optimizer: sgd({ momentum: 0.5 }),
    weighted: true,
    ...shapes,
  });
  const order = stream(2, 'parts').permutation(30);
  const [rows, validationRows] = [order.slice(0, 21), order.slice(21)];
  const labelsOf = (chosen: Uint32Array) => Int32Array.from(chosen, (row) => data.labels[row]!);
  const shared = shareBytes(data.features);
  return {
    stepModel: toOnnx(step.program, { target }),
    forwardModel: toOnnx(buildForward(network, 4, imageShape), { target }),
    slots: initialValues(step, 1),
    uniforms: step.uniforms,
    parts: {
      train: { features: source ?? { source: shared, rows }, labels: labelsOf(rows) },
      validation: {
        features: { source: shared, rows: validationRows },
        labels: labelsOf(validationRows),
      },
    },
    images: {
      tables: byteTables(fitStandardiser(data.features, imageSize, rows, 3)),
      augmentation: parseAugmentation('crop:2,flip,cutout:3'),
    },
    weights: Float32Array.from(rows, (row) => (row + 1) / 16),
    ...shapes,
    forwardBatchSize: 4,
    epochs: 3,
    learningRates: Float32Array.from({ length: 15 }, () => 0.25),
    evaluateEvery: 1,
    seed: 1,
    threads: 1,
    device,
  };
}
