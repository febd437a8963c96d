import { activeNegative } from './active-negative.ts';
import { nflDefinition } from './nfl.ts';
import { nnflDefinition } from './nnfl.ts';

/** `alpha·nfl + beta·nnfl`, plus an L1 penalty (Ye et al. 2023). Bounded, symmetric. */
export const anlFlDefinition = activeNegative('anl-fl', [nflDefinition, nnflDefinition]);
