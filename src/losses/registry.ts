import { SymlossError, show } from '../core/index.ts';
import { alphaMaeDefinition } from './alpha-mae.ts';
import { ceDefinition } from './cross-entropy.ts';
import type { LossDefinition } from './definition.ts';
import { gceDefinition } from './gce.ts';
import { maeDefinition } from './mae.ts';
import { sgceDefinition } from './sgce.ts';
import { unhingedDefinition } from './unhinged.ts';

/** Every loss by its name in spec strings. */
export const lossDefinitions: ReadonlyMap<string, LossDefinition> = new Map(
  [
    ceDefinition,
    maeDefinition,
    gceDefinition,
    unhingedDefinition,
    sgceDefinition,
    alphaMaeDefinition,
  ].map((definition) => [definition.name, definition]),
);

/** @throws SymlossError listing the known names. */
export function findLoss(name: string): LossDefinition {
  const definition = lossDefinitions.get(name);
  if (definition === undefined) {
    const known = [...lossDefinitions.keys()].join(', ');
    throw new SymlossError('loss', `one of ${known}, symmetrize(…)`, show(name));
  }
  return definition;
}
