import type { RowNumbers } from '../audit/index.ts';
import { sizeOf } from '../core/index.ts';
import { openRowFile } from '../data/formats/index.ts';
import type { Dataset, RowFile } from '../data/index.ts';
import { areNumbers, isRowFile } from '../data/index.ts';

/** The numbers of a dataset's rows, wherever they lie. */
export interface OpenRowNumbers {
  readonly numbers: RowNumbers;
  /** Lets go of a file. */
  readonly close: () => void;
}

/** Rows of a file that are read at once where they are read one after the other. */
const blockRows = 256;

/** @throws SymlossError if rows lie in a file that cannot be read */
export function openRowNumbers(data: Dataset): OpenRowNumbers {
  const { features } = data;
  return isRowFile(features)
    ? fileNumbers(features, areNumbers(features))
    : { numbers: features, close: () => {} };
}

function fileNumbers(file: RowFile, isFloat: boolean): OpenRowNumbers {
  const reader = openRowFile(file);
  const { rowSize } = file;
  const block = new Uint8Array(blockRows * rowSize); // a buffer of its own, so that numbers are aligned
  let [start, end] = [0, 0];
  const numbers = (row: number): ArrayLike<number> => {
    if (row < start || row >= end) {
      const count = row === end ? Math.min(blockRows, file.rows - row) : 1;
      const rows = Uint32Array.from({ length: count }, (_, i) => row + i);
      reader.read(rows, block.subarray(0, count * rowSize));
      [start, end] = [row, row + count];
    }
    const from = (row - start) * rowSize;
    return isFloat
      ? new Float32Array(block.buffer, from, rowSize / 4)
      : block.subarray(from, from + rowSize);
  };
  return { numbers, close: () => reader.close() };
}

/**
 * The rows of a test part with their texts numbered as those of the data, so that numbers can be compared: both list texts in
 * the order in which they met them. A text that the data do not have gets a negative number.
 */
export function numberedAs(data: Dataset, test: Dataset, numbers: RowNumbers): RowNumbers {
  const d = sizeOf(test.featureShape);
  const places = (test.texts ?? []).map((own, j) => own && placesOf(own, data.texts?.[j] ?? []));
  if (places.every((own) => own === undefined)) return numbers;
  const rowOf =
    typeof numbers === 'function'
      ? numbers
      : (row: number) => numbers.subarray(row * d, (row + 1) * d);
  const renumbered = new Float64Array(d);
  return (row) => {
    renumbered.set(rowOf(row));
    for (const [j, own] of places.entries()) {
      const value = renumbered[j] as number;
      if (own && !Number.isNaN(value)) renumbered[j] = own[value] as number;
    }
    return renumbered;
  };
}

function placesOf(texts: readonly string[], others: readonly string[]): number[] {
  const known = new Map(others.map((text, i) => [text, i]));
  return texts.map((text, i) => known.get(text) ?? -1 - i);
}
