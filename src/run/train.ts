import { nodePlatform } from './node-platform.ts';
import { trainOn } from './train-on.ts';
import type { TrainOptions } from './train-options.ts';
import { checkTrainOptions } from './train-options.ts';
import type { Trained } from './trained.ts';
import { choosesLoss } from './training-options.ts';

/**
 * Trains a classifier on labels that may be wrong.
 *
 * The loss `auto`, the default, compares a few losses and gives the mean of several networks of the best one, see `effort`; what
 * follows is of each of them, and of a loss that is named. The rows are split into training, validation and test part; the training step (forward, loss,
 * backward, clipping, optimiser) is compiled to one ONNX graph and run by onnxruntime in a worker
 * thread; a temperature fitted on the validation labels, corrected for their noise, turns scores
 * into probabilities. Same options, machine and threads: bit-identical weights.
 *
 * With `ema: d`, 0 < d < 1, the model is not the network as it is after the steps 1, …, t of an epoch, with the weights θ₁, …, θₜ, but one with
 * their exponential moving average `(1 − d)·Σ dᵗ⁻ⁱθᵢ / (1 − dᵗ)` (Kingma and Ba 2015, section 7.2). Running statistics of batch normalisation are
 * averaged in the same way. All accuracies, the choice of the epoch, the temperature and the model's files are then of the average; the
 * objective and the training itself are not changed. Default: no average.
 * @throws SymlossError for wrong options or data, when training diverges, or when a checkpoint is
 * damaged, of another run or cannot be written; the signal's reason when it is aborted
 *
 * @example
 * const model = await train({ data: await digits(), noise: 'symmetric:0.4', epochs: 30 });
 * await model.save('digits-model');
 */
export async function train(options: TrainOptions): Promise<Trained> {
  checkTrainOptions(options);
  const { checkpoint, ...training } = options;
  // a checkpoint is that of one training
  return trainOn(nodePlatform(choosesLoss(training) ? undefined : checkpoint), training);
}
