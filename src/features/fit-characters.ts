import type { Pieces } from '../core/index.ts';
import { compareText, finish } from '../core/index.ts';
import { isWordCharacter } from '../graph/index.ts';
import type { CharacterTerms } from './columns.ts';

/** Characters of an n-gram, the edges of a word among them. */
const [shortest, longest] = [2, 4];
/** N-grams of a column, at most. */
const mostTerms = 4096;
/** Characters and n-grams in fewer texts are not counted. */
const leastTexts = 2;
/**
 * Code units of all training texts, at most: an n-gram that is counted takes 8 bytes in each row that has it, and a text has
 * one or two for each character.
 */
const mostLength = 25_000_000;
/** Code units that they are counted in, at most: those of evenly spaced texts. */
const mostCounted = 2_000_000;

/** What stands for the edge of a word: no letter. */
const edge = ' ';

/**
 * Fits the character n-grams of a column of texts: 2 to 4 characters of a word that follow each other, its edges among them, as
 * scikit-learn's `char_wb` has them; the 4,096 that are in the most training rows, in two or more. Characters are code points.
 * One that is in a single training row counts as an edge, as one that is no letter, mark or digit does.
 * @param texts as `portableText` leaves them, with the number of training rows of each
 * @returns nothing where no n-gram is in two rows, or where the texts are longer than 25 million characters in all
 */
export function fitCharacters(texts: CountedTexts): CharacterTerms | undefined {
  return finish(fitCharactersInPieces(texts));
}

/** Texts, and how many training rows each is in. */
type CountedTexts = readonly (readonly [text: string, rows: number])[];

/** As `fitCharacters`, in pieces. */
export function* fitCharactersInPieces(texts: CountedTexts): Pieces<CharacterTerms | undefined> {
  if (lengthOf(texts, true) > mostLength) return undefined;
  const share = mostCounted / Math.max(1, lengthOf(texts, false));
  const counted = evenlySpaced(texts, Math.ceil(texts.length * share));
  const forms = yield* lettersOf(counted);
  const counts = yield* termRows(counted, forms);
  const chosen = counts
    .filter(([, rows]) => rows >= leastTexts)
    .sort(([a, x], [b, y]) => y - x || compareText(a, b))
    .slice(0, mostTerms);
  if (chosen.length === 0) return undefined;
  const n = counted.reduce((sum, [, rows]) => sum + rows, 0);
  return numbered(chosen, forms, n);
}

/** Code units of texts; @param all of those of each row, else each text once */
function lengthOf(texts: CountedTexts, all: boolean): number {
  return texts.reduce((sum, [text, rows]) => sum + text.length * (all ? rows : 1), 0);
}

function evenlySpaced<T>(values: readonly T[], most: number): readonly T[] {
  const n = values.length;
  if (n <= most) return values;
  return Array.from({ length: most }, (_, i) => values[Math.floor((i * n) / most)] as T);
}

/** The letters of two rows or more, by what they are in lower case, each with how it is written. */
function* lettersOf(texts: CountedTexts): Pieces<Map<string, Set<string>>> {
  const rowsOf = new Map<string, number>();
  const forms = new Map<string, Set<string>>();
  for (const [text, rows] of texts) {
    const own = new Set<string>();
    for (const character of new Set(text)) {
      if (!isWordCharacter(character)) continue;
      const letter = lowerCase(character);
      const known = forms.get(letter) ?? new Set(casesOf(letter));
      forms.set(letter, known.add(character));
      own.add(letter);
    }
    for (const letter of own) rowsOf.set(letter, (rowsOf.get(letter) ?? 0) + rows);
    yield;
  }
  for (const [letter, rows] of rowsOf) if (rows < leastTexts) forms.delete(letter);
  return forms;
}

/** The n-grams of some texts, and how many rows each is in. */
function* termRows(
  texts: CountedTexts,
  letters: ReadonlyMap<string, unknown>,
): Pieces<(readonly [term: string, rows: number])[]> {
  const idOf = new Map<string, number>();
  const rowsOf: number[] = [];
  const lastText: number[] = [];
  const known = new Map<string, readonly number[]>(); // words repeat
  for (const [i, [text, rows]] of texts.entries()) {
    for (const word of wordsOf(text, letters)) {
      const ids = known.get(word) ?? termsOf(word).map((term) => numberIn(idOf, term));
      known.set(word, ids);
      for (const id of ids) {
        if (lastText[id] === i) continue;
        lastText[id] = i;
        rowsOf[id] = (rowsOf[id] ?? 0) + rows;
      }
    }
    yield;
  }
  return Array.from(idOf, ([term, id]) => [term, rowsOf[id] as number]);
}

function numberIn(ids: Map<string, number>, key: string): number {
  const id = ids.get(key) ?? ids.size;
  ids.set(key, id);
  return id;
}

/** The words of a text, in lower case: letters that follow each other. */
function wordsOf(text: string, letters: ReadonlyMap<string, unknown>): string[] {
  let whole = '';
  for (const character of text) {
    const letter = lowerCase(character);
    whole += letters.has(letter) ? letter : edge;
  }
  return whole.split(edge).filter((word) => word !== '');
}

/** The n-grams of a word. */
function termsOf(word: string): string[] {
  const characters = [edge, ...word, edge];
  const terms: string[] = [];
  for (let size = shortest; size <= longest; size++) {
    for (let at = 0; at + size <= characters.length; at++) {
      terms.push(characters.slice(at, at + size).join(''));
    }
  }
  return terms;
}

/** Numbers the letters, those of the n-grams first. */
function numbered(
  chosen: readonly (readonly [string, number])[],
  letters: ReadonlyMap<string, ReadonlySet<string>>,
  n: number,
): CharacterTerms {
  const idOf = new Map([[edge, 0]]);
  const terms = chosen.map(([term]) => Array.from(term, (letter) => numberIn(idOf, letter)));
  for (const letter of letters.keys()) numberIn(idOf, letter); // the others are no edges of words
  const idOfForm = new Map<string, number>();
  for (const [letter, id] of idOf) {
    for (const form of letters.get(letter) ?? []) idOfForm.set(form, id);
  }
  return {
    forms: [...idOfForm.keys()],
    ids: [...idOfForm.values()],
    terms,
    // ln((1 + n)/(1 + df)) + 1, as of words
    idf: chosen.map(([, rows]) => Math.fround(Math.log((1 + n) / (1 + rows)) + 1)),
  };
}

/** Some letters become several in lower case: those stay as they are. */
function lowerCase(character: string): string {
  const lower = character.toLowerCase();
  return isOne(lower) ? lower : character;
}

/** A letter in lower case, and in upper case if that is one letter, and of this one only. */
function casesOf(letter: string): string[] {
  const upper = letter.toUpperCase();
  return isOne(upper) && lowerCase(upper) === letter ? [letter, upper] : [letter];
}

function isOne(character: string): boolean {
  return [...character].length === 1;
}
