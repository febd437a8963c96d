import { parseDecimal, readSpec, splitAtCommas } from '../core/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { symmetrize } from './class-loss.ts';
import type { LossDefinition, Parameters, ScoreNormalisation } from './definition.ts';
import { completeParameters } from './definition.ts';
import type { Penalty } from './objective.ts';
import { findLoss, lossDefinitions } from './registry.ts';

/** What a spec string stands for. */
export interface LossSpec {
  /** The canonical spec: every parameter that is not at its default. */
  readonly spec: string;
  readonly name: string;
  readonly params: Parameters;
  readonly classLoss: ClassLoss;
  readonly penalties: readonly Penalty[];
  /** Whether values stay in a finite range over all scores. */
  readonly isBounded: boolean;
  /**
   * `l2` for a symmetric loss that is not bounded: its rows have a constant sum, so it is
   * unbounded below, and training on raw scores diverges. Else `none`.
   */
  readonly defaultScores: ScoreNormalisation;
}

const forms = Object.fromEntries(
  Array.from(lossDefinitions, ([name, { parameters }]) => {
    const keys = Object.keys(parameters);
    return [name, { keys, bare: keys.length }];
  }),
);

/**
 * Reads a spec: `ce`, `sgce:q=0.4`, `gce:0.7` (values without a name in the order of the loss's
 * parameters), `symmetrize(gce:q=0.7,minProb=0)`.
 * @throws SymlossError for an unknown loss, an unknown parameter, a value out of range or
 *   parentheses that do not match
 */
export function parseLoss(text: string): LossSpec {
  const inner = /^\s*symmetrize\((.*)\)\s*$/s.exec(text)?.[1];
  if (inner !== undefined) {
    const base = parseLoss(inner);
    return {
      ...base,
      spec: `symmetrize(${base.spec})`,
      name: 'symmetrize',
      classLoss: symmetrize(base.classLoss),
      defaultScores: scoresFor(true, base.isBounded),
    };
  }
  const { name, where, named } = readSpec('loss', text, forms, 'or symmetrize(…) of one of them');
  const definition = findLoss(name);
  const given: Record<string, number | string> = {};
  for (const [key, value] of named) {
    const parameter = definition.parameters[key];
    const range = parameter?.kind === 'number' ? parameter.range : undefined;
    given[key] = range ? parseDecimal(`${where}, parameter ${key}`, value, range) : value;
  }
  const params = completeParameters(definition, given);
  const isBounded = definition.isBounded(params);
  return {
    spec: formatSpec(definition, params),
    name,
    params,
    classLoss: definition.build(params),
    penalties: definition.penalties?.(params) ?? [],
    isBounded,
    defaultScores: scoresFor(definition.symmetric(params) !== 'no', isBounded),
  };
}

/**
 * Splits a comma-separated list of specs, `ce,gce:q=0.7,minProb=0,mae` into `ce`,
 * `gce:q=0.7,minProb=0` and `mae`: a piece `key=value` belongs to the spec before it.
 */
export function splitSpecs(list: string): string[] {
  const specs: string[] = [];
  for (const piece of splitAtCommas(list)) {
    if (/^\w+=[^(:]*$/.test(piece) && specs.length > 0) specs.push(`${specs.pop()},${piece}`);
    else specs.push(piece);
  }
  return specs;
}

function scoresFor(isSymmetric: boolean, isBounded: boolean): ScoreNormalisation {
  return isSymmetric && !isBounded ? 'l2' : 'none';
}

function formatSpec({ name, parameters }: LossDefinition, params: Parameters): string {
  const own = Object.entries(params).filter(
    ([key, value], i) =>
      // the first parameter is what tells variants of one loss apart, so it is always shown
      i === 0 || value !== parameters[key]?.default,
  );
  const list = own.map(([key, value]) => `${key}=${value}`).join(',');
  return list === '' ? name : `${name}:${list}`;
}
