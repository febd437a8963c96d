import type { ScoreNormalisationRow } from './normalisation.ts';

export const none: ScoreNormalisationRow = {
  about: 'scores as they are',
  bounded: false,
  build: () => (z) => z,
};
