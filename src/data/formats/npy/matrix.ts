import { SymlossError } from '../../../core/index.ts';
import type { RowFile } from '../../dataset.ts';
import type { RowReader } from '../../row-reader.ts';
import { readStart } from '../shared/file-bytes.ts';
import { openRowFile } from '../shared/row-file.ts';
import type { NpyHeader, NpyValues } from './array.ts';
import {
  checkNpyLength,
  decodeNpyValues,
  itemSize,
  npyHeadLength,
  parseNpyHeader,
} from './array.ts';

/** Rows are read together, up to this many bytes. */
const blockBytes = 1 << 20;

/** An array [n, d] of numbers in a .npy file, whose rows are read when they are needed. */
export class NpyMatrix {
  readonly path: string;
  readonly n: number;
  readonly d: number;
  readonly #header: NpyHeader;

  private constructor(path: string, header: NpyHeader) {
    const [n, d] = header.shape as readonly [number, number];
    this.path = path;
    this.n = n;
    this.d = d;
    this.#header = header;
  }

  /** @throws SymlossError naming the file that is missing, foreign, compressed, truncated or of another shape */
  static async open(path: string): Promise<NpyMatrix> {
    const { bytes, size, gzip } = await readStart(path, npyHeadLength, 'a .npy file');
    const header = parseNpyHeader(path, bytes);
    if (gzip) throw new SymlossError(path, 'a .npy file as it is', 'one compressed by gzip');
    checkNpyLength(path, header, size);
    const { shape } = header;
    if (shape.length === 2 && !shape.includes(0)) return new NpyMatrix(path, header);
    const expected = 'one vector per row, shape (n, d)';
    throw new SymlossError(path, expected, `shape (${shape.join(', ')})`);
  }

  /** @throws SymlossError if the file cannot be opened */
  reader(): NpyMatrixReader {
    return new NpyMatrixReader(this.path, this.#header);
  }
}

/** Reads rows of a matrix, whose file stays open until `close`. */
export class NpyMatrixReader {
  readonly #header: NpyHeader;
  readonly #rows: RowReader;
  /** Bytes of a block, which the next block overwrites. */
  #bytes = new Uint8Array();

  constructor(file: string, header: NpyHeader) {
    const [n, d] = header.shape as readonly [number, number];
    const { offset, fortranOrder } = header;
    const item = itemSize(header.dtype);
    const [rows, rowSize] = fortranOrder ? [n * d, item] : [n, d * item];
    const source: RowFile = { file, offset, stride: rowSize, rows, rowSize };
    this.#header = header;
    this.#rows = openRowFile(source);
  }

  /**
   * The rows from `start` to `end` − 1, each `[d]`. A row holds until the next is asked for.
   * @throws SymlossError if the file has become shorter or cannot be read
   */
  *rows(start: number, end: number): Generator<NpyValues> {
    const [, d] = this.#header.shape as readonly [number, number];
    const together = Math.max(1, Math.floor(blockBytes / (d * itemSize(this.#header.dtype))));
    for (let first = start; first < end; first += together) {
      const values = this.#block(first, Math.min(end, first + together));
      for (let at = 0; at < values.length; at += d) yield values.subarray(at, at + d);
    }
  }

  close(): void {
    this.#rows.close();
  }

  /** [end − start, d] */
  #block(start: number, end: number): NpyValues {
    const [n, d] = this.#header.shape as readonly [number, number];
    const rows = end - start;
    const size = rows * d * itemSize(this.#header.dtype);
    if (this.#bytes.length < size) this.#bytes = new Uint8Array(size);
    const bytes = this.#bytes.subarray(0, size);
    if (this.#header.fortranOrder) {
      const column = size / d;
      for (let j = 0; j < d; j++) {
        this.#read(j * n + start, rows, bytes.subarray(j * column, (j + 1) * column));
      }
    } else this.#read(start, rows, bytes);
    return decodeNpyValues({ ...this.#header, shape: [rows, d] }, bytes);
  }

  #read(first: number, count: number, out: Uint8Array): void {
    this.#rows.read(
      Float64Array.from({ length: count }, (_, i) => first + i),
      out,
    );
  }
}
