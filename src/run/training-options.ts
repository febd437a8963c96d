import { z } from 'zod';
import { field, SymlossError } from '../core/index.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset } from '../data/index.ts';
import type { EpochCallback } from '../train/epoch-callback.ts';
import type { Probe } from '../train/probe.ts';
import type { StepCallback } from '../train/progress.ts';
import type { SplitOptions } from '../train/row-split.ts';
import type { WeightOptions } from '../train/row-weights.ts';
import { checkEffort } from './effort.ts';
import { parsed } from './faults.ts';
import { fields } from './fields.ts';
import { autoLoss } from './loss-spec.ts';
import type { Settings } from './resolve.ts';
import { settingsShape } from './resolve.ts';

/** How and on what to train, wherever that is. */
export interface TrainingOptions
  extends Settings,
    SplitOptions,
    Pick<WeightOptions, 'sampleWeights'> {
  readonly data: Dataset;
  /**
   * Keep what the model says of each training row while it is trained (`Trained.trainingProbs`): how steadily a row is learnt
   * tells wrong labels. Accuracies are measured on all training rows then. Only with a loss that is named, and without a
   * checkpoint. Default: false.
   */
  readonly trainingProbs?: boolean | undefined;
  /**
   * Keep what a loss with a memory, such as `elr`, came to say of each training row (`Trained.memoryProbs`). Only with a loss that is
   * named. Default: false.
   */
  readonly memoryProbs?: boolean | undefined;
  /** Aborts the run; its checkpoint, if it has one, is then of the step that it stopped at. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of every epoch; `stop`, or a promise of it, ends the run after that epoch with its model. The
   * run waits for the answer. With the loss `auto` it is told of the epochs of every model that is trained, and `stop` ends that one.
   */
  readonly onEpoch?: EpochCallback | undefined;
  /**
   * Told of the first step, and then of one whenever 50 ms have passed since the last time; the run waits for it. With the loss
   * `auto` it is told of the steps of every model that is trained.
   */
  readonly onStep?: StepCallback | undefined;
  /**
   * Rows that the network is applied to for each report: `onEpoch` gets its probabilities for them as `probed.probe`, `onStep` as
   * `progress.probe`, [m, k], row-major. Such as a grid of points, to draw what the network says where. See `Probe`.
   */
  readonly probe?: Probe | undefined;
}

/** Options that are checked where they are used. */
type OtherOption = 'data' | 'test' | 'validation' | 'probe';

const signal = z.custom((value) => value instanceof Object && 'throwIfAborted' in value, {
  error: 'an AbortSignal',
});
const callback = z.custom((value) => typeof value === 'function', { error: 'a function' });
/** The schema of an object that is looked into elsewhere. @param error what it must be */
export const object = (error: string) =>
  z.custom((value) => typeof value === 'object' && value !== null, { error });

/** What looks on while it is trained. */
export const watchers = {
  onEpoch: callback.optional(),
  onStep: callback.optional(),
  signal: signal.optional(),
};

/** Names and values of the options; what is in them, such as a dataset, is checked where it is used. */
export const trainingSchema = z.strictObject({
  ...settingsShape,
  ...(Object.fromEntries(
    ['data', 'test', 'validation', 'probe'].map((name) => [name, z.unknown().optional()]),
  ) as Record<OtherOption, z.ZodOptional<z.ZodUnknown>>),
  split: object('the rows of each part').optional(),
  sampleWeights: object('a list of numbers').optional(),
  ...watchers,
  trainingProbs: z.boolean().optional(),
  memoryProbs: z.boolean().optional(),
});

/**
 * JavaScript callers have no compiler to tell them.
 * @param schema of the options, where a platform takes more of them
 * @throws SymlossError naming the first option that is wrong
 */
export function checkTrainingOptions(
  options: TrainingOptions,
  schema: z.ZodType = trainingSchema,
): void {
  const { data, test } = options ?? {};
  checkIsDataset('data', data);
  if (test !== undefined && typeof test !== 'number') checkIsDataset('test', test);
  parsed(schema, options);
  checkEffort(options, [options.loss ?? autoLoss]);
  if (!choosesLoss(options)) return;
  for (const name of ['trainingProbs', 'memoryProbs'] as const) {
    if (options[name]) throw new SymlossError(field(name), 'a loss that is named', autoLoss);
  }
}

/** Whether several losses are compared, in trainings of their own. */
export function choosesLoss({
  loss = fields.loss.default,
}: Pick<TrainingOptions, 'loss'>): boolean {
  return loss === autoLoss;
}
