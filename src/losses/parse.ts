import type { SpecForm } from '../core/index.ts';
import { parseDecimal, readSpec, splitAtCommas } from '../core/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { symmetrize } from './class-loss.ts';
import type { Term } from './combine.ts';
import { leastSymmetric, sumOf } from './combine.ts';
import type { LossDefinition, Parameters, ScoreNormalisation, Symmetry } from './definition.ts';
import { completeParameters } from './definition.ts';
import type { Penalty } from './objective.ts';
import { findLoss, lossDefinitions } from './registry.ts';
import { splitTerms } from './terms.ts';

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
  readonly isBoundedBelow: boolean;
  readonly symmetric: Symmetry;
  /** `l2` for a loss that is unbounded below: training on raw scores diverges. Else `none`. */
  readonly defaultScores: ScoreNormalisation;
}

/** What each loss's spec may carry, those registered since included. */
function specForms(): Record<string, SpecForm> {
  return Object.fromEntries(
    Array.from(lossDefinitions, ([name, { parameters }]) => {
      const keys = Object.keys(parameters);
      return [name, { keys, bare: keys.length }];
    }),
  );
}

/**
 * Reads a spec:
 * - `ce`, `sgce:q=0.4`, `gce:0.7` (values without a name in the order of the loss's parameters);
 * - `symmetrize(gce:q=0.7,minProb=0)`, of any spec;
 * - `0.5*ce + 2*mae`: sums of those, each with a factor above 0 or none. Names of losses that
 *   contain a `+` win: `nce+agce` is that loss, `nce + agce`, with blanks, is a plain sum.
 * @throws SymlossError for an unknown loss, an unknown parameter, a value out of range or
 *   parentheses that do not match
 */
export function parseLoss(text: string): LossSpec {
  const terms = splitTerms(text, lossDefinitions.keys());
  const parts = terms.map(({ factor, spec }) => [factor, parseTerm(spec)] as const);
  const [[factor, only]] = parts as [(typeof parts)[number]];
  return parts.length === 1 && factor === 1 ? only : sumSpec(parts);
}

function parseTerm(text: string): LossSpec {
  const inner = /^\s*symmetrize\((.*)\)\s*$/s.exec(text)?.[1];
  if (inner !== undefined) return symmetrizeSpec(parseLoss(inner));
  const { name, where, named } = readSpec(
    'loss',
    text,
    specForms(),
    'or symmetrize(…) of one of them',
  );
  const definition = findLoss(name);
  const given: Record<string, number | string> = {};
  for (const [key, value] of named) {
    const parameter = definition.parameters[key];
    const range = parameter?.kind === 'number' ? parameter.range : undefined;
    given[key] = range ? parseDecimal(`${where}, parameter ${key}`, value, range) : value;
  }
  const params = completeParameters(definition, given);
  const symmetric = definition.symmetric(params);
  const isBounded = definition.isBounded(params);
  const isBoundedBelow = definition.isBoundedBelow?.(params) ?? (isBounded || symmetric === 'no');
  return {
    spec: formatSpec(definition, params),
    name,
    params,
    classLoss: definition.build(params),
    penalties: definition.penalties?.(params) ?? [],
    isBounded,
    isBoundedBelow,
    symmetric,
    defaultScores: scoresFor(isBoundedBelow),
  };
}

function symmetrizeSpec(base: LossSpec): LossSpec {
  return {
    ...base,
    spec: `symmetrize(${base.spec})`,
    name: 'symmetrize',
    classLoss: symmetrize(base.classLoss),
    isBoundedBelow: base.isBounded,
    symmetric: 'yes',
    defaultScores: scoresFor(base.isBounded),
  };
}

/** What a term claims, the sum claims where all do; factors are above 0. */
function sumSpec(terms: readonly Term<LossSpec>[]): LossSpec {
  const isBoundedBelow = terms.every(([, term]) => term.isBoundedBelow);
  return {
    spec: terms
      .map(([factor, { spec }]) => (factor === 1 ? spec : `${factor}*${spec}`))
      .join(' + '),
    name: 'sum',
    params: {},
    classLoss: sumOf(terms.map(([factor, { classLoss }]) => [factor, classLoss] as const)),
    penalties: terms.flatMap(([factor, { penalties }]) =>
      penalties.map((penalty) => ({ ...penalty, weight: factor * penalty.weight })),
    ),
    isBounded: terms.every(([, term]) => term.isBounded),
    isBoundedBelow,
    symmetric: leastSymmetric(terms.map(([, term]) => term.symmetric)),
    defaultScores: scoresFor(isBoundedBelow),
  };
}

/**
 * Splits a comma-separated list of specs, `ce,gce:q=0.7,minProb=0,mae` into `ce`,
 * `gce:q=0.7,minProb=0` and `mae`: a piece `key=value` belongs to the spec before it, and what is
 * added to it as well.
 */
export function splitSpecs(list: string): string[] {
  const specs: string[] = [];
  for (const piece of splitAtCommas(list)) {
    if (/^\w+\s*=/.test(piece) && specs.length > 0) specs.push(`${specs.pop()},${piece}`);
    else specs.push(piece);
  }
  return specs;
}

function scoresFor(isBoundedBelow: boolean): ScoreNormalisation {
  return isBoundedBelow ? 'none' : 'l2';
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
