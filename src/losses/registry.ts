import type { Parameters } from '../core/index.ts';
import { SymlossError, show } from '../core/index.ts';
import { anlCeDefinition, anlFlDefinition } from './active-negative.ts';
import { aelDefinition } from './ael.ts';
import { agceDefinition } from './agce.ts';
import { alphaMaeDefinition } from './alpha-mae.ts';
import { anchoredDefinition } from './anchored.ts';
import { aulDefinition } from './aul.ts';
import { ceDefinition } from './cross-entropy.ts';
import type { LossDefinition } from './definition.ts';
import { defineLoss } from './definition.ts';
import { focalDefinition } from './focal.ts';
import { gceDefinition } from './gce.ts';
import { labelSmoothingDefinition } from './label-smoothing.ts';
import { maeDefinition } from './mae.ts';
import { nceDefinition } from './nce.ts';
import { nflDefinition } from './nfl.ts';
import { nnceDefinition } from './nnce.ts';
import { nnflDefinition } from './nnfl.ts';
import {
  nceAelDefinition,
  nceAgceDefinition,
  nceAulDefinition,
  nceMaeDefinition,
  nceRceDefinition,
  nflRceDefinition,
  sceDefinition,
} from './published-sums.ts';
import { rceDefinition } from './rce.ts';
import { sgceDefinition } from './sgce.ts';
import { unhingedDefinition } from './unhinged.ts';

const definitions = new Map<string, LossDefinition>(
  [
    ceDefinition,
    maeDefinition,
    gceDefinition,
    unhingedDefinition,
    sgceDefinition,
    alphaMaeDefinition,
    anchoredDefinition,
    labelSmoothingDefinition,
    rceDefinition,
    sceDefinition,
    focalDefinition,
    nceDefinition,
    nflDefinition,
    nnceDefinition,
    nnflDefinition,
    agceDefinition,
    aulDefinition,
    aelDefinition,
    nceRceDefinition,
    nceMaeDefinition,
    nflRceDefinition,
    nceAgceDefinition,
    nceAulDefinition,
    nceAelDefinition,
    anlCeDefinition,
    anlFlDefinition,
  ].map((definition) => [definition.name, definition]),
);

/** Every loss by its name in spec strings. */
export const lossDefinitions: ReadonlyMap<string, LossDefinition> = definitions;

/**
 * Adds a loss of your own, so that specs can name it: in `train`, `compare`, `evaluate`,
 * `checkLoss` and sums.
 * @throws SymlossError if the name is taken, or would be ambiguous in a spec
 */
export function registerLoss<const P extends Parameters>(definition: LossDefinition<P>): void {
  const { name } = definition;
  if (!/^[a-z][a-z0-9-]*$/.test(name)) {
    throw new SymlossError('loss name', 'small letters, digits and hyphens', show(name));
  }
  if (definitions.has(name) || reserved.includes(name)) {
    throw new SymlossError('loss name', 'a new name', show(name));
  }
  definitions.set(name, defineLoss(definition));
}

/** What `LossSpec.name` is for losses made of others. */
const reserved: readonly string[] = ['symmetrize', 'unit', 'sum'];

/** Removes a registered loss, so that a changed one can have its name. */
export function removeLoss(name: string): void {
  definitions.delete(name);
}

/** @throws SymlossError listing the known names. */
export function findLoss(name: string): LossDefinition {
  const definition = lossDefinitions.get(name);
  if (definition === undefined) {
    const known = [...lossDefinitions.keys()].join(', ');
    throw new SymlossError('loss', `one of ${known}, symmetrize(…), unit(…)`, show(name));
  }
  return definition;
}
