import type { Parameters } from '../../core/index.ts';
import { augmentationForm } from './change.ts';

const parameters = {
  size: {
    kind: 'number',
    integer: true,
    range: { min: 1 },
    shown: 'bare',
    about: 'side of the square in pixels',
  },
} as const satisfies Parameters;

/**
 * Cutout: a square of s·s pixels becomes the mean of the channel. Its centre is any pixel, each
 * equally likely, so the border may clip it. It covers rows centre − ⌊s/2⌋ and the s − 1 after it,
 * columns alike. Draws the row of the centre, then the column.
 *
 * Source: DeVries and Taylor, *Improved regularization of convolutional neural networks with cutout*,
 * 2017.
 */
export const cutoutForm = augmentationForm({
  about: 'a random square set to the mean',
  example: 'cutout:8',
  parameters,
  build: ({ size }) => ({
    changeValues: (values, [c = 1, h = 1, w = 1], rng) => {
      const top = rng.integer(h) - Math.floor(size / 2);
      const left = rng.integer(w) - Math.floor(size / 2);
      const [from, to] = [Math.max(0, left), Math.min(w, left + size)];
      for (let channel = 0; channel < c; channel++) {
        for (let y = Math.max(0, top); y < Math.min(h, top + size); y++) {
          const line = (channel * h + y) * w;
          values.fill(0, line + from, line + to);
        }
      }
    },
  }),
});
