import type { Parameters } from '../../core/index.ts';
import { SymlossError } from '../../core/index.ts';
import { augmentationForm } from './change.ts';

const parameters = {
  padding: {
    kind: 'number',
    integer: true,
    range: { min: 1 },
    shown: 'bare',
    about: 'pixels of padding on each side',
  },
} as const satisfies Parameters;

/**
 * Random crop: the image is padded by p pixels on each side and cut out again at one of the
 * (2p + 1)² places, each equally likely. The padding is the mean of the channel. Draws the shift
 * down, then right.
 */
export const cropForm = augmentationForm({
  about: 'random crop of the padded image',
  example: 'crop:4',
  parameters,
  build: ({ padding }) => ({
    moveFrame: (frame, rng) => {
      const down = rng.integer(2 * padding + 1) - padding;
      const right = rng.integer(2 * padding + 1) - padding;
      return { ...frame, down: frame.down + down, right: frame.right + right };
    },
    // else the whole image could be pushed out of sight
    check: ([, h = 0, w = 0]) => {
      const most = Math.min(h, w) - 1;
      if (padding <= most) return;
      const expected = `a padding of at most ${most} for images of ${h}×${w}`;
      throw new SymlossError('augment crop', expected, String(padding));
    },
  }),
});
