import type { Data, RecordBatch, RecordBatchReader, Schema } from 'apache-arrow';
import { SymlossError } from '../../../core/index.ts';
import { readStart } from '../shared/file-bytes.ts';
import { messages } from './messages.ts';
import type { Arrow } from './package.ts';
import { loadArrow, readError } from './package.ts';

/** A file of Arrow, or a stream of it in a file, whose record batches are read in their order. */
export class ArrowFile {
  readonly arrow: Arrow;
  readonly schema: Schema;
  readonly #path: string;
  readonly #reader: RecordBatchReader;
  readonly #content: AsyncGenerator<Uint8Array>;

  private constructor(
    path: string,
    arrow: Arrow,
    reader: RecordBatchReader,
    content: AsyncGenerator<Uint8Array>,
  ) {
    this.arrow = arrow;
    this.schema = reader.schema;
    this.#path = path;
    this.#reader = reader;
    this.#content = content;
  }

  /** @throws SymlossError if there is no such file, or it is not Arrow; where a package is not installed, with what to install */
  static async open(path: string): Promise<ArrowFile> {
    await checkStart(path);
    const arrow = await loadArrow(path);
    const content = messages(path);
    try {
      const reader: RecordBatchReader = await arrow.RecordBatchReader.from(content);
      await reader.open();
      if (reader.schema?.fields === undefined) throw new Error('no schema');
      return new ArrowFile(path, arrow, reader, content);
    } catch (cause) {
      await content.return(undefined);
      throw readError(path, cause);
    }
  }

  /** @throws SymlossError where the file cannot be read */
  async *batches(): AsyncGenerator<RecordBatch> {
    try {
      for await (const batch of this.#reader as AsyncIterable<RecordBatch>) {
        for (const data of batch.data.children) checkLength(this.arrow, data);
        yield batch;
      }
    } catch (cause) {
      throw readError(this.#path, cause);
    }
  }

  async close(): Promise<void> {
    await this.#reader.cancel();
    await this.#content.return(undefined); // the reader leaves the file open where it was not read to its end
  }
}

async function checkStart(path: string): Promise<void> {
  const { bytes, gzip } = await readStart(path, 8, 'an Arrow file');
  if (gzip) throw new SymlossError(path, 'an Arrow file as it is', 'one compressed by gzip');
  if (bytes.toString('latin1', 0, 4) !== 'FEA1') return;
  throw new SymlossError(path, 'Feather of version 2, which is Arrow', 'version 1', {
    hint: 'write it again: pyarrow.feather.write_feather(table, path)',
  });
}

/** @throws Error where a column says that it has more values than its bytes hold */
function checkLength(arrow: Arrow, data: Data): void {
  const { type, length, valueOffsets, values, children, stride } = data;
  const { DataType: of } = arrow;
  const held = (): number => {
    if (of.isNull(type)) return length;
    if (of.isStruct(type)) return Math.min(length, ...children.map((child) => child.length));
    if (of.isFixedSizeList(type)) return Math.floor((children[0]?.length ?? 0) / type.listSize);
    if (valueOffsets !== undefined && !of.isUnion(type)) return valueOffsets.length - 1;
    if (of.isBool(type)) return 8 * values.length;
    return values === undefined ? length : Math.floor(values.length / stride);
  };
  if (!(length >= 0 && held() >= length)) {
    throw new Error(`a column of ${length} values in too few bytes`);
  }
  for (const child of children) checkLength(arrow, child);
}
