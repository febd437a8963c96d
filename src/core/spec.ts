import type { Range } from './checks.ts';
import { checkNumber, checkOneOf, show } from './checks.ts';
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

/**
 * Splits `name:value,key=value` at its first colon, at commas outside parentheses and at the first
 * `=` of each piece: `mlp:256,norm=batch` is the name `mlp`, `256`, and `batch` for `norm`.
 * @param kind what the name stands for: `loss`, `model`
 * @param hint what to try instead of an unknown name
 * @returns the parts as text without blanks around them, and `where` for messages: `loss gce`
 * @throws SymlossError for an unknown name or key, a repeated or empty value, a value without a
 *   key in a place that needs one, or parentheses that do not match
 */
export function readSpec<N extends string>(
  kind: string,
  text: string,
  forms: { readonly [name in N]: SpecForm },
  hint?: string,
) {
  if (!isBalanced(text)) throw new SymlossError(kind, 'balanced parentheses', show(text.trim()));
  const [, start = text, rest] = /^([^:(]*):(.*)$/s.exec(text) ?? [];
  const name = start.trim() as N;
  if (!Object.hasOwn(forms, name)) {
    throw new SymlossError(kind, `one of ${Object.keys(forms).join(', ')}`, show(name), { hint });
  }
  const { keys = [], bare = 0, list = false }: SpecForm = forms[name];
  const where = `${kind} ${name}`;
  const positional: string[] = [];
  const named = new Map<string, string>();
  for (const [place, piece] of (rest === undefined ? [] : splitAtCommas(rest)).entries()) {
    const refuse = (expected: string) =>
      new SymlossError(where, expected, `${show(piece)} in ${show(text.trim())}`);
    const [, before, after = piece] = /^([^=(]*)=(.*)$/s.exec(piece) ?? [];
    const key = before?.trim() ?? (place < bare ? keys[place] : undefined);
    const value = after.trim();
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
 * The number that a text stands for: decimal digits with a sign, a point and an exponent at most.
 * `Number` would take the empty text, hexadecimal and `Infinity` too.
 * @throws SymlossError unless the text is a number in the range
 */
export function parseDecimal(where: string, text: string, range: Range = {}): number {
  const isDecimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
  return checkNumber(where, isDecimal ? Number(text) : text, range);
}

/** @throws SymlossError unless the text is `true` or `false`. */
export function parseFlag(where: string, text: string): boolean {
  return checkOneOf(where, text, ['true', 'false']) === 'true';
}

/** Splits at commas outside parentheses, and trims the pieces. */
export function splitAtCommas(text: string): string[] {
  const pieces = [''];
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character === ',' && depth === 0) pieces.push('');
    else pieces.push(`${pieces.pop()}${character}`);
  }
  return pieces.map((piece) => piece.trim());
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

/** Whether every parenthesis that opens is closed, and none is closed that was not open. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (depth < 0) return false;
  }
  return depth === 0;
}
