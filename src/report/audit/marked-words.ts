import { tellingWords } from '../../audit/index.ts';
import { sizeOf } from '../../core/index.ts';
import type { Dataset } from '../../data/index.ts';
import { tokenize } from '../../graph/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { openRowNumbers } from '../../run/row-numbers.ts';

/** Texts that words are counted in, at most: evenly spaced rows. */
const mostTexts = 20_000;
/** A word is marked from this score on, unless most texts labelled as given have it; of a row the words of the highest scores. */
export const leastScore = 3;
const mostShare = 0.5;
const mostWords = 10;

/** Words, in lower case, that speak most for the suggested class of a row, against the one given. */
export type MarkedWords = (row: number) => ReadonlySet<string>;

/**
 * Finds the words to mark in the texts of some rows, by `tellingWords` over rows labelled with the two classes. `undefined` where
 * the data have no column of texts.
 */
export function markedWords(
  data: Dataset,
  { labels, suggested, classes }: Pick<DatasetAudit, 'labels' | 'suggested' | 'classes'>,
  rows: readonly number[],
): MarkedWords | undefined {
  const columns = (data.kinds ?? []).flatMap((kind, j) => (kind === 'text' ? [j] : []));
  if (columns.length === 0) return undefined;
  const { numbers, close } = openRowNumbers(data);
  const d = sizeOf(data.featureShape);
  const wordsOf = (row: number): string[] => {
    const values = typeof numbers === 'function' ? numbers(row) : undefined;
    return columns.flatMap((j) => {
      const value = values ? values[j] : (numbers as Float32Array)[row * d + j];
      const text = data.texts?.[j]?.[value as number];
      return text === undefined ? [] : tokenize(text).map((word) => word.toLowerCase());
    });
  };
  try {
    const own = new Map(rows.map((row) => [row, [...new Set(wordsOf(row))]]));
    const n = labels.length;
    const m = Math.min(n, mostTexts);
    const counted = Array.from({ length: m }, (_, i) => Math.floor((i * n) / m));
    const { score, share } = tellingWords(
      eachOf(counted, wordsOf),
      counted.map((row) => labels[row] as number),
      classes.length,
      new Set([...own.values()].flat()),
    );
    const marked = new Map(
      [...own].map(([row, words]) => {
        const [more, less] = [suggested[row] as number, labels[row] as number];
        const scored = words
          .map((word) => ({ word, z: score(word, more, less) }))
          .filter(({ word, z }) => z >= leastScore && share(word, less) <= mostShare)
          .sort((a, b) => b.z - a.z)
          .slice(0, mostWords);
        return [row, new Set(scored.map(({ word }) => word))];
      }),
    );
    return (row) => marked.get(row) ?? new Set();
  } finally {
    close();
  }
}

function* eachOf<T, U>(items: readonly T[], of: (item: T) => U): Generator<U> {
  for (const item of items) yield of(item);
}
