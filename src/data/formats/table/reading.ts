import type { ColumnKind } from '../../dataset.ts';
import type { DateOrder } from '../../dates.ts';
import type { NumberStyle } from '../../numbers.ts';

/** Why a column is not among the features. */
export type LeftOut = 'empty' | 'constant' | 'id-like';

/** A text among numbers or dates, and how many cells hold it and others like it. */
export interface Odd {
  readonly text: string;
  /** From 0. */
  readonly row: number;
  /** Cells of all such texts. */
  readonly cells: number;
}

/** How a column is read. */
export interface Reading {
  readonly kind: ColumnKind;
  /** Why it is to be left out, unless it was asked for. */
  readonly leftOut?: LeftOut;
  /** Of a column held as texts: the number that each stands for, NaN for a missing cell. */
  readonly values?: Float64Array;
  /** Distinct values that are filled, where they are known. */
  readonly distinct?: number;
  /** Texts that are read as missing cells, since the others are numbers or dates. */
  readonly odd?: Odd | undefined;
  /** Of a column of texts most of whose cells are numbers or dates: how many cells are none. */
  readonly mixed?: { readonly with: 'numbers' | 'dates'; readonly others: number } | undefined;
  /** The first number that is infinite in float32. */
  readonly infinite?: Odd | undefined;
  /** Of texts that are numbers in several units, these. */
  readonly units?: readonly string[] | undefined;
  /** Of texts that are all in single quotes, one of them. */
  readonly quoted?: string | undefined;
  /** Of texts that are two numbers each, one of them. */
  readonly pair?: string | undefined;
  /** How numbers or dates are written, for a notice: `5% is 0.05`. */
  readonly written?: string | undefined;
  /** What a comma in a number is. Default: `none`. */
  readonly comma?: NumberStyle['comma'];
  /** The unit of its numbers: see `NumberStyle`. */
  readonly unit?: string | undefined;
  /** Of dates such as 03/04/2024. */
  readonly order?: DateOrder;
  /** No cell says which of two orders it is. */
  readonly isGuessed?: boolean;
}
