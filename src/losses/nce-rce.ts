import { sumDefinition } from './combine.ts';
import { nceDefinition } from './nce.ts';
import { rceDefinition } from './rce.ts';

/**
 * `alpha·nce + beta·rce`, an active and a passive loss (Ma et al. 2020). Bounded; symmetric up
 * to the clamp of `rce`.
 */
export const nceRceDefinition = sumDefinition(
  'nce+rce',
  [nceDefinition, rceDefinition],
  {},
  'Ma, Huang, Wang, Romano, Erfani and Bailey 2020',
);
