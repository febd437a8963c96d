import { trainOn } from '../run/train-on.ts';
import type { Trained as TrainedAnywhere } from '../run/trained.ts';
import type { TrainingOptions } from '../run/training-options.ts';
import { checkTrainingOptions } from '../run/training-options.ts';
import { webPlatform } from './platform.ts';

export type TrainOptions = TrainingOptions;

/** A finished run. Its `files` are what `save` writes in Node. */
export type Trained = Omit<TrainedAnywhere, 'save'>;

/**
 * Trains a classifier on labels that may be wrong, in a worker of the page, as `train` of `symloss/run` does in Node: the
 * same options, but for checkpoints, and the same results up to rounding. With more than one `threads` a loss that is named needs
 * a page that is cross-origin isolated; the loss `auto` trains that many networks at the same time, each in a worker.
 * @throws SymlossError for wrong options or data, or when training diverges; the signal's reason when it is aborted
 *
 * @example
 * const data = fromArrays({ features, labels });
 * const model = await train({ data, noise: 'unknown', loss: 'sgce:q=0.7', epochs: 30, onEpoch: console.log });
 * const { labels } = await model.predict(features);
 */
export async function train(options: TrainOptions): Promise<Trained> {
  checkTrainingOptions(options);
  return trainOn(webPlatform, options);
}
