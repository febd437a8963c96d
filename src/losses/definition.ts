import {
  checkNumber,
  checkOneOf,
  formatRange,
  type Range,
  SymlossError,
  show,
} from '../core/index.ts';
import type { ClassLoss } from './class-loss.ts';
import type { Penalty } from './objective.ts';

/** How a model's scores are normalised before the loss sees them. */
export type ScoreNormalisation = 'none' | 'l2' | 'batch';

/** A number in a range, or one of some words. */
export type Parameter =
  | {
      readonly kind: 'number';
      readonly default: number;
      readonly range: Range;
      readonly about: string;
    }
  | {
      readonly kind: 'choice';
      readonly default: string;
      readonly options: readonly string[];
      readonly about: string;
    };

export type Parameters = Readonly<Record<string, number | string>>;

/**
 * Whether every row sums to the same constant: `nearly` if a clamp of probabilities at `minProb`
 * raises the sums, by up to (k − 1)·minProb of themselves.
 */
export type Symmetry = 'yes' | 'nearly' | 'no';

/** Everything the registry knows of a loss. */
export interface LossDefinition {
  readonly name: string;
  /** The loss of a sample labelled y, in plain text, with p = softmax(z). */
  readonly formula: string;
  /** In the order in which values without a name are taken. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly symmetric: (parameters: Parameters) => Symmetry;
  /** Whether values stay in a finite range over all scores. */
  readonly isBounded: (parameters: Parameters) => boolean;
  /**
   * Whether values have a lower end. Default: they have, unless the loss is symmetric and not
   * bounded, since then one that rises without end makes another fall.
   */
  readonly isBoundedBelow?: (parameters: Parameters) => boolean;
  readonly reference: string;
  readonly build: (parameters: Parameters) => ClassLoss;
  readonly penalties?: (parameters: Parameters) => readonly Penalty[];
}

/** Checks one parameter's value. @throws SymlossError naming the loss, parameter and range. */
export function checkParameter(
  loss: string,
  name: string,
  parameter: Parameter,
  value: unknown,
): number | string {
  const where = `loss ${loss}, parameter ${name}`;
  return parameter.kind === 'number'
    ? checkNumber(where, value, parameter.range)
    : checkOneOf(where, value, parameter.options);
}

/** All parameters of a definition, the missing ones at their defaults. */
export function completeParameters(
  { name, parameters }: LossDefinition,
  given: Parameters,
): Parameters {
  for (const key of Object.keys(given)) {
    if (parameters[key] === undefined) {
      const known = Object.keys(parameters);
      throw new SymlossError(
        `loss ${name}`,
        known.length === 0 ? 'no parameter' : `parameters among ${known.join(', ')}`,
        show(key),
      );
    }
  }
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => [
      key,
      key in given ? checkParameter(name, key, parameter, given[key]) : parameter.default,
    ]),
  );
}

/** `q in (0, 1], default 0.7`: a parameter as listings show it. */
export function describeParameter(name: string, parameter: Parameter): string {
  const domain =
    parameter.kind === 'number'
      ? `in ${formatRange(parameter.range)}`
      : `one of ${parameter.options.join(', ')}`;
  return `${name} ${domain}, default ${parameter.default}`;
}
