import type { Pieces } from '../core/index.ts';
import { compareText, portableText } from '../core/index.ts';
import { tokenize } from '../graph/index.ts';
import type { TextColumn } from './columns.ts';
import { fitCharactersInPieces } from './fit-characters.ts';

/** Terms of a column, at most. */
const mostTerms = 4096;
/** Words and pairs in fewer texts are not counted. */
const leastTexts = 2;
/** Distinct words and pairs that are looked at while counting; beyond, those that were in one text only are forgotten. */
const mostCandidates = 1_000_000;

/**
 * Fits a column of texts: the words and the pairs of neighbouring words that are in two training rows or more, the 4,096 that
 * are in the most. A word's spellings are its lower case, upper case and capitalised forms, and those among the training rows.
 * Beside them character n-grams, by `fitCharacters`, unless the texts are so long that the weights would take much memory. In pieces.
 * @param values places in `texts`; NaN where missing
 */
export function* fitText(
  name: string,
  values: Float32Array,
  texts: readonly string[],
  wordsOnly: boolean,
): Pieces<TextColumn> {
  const rowsOf = new Map<number, number>(); // of each text
  for (const value of values) {
    if (!Number.isNaN(value)) rowsOf.set(value, (rowsOf.get(value) ?? 0) + 1);
  }
  const counts = new Map<string, number>();
  const forms = new Map<string, Set<string>>();
  const given = [...rowsOf].map(
    ([text, rows]) => [portableText(texts[text] as string), rows] as const,
  );
  for (const [text, rows] of given) {
    const terms = new Set<string>();
    let before = '';
    for (const token of tokenize(text)) {
      const word = token.toLowerCase();
      const own = forms.get(word) ?? new Set(casesOf(word));
      forms.set(word, own.add(token));
      terms.add(word);
      if (before !== '') terms.add(`${before} ${word}`);
      before = word;
    }
    for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + rows);
    if (counts.size > mostCandidates) forget(counts);
    yield;
  }
  const chosen = [...counts]
    .filter(([, rows]) => rows >= leastTexts)
    .sort(([a, x], [b, y]) => y - x || compareText(a, b))
    .slice(0, mostTerms);
  const characters = wordsOnly ? undefined : yield* fitCharactersInPieces(given);
  return {
    ...{ kind: 'text', name },
    ...termsOf(chosen, forms, values.length),
    ...(characters && { characters }),
  };
}

function forget(counts: Map<string, number>): void {
  for (const [term, rows] of counts) if (rows < leastTexts) counts.delete(term);
}

/** Some letters become several in upper case, or other characters than letters: such a form is left out. */
function casesOf(word: string): string[] {
  const [first = ''] = word;
  const forms = [word, word.toUpperCase(), first.toUpperCase() + word.slice(first.length)];
  return forms.filter((form) => tokenize(form)[0] === form);
}

/**
 * Numbers the words, those of the pairs among them.
 * @param chosen terms with the number of rows that they are in
 * @param n training rows
 */
function termsOf(
  chosen: readonly (readonly [string, number])[],
  formsOf: ReadonlyMap<string, ReadonlySet<string>>,
  n: number,
): Omit<TextColumn, 'kind' | 'name'> {
  const idOf = new Map<string, number>();
  const terms = chosen.map(([term]) =>
    term.split(' ').map((word) => {
      const id = idOf.get(word) ?? idOf.size + 1;
      idOf.set(word, id);
      return id;
    }),
  );
  const idOfForm = new Map<string, number>();
  for (const [word, id] of idOf) {
    for (const form of formsOf.get(word) as ReadonlySet<string>) {
      if (!idOfForm.has(form)) idOfForm.set(form, id);
    }
  }
  return {
    forms: [...idOfForm.keys()],
    ids: [...idOfForm.values()],
    terms,
    // ln((1 + n)/(1 + df)) + 1, as in scikit-learn's TfidfTransformer with smooth_idf
    idf: chosen.map(([, rows]) => Math.fround(Math.log((1 + n) / (1 + rows)) + 1)),
  };
}
