import { agceDefinition } from './agce.ts';
import { sumDefinition } from './combine.ts';
import { nceDefinition } from './nce.ts';

/**
 * `alpha·nce + beta·agce` (Zhou et al. 2021). Bounded, not symmetric.
 */
export const nceAgceDefinition = sumDefinition(
  'nce+agce',
  [nceDefinition, agceDefinition],
  { beta: 4, a: 6, q: 1.5 },
  'Zhou, Liu, Jiang, Gao and Ji 2021',
);
