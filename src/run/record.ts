import { z } from 'zod';
import type { EpochMetrics, MetricKind } from '../train/index.ts';
import { epochMetrics } from '../train/index.ts';
import { efforts } from './auto/plans.ts';
import { runConfigSchema } from './config.ts';

const share = z.number().min(0).max(1);

/** How each kind of metric is checked. */
const kinds: { readonly [K in MetricKind]: z.ZodNumber } = {
  count: z.number().int().min(1),
  number: z.number(),
  share,
  seconds: z.number(),
};

/** What was measured after an epoch: `epochMetrics` of the training. */
export const epochSchema = z.object(
  Object.fromEntries(
    Object.entries(epochMetrics).map(([name, metric]) => {
      const schema = kinds[metric.kind];
      return [name, 'always' in metric ? schema : schema.optional()];
    }),
  ),
) as unknown as z.ZodType<EpochMetrics>;

/** Where and with what a run was made. */
export const environmentSchema = z.object({
  symloss: z.string(),
  onnxruntime: z.string(),
  node: z.string(),
  platform: z.string(),
  cpu: z.string(),
  threads: z.number().int().min(1),
  device: z.string(),
  host: z.string(),
});

const common = {
  format: z.literal('symloss-run'),
  version: z.literal(1),
  id: z.string(),
  /** Of the grid that asked for it first. */
  grid: z.string(),
  config: runConfigSchema,
  environment: environmentSchema,
  /** ISO 8601. */
  started: z.string(),
  seconds: z.number(),
};

const classEvaluationSchema = z.object({
  class: z.string(),
  rows: z.number(),
  predicted: z.number(),
  recall: share.optional(),
  precision: share.optional(),
});

/** `RunEvaluation`; of many classes without the confusion matrix. */
const evaluationSchema = z.object({
  part: z.enum(['test', 'validation']),
  n: z.number(),
  accuracy: share,
  balancedAccuracy: share,
  majorityShare: share,
  perClass: z.array(classEvaluationSchema.readonly()).readonly(),
  confusion: z.array(z.array(z.number()).readonly()).readonly().optional(),
  logLoss: z.number(),
  calibrationError: z.number(),
  against: z.enum(['trueLabels', 'labels']),
});

/** `AutoDecision`. */
const autoSchema = z.object({
  effort: z.enum(efforts),
  folds: z.number(),
  rows: z.number(),
  noise: z.object({
    rate: share,
    low: share,
    high: share,
    isUniform: z.boolean().optional(),
    confusions: z
      .array(z.object({ from: z.string(), to: z.string(), share }).readonly())
      .readonly(),
  }),
  losses: z
    .array(
      z.object({
        loss: z.string(),
        learningRate: z.number(),
        weightDecay: z.number().optional(),
        models: z.number(),
        accuracy: share,
        behind: z.object({ mean: z.number(), standardError: z.number() }).optional(),
        logLikelihood: z.number().optional(),
        diverged: z.literal(true).optional(),
      }),
    )
    .readonly(),
  chosen: z.number(),
  reason: z.enum(['most accurate', 'more robust', 'plainer', 'most likely']),
  members: z.number(),
  transition: z.array(z.array(z.number()).readonly()).readonly().optional(),
  words: z.object({ found: z.string(), chose: z.string(), limits: z.string() }),
});

/** A run that ended: one line of `records.jsonl`. */
export const runRecordSchema = z.discriminatedUnion('status', [
  z.object({
    ...common,
    status: z.literal('done'),
    /** Settings as used, defaults filled in. */
    settings: z.record(z.string(), z.union([z.string(), z.number()])),
    data: z.object({
      /** SHA-256 of the labels and features that were read. */
      sha256: z.string(),
      classes: z.array(z.string()),
      rows: z.object({ train: z.number(), validation: z.number(), test: z.number() }),
    }),
    noise: z.object({
      /** Share of wrong labels among training and validation rows, where known. */
      realised: share.optional(),
    }),
    epochs: z.array(epochSchema),
    /** The epoch that the model is of: the last, as the published comparisons have it, unless the best is kept. */
    last: epochSchema,
    /** On a device other than the CPU: why the state of the training was copied from and to it at every step, where it was. */
    stateCopied: z.string().optional(),
    /** The epoch with the best accuracy on noisy validation labels, the last of equal ones; of `auto` its model, as `last`. */
    chosen: epochSchema.optional(),
    calibration: z.object({
      temperature: z.number(),
      transition: z.enum(['known', 'estimated', 'none']).optional(),
      noiseRate: share.optional(),
      matrix: z.array(z.array(z.number()).readonly()).readonly().optional(),
      classShares: z.array(share).readonly().optional(),
      validationError: z.number().optional(),
      testError: z.number().optional(),
    }),
    /** The model, class by class, on the test part, else on the validation part. */
    evaluation: evaluationSchema.optional(),
    /** How the loss was chosen, where it was. */
    auto: autoSchema.optional(),
  }),
  z.object({
    ...common,
    status: z.literal('failed'),
    /** The message of the error. */
    error: z.string(),
    /** Whether the training diverged: a result about the loss, not a fault of the machine. */
    diverged: z.boolean(),
    epochs: z.array(epochSchema),
  }),
]);

export type RunRecord = z.infer<typeof runRecordSchema>;
export type DoneRecord = Extract<RunRecord, { status: 'done' }>;
export type Environment = z.infer<typeof environmentSchema>;

/** Whether accuracies are of true labels: those known beside the given ones, or, of a test part, those that noise was added to. */
export function isOfTrueLabels({ evaluation, noise, settings }: DoneRecord): boolean {
  const areKnown = noise.realised !== undefined || settings['noise'] === 'none';
  return evaluation?.against === 'trueLabels' || (evaluation?.part !== 'validation' && areKnown);
}
