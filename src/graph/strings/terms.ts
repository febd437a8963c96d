import type { OpAttrs } from '../op.ts';
import { characterFinder } from './characters.ts';
import { idLimit } from './table.ts';
import { tokenize } from './tokenize.ts';

/**
 * Finds the terms of a text, for those who count them sparsely: the counts that the op `termCounts` gives as a row.
 * @returns a function that calls `found` with the place of a term each time that the term occurs: words and pairs in `terms`, then
 *   those of characters
 */
export function termFinder({
  forms,
  ids,
  terms,
  characters,
}: OpAttrs['termCounts']): (text: string, found: (term: number) => void) => void {
  const findCharacters = characters && characterFinder(characters);
  const idOf = new Map(forms.map((form, i) => [form, ids[i] as number]));
  const places = new Map(terms.map((term, place) => [keyOf(term), place]));
  const hasPairs = terms.some((term) => term.length === 2);
  return (text, found) => {
    let previous = 0;
    for (const token of tokenize(text)) {
      const id = idOf.get(token) ?? 0;
      if (id !== 0) {
        const single = places.get(id);
        if (single !== undefined) found(single);
        const pair = hasPairs && previous !== 0 ? places.get(pairKey(previous, id)) : undefined;
        if (pair !== undefined) found(pair);
      }
      previous = id;
    }
    findCharacters?.(text, (term) => found(terms.length + term));
  };
}

/** A number for a term, the same for equal ones only. */
function keyOf([first, second]: readonly number[]): number {
  return second === undefined ? (first as number) : pairKey(first as number, second);
}

function pairKey(first: number, second: number): number {
  return first * idLimit + second;
}
