import type { Range } from './checks.ts';
import {
  checkInteger,
  checkNumber,
  checkOneOf,
  formatIntegers,
  formatRange,
  show,
} from './checks.ts';
import { SymlossError } from './errors.ts';
import { decimalOf, keyPattern, parseFlag, quoteValue, readSpec } from './spec.ts';

/** A parameter that a name in a spec string may carry, such as `q` of `gce:q=0.7`. */
export type Parameter = NumberParameter | ChoiceParameter | FlagParameter | TextParameter;

interface Described {
  /** What it does, for listings: a few words without a full stop. */
  readonly about: string;
  /**
   * How the canonical spec shows it: `always` with its key, `bare` always and without its key.
   * Default: with its key, unless it is at its default.
   */
  readonly shown?: 'always' | 'bare';
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
  /** What it stands for, for messages: `a .csv file`. Default: `a string`. */
  readonly domain?: string;
}

/** The values without a key, where they form a list of their own: the widths of layers. */
export interface ListParameter extends NumberParameter {
  /** What one of them is called: `width`. */
  readonly name: string;
}

/** The parameters of one name, in the order in which values without a key are taken. */
export type Parameters = Readonly<Record<string, Parameter>>;

/** The value that a parameter of this kind takes: a number, a boolean, one of the options, a string. */
export type ValueOf<P> = P extends { kind: 'number' }
  ? number
  : P extends { kind: 'choice'; options: readonly (infer C)[] }
    ? C
    : P extends { kind: 'flag' }
      ? boolean
      : P extends { kind: 'text'; optional?: false }
        ? string
        : string | undefined;

/** The values of all parameters, by name. */
export type ValuesOf<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

/** Values whose parameters are not known to the compiler. */
export type Values = Readonly<Record<string, number | string | boolean | undefined>>;

/** How a name is written in a spec string: the name, and what may follow it. */
export interface Syntax<P extends Parameters = Parameters> {
  readonly parameters: P;
  /** How many of the first parameters may be given without their key. Default: all. */
  readonly bare?: number;
  /** Present: values without a key form a list, and no parameter is given without its key. */
  readonly list?: ListParameter;
  /** A spec with this name, for hints. */
  readonly example?: string;
}

/** One name of a kind of spec (`cosine` of the schedules), with what it takes and what it makes. */
export interface Form<T, P extends Parameters = Parameters> extends Syntax<P> {
  // a method, so that forms with different parameters fit into one table
  build(values: ValuesOf<P>, list: readonly number[]): T;
}

/** The syntax of a name that listings show. */
export interface ListedSyntax<P extends Parameters = Parameters> extends Syntax<P> {
  /** What it is, for listings: a few words without a full stop. */
  readonly about: string;
  readonly example: string;
}

/** A form as it is written; the compiler takes the types of `build` from `parameters`. */
export function form<T, const P extends Parameters>(of: Form<T, P>): Form<T> {
  return of;
}

/** A table of forms by name. */
export type Forms<T> = Readonly<Record<string, Form<T>>>;

/** The names of a table, in its order. */
export function namesOf<K extends string>(table: Readonly<Record<K, unknown>>): readonly K[] {
  return Object.keys(table) as K[];
}

/**
 * What a spec string stands for, by a table of forms:
 * `parseForm('schedule', 'step:0.5,0.75', scheduleForms)`.
 * @param kind what messages call it
 * @throws SymlossError for an unknown name or parameter, or a value that is missing or out of range
 */
export function parseForm<T>(kind: string, text: string, forms: Forms<T>): T {
  const { form, values, list } = readForm(kind, text, forms);
  return form.build(values, list);
}

/** A spec string taken apart. */
export interface Reading<F> {
  readonly name: string;
  /** The row of the table with this name. */
  readonly form: F;
  /** The values of all parameters, defaults included. */
  readonly values: Values;
  /** The values without a key, where they form a list. */
  readonly list: readonly number[];
}

/**
 * Takes a spec string apart by a table.
 * @param hint what to try instead of an unknown name that is like no other; default: the first example with a parameter
 * @throws SymlossError as `parseForm` does
 */
export function readForm<F extends Syntax>(
  kind: string,
  text: string,
  forms: Readonly<Record<string, F>>,
  hint = hintOf(forms),
): Reading<F> {
  if (typeof text !== 'string') throw new SymlossError(kind, 'a text', show(text));
  const { name, where, positional, named } = readSpec(kind, text, specFormsOf(forms), hint);
  const form = forms[name] as F;
  const { parameters, list, example } = form;
  const given = Object.fromEntries(
    Array.from(named, ([key, value]) => [
      key,
      parseValue(`${where}, ${key}`, parameters[key] as Parameter, value),
    ]),
  );
  return {
    name,
    form,
    values: completeValues(where, parameters, given, example),
    // without a list, `readSpec` leaves nothing without a key
    list: list === undefined ? [] : listOf(where, list, positional),
  };
}

function specFormsOf(forms: Readonly<Record<string, Syntax>>) {
  return Object.fromEntries(
    Object.entries(forms).map(([name, { parameters, bare, list }]) => {
      const keys = Object.keys(parameters);
      return [name, { keys, bare: list ? 0 : (bare ?? keys.length), list: list !== undefined }];
    }),
  );
}

function hintOf(forms: Readonly<Record<string, Syntax>>): string | undefined {
  const examples = Object.values(forms).flatMap(({ example }) => example ?? []);
  const example = examples.find((spec) => spec.includes(':')) ?? examples[0];
  return example === undefined ? undefined : `e.g. ${example}`;
}

/** More layers or milestones than this nobody means. */
const longestList = 100;

function listOf(where: string, list: ListParameter, texts: readonly string[]): number[] {
  if (texts.length > longestList) {
    const received = `${texts.length} of them`;
    throw new SymlossError(`${where}, ${list.name}`, `at most ${longestList} values`, received);
  }
  return texts.map((text) => listItem(where, list, text));
}

function listItem(where: string, list: ListParameter, text: string): number {
  const place = `${where}, ${list.name}`;
  return checkValue(place, list, parseValue(place, list, text));
}

/** A value from its text; numbers are checked against the range, choices and strings are not. */
export function parseValue(
  where: string,
  parameter: Parameter,
  text: string,
): number | string | boolean {
  if (parameter.kind === 'number') {
    return checkValue(where, parameter, decimalOf(text) ?? text);
  }
  return parameter.kind === 'flag' ? parseFlag(where, text) : text;
}

/** @throws SymlossError unless the parameter takes the value */
export function checkValue<P extends Parameter>(
  where: string,
  parameter: P,
  value: unknown,
): NonNullable<ValueOf<P>>;
export function checkValue(where: string, parameter: Parameter, value: unknown) {
  switch (parameter.kind) {
    case 'number':
      return (parameter.integer ? checkInteger : checkNumber)(where, value, parameter.range);
    case 'choice':
      return checkOneOf(where, value, parameter.options);
    case 'flag':
      if (typeof value === 'boolean') return value;
      throw new SymlossError(where, domainOf(parameter), show(value));
    case 'text':
      if (typeof value === 'string' && value !== '') return value;
      throw new SymlossError(where, domainOf(parameter), show(value));
  }
}

/**
 * All values of some parameters: those that are given, checked, and the others' defaults.
 * @param given `undefined` counts as not given
 * @param example a spec for the hint where a value is missing
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
      const isOptional = parameter.kind === 'text' && parameter.optional === true;
      if (parameter.default === undefined && !isOptional) {
        throw new SymlossError(`${where}, ${key}`, domainOf(parameter), 'none', { hint });
      }
      return [key, parameter.default];
    }),
  ) as ValuesOf<P>;
}

/**
 * The canonical spec of a name with some values: the list, then the parameters in their order,
 * those at their default left out unless they are always `shown`: `sgd:momentum=0.9`.
 */
export function formatForm(
  name: string,
  parameters: Parameters,
  values: Values,
  list: readonly number[] = [],
): string {
  const own = Object.entries(parameters).flatMap(([key, parameter]) => {
    const value = values[key];
    if (value === undefined || (value === parameter.default && parameter.shown === undefined)) {
      return [];
    }
    const text = typeof value === 'string' ? quoteValue(value) : String(value);
    // a `=` of its own would be taken for the end of a key
    const isBare = parameter.shown === 'bare' && !keyPattern.test(text);
    return isBare ? [text] : [`${key}=${text}`];
  });
  const parts = [...list, ...own].join(',');
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
      return parameter.integer
        ? formatIntegers(parameter.range)
        : `a number in ${formatRange(parameter.range)}`;
    case 'choice':
      return `one of ${parameter.options.join(', ')}`;
    case 'flag':
      return 'true or false';
    case 'text':
      return parameter.domain ?? 'a string';
  }
}
