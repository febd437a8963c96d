import { z } from 'zod';
import { scoreNormalisationNames } from '../nn/index.ts';

const share = z.number().min(0).lt(1);
const text = z.string().min(1);

/** Where the rows of a run come from: what `openDataset` takes, and which of the rows. */
export const dataConfigSchema = z.strictObject({
  /** A name (`digits`, `mnist`, …), a file or a folder. */
  source: text,
  /** Column of the labels. */
  label: text.optional(),
  /** Where a data set that is given by name lies. */
  folder: text.optional(),
  /** Data to test on; default: the test part that the source brings, else `testShare` of the rows. */
  test: text.optional(),
  testShare: share.default(0.2),
  validation: share.default(0.1),
  /** Train on this many rows, the same share of every class, chosen by the run's seed; default: all. */
  rows: z.number().int().min(1).optional(),
});

/** How a run is trained: the settings of `train()` under their names. What is left out is its default. */
export const trainingConfigSchema = z.strictObject({
  epochs: z.number().int().min(1),
  batchSize: z.number().int().min(1).optional(),
  optimizer: text.optional(),
  learningRate: z.number().positive().optional(),
  weightDecay: z.number().min(0).optional(),
  schedule: text.optional(),
  warmup: z.number().min(0).optional(),
  clipNorm: z.number().positive().optional(),
  scores: z.enum(scoreNormalisationNames).optional(),
  scoreScale: z.number().positive().optional(),
  augment: text.optional(),
  /** Accuracies are measured after every so many epochs. */
  evaluateEvery: z.number().int().min(1).default(1),
});

/**
 * One run: everything that decides its result, and nothing else. Threads and device are not part of
 * it, although they move the last bits of the weights; records name them.
 */
export const runConfigSchema = z.strictObject({
  data: dataConfigSchema,
  model: text,
  /** Noise added to the labels, `none`, or `column:<name>` for labels of the data's own. */
  noise: text,
  loss: text,
  seed: z.number().int().min(0),
  training: trainingConfigSchema,
  /** The modules that register the loss, by content: where they lie is not part of the run. */
  modules: z.array(z.strictObject({ path: text, sha256: text })).optional(),
  /** SHA-256 of the file that the noise names, such as `matrix:file.csv`. */
  noiseSha256: text.optional(),
});

export type DataConfig = z.infer<typeof dataConfigSchema>;
export type TrainingConfig = z.infer<typeof trainingConfigSchema>;
export type RunConfig = z.infer<typeof runConfigSchema>;
