import { sumDefinition } from './combine.ts';
import { nflDefinition } from './nfl.ts';
import { rceDefinition } from './rce.ts';

/**
 * `alpha·nfl + beta·rce`, an active and a passive loss (Ma et al. 2020). Bounded; symmetric up
 * to the clamp of `rce`.
 */
export const nflRceDefinition = sumDefinition(
  'nfl+rce',
  [nflDefinition, rceDefinition],
  {},
  'Ma, Huang, Wang, Romano, Erfani and Bailey 2020',
);
