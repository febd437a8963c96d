import { aulDefinition } from './aul.ts';
import { sumDefinition } from './combine.ts';
import { nceDefinition } from './nce.ts';

/**
 * `alpha·nce + beta·aul` (Zhou et al. 2021). Bounded, not symmetric.
 */
export const nceAulDefinition = sumDefinition(
  'nce+aul',
  [nceDefinition, aulDefinition],
  { beta: 4 },
  'Zhou, Liu, Jiang, Gao and Ji 2021',
);
