import { checkInteger, SymlossError } from '../../core/index.ts';

/** How much words speak for a class against another. */
export interface TellingWords {
  /**
   * The log odds ratio of a word in texts labelled `more` and those labelled `less`, by its standard error: about normal where the
   * word says nothing, so that from 2 on it speaks for `more`. 0 for a word that was not counted.
   */
  readonly score: (word: string, more: number, less: number) => number;
  /** Share of the texts of a label that have a word. 0 for a word that was not counted; NaN for a label without texts. */
  readonly share: (word: string, label: number) => number;
}

/**
 * Counts in how many texts of each label words are. With x of the N texts of a class having the word, its log odds are
 * ln((x + ½)/(N − x + ½)), and the variance of a difference of two of them is about the sum of 1/(x + ½) + 1/(N − x + ½) (Haldane,
 * *The estimation and significance of the logarithm of a ratio of frequencies*, Annals of Human Genetics 20, 1956).
 * @param texts n texts as their words; a word counts once for a text
 * @param labels [n], 0 to k − 1
 * @param words those to count
 * @throws SymlossError for another number of texts than of labels
 * @example
 * const { score } = tellingWords([['good', 'tea'], ['bad', 'tea']], [1, 0], 2, ['good', 'tea']);
 * score('good', 1, 0) > score('tea', 1, 0); // true
 */
export function tellingWords(
  texts: Iterable<Iterable<string>>,
  labels: ArrayLike<number>,
  k: number,
  words: Iterable<string>,
): TellingWords {
  checkInteger('tellingWords k', k, { min: 2 });
  const counts = new Map(Array.from(words, (word) => [word, new Float64Array(k)]));
  const sizes = new Float64Array(k);
  let n = 0;
  for (const text of texts) {
    const label = labels[n++] as number;
    if (n > labels.length) break;
    sizes[label] = (sizes[label] as number) + 1;
    for (const word of new Set(text)) {
      const own = counts.get(word);
      if (own) own[label] = (own[label] as number) + 1;
    }
  }
  if (n !== labels.length) {
    const received = n > labels.length ? 'more' : String(n);
    throw new SymlossError('tellingWords', `${labels.length} texts, as many as labels`, received);
  }
  return {
    score(word, more, less) {
      const own = counts.get(word);
      if (own === undefined) return 0;
      let [difference, variance] = [0, 0];
      for (const [label, sign] of [[more, 1] as const, [less, -1] as const]) {
        const having = (own[label] as number) + 0.5;
        const others = (sizes[label] as number) - (own[label] as number) + 0.5;
        difference += sign * Math.log(having / others);
        variance += 1 / having + 1 / others;
      }
      return difference / Math.sqrt(variance);
    },
    share: (word, label) => (counts.get(word)?.[label] ?? 0) / (sizes[label] as number),
  };
}
