import type { Range } from './checks.ts';
import { checkNumber, checkOneOf, show } from './checks.ts';
import { closest } from './closest.ts';
import { SymlossError } from './errors.ts';

/** What may follow a name in a spec string. */
export interface SpecForm {
  /** Default: none. */
  readonly keys?: readonly string[];
  /** How many of the first keys may be left out in their places. Default: 0. */
  readonly bare?: number;
  /** Whether all values without a key form a list of their own. */
  readonly list?: boolean;
}

/** Text that begins with a name of a kind of spec: any text, of which editors suggest the names. */
export type Spec<N extends string> = N | (string & Record<never, never>);

/**
 * Splits `name:value,key=value` at its first colon, at commas outside parentheses and at the first
 * `=` of each piece: `mlp:256,norm=batch` is the name `mlp`, `256`, and `batch` for `norm`. A value in
 * double quotes is taken as it is, with `""` for a quote: `column:"a, b"`.
 * @param kind what the name stands for: `loss`, `model`
 * @param hint what to try instead of an unknown name that is like no other
 * @returns the parts as text without blanks around them, and `where` for messages: `loss gce`
 * @throws SymlossError for an unknown name or key, a repeated or empty value, a value without a
 *   key in a place that needs one, or parentheses or quotes that do not match
 */
export function readSpec<N extends string>(
  kind: string,
  text: string,
  forms: { readonly [name in N]: SpecForm },
  hint?: string,
) {
  if (text.length > longestSpec) {
    const expected = `a text of at most ${longestSpec} characters`;
    throw new SymlossError(kind, expected, `one of ${text.length}`);
  }
  checkBalanced(kind, text);
  const [, start = text, rest] = /^([^:(]*):(.*)$/s.exec(text) ?? [];
  const name = start.trim() as N;
  if (!Object.hasOwn(forms, name)) {
    const names = Object.keys(forms);
    const similar = /^[\w+-]+$/.test(name) ? closest(name, names) : undefined; // formulas are no names
    throw new SymlossError(kind, `one of ${names.join(', ')}`, show(name), {
      hint: similar === undefined ? hint : `did you mean ${show(similar)}?`,
    });
  }
  const { keys = [], bare = 0, list = false }: SpecForm = forms[name];
  const where = `${kind} ${name}`;
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const [place, piece] of (rest === undefined ? [] : splitAtCommas(rest)).entries()) {
    const refuse = (expected: string) =>
      new SymlossError(where, expected, `${show(piece)} in ${show(text.trim())}`);
    const [, before, after = piece] = keyPattern.exec(piece) ?? [];
    const key = before?.trim() ?? (place < bare ? keys[place] : undefined);
    const value = unquoted(after.trim());
    if (value === undefined) throw refuse('nothing after a value in quotes');
    if (value === '') throw refuse('a value or key=value');
    if (key === undefined && list) positional.push(value);
    else if (keys.length === 0) throw refuse('no parameters');
    else if (key === undefined || !keys.includes(key)) {
      throw refuse(`key=value with a key among ${keys.join(', ')}`);
    } else if (named.has(key)) throw refuse(`${key} once`);
    else named.set(key, value);
  }
  return { name, where, positional, named } as const;
}

/** The name in a spec string, known or not: what stands before its colon. */
export function specName(text: string): string {
  return (/^[^:(]*(?=:)/.exec(text)?.[0] ?? text).trim();
}

/**
 * The number that a text stands for: decimal digits with a sign, a point and an exponent at most;
 * `undefined` for other texts. `Number` would take the empty text, hexadecimal and `Infinity` too.
 */
export function decimalOf(text: string): number | undefined {
  const isDecimal = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return isDecimal ? Number(text) + 0 : undefined; // 0, not −0
}

/** The number that a text stands for. @throws SymlossError unless it is one in the range */
export function parseDecimal(where: string, text: string, range: Range = {}): number {
  return checkNumber(where, decimalOf(text) ?? text, range);
}

/** @throws SymlossError unless the text is `true` or `false`. */
export function parseFlag(where: string, text: string): boolean {
  return checkOneOf(where, text, ['true', 'false']) === 'true';
}

/** Splits at commas outside parentheses and quotes, and trims the pieces. */
export function splitAtCommas(text: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const { at, character, depth } of plainCharacters(text)) {
    if (character !== ',' || depth !== 0) continue;
    pieces.push(text.slice(start, at).trim());
    start = at + 1;
  }
  return [...pieces, text.slice(start).trim()];
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

/** Longer than any path or class map. */
const longestSpec = 100_000;

/** What stands before the first `=` of a piece, outside parentheses and quotes, and what follows. */
export const keyPattern = /^([^=("]*)=(.*)$/s;

/** A value as a spec can hold it: in quotes where it would be read otherwise. */
export function quoteValue(value: string): string {
  const isPlain =
    value !== '' &&
    !value.startsWith('"') &&
    value.trim() === value &&
    isBalanced(value) &&
    splitAtCommas(value).length === 1;
  return isPlain ? value : `"${value.replaceAll('"', '""')}"`;
}

/** A value without its quotes; `undefined` where something follows them. */
function unquoted(text: string): string | undefined {
  if (!text.startsWith('"')) return text;
  return /^"([^"]*(?:""[^"]*)*)"$/.exec(text)?.[1]?.replaceAll('""', '"');
}

interface PlainCharacter {
  readonly at: number;
  readonly character: string;
  /** Parentheses that are open after it. */
  readonly depth: number;
}

/** A value in quotes, from a place on. */
const quoted = /"[^"]*(?:""[^"]*)*"/y;

/**
 * The characters outside of values in quotes. A quote begins one after a `:`, `=`, `,`, `(` or at the
 * start, elsewhere it is a character like others. An open one leaves the depth at −1.
 */
function* plainCharacters(text: string): Generator<PlainCharacter, number> {
  let depth = 0;
  let before = ',';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] as string;
    if (character === '"' && ':=,('.includes(before)) {
      quoted.lastIndex = at;
      const [value] = quoted.exec(text) ?? [];
      if (value === undefined) return -1;
      at += value.length - 1;
    } else {
      if (character === '(') depth++;
      if (character === ')') depth--;
      yield { at, character, depth };
    }
    if (character.trim() !== '') before = character;
  }
  return depth;
}

/** Whether every parenthesis that opens is closed, and none is closed that was not open. */
function isBalanced(text: string): boolean {
  const characters = plainCharacters(text);
  for (;;) {
    const { done, value } = characters.next();
    if (done) return value === 0;
    if (value.depth < 0) return false;
  }
}

/** @throws SymlossError unless parentheses and quotes match */
function checkBalanced(kind: string, text: string): void {
  if (isBalanced(text)) return;
  const expected = text.includes('"') ? 'balanced parentheses and quotes' : 'balanced parentheses';
  throw new SymlossError(kind, expected, show(text.trim()));
}
