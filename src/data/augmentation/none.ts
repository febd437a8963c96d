import { augmentationForm } from './change.ts';

/** Images as they are; alone only. */
export const noneForm = augmentationForm({
  about: 'images as they are',
  example: 'none',
  parameters: {},
  build: () => ({}),
});
