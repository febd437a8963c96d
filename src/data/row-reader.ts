import { internalError } from '../core/index.ts';
import type { RowFile } from './dataset.ts';
import { gatherRows } from './gather.ts';

/** Reads rows of bytes by their index, wherever they lie. */
export interface RowReader {
  /** Rows there are, n. */
  readonly rows: number;
  /** Bytes of a row. */
  readonly rowSize: number;
  /**
   * Copies rows into `out`, `[rows.length, rowSize]`, in the given order.
   * @throws SymlossError if a row is out of range or cannot be read
   */
  read(rows: ArrayLike<number>, out: Uint8Array): void;
  /** Lets go of what it holds; it cannot read afterwards. */
  close(): void;
}

/** Makes a reader of rows in memory or, where there are files, in a file. */
export type OpenRows = (source: Uint8Array | RowFile, rowSize: number) => RowReader;

/** A reader of rows in memory, for use where there are no files. */
export const memoryRows: OpenRows = (source, rowSize) => {
  if (!(source instanceof Uint8Array)) throw internalError(`no reader for ${source.file}`);
  return {
    rows: source.length / rowSize,
    rowSize,
    read(rows, out) {
      gatherRows(source, rowSize, rows, out);
    },
    close: () => {},
  };
};
