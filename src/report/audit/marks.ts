import { tellingWords } from '../../audit/index.ts';
import { quantile, sizeOf } from '../../core/index.ts';
import type { Dataset } from '../../data/index.ts';
import { squareShape } from '../../data/index.ts';
import { tokenize } from '../../graph/index.ts';
import type { DatasetAudit } from '../../run/index.ts';
import { openRowNumbers } from '../../run/row-numbers.ts';

/** Rows that words and values are counted in, at most: evenly spaced ones; columns, the first ones. */
const [mostCounted, mostColumns] = [20_000, 200];
/** Numbers and dates are counted by parts of their range that have equally many rows. */
const parts = 10;
/** A word or value is marked from this score on, unless most rows labelled as given have it; of a row those of the highest scores. */
export const leastScore = 3;
const mostShare = 0.5;
const mostMarks = 10;

/** What speaks most for the suggested class of a row, against the one given. */
export interface RowMarks {
  /** Words of its texts, in lower case. */
  readonly words: ReadonlySet<string>;
  /** Names of columns whose value speaks for it. */
  readonly columns: ReadonlySet<string>;
}

/** Something that rows have or do not have: a word, or a value of a column. */
interface Trait {
  readonly column?: string;
  readonly word?: string;
}

/**
 * Finds the words and values to mark in some rows, by `tellingWords` over rows labelled with the two classes. A value of numbers or
 * dates is the tenth of the rows that it is in. `undefined` where the data are no table, or are shown as images.
 */
export function rowMarks(
  data: Dataset,
  { labels, suggested, classes }: Pick<DatasetAudit, 'labels' | 'suggested' | 'classes'>,
  rows: readonly number[],
): ((row: number) => RowMarks | undefined) | undefined {
  const { columns } = data;
  if (columns === undefined || squareShape(data) !== undefined) return undefined;
  const { numbers, close } = openRowNumbers(data);
  const d = sizeOf(data.featureShape);
  const valuesOf = (row: number): ArrayLike<number> =>
    typeof numbers === 'function' ? numbers(row) : numbers.subarray(row * d, (row + 1) * d);
  try {
    const n = labels.length;
    const m = Math.min(n, mostCounted);
    const counted = Array.from({ length: m }, (_, i) => Math.floor((i * n) / m));
    const traits = new Map<string, Trait>();
    const readers = traitReaders(data, counted, valuesOf, traits);
    const traitsOf = (row: number): string[] => {
      const values = valuesOf(row);
      return readers.flatMap((read) => read(values));
    };
    const own = new Map(rows.map((row) => [row, [...new Set(traitsOf(row))]]));
    const { score, share } = tellingWords(
      eachOf(counted, traitsOf),
      counted.map((row) => labels[row] as number),
      classes.length,
      new Set([...own.values()].flat()),
    );
    const marks = new Map(
      [...own].map(([row, keys]) => {
        const [more, less] = [suggested[row] as number, labels[row] as number];
        const scored = keys
          .map((key) => ({ key, z: score(key, more, less) }))
          .filter(({ key, z }) => z >= leastScore && share(key, less) <= mostShare)
          .sort((a, b) => b.z - a.z)
          .slice(0, mostMarks)
          .map(({ key }) => traits.get(key) as Trait);
        return [row, marksOf(scored)];
      }),
    );
    return (row) => marks.get(row);
  } finally {
    close();
  }
}

function marksOf(traits: readonly Trait[]): RowMarks {
  const some = (of: (trait: Trait) => string | undefined) =>
    new Set(traits.map(of).filter((name) => name !== undefined));
  return { words: some(({ word }) => word), columns: some(({ column }) => column) };
}

/** For each column what a row has in it, as keys of `traits`, which gets them. Vectors of embeddings have nothing. */
function traitReaders(
  { columns = [], kinds = [], texts = [] }: Dataset,
  counted: readonly number[],
  valuesOf: (row: number) => ArrayLike<number>,
  traits: Map<string, Trait>,
): ((values: ArrayLike<number>) => string[])[] {
  const keyOf = (key: string, trait: Trait) => {
    traits.set(key, trait);
    return key;
  };
  const shown = [...columns.keys()].filter((j) => kinds[j] !== 'embedding').slice(0, mostColumns);
  return shown.map((j) => {
    const column = columns[j] as string;
    if (kinds[j] === 'text') {
      return (values) =>
        tokenize(texts[j]?.[values[j] as number] ?? '').map((word) => {
          const lower = word.toLowerCase();
          return keyOf(`word ${lower}`, { word: lower });
        });
    }
    const partOf =
      texts[j] === undefined
        ? quantileParts(counted.map((row) => valuesOf(row)[j] as number))
        : (value: number) => value;
    return (values) => {
      const value = values[j] as number;
      return [keyOf(`value ${j} ${Number.isNaN(value) ? '' : partOf(value)}`, { column })];
    };
  });
}

/** The number of the part that a value is in. */
function quantileParts(values: readonly number[]): (value: number) => number {
  const sorted = Float64Array.from(values.filter((value) => !Number.isNaN(value))).sort();
  const bounds = Array.from({ length: parts - 1 }, (_, i) => quantile(sorted, (i + 1) / parts));
  return (value) => bounds.filter((bound) => bound <= value).length;
}

function* eachOf<T, U>(items: readonly T[], of: (item: T) => U): Generator<U> {
  for (const item of items) yield of(item);
}
