import { SymlossError, show } from '../core/index.ts';
import type { ClassLoss } from './class-loss.ts';
import { symmetrize } from './class-loss.ts';
import type { LossDefinition, Parameters, ScoreNormalisation } from './definition.ts';
import { completeParameters } from './definition.ts';
import type { Penalty } from './objective.ts';
import { findLoss } from './registry.ts';

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

/**
 * Reads a spec: `ce`, `sgce:q=0.4`, `gce:0.7` (values without a name in the order of the loss's
 * parameters), `symmetrize(gce:q=0.7,minProb=0)`.
 * @throws SymlossError for an unknown loss, an unknown parameter, a value out of range or
 *   parentheses that do not match
 */
export function parseLoss(spec: string): LossSpec {
  const text = spec.trim();
  if (!isBalanced(text)) throw new SymlossError('loss', 'balanced parentheses', show(text));
  const inner = /^symmetrize\((.*)\)$/s.exec(text)?.[1];
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
  const colon = text.indexOf(':');
  const definition = findLoss(colon < 0 ? text : text.slice(0, colon));
  const given = colon < 0 ? {} : parseParameters(definition, text.slice(colon + 1));
  const params = completeParameters(definition, given);
  const isBounded = definition.isBounded(params);
  return {
    spec: formatSpec(definition, params),
    name: definition.name,
    params,
    classLoss: definition.build(params),
    penalties: definition.penalties?.(params) ?? [],
    isBounded,
    defaultScores: scoresFor(definition.symmetric, isBounded),
  };
}

/**
 * Splits a comma-separated list of specs, `ce,gce:q=0.7,minProb=0,mae` into `ce`,
 * `gce:q=0.7,minProb=0` and `mae`: a piece `key=value` belongs to the spec before it.
 */
export function splitSpecs(list: string): string[] {
  const specs: string[] = [];
  for (const piece of splitAtCommas(list)) {
    if (/^\s*\w+=[^(:]*$/.test(piece) && specs.length > 0) specs.push(`${specs.pop()},${piece}`);
    else specs.push(piece.trim());
  }
  return specs;
}

function parseParameters({ name, parameters }: LossDefinition, text: string): Parameters {
  const names = Object.keys(parameters);
  const given: Record<string, number | string> = {};
  splitAtCommas(text).forEach((piece, position) => {
    const equals = piece.indexOf('=');
    const key = equals < 0 ? names[position] : piece.slice(0, equals).trim();
    const value = piece.slice(equals + 1).trim();
    if (key === undefined || value === '' || key in given) {
      throw new SymlossError(
        `loss ${name}`,
        `parameters as key=value, each once, among ${names.join(', ') || '(none)'}`,
        show(piece),
      );
    }
    given[key] = parameters[key]?.kind === 'number' ? toNumber(value) : value;
  });
  return given;
}

function scoresFor(isSymmetric: boolean, isBounded: boolean): ScoreNormalisation {
  return isSymmetric && !isBounded ? 'l2' : 'none';
}

/** The number a text stands for, or the text itself for the range check to show. */
function toNumber(text: string): number | string {
  const value = Number(text);
  return Number.isNaN(value) ? text : value;
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

/** Splits at commas outside parentheses. */
function splitAtCommas(text: string): string[] {
  const pieces = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) pieces.push('');
    else pieces.push((pieces.pop() ?? '') + character);
  }
  return pieces;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}
