import { activeNegative } from './active-negative.ts';
import { nceDefinition } from './nce.ts';
import { nnceDefinition } from './nnce.ts';

/** `alpha·nce + beta·nnce`, plus an L1 penalty (Ye et al. 2023). Bounded, symmetric. */
export const anlCeDefinition = activeNegative('anl-ce', [nceDefinition, nnceDefinition]);
