import { augmentationForm } from './change.ts';

/** Horizontal flip: left and right are exchanged with probability 1/2. */
export const flipForm = augmentationForm({
  about: 'horizontal flip with probability 1/2',
  example: 'flip',
  parameters: {},
  build: () => ({
    moveFrame: (frame, rng) =>
      rng.integer(2) === 1 ? { ...frame, isFlipped: !frame.isFlipped } : frame,
  }),
});
