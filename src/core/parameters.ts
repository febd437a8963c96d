import type { Range } from './checks.ts';
import { checkInteger, checkNumber, checkOneOf, formatRange, show } from './checks.ts';
import { SymlossError } from './errors.ts';
import { parseDecimal, parseFlag, readSpec } from './spec.ts';

/** A parameter that a name in a spec string may carry, such as `q` of `gce:q=0.7`. */
export type Parameter = NumberParameter | ChoiceParameter | FlagParameter | TextParameter;

interface Described {
  /** What it does, for listings: a few words without a full stop. */
  readonly about: string;
}

export interface NumberParameter extends Described {
  readonly kind: 'number';
  /** Absent: the value must be given. */
  readonly default?: number;
  readonly range: Range;
  /** Default: any number of the range. */
  readonly integer?: boolean;
}

export interface ChoiceParameter<C extends string = string> extends Described {
  readonly kind: 'choice';
  readonly default: C;
  readonly options: readonly C[];
}

export interface FlagParameter extends Described {
  readonly kind: 'flag';
  readonly default: boolean;
}

export interface TextParameter extends Described {
  readonly kind: 'text';
  /** Absent: the value must be given, unless the parameter is optional. */
  readonly default?: string;
  readonly optional?: boolean;
}

/** The parameters of one name, in the order in which values without a key are taken. */
export type Parameters = Readonly<Record<string, Parameter>>;

type ValueOf<P> = P extends { kind: 'number' }
  ? number
  : P extends { kind: 'choice'; options: readonly (infer C)[] }
    ? C
    : P extends { kind: 'flag' }
      ? boolean
      : P extends { optional?: false }
        ? string
        : string | undefined;

/** The values that parameters of these kinds take: numbers, booleans, one of the options, texts. */
export type ValuesOf<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** Values of which the parameters are not known to the compiler. */
export type Values = Readonly<Record<string, number | string | boolean | undefined>>;

/** One name of a kind of spec (`sgd` of the optimizers), with what it takes and what it makes. */
export interface Form<T, P extends Parameters = Parameters> {
  readonly parameters: P;
  /** How many of the first parameters may be given without their key. Default: all. */
  readonly bare?: number;
  /** What values without a key are, where they form a list of their own: widths of layers. */
  readonly list?: NumberParameter;
  /** A spec of it, for hints. */
  readonly example?: string;
  // a method, so that forms with different parameters fit into one table
  build(values: ValuesOf<P>, list: readonly number[]): T;
}

/** A form as it is written; the compiler takes the types of `build` from `parameters`. */
export function form<T, const P extends Parameters>(of: Form<T, P>): Form<T> {
  return of as unknown as Form<T>;
}

/** A table of forms by name. */
export type Forms<T> = Readonly<Record<string, Form<T>>>;

/**
 * What a spec string stands for, by a table of forms: `parseForm('optimizer', 'sgd:momentum=0.9',
 * optimizerForms)`.
 * @param kind what messages call it
 * @throws SymlossError for an unknown name or parameter, or a value that is missing or out of range
 */
export function parseForm<T>(kind: string, text: string, forms: Forms<T>): T {
  const { name, values, list } = readForm(kind, text, forms);
  return (forms[name] as Form<T>).build(values as ValuesOf<Parameters>, list);
}

/**
 * The parts of a spec string: its name, the values of all parameters, and the list.
 * @param hint what to try instead of an unknown name; default: the first example of the forms
 */
export function readForm<T>(
  kind: string,
  text: string,
  forms: Forms<T>,
  hint?: string,
): { readonly name: string; readonly values: Values; readonly list: readonly number[] } {
  const [example] = Object.values(forms).flatMap((one) => one.example ?? []);
  const advice = hint ?? (example === undefined ? undefined : `e.g. ${example}`);
  const shapes = Object.fromEntries(
    Object.entries(forms).map(([name, { parameters, bare, list }]) => {
      const keys = Object.keys(parameters);
      return [name, { keys, bare: list ? 0 : (bare ?? keys.length), list: list !== undefined }];
    }),
  );
  const { name, where, positional, named } = readSpec(kind, text, shapes, advice);
  const { parameters, list, example: own } = forms[name] as Form<T>;
  const given = Object.fromEntries(
    Array.from(named, ([key, value]) => [
      key,
      parseValue(`${where}, ${key}`, parameters[key] as Parameter, value),
    ]),
  );
  const values = completeValues(where, parameters, given, own);
  const items = positional.map((value) =>
    checkValue(
      `${where}, ${list?.about}`,
      list as NumberParameter,
      parseDecimal(`${where}, ${list?.about}`, value),
    ),
  );
  return { name, values, list: items as number[] };
}

/** A value from its text, not checked against the range. */
export function parseValue(
  where: string,
  parameter: Parameter,
  text: string,
): number | string | boolean {
  if (parameter.kind === 'number') return parseDecimal(where, text, parameter.range);
  return parameter.kind === 'flag' ? parseFlag(where, text) : text;
}

/** @throws SymlossError unless the parameter takes the value */
export function checkValue(
  where: string,
  parameter: Parameter,
  value: unknown,
): number | string | boolean {
  switch (parameter.kind) {
    case 'number':
      return (parameter.integer ? checkInteger : checkNumber)(where, value, parameter.range);
    case 'choice':
      return checkOneOf(where, value, parameter.options);
    case 'flag':
      if (typeof value === 'boolean') return value;
      throw new SymlossError(where, 'true or false', show(value));
    case 'text':
      if (typeof value === 'string' && value !== '') return value;
      throw new SymlossError(where, 'a text', show(value));
  }
}

/**
 * All values of some parameters: those that are given, checked, and the others' defaults.
 * @throws SymlossError for a key that is no parameter, a value that does not fit, or one that is missing
 */
export function completeValues<P extends Parameters>(
  where: string,
  parameters: P,
  given: Values,
  example?: string,
): ValuesOf<P> {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(parameters, key));
  if (unknown !== undefined) {
    const known = Object.keys(parameters);
    const expected = known.length === 0 ? 'no parameter' : `parameters among ${known.join(', ')}`;
    throw new SymlossError(where, expected, show(unknown));
  }
  const hint = example === undefined ? undefined : `e.g. ${example}`;
  return Object.fromEntries(
    Object.entries(parameters).map(([key, parameter]) => {
      if (given[key] !== undefined) {
        return [key, checkValue(`${where}, ${key}`, parameter, given[key])];
      }
      const isNeeded = !('optional' in parameter && parameter.optional === true);
      if (parameter.default === undefined && isNeeded) {
        throw new SymlossError(`${where}, ${key}`, domainOf(parameter), 'none', { hint });
      }
      return [key, parameter.default];
    }),
  ) as ValuesOf<P>;
}

/** The spec of a name with some values: `gce:q=0.7`, without those that are at their default. */
export function formatForm(
  name: string,
  parameters: Parameters,
  values: Values,
  list: readonly number[] = [],
): string {
  const own = Object.keys(parameters).filter((key) => values[key] !== parameters[key]?.default);
  const parts = [...list, ...own.map((key) => `${key}=${values[key]}`)].join(',');
  return parts === '' ? name : `${name}:${parts}`;
}

/** `q in (0, 1], default 0.7`: a parameter as listings show it. */
export function describeParameter(name: string, parameter: Parameter): string {
  const value = parameter.default === undefined ? '' : `, default ${parameter.default}`;
  const domain =
    parameter.kind === 'number' ? `in ${formatRange(parameter.range)}` : domainOf(parameter);
  return `${name} ${domain}${value}`;
}

function domainOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'number':
      return `${parameter.integer ? 'an integer' : 'a number'} in ${formatRange(parameter.range)}`;
    case 'choice':
      return `one of ${parameter.options.join(', ')}`;
    case 'flag':
      return 'true or false';
    case 'text':
      return 'a text';
  }
}
