import { show } from './checks.ts';
import { closest } from './closest.ts';
import { SymlossError } from './errors.ts';

/**
 * Checks the names of fields, for callers in plain JavaScript.
 * @throws SymlossError naming a field that is not among `known`, and the most similar one that is
 */
export function checkFields(where: string, given: object, known: readonly string[]): void {
  if (typeof given !== 'object' || given === null) {
    throw new SymlossError(where, 'an object', show(given));
  }
  const wrong = Object.keys(given).find((name) => !known.includes(name));
  if (wrong === undefined) return;
  const similar = closest(wrong, known);
  throw new SymlossError(where, `fields among ${known.join(', ')}`, show(wrong), {
    hint: similar === undefined ? undefined : `did you mean ${show(similar)}?`,
  });
}
