import type { TermTable } from '../op.ts';

/** The id of the edge of a word: of every character that is no form, and of both ends of the text. */
export const edge = 0;

/** Characters of an n-gram, at most. */
export const mostCharacters = 8;

/** Each character of a text is a match of this regular expression, as those of `tokenPattern` are its tokens. */
export const characterPattern = '[\u0001-\u{10ffff}]';

/**
 * Finds the character n-grams of a text, for those who count them sparsely: what the op `termCounts` gives behind the words.
 * The text is read by code points; a character that is no form is the edge of a word, as both ends of the text are.
 * @returns a function that calls `found` with the place of an n-gram in `terms` each time that it occurs
 */
export function characterFinder({
  forms,
  ids,
  terms,
}: TermTable): (text: string, found: (term: number) => void) => void {
  const idOf = new Map(forms.map((form, i) => [form, ids[i] as number]));
  // a tree: the node that a node and the next character lead to, and the place of the term that ends in a node
  const width = ids.reduce((most, id) => Math.max(most, id), edge) + 1;
  const next = new Map<number, number>();
  const placeAt: (number | undefined)[] = [undefined];
  for (const [place, term] of terms.entries()) {
    let node = 0;
    for (const id of term) {
      const key = node * width + id;
      let to = next.get(key);
      if (to === undefined) {
        to = placeAt.length;
        next.set(key, to);
        placeAt.push(undefined);
      }
      node = to;
    }
    placeAt[node] = place;
  }
  return (text, found) => {
    const read = [edge];
    for (const character of text) read.push(idOf.get(character) ?? edge);
    read.push(edge);
    for (let start = 0; start < read.length; start++) {
      let node: number | undefined = 0;
      for (let at = start; at < read.length; at++) {
        node = next.get((node as number) * width + (read[at] as number));
        if (node === undefined) break;
        const place = placeAt[node];
        if (place !== undefined) found(place);
      }
    }
  };
}
