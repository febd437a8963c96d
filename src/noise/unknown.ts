import type { LabelNoise } from './noise.ts';
import { copyLabels, noiseForm } from './noise.ts';

/**
 * Labels with unknown mistakes, as real data have them: they are copied, nothing is drawn from the
 * stream. Other than with `noNoise`, nothing is known of their transition matrix.
 */
export function unknownNoise(): LabelNoise {
  return {
    spec: 'unknown',
    kind: 'unknown',
    transition: () => undefined,
    corrupt: (labels, k) => copyLabels('noise unknown', labels, k),
  };
}

export const unknownForm = noiseForm({
  about: 'labels are taken as they are, with unknown mistakes',
  example: 'unknown',
  parameters: {},
  build: unknownNoise,
});
