import { SymlossError, show } from '../core/index.ts';
import { aelDefinition } from './ael.ts';
import { agceDefinition } from './agce.ts';
import { alphaMaeDefinition } from './alpha-mae.ts';
import { anlCeDefinition } from './anl-ce.ts';
import { anlFlDefinition } from './anl-fl.ts';
import { aulDefinition } from './aul.ts';
import { ceDefinition } from './cross-entropy.ts';
import type { LossDefinition } from './definition.ts';
import { focalDefinition } from './focal.ts';
import { gceDefinition } from './gce.ts';
import { labelSmoothingDefinition } from './label-smoothing.ts';
import { maeDefinition } from './mae.ts';
import { nceDefinition } from './nce.ts';
import { nceAelDefinition } from './nce-ael.ts';
import { nceAgceDefinition } from './nce-agce.ts';
import { nceAulDefinition } from './nce-aul.ts';
import { nceMaeDefinition } from './nce-mae.ts';
import { nceRceDefinition } from './nce-rce.ts';
import { nflDefinition } from './nfl.ts';
import { nflRceDefinition } from './nfl-rce.ts';
import { nnceDefinition } from './nnce.ts';
import { nnflDefinition } from './nnfl.ts';
import { rceDefinition } from './rce.ts';
import { sceDefinition } from './sce.ts';
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
 * @throws SymlossError if the name is taken, or could not be told apart in a spec
 */
export function registerLoss(definition: LossDefinition): void {
  const { name } = definition;
  if (!/^[a-z][a-z0-9-]*$/.test(name) || name === 'symmetrize') {
    throw new SymlossError('loss name', 'small letters, digits and hyphens', show(name));
  }
  if (definitions.has(name)) throw new SymlossError('loss name', 'a new name', show(name));
  definitions.set(name, definition);
}

/** Takes a registered loss away again, so that a changed one can take its name. */
export function removeLoss(name: string): void {
  definitions.delete(name);
}

/** @throws SymlossError listing the known names. */
export function findLoss(name: string): LossDefinition {
  const definition = lossDefinitions.get(name);
  if (definition === undefined) {
    const known = [...lossDefinitions.keys()].join(', ');
    throw new SymlossError('loss', `one of ${known}, symmetrize(…)`, show(name));
  }
  return definition;
}
