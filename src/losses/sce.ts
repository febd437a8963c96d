import { sumDefinition } from './combine.ts';
import { ceDefinition } from './cross-entropy.ts';
import { rceDefinition } from './rce.ts';

/**
 * Symmetric cross-entropy, `alpha·ce + beta·rce` (Wang et al. 2019). Unbounded and, despite
 * its name, not symmetric.
 */
export const sceDefinition = sumDefinition(
  'sce',
  [ceDefinition, rceDefinition],
  { alpha: 0.1, beta: 1 },
  'Wang, Ma, Chen, Luo, Yi and Bailey 2019',
);
