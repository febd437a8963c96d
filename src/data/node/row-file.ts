import { open } from 'node:fs/promises';
import { SymlossError } from '../../core/index.ts';
import type { RowFile } from '../dataset.ts';

/**
 * Reads rows from the file they lie in.
 * @param start the first row, from 0
 * @param end behind the last row, at most `rows`
 * @returns `[end − start, rowSize]`
 * @throws SymlossError of kind `failure` if the file has become shorter or can't be read
 */
export async function readFileRows(rows: RowFile, start: number, end: number): Promise<Uint8Array> {
  const { file, offset, stride, rowSize } = rows;
  if (!(start >= 0 && start <= end && end <= rows.rows)) {
    throw new SymlossError(file, `rows from 0 to ${rows.rows}`, `${start} to ${end}`);
  }
  const n = end - start;
  if (n === 0) return new Uint8Array(0);
  const span = new Uint8Array((n - 1) * stride + rowSize);
  await readAt(file, offset + start * stride, span);
  if (stride === rowSize) return span;
  const out = new Uint8Array(n * rowSize);
  for (let i = 0; i < n; i++) {
    out.set(span.subarray(i * stride, i * stride + rowSize), i * rowSize);
  }
  return out;
}

/** Fills `bytes` from a place in a file. @throws SymlossError if the file ends before */
export async function readAt(path: string, position: number, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, 'r');
    try {
      for (let done = 0; done < bytes.length; ) {
        const left = bytes.length - done;
        const { bytesRead } = await file.read(bytes, done, left, position + done);
        if (bytesRead === 0) throw new Error(`the end of the file at byte ${position + done}`);
        done += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (cause) {
    const received = cause instanceof Error ? cause.message : String(cause);
    throw new SymlossError(path, `bytes up to ${position + bytes.length}`, received, {
      kind: 'failure',
      cause,
    });
  }
}
