import { aelDefinition } from './ael.ts';
import { agceDefinition } from './agce.ts';
import { aulDefinition } from './aul.ts';
import { sumDefinition } from './combine.ts';
import { ceDefinition } from './cross-entropy.ts';
import { maeDefinition } from './mae.ts';
import { nceDefinition } from './nce.ts';
import { nflDefinition } from './nfl.ts';
import { rceDefinition } from './rce.ts';

/** Symmetric cross-entropy. Despite its name it is not symmetric, but for alpha = 0. */
export const sceDefinition = sumDefinition(
  'sce',
  [ceDefinition, rceDefinition],
  { alpha: 0.1, beta: 1 },
  'Wang, Ma, Chen, Luo, Yi and Bailey 2019',
);

/** Active and passive losses. */
const activePassive = 'Ma, Huang, Wang, Romano, Erfani and Bailey 2020';
export const nceRceDefinition = sumDefinition(
  'nce+rce',
  [nceDefinition, rceDefinition],
  {},
  activePassive,
);
export const nceMaeDefinition = sumDefinition(
  'nce+mae',
  [nceDefinition, maeDefinition],
  {},
  activePassive,
);
export const nflRceDefinition = sumDefinition(
  'nfl+rce',
  [nflDefinition, rceDefinition],
  {},
  activePassive,
);

/** Normalised cross-entropy and an asymmetric loss. */
const asymmetric = 'Zhou, Liu, Jiang, Gao and Ji 2021';
export const nceAgceDefinition = sumDefinition(
  'nce+agce',
  [nceDefinition, agceDefinition],
  { beta: 4, a: 6, q: 1.5 },
  asymmetric,
);
export const nceAulDefinition = sumDefinition(
  'nce+aul',
  [nceDefinition, aulDefinition],
  { beta: 4 },
  asymmetric,
);
export const nceAelDefinition = sumDefinition(
  'nce+ael',
  [nceDefinition, aelDefinition],
  { beta: 4 },
  asymmetric,
);
