import type { Model } from './model.ts';
import { modelForm } from './model.ts';
import { plainCnn } from './plain-cnn.ts';

/**
 * The eight-layer network that comparisons of robust losses train on CIFAR-10: pairs of 3 × 3
 * convolutions of 64, 128 and 196 channels, each with batch norm and relu, 2 × 2 max pooling after
 * each pair, then a dense layer of 256 units.
 *
 * Source: Ma et al., *Normalized loss functions for deep learning with noisy labels*, ICML 2020.
 */
export function cnn8(): Model {
  const stages = [64, 128, 196].map((channels) => [channels, channels]);
  return plainCnn('cnn8', stages, 256);
}

export const cnn8Form = modelForm({
  about: 'eight-layer convolutional network of Ma et al. 2020 for CIFAR-10',
  example: 'cnn8',
  parameters: {},
  images: true,
  cost: { milliseconds: 620, size: 32 * 32 },
  build: cnn8,
});
