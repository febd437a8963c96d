import { closeSync, readSync } from 'node:fs';
import { SymlossError } from '../../../core/index.ts';
import { openFileSync, reasonOf } from '../../../io/index.ts';
import type { RowFile } from '../../dataset.ts';
import type { OpenRows, RowReader } from '../../row-reader.ts';
import { memoryRows } from '../../row-reader.ts';

/** Neighbouring rows are read together, up to this many bytes. */
const blockBytes = 1 << 20;

/** A reader of rows in memory or in a file. @throws SymlossError if the file cannot be opened */
export const openRows: OpenRows = (source, rowSize) =>
  source instanceof Uint8Array ? memoryRows(source, rowSize) : openRowFile(source);

/**
 * A reader of the rows of a file, which stays open until `close`. Rows that follow each other are
 * read at once.
 * @throws SymlossError if the file cannot be opened; `read` throws one if a row is out of range or
 * the file ends too early
 */
export function openRowFile(source: RowFile): RowReader {
  const { file, offset, stride, rows: n, rowSize } = source;
  const handle = attempt(file, () => openFileSync(file));
  const perBlock = Math.max(1, Math.floor(blockBytes / stride));
  let scratch = new Uint8Array();
  /** Reads `count` rows from `first` on to their place in `out`. */
  const readRun = (first: number, count: number, out: Uint8Array): void => {
    const isDense = stride === rowSize;
    const size = (count - 1) * stride + rowSize;
    if (!isDense && scratch.length < size) scratch = new Uint8Array(size);
    const block = isDense ? out : scratch;
    let filled = 0;
    while (filled < size) {
      const place = { offset: filled, length: size - filled };
      const position = offset + first * stride + filled;
      const got = attempt(file, () => readSync(handle, block, { ...place, position }));
      if (got === 0) {
        const row = first + Math.floor(filled / stride);
        throw new SymlossError(`${file}, row ${row}`, `${rowSize} bytes`, 'the end of the file', {
          kind: 'failure',
        });
      }
      filled += got;
    }
    if (isDense) return;
    for (let i = 0; i < count; i++) {
      out.set(block.subarray(i * stride, i * stride + rowSize), i * rowSize);
    }
  };
  return {
    rows: n,
    rowSize,
    read(rows, out) {
      for (let i = 0; i < rows.length; ) {
        const first = rows[i] as number;
        let count = 1;
        while (count < perBlock && rows[i + count] === first + count) count++;
        if (!(Number.isInteger(first) && first >= 0 && first + count <= n)) {
          const row = first >= 0 && first < n && count > 1 ? n : first;
          throw new SymlossError(file, `row indices from 0 to ${n - 1}`, String(row));
        }
        readRun(first, count, out.subarray(i * rowSize, (i + count) * rowSize));
        i += count;
      }
    },
    close: () => closeSync(handle),
  };
}

function attempt<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    const expected = 'a readable file of rows';
    throw new SymlossError(file, expected, reasonOf(cause), { kind: 'failure', cause });
  }
}

/**
 * Reads rows that follow each other.
 * @param start the first row, from 0
 * @param end behind the last row, at most `rows`
 * @returns `[end − start, rowSize]`
 * @throws SymlossError if the file has become shorter or cannot be read
 */
export function readFileRows(source: RowFile, start: number, end: number): Uint8Array {
  const reader = openRowFile(source);
  try {
    const out = new Uint8Array(Math.max(0, end - start) * source.rowSize);
    reader.read(
      Uint32Array.from({ length: Math.max(0, end - start) }, (_, i) => start + i),
      out,
    );
    return out;
  } finally {
    reader.close();
  }
}
