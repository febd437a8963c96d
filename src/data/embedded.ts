import { invariant } from '../core/index.ts';
import type { ColumnKind, Dataset, Features } from './dataset.ts';
import type { Embedding } from './embedding.ts';
import { vectorColumns } from './embedding.ts';

/** Makes vectors as they were made for training. @throws SymlossError where the model is not there, or is another one */
export interface Embedder {
  /** @returns [texts, width], row-major, NaN for texts without a token */
  texts(embedding: Embedding, texts: readonly string[]): Promise<Float32Array>;
  /** @param images n of the shape [c, h, w]. @returns [n, width], row-major */
  images(embedding: Embedding, images: Exclude<Features, Float32Array>): Promise<Float32Array>;
  dispose(): Promise<void>;
}

/** Rows of a table in memory. */
export type TableColumns = Pick<
  Dataset,
  | 'featureShape'
  | 'columns'
  | 'kinds'
  | 'texts'
  | 'dayFirst'
  | 'wordsOnly'
  | 'numberStyles'
  | 'missingTexts'
> & { readonly features: Float32Array };

/**
 * A table whose column of texts is replaced by their vectors, in its place.
 * @param at place of the column
 * @param vectors [texts, width], row-major, one for each distinct text
 */
export function textsAsVectors<T extends TableColumns>(
  table: T,
  at: number,
  vectors: Float32Array,
  width: number,
): T {
  const [d] = table.featureShape as [number];
  const name = table.columns?.[at];
  const texts = table.texts?.[at];
  invariant(name !== undefined && texts !== undefined, 'a column without a name, or not of texts');
  const n = table.features.length / d;
  const wide = d - 1 + width;
  const features = new Float32Array(n * wide);
  for (let row = 0; row < n; row++) {
    const own = table.features.subarray(row * d, (row + 1) * d);
    const out = features.subarray(row * wide, (row + 1) * wide);
    const text = own[at] as number;
    out.set(own.subarray(0, at));
    if (Number.isNaN(text)) out.fill(Number.NaN, at, at + width);
    else out.set(vectors.subarray(text * width, (text + 1) * width), at);
    out.set(own.subarray(at + 1), at + width);
  }
  const spliced = <V>(values: readonly V[], more: readonly V[]): V[] => [
    ...values.slice(0, at),
    ...more,
    ...values.slice(at + 1),
  ];
  const repeated = <V>(value: V): V[] => Array.from({ length: width }, () => value);
  const { kinds, dayFirst, wordsOnly, numberStyles, missingTexts } = table;
  return {
    ...table,
    features,
    featureShape: [wide],
    columns: spliced(table.columns as readonly string[], vectorColumns(name, width)),
    kinds: spliced(
      kinds ?? Array.from({ length: d }, (): ColumnKind => 'numeric'),
      repeated('embedding' as const),
    ),
    texts: spliced(table.texts as NonNullable<T['texts']>, repeated(undefined)),
    ...(dayFirst && { dayFirst: spliced(dayFirst, repeated(undefined)) }),
    ...(wordsOnly && { wordsOnly: spliced(wordsOnly, repeated(false)) }),
    ...(numberStyles && { numberStyles: spliced(numberStyles, repeated(undefined)) }),
    ...(missingTexts && { missingTexts: spliced(missingTexts, repeated(undefined)) }),
  };
}

/** The columns of a model with each vector that was made of a column of texts as that column, `text`. */
export function columnsBeforeEmbedding<
  C extends { readonly name: string; readonly kind: ColumnKind },
>(columns: readonly C[], embeddings: readonly Embedding[]): (C | { name: string; kind: 'text' })[] {
  const made = new Map(
    embeddings.flatMap(({ column, of, width }) =>
      of === 'text'
        ? vectorColumns(column, width).map((name, i) => [name, { column, i }] as const)
        : [],
    ),
  );
  return columns.flatMap((own): (C | { name: string; kind: 'text' })[] => {
    const of = own.kind === 'embedding' ? made.get(own.name) : undefined;
    if (of === undefined) return [own];
    return of.i === 0 ? [{ name: of.column, kind: 'text' }] : [];
  });
}
