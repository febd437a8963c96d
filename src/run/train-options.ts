import { z } from 'zod';
import { field, SymlossError } from '../core/index.ts';
import type { Dataset } from '../data/index.ts';
import type { CheckpointOptions } from '../train/checkpoint/index.ts';
import { checkCheckpointOptions } from '../train/checkpoint/index.ts';
import type { EpochCallback } from '../train/epoch-callback.ts';
import type { SplitOptions } from '../train/row-split.ts';
import type { WeightOptions } from '../train/row-weights.ts';
import { parsed } from './faults.ts';
import { fields } from './fields.ts';
import { autoLoss } from './loss-spec.ts';
import type { Settings } from './resolve.ts';
import { settingsShape } from './resolve.ts';

export interface TrainOptions extends Settings, SplitOptions, Pick<WeightOptions, 'sampleWeights'> {
  readonly data: Dataset;
  /**
   * Write the run's state to a file, and go on from there; see `CheckpointOptions`. With the loss `auto` there is none: a run
   * that is stopped starts anew.
   */
  readonly checkpoint?: CheckpointOptions | undefined;
  /**
   * Keep what the model says of each training row while it is trained (`Trained.trainingProbs`): how steadily a row is learnt
   * tells wrong labels. Accuracies are measured on all training rows then. Only with a loss that is named, and without a
   * checkpoint. Default: false.
   */
  readonly trainingProbs?: boolean | undefined;
  /** Aborts the run; its checkpoint, if it has one, is then of the step that it stopped at. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Told of every epoch; `stop`, or a promise of it, ends the run after that epoch with its model. The
   * run waits for the answer. With the loss `auto` it is told of the epochs of every model that is trained, and `stop` ends that one.
   */
  readonly onEpoch?: EpochCallback | undefined;
}

/** Options that are checked where they are used. */
type OtherOption = Exclude<keyof TrainOptions, keyof Settings | 'trainingProbs'>;

/** Names and values of the options; what is in them, such as a dataset, is checked where it is used. */
const trainOptionsSchema = z.strictObject({
  ...settingsShape,
  ...(Object.fromEntries(
    [
      ...['data', 'test', 'validation', 'split', 'sampleWeights'],
      ...['checkpoint', 'signal', 'onEpoch'],
    ].map((name) => [name, z.unknown().optional()]),
  ) as Record<OtherOption, z.ZodOptional<z.ZodUnknown>>),
  trainingProbs: z.boolean().optional(),
});

/** JavaScript callers have no compiler to tell them. @throws SymlossError naming the first option that is wrong */
export function checkTrainOptions(options: TrainOptions): void {
  const { data, checkpoint, loss = fields.loss.default, trainingProbs } = options;
  checkData(data);
  parsed(trainOptionsSchema, options);
  if (trainingProbs && (loss === autoLoss || checkpoint !== undefined)) {
    const expected = loss === autoLoss ? `a loss that is named` : `no ${field('checkpoint')}`;
    throw new SymlossError(field('trainingProbs'), expected, loss === autoLoss ? autoLoss : 'one');
  }
  if (checkpoint !== undefined) checkCheckpointOptions(checkpoint);
}

function checkData(data: unknown): void {
  if (typeof data === 'object' && data !== null && 'labels' in data) return;
  throw new SymlossError('data', 'a dataset', data === null ? 'null' : typeof data, {
    hint: 'make one with fromArrays, readCsv or digits',
  });
}
