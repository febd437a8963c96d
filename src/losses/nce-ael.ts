import { aelDefinition } from './ael.ts';
import { sumDefinition } from './combine.ts';
import { nceDefinition } from './nce.ts';

/**
 * `alpha·nce + beta·ael` (Zhou et al. 2021). Bounded, not symmetric.
 */
export const nceAelDefinition = sumDefinition(
  'nce+ael',
  [nceDefinition, aelDefinition],
  { beta: 4 },
  'Zhou, Liu, Jiang, Gao and Ji 2021',
);
