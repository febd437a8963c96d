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
export function parseLine(path: string, line: Line): JsonObject {
  const where = placeOf(path, line);
  const { text } = line;
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

/** What messages call a line. */
export function placeOf(path: string, { number }: Line): string {
  return `${path}, line ${number}`;
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
export function checkKeys(path: string, line: Line, value: JsonObject): void {
  let written = 0;
  for (const token of line.text.match(tokens) ?? []) if (token.endsWith(':')) written++;
  if (written === countKeys(value)) return;
  const seen = new Map<object, Set<string>>();
  for (const { key, object, path: parents } of keysOf(line.text)) {
    if (parents === undefined) continue; // no cell of a table
    const names = seen.get(object) ?? new Set<string>();
    if (names.has(key)) {
      const received = `${show([...parents, key].join('.'))} twice`;
      throw new SymlossError(placeOf(path, line), 'each key once', received);
    }
    seen.set(object, names.add(key));
  }
}

/**
 * Where the value of a column lies in the text of an object, if it is a text, number, boolean or null.
 * @param name without the blanks around it; of a value within objects the keys that lead to it, with dots between
 */
export function valuePlace(
  text: string,
  name: string,
): readonly [start: number, end: number] | undefined {
  for (const { key, path, value } of keysOf(text)) {
    if (path === undefined || value === undefined) continue;
    if ([...path, key].map((part) => part.trim()).join('.') === name) return value;
  }
  return undefined;
}

/** A key of an object, at whatever depth. */
interface Key {
  readonly key: string;
  /** The same for the keys of one object. */
  readonly object: object;
  /** The keys that lead to the object; `undefined` within a list. */
  readonly path: readonly string[] | undefined;
  /** Where its value lies, unless that is an object or a list. */
  readonly value: readonly [start: number, end: number] | undefined;
}

function* keysOf(text: string): Generator<Key> {
  const open: { isList: boolean; key: string; path: readonly string[] | undefined }[] = [];
  let isValue = false;
  for (const { 0: token, index } of text.matchAll(tokens)) {
    const last = open.at(-1);
    const isOpening = token === '{' || token === '[';
    if (isValue && last !== undefined) {
      const value = isOpening ? undefined : ([index, index + token.length] as const);
      yield { key: last.key, object: last, path: last.path, value };
    }
    isValue = token.endsWith(':');
    if (isOpening) {
      const within = last?.isList === false && last.path ? [...last.path, last.key] : undefined;
      open.push({ isList: token === '[', key: '', path: last === undefined ? [] : within });
    } else if (token === '}' || token === ']') open.pop();
    else if (isValue && last !== undefined) {
      last.key = JSON.parse(token.slice(0, token.lastIndexOf('"') + 1)) as string;
    }
  }
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
