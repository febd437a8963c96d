import type { ClassNoise } from './noise.ts';
import { copyLabels, noiseForm } from './noise.ts';
import { identityTransition } from './transition.ts';

/** No noise, to labels that are right: they are copied, nothing is drawn from the stream. */
export function noNoise(): ClassNoise {
  return {
    spec: 'none',
    kind: 'none',
    transition: identityTransition,
    corrupt: (labels, k) => copyLabels('noise none', labels, k),
  };
}

export const noneForm = noiseForm({
  about: 'labels are right, and none is changed',
  example: 'none',
  parameters: {},
  build: noNoise,
});
