import type { Range } from './checks.ts';
import { checkNumber, show } from './checks.ts';
import { SymlossError } from './errors.ts';

/** The parts of a spec string `name:value,key=value`, as text, without blanks around them. */
export interface Spec {
  /** Whose values they are, as messages say it: `loss gce`. */
  readonly where: string;
  readonly text: string;
  readonly name: string;
  /** Values without a key by their place among all values, counted from 0. */
  readonly positional: ReadonlyMap<number, string>;
  readonly named: ReadonlyMap<string, string>;
}

/**
 * Splits a spec at its first colon, at commas and at the first `=` of each piece, outside
 * parentheses: `mlp:256,norm=batch` is the name `mlp`, value 0 `256`, and `norm` with `batch`.
 * @param kind what the name stands for: `loss`, `model`
 * @throws SymlossError if parentheses do not match, a value or key is empty, or a key is repeated
 */
export function splitSpec(kind: string, text: string): Spec {
  if (!isBalanced(text)) throw new SymlossError(kind, 'balanced parentheses', show(text.trim()));
  const [name = '', list] = splitOutside(text, ':', 2);
  const positional = new Map<number, string>();
  const named = new Map<string, string>();
  const spec = { where: `${kind} ${name}`, text: text.trim(), name, positional, named };
  const pieces = list === undefined ? [] : splitOutside(list, ',');
  for (const [place, piece] of pieces.entries()) {
    const [first = '', value] = splitOutside(piece, '=', 2);
    if (first === '' || value === '') {
      const received = `${show(piece)} in ${show(spec.text)}`;
      throw new SymlossError(spec.where, 'a value or key=value', received);
    }
    if (value === undefined) positional.set(place, first);
    else if (named.has(first)) throw repeated(spec, first);
    else named.set(first, value);
  }
  return spec;
}

/** The named values alone. @throws SymlossError for a key that is not among `keys` */
export function namedValues<K extends string>(
  spec: Spec,
  keys: readonly K[],
): ReadonlyMap<K, string> {
  for (const [key, value] of spec.named) {
    if (!(keys as readonly string[]).includes(key)) throw misplaced(spec, keys, `${key}=${value}`);
  }
  return spec.named as ReadonlyMap<K, string>;
}

/**
 * All values by key, where each of the first `bare` keys may be left out in its place.
 * @throws SymlossError for a key that is not among `keys`, a value without a key in a place that
 *   needs one, or two values for one key
 */
export function valuesByKey<K extends string>(
  spec: Spec,
  keys: readonly K[],
  bare = 0,
): ReadonlyMap<K, string> {
  const values = new Map(namedValues(spec, keys));
  for (const [place, value] of spec.positional) {
    const key = keys.slice(0, bare)[place];
    if (key === undefined) throw misplaced(spec, keys, value);
    if (values.has(key)) throw repeated(spec, key);
    values.set(key, value);
  }
  return values;
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
  if (text !== 'true' && text !== 'false') {
    throw new SymlossError(where, 'true or false', show(text));
  }
  return text === 'true';
}

/** Splits at separators outside parentheses, into `limit` pieces at most, and trims the pieces. */
export function splitOutside(
  text: string,
  separator: string,
  limit = Number.POSITIVE_INFINITY,
): string[] {
  const pieces: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length && pieces.length < limit - 1; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    if (text[i] !== separator || depth !== 0) continue;
    pieces.push(text.slice(start, i).trim());
    start = i + 1;
  }
  return [...pieces, text.slice(start).trim()];
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth++;
    if (character === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

function repeated({ where, text }: Spec, key: string): SymlossError {
  return new SymlossError(where, `${key} once`, show(text));
}

function misplaced({ where }: Spec, keys: readonly string[], received: string): SymlossError {
  const expected =
    keys.length === 0 ? 'no parameters' : `key=value with a key among ${keys.join(', ')}`;
  return new SymlossError(where, expected, show(received));
}
