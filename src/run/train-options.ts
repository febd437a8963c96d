import { field, SymlossError } from '../core/index.ts';
import type { CheckpointOptions } from '../train/checkpoint/index.ts';
import { checkCheckpointOptions } from '../train/checkpoint/index.ts';
import type { TrainingOptions } from './training-options.ts';
import { checkTrainingOptions, object, trainingSchema } from './training-options.ts';

export interface TrainOptions extends TrainingOptions {
  /**
   * Write the run's state to a file, and go on from there; see `CheckpointOptions`. With the loss `auto` there is none: a run
   * that is stopped starts anew.
   */
  readonly checkpoint?: CheckpointOptions | undefined;
}

const schema = trainingSchema.extend({ checkpoint: object('a checkpoint').optional() });

/** JavaScript callers have no compiler to tell them. @throws SymlossError naming the first option that is wrong */
export function checkTrainOptions(options: TrainOptions): void {
  checkTrainingOptions(options, schema);
  const { checkpoint, trainingProbs } = options;
  if (checkpoint === undefined) return;
  if (trainingProbs) {
    throw new SymlossError(field('trainingProbs'), `no ${field('checkpoint')}`, 'one');
  }
  checkCheckpointOptions(checkpoint);
}
