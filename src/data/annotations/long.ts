import { noLabel } from '../../audit/index.ts';
import { field, SymlossError } from '../../core/index.ts';

/** More labels than that, those that are not there among them, are a table of 2 GiB. */
const mostLabels = 2 ** 29;

export interface LongOptions {
  /** Number of annotators. */
  readonly m: number;
  /** Bytes that the labels may take. */
  readonly memoryLimit: number;
  /** What messages call a row, from 0. */
  readonly placeOf: (row: number) => string;
}

/** Labels of items, one a row, as tables in the long form have them. */
export interface LongLabels {
  /** Number of the item of each row, from 0 in the order in which they come up. [rows] */
  readonly items: Int32Array;
  /** Number of the annotator, from 0. [rows] */
  readonly annotators: Int32Array;
  /** The label, −1 for none. [rows] */
  readonly labels: Int32Array;
}

/**
 * Labels that lie one below the other as one row per item.
 * @returns the first row of each item, and the labels [items, m]
 * @throws SymlossError naming the row in which an annotator gives an item another label than before, and where there are so
 * many items and annotators that the labels exceed the memory limit
 */
export function labelsByItem(
  where: string,
  { items, annotators, labels }: LongLabels,
  { m, memoryLimit, placeOf }: LongOptions,
): { firstRows: Uint32Array; labels: Int32Array } {
  const n = items.reduce((most, item) => Math.max(most, item), -1) + 1;
  const most = Math.min(mostLabels, Math.floor(memoryLimit / Int32Array.BYTES_PER_ELEMENT));
  if (n * m > most) {
    const expected = `at most ${most.toLocaleString('en-US')} items times annotators`;
    throw new SymlossError(where, expected, `${n} items of ${m} annotators`, {
      hint:
        most < mostLabels
          ? `raise the memory limit (${field('memoryLimit')}), or take a part of the rows`
          : 'take a part of the rows',
    });
  }
  const firstRows = new Uint32Array(n);
  const seen = new Uint8Array(n);
  const wide = new Int32Array(n * m).fill(noLabel);
  for (let row = 0; row < items.length; row++) {
    const item = items[row] as number;
    if (seen[item] === 0) {
      seen[item] = 1;
      firstRows[item] = row;
    }
    const cell = item * m + (annotators[row] as number);
    const label = labels[row] as number;
    if (label === noLabel) continue;
    if (wide[cell] !== noLabel && wide[cell] !== label) {
      const expected = 'the label that this annotator gave the item before, or none';
      throw new SymlossError(placeOf(row), expected, 'another one', {
        hint: 'keep one of the two rows',
      });
    }
    wide[cell] = label;
  }
  return { firstRows, labels: wide };
}
