import { SymlossError, show } from '../../../core/index.ts';
import { reasonOf } from '../../../io/index.ts';
import type { Line } from './lines.ts';

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** The parts of JSON that matter here: texts, with the colon behind those that are keys, brackets, and bare words. */
const tokens = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}[\]]|[^\s"{}[\],:]+/g;
/** May hold an integer beyond 2^53, as far as a look at the digits tells. */
const manyDigits = /(?<![.\d])\d{16}/;
const integer = /^-?\d+$/;
/** What Python writes for numbers that JSON has no word for. */
const pythonWords: Readonly<Record<string, string>> = {
  NaN: 'null',
  Infinity: '1e999',
  '-Infinity': '-1e999',
};

/**
 * The object on a line. Integers beyond 2^53 are texts in it, to the last digit; NaN and Infinity are read as Python
 * writes them, NaN as null.
 * @throws SymlossError naming the line that holds no JSON object
 */
export function parseLine(path: string, { number, text }: Line): JsonObject {
  const where = `${path}, line ${number}`;
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
    if (manyDigits.test(text)) value = JSON.parse(withWords(text, quoteLong)) as Json;
  } catch (cause) {
    value = parsePython(text) ?? fail(where, cause);
  }
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return value as JsonObject;
  }
  const received = Array.isArray(value) ? 'a list' : show(value);
  throw new SymlossError(where, 'an object of JSON', received, {
    hint: 'write one object per line: {"column": value, …}',
  });
}

function fail(where: string, cause: unknown): never {
  const received = `text with a fault (${reasonOf(cause)})`;
  throw new SymlossError(where, 'an object of JSON', received, {
    hint: 'write one object per line, without line breaks in it',
    cause,
  });
}

function parsePython(text: string): Json | undefined {
  if (!/NaN|Infinity/.test(text)) return undefined;
  try {
    return JSON.parse(withWords(text, (word) => pythonWords[word] ?? quoteLong(word))) as Json;
  } catch {
    return undefined;
  }
}

function quoteLong(word: string): string {
  return integer.test(word) && !Number.isSafeInteger(Number(word)) ? `"${word}"` : word;
}

/** A text of JSON with its bare words replaced, which are numbers, true, false and null. */
function withWords(text: string, replace: (word: string) => string): string {
  return text.replace(tokens, (token) => (/^["{}[\]]/.test(token) ? token : replace(token)));
}

/**
 * @param value what the line holds
 * @throws SymlossError naming a key that the object has twice: JSON.parse keeps the last one without a word
 */
export function checkKeys(path: string, { number, text }: Line, value: JsonObject): void {
  let written = 0;
  for (const token of text.match(tokens) ?? []) if (token.endsWith(':')) written++;
  if (written === countKeys(value)) return;
  let depth = 0;
  const seen = new Set<string>();
  for (const token of text.match(tokens) ?? []) {
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      if (seen.has(key)) {
        throw new SymlossError(`${path}, line ${number}`, 'each key once', `${show(key)} twice`);
      }
      seen.add(key);
    }
  }
}

/**
 * Where the value of a key lies in the text of an object, if it is a text, number, boolean or null.
 * @param name without the blanks around it
 */
export function valuePlace(
  text: string,
  name: string,
): readonly [start: number, end: number] | undefined {
  let depth = 0;
  let isNext = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    if (isNext) return /^[{[]/.test(token) ? undefined : [index, index + token.length];
    if (token === '{' || token === '[') depth++;
    else if (token === '}' || token === ']') depth--;
    else if (depth === 1 && token.endsWith(':')) {
      const key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
      isNext = key.trim() === name;
    }
  }
  return undefined;
}

/** Whether the text of an object has no keys. */
export function isEmptyObject(text: string): boolean {
  return /^\s*\{\s*\}\s*$/.test(text);
}

function countKeys(value: Json): number {
  if (value === null || typeof value !== 'object') return 0;
  const values = Object.values(value) as Json[];
  return values.reduce<number>(
    (sum, own) => sum + (typeof own === 'object' ? countKeys(own) : 0),
    Array.isArray(value) ? 0 : values.length,
  );
}
