import { sumDefinition } from './combine.ts';
import { maeDefinition } from './mae.ts';
import { nceDefinition } from './nce.ts';

/**
 * `alpha·nce + beta·mae`, an active and a passive loss (Ma et al. 2020). Bounded, symmetric.
 */
export const nceMaeDefinition = sumDefinition(
  'nce+mae',
  [nceDefinition, maeDefinition],
  {},
  'Ma, Huang, Wang, Romano, Erfani and Bailey 2020',
);
