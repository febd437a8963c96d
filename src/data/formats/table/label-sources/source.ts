import type { Dataset } from '../../../dataset.ts';
import type { Column } from '../column.ts';

/** Where the labels of a table come from: which columns, and what is made of them. */
export interface LabelSource {
  /** Indices of the columns that are read. */
  readonly columns: readonly number[];
  /** Those of them that are nothing else: the true labels among them, but not what tells items apart. */
  readonly own: readonly number[];
  /**
   * Takes the columns when they are read.
   * @param mayDrop whether rows without a label may be left out; they are errors otherwise
   * @throws SymlossError naming the first cell that is in the way
   */
  readonly take: (columns: readonly Column[], mayDrop: boolean) => TakenLabels;
}

/** Labels of all rows of a table, before it is known which rows stay. */
export interface TakenLabels {
  /** Whether a row, from 0, has its label. */
  readonly isFilled: (row: number) => boolean;
  /**
   * The labels of rows that stay.
   * @param kept rows of the table, from 0, ascending, which have their labels
   * @throws SymlossError if there are fewer than two classes, or almost as many as rows
   */
  readonly of: (kept: Uint32Array) => RowLabels;
}

export interface RowLabels
  extends Pick<Dataset, 'labels' | 'trueLabels' | 'softLabels' | 'annotations' | 'classes'> {
  /** The rows that the labels are of, where they are fewer than those kept: of each item the first. */
  readonly rows?: Uint32Array;
  /** What was found, one plain line each. */
  readonly notices: readonly string[];
}
