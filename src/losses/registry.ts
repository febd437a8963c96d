import type { Parameters } from '../core/index.ts';
import { SymlossError, show } from '../core/index.ts';
import { anlCeDefinition, anlFlDefinition } from './active-negative.ts';
import { aelDefinition } from './ael.ts';
import { agceDefinition } from './agce.ts';
import { adaptiveLdrKlDefinition } from './aldr-kl.ts';
import { alphaMaeDefinition } from './alpha-mae.ts';
import { amseDefinition } from './amse.ts';
import { anchoredDefinition } from './anchored.ts';
import { aulDefinition } from './aul.ts';
import { biTemperedDefinition } from './bi-tempered.ts';
import { bootstrapHardDefinition, bootstrapSoftDefinition } from './bootstrap.ts';
import { ceDefinition } from './cross-entropy.ts';
import type { LossDefinition } from './definition.ts';
import { defineLoss } from './definition.ts';
import { earlyLearningDefinition } from './elr.ts';
import { anlCeErDefinition, entropyDefinition } from './entropy-regularisation.ts';
import { epsSoftmaxDefinition, epsSoftmaxFocalDefinition } from './eps-softmax.ts';
import { focalDefinition } from './focal.ts';
import { gceDefinition } from './gce.ts';
import { generalisedJensenShannonDefinition, jensenShannonDefinition } from './jensen-shannon.ts';
import { jalDefinition, jalFlDefinition } from './joint-asymmetric.ts';
import { labelSmoothingDefinition } from './label-smoothing.ts';
import { ldrKlDefinition } from './ldr-kl.ts';
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
import { sparseOverparametrisedDefinition } from './sop.ts';
import { sparseRegularisedDefinition } from './sparse-regularisation.ts';
import { taylorCeDefinition } from './taylor-ce.ts';
import { unhingedDefinition } from './unhinged.ts';

const builtIn = [
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
  anlCeErDefinition,
  entropyDefinition,
  amseDefinition,
  jalDefinition,
  jalFlDefinition,
  epsSoftmaxDefinition,
  epsSoftmaxFocalDefinition,
  jensenShannonDefinition,
  generalisedJensenShannonDefinition,
  ldrKlDefinition,
  adaptiveLdrKlDefinition,
  biTemperedDefinition,
  taylorCeDefinition,
  bootstrapSoftDefinition,
  bootstrapHardDefinition,
  sparseRegularisedDefinition,
  earlyLearningDefinition,
  sparseOverparametrisedDefinition,
];

/** The names of the losses that are there from the start. */
export type LossName = (typeof builtIn)[number]['name'];

const definitions = new Map<string, LossDefinition>(
  builtIn.map((definition) => [definition.name, definition]),
);

/** Every loss by its name in spec strings. */
export const lossDefinitions: ReadonlyMap<string, LossDefinition> = definitions;

/** Every loss by each of its names, aliases included. */
export function lossForms(): Readonly<Record<string, LossDefinition>> {
  const names = (definition: LossDefinition) => [definition.name, ...(definition.aliases ?? [])];
  return Object.fromEntries(
    [...definitions.values()].flatMap((own) => names(own).map((name) => [name, own])),
  );
}

/** All names that specs may have, aliases included. */
export function lossNames(): readonly string[] {
  return Object.keys(lossForms());
}

/**
 * Adds a loss of your own, so that specs can name it: in `train`, `compare`, `evaluate`,
 * `checkLoss` and sums.
 * @throws SymlossError if something is missing, or the name is taken or would be ambiguous in a spec
 */
export function registerLoss<const P extends Parameters>(definition: LossDefinition<P>): void {
  for (const [key, type] of Object.entries(needed)) {
    const value: unknown = definition?.[key as keyof typeof needed];
    if (typeof value === type && value !== null) continue;
    throw new SymlossError(`registerLoss, ${key}`, typeNames[type], show(value));
  }
  for (const name of [definition.name, ...(definition.aliases ?? [])]) {
    if (!/^[a-z][a-z0-9-]*$/.test(name)) {
      throw new SymlossError('loss name', 'small letters, digits and hyphens', show(name));
    }
    if (lossNames().includes(name) || reserved.includes(name)) {
      throw new SymlossError('loss name', 'a new name', show(name));
    }
  }
  definitions.set(definition.name, defineLoss(definition));
}

/** What a definition must have, in plain JavaScript too. */
const needed = {
  ...({ name: 'string', formula: 'string', parameters: 'object', reference: 'string' } as const),
  ...({ build: 'function', symmetric: 'function', isBounded: 'function' } as const),
} satisfies Partial<Record<keyof LossDefinition, keyof typeof typeNames>>;

const typeNames = { string: 'a text', object: 'an object', function: 'a function' } as const;

/** What `LossSpec.name` is for losses made of others. */
const reserved: readonly string[] = ['symmetrize', 'unit', 'logit-clip', 'sum'];

/** Removes a registered loss, so that a changed one can have its name. */
export function removeLoss(name: string): void {
  definitions.delete(name);
}

/** A loss by its name or an alias. @throws SymlossError listing the known names */
export function findLoss(name: string): LossDefinition {
  const definition = definitions.get(name) ?? lossForms()[name];
  if (definition === undefined) {
    const known = [...definitions.keys()].join(', ');
    const expected = `one of ${known}, symmetrize(…), unit(…), logit-clip(…)`;
    throw new SymlossError('loss', expected, show(name));
  }
  return definition;
}
