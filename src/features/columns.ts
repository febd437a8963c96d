import type { TermTable } from '../graph/index.ts';

/** How a column of numbers becomes numbers of about unit size; see `layer.ts` for the formulas. */
export interface ScaledColumn {
  /** Subtracted: the median, or the mean. */
  readonly center: number;
  /** What the difference is multiplied by; 0 for a column that is constant on the training rows. */
  readonly scale: number;
}

/** Amounts. */
export interface NumericColumn extends ScaledColumn {
  readonly kind: 'numeric';
  readonly name: string;
  /** Whether cells were missing among the training rows: there is an indicator then. A missing cell is the median. */
  readonly missing: boolean;
}

/** Days since 1970-01-01 in UTC, with the time of day as their fraction. */
export interface DateColumn extends ScaledColumn {
  readonly kind: 'date';
  readonly name: string;
  readonly missing: boolean;
  /** Whether there are times of day among the training rows. */
  readonly timeOfDay: boolean;
}

/** One number of a vector. */
export interface EmbeddingColumn extends ScaledColumn {
  readonly kind: 'embedding';
  readonly name: string;
}

/** Names or codes. */
export interface CategoricalColumn {
  readonly kind: 'categorical';
  readonly name: string;
  /**
   * The values that are told apart, most frequent first: texts, of which '' is a missing cell, or numbers, of which `null` is
   * one. Every other value is "other", behind the last.
   */
  readonly values: readonly string[] | readonly (number | null)[];
  /** Whether there were others among the training rows, so that the network has learnt something for them. */
  readonly other: boolean;
}

/** Texts in a language. */
export interface TextColumn {
  readonly kind: 'text';
  readonly name: string;
  /** Spellings of words, and of which word each is one, from 1. */
  readonly forms: readonly string[];
  readonly ids: readonly number[];
  /** What is counted: words, and pairs of words that follow each other. */
  readonly terms: readonly (readonly number[])[];
  /** `[terms]`, the inverse document frequency of each. */
  readonly idf: readonly number[];
  /** Character n-grams, where they are counted. */
  readonly characters?: CharacterTerms;
}

/** Character n-grams of texts: what `termCounts` takes, and the inverse document frequency of each. */
export interface CharacterTerms extends TermTable {
  readonly idf: readonly number[];
}

/** Terms of a column: words and pairs, then character n-grams. */
export function columnTerms({ terms, characters }: TextColumn): number {
  return terms.length + (characters?.terms.length ?? 0);
}

export type FittedColumn =
  | NumericColumn
  | DateColumn
  | EmbeddingColumn
  | CategoricalColumn
  | TextColumn;

/**
 * What was learnt of the columns of a table from its training rows: plain data. A row is *encoded* as float32: one number for
 * each column in the order numeric, date, embedding, categorical (the place of its value), and the weights of the terms of
 * texts (TF-IDF): ln(1 + count)·idf; those of words and those of characters are each brought to the length `textLength`. The network takes encoded rows; `featureLayer` is its first layer.
 */
export interface FeaturePipeline {
  /** In the order of the table. */
  readonly columns: readonly FittedColumn[];
}

type OfKind<K extends FittedColumn['kind']> = Extract<FittedColumn, { readonly kind: K }>;

/** The columns of a kind, in the order of the table. */
export function ofKind<K extends FittedColumn['kind']>(
  { columns }: FeaturePipeline,
  kind: K,
): OfKind<K>[] {
  return columns.filter((column): column is OfKind<K> => column.kind === kind);
}

/** Columns with one number in an encoded row, in its order. */
export function denseColumns(pipeline: FeaturePipeline): FittedColumn[] {
  const kinds = ['numeric', 'date', 'embedding', 'categorical'] as const;
  return kinds.flatMap((kind): FittedColumn[] => ofKind(pipeline, kind));
}

/** With length 1, as TF-IDF often has, texts learn too slowly beside columns of unit size. */
export const textLength = 4;

/** Terms of all texts: the last numbers of an encoded row, and the last features. */
export function termCount(pipeline: FeaturePipeline): number {
  return ofKind(pipeline, 'text').reduce((total, column) => total + columnTerms(column), 0);
}

/** Numbers of an encoded row. */
export function encodedWidth(pipeline: FeaturePipeline): number {
  return denseColumns(pipeline).length + termCount(pipeline);
}
