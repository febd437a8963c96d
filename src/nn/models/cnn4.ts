import type { Model } from './model.ts';
import { modelForm } from './model.ts';
import { plainCnn } from './plain-cnn.ts';

/**
 * The four-layer network that comparisons of robust losses train on MNIST: 3 × 3 convolutions of 32
 * and 64 channels, each with batch norm, relu and 2 × 2 max pooling, then a dense layer of 128 units.
 *
 * Source: Ma et al., *Normalized loss functions for deep learning with noisy labels*, ICML 2020.
 */
export function cnn4(): Model {
  return plainCnn('cnn4', [[32], [64]], 128);
}

export const cnn4Form = modelForm({
  about: 'four-layer convolutional network of Ma et al. 2020 for MNIST',
  example: 'cnn4',
  parameters: {},
  images: true,
  cost: { milliseconds: 50, size: 28 * 28 },
  build: cnn4,
});
