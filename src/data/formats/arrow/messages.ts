import { fileContent, fileSize } from '../shared/file-bytes.ts';

/** What a file begins with, and the bytes up to its first message; a stream begins with that. */
const fileMark = 'ARROW1';
const markBytes = 8;
/** At the end of a file: the length of what is before it, and the mark. */
const endBytes = 10;
/** Stands before the length of a message since Arrow 0.15. */
const continuation = -1;

/** Kinds of messages whose lists are checked. */
const kinds = { schema: 1, dictionary: 2, batch: 3 } as const;
/** Bytes of an entry: of a list of tables its place, of other lists all of it. */
const entry = { table: 4, node: 16, block: 24 };

/**
 * The messages of a file of Arrow, or of a stream, without what lies around them in a file, as bytes in pieces. What they say of
 * their lengths is checked: apache-arrow does not end, or takes all memory, where a damaged file has a wrong one.
 * @throws Error where a message does not fit its bytes
 */
export async function* messages(path: string): AsyncGenerator<Uint8Array> {
  const bytes = new Bytes(fileContent(path, { gzip: false }));
  let isFile = false;
  if ((await bytes.peek(fileMark.length)).toString('latin1') === fileMark) {
    await bytes.take(markBytes);
    isFile = true;
  }
  try {
    for (;;) {
      const head = [await bytes.take(4)];
      if ((head[0] as Buffer).length < 4) return;
      if ((head[0] as Buffer).readInt32LE(0) === continuation) head.push(await bytes.take(4));
      const last = head.at(-1) as Buffer;
      const length = last.length < 4 ? -1 : last.readInt32LE(0);
      if (length === 0) {
        if (isFile) yield* framed(await schemaOf(path)); // there are no rows
        return; // the end of a file may follow
      }
      const metadata = length < 0 ? Buffer.alloc(0) : await bytes.take(length);
      if (length < 0 || metadata.length < length) throw new Error(`a message of ${length} bytes`);
      const { kind, body } = look(metadata);
      // some programs write what the columns are at the end of a file only
      if (isFile && kind !== kinds.schema) yield* framed(await schemaOf(path));
      isFile = false;
      yield* head;
      yield metadata;
      let left = body;
      for await (const piece of bytes.pieces(body)) {
        left -= piece.length;
        yield piece;
      }
      if (left > 0) throw new Error(`a message that lacks ${left} bytes`);
    }
  } finally {
    await bytes.close();
  }
}

/** A message without a body. */
function* framed(metadata: Uint8Array): Generator<Uint8Array> {
  const head = Buffer.alloc(8);
  head.writeInt32LE(continuation, 0);
  head.writeInt32LE(metadata.length, 4);
  yield head;
  yield metadata;
}

/** The message that says what the columns of a file are, from its end. @throws Error where there is none */
async function schemaOf(path: string): Promise<Uint8Array> {
  const end = (await fileSize(path)) - endBytes;
  const part = async (start: number, stop: number) => {
    const read = new Bytes(
      fileContent(path, { gzip: false, start: Math.max(0, start), end: stop }),
    );
    return read.take(stop - start).finally(() => read.close());
  };
  const last = end < 0 ? Buffer.alloc(0) : await part(end, end + endBytes);
  const length = last.toString('latin1', 4) === fileMark ? last.readInt32LE(0) : 0;
  if (length <= 0 || length > end) throw new Error('no end of an Arrow file');
  const footer = await part(end - length, end);
  checked(() => {
    const table = new FlatTable(footer);
    checkFields(table.table(1), 1, 2, { left: length });
    for (const list of [2, 3]) table.list(list, entry.block);
    table.list(4, entry.table);
  });
  const { Footer } = await import('apache-arrow/ipc/metadata/file');
  const { Message } = await import('apache-arrow/ipc/metadata/message');
  return Message.encode(Message.from(Footer.decode(footer).schema));
}

/** What a message is, and how many bytes are behind it, after a look at its lists. @throws Error for lists that do not fit it */
function look(metadata: Buffer): { readonly kind: number; readonly body: number } {
  return checked(() => {
    const table = new FlatTable(metadata);
    const [kind, header, body] = [table.byte(1), table.table(2), table.long(3)];
    if (kind === kinds.schema) checkFields(header, 1, 2, { left: metadata.length });
    if (kind === kinds.batch) checkBatch(header);
    if (kind === kinds.dictionary) checkBatch(header?.table(1));
    if (body < 0) throw new RangeError('less than nothing');
    return { kind, body };
  });
}

/** @throws Error that says so where a place is beyond the bytes */
function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof RangeError) throw new Error('a damaged message', { cause });
    throw cause;
  }
}

function checkBatch(batch: FlatTable | undefined): void {
  for (const list of [1, 2]) batch?.list(list, entry.node);
}

/** @param own places of the list of fields and of the notes in the table @param budget fields that there may be in all */
function checkFields(
  table: FlatTable | undefined,
  own: number,
  notes: number,
  budget: { left: number },
): void {
  table?.list(notes, entry.table);
  for (const field of table?.tables(own) ?? []) {
    if (--budget.left < 0) throw new RangeError('more fields than bytes');
    checkFields(field, 5, 6, budget);
  }
}

/** A table of a flatbuffer. Reading beyond the bytes is a RangeError. */
class FlatTable {
  readonly #view: DataView;
  readonly #at: number;

  constructor(bytes: Uint8Array, at?: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#at = at ?? this.#view.getUint32(0, true);
  }

  byte(slot: number): number {
    const at = this.#place(slot);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  long(slot: number): number {
    const at = this.#place(slot);
    return at === undefined ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#place(slot);
    return at === undefined ? undefined : this.#tableAt(at);
  }

  /** The tables of a list. */
  *tables(slot: number): Generator<FlatTable> {
    const { start, length } = this.list(slot, entry.table);
    for (let i = 0; i < length; i++) yield this.#tableAt(start + entry.table * i);
  }

  /** Where a list is. @throws RangeError where its entries are beyond the bytes */
  list(slot: number, size: number): { readonly start: number; readonly length: number } {
    const at = this.#place(slot);
    if (at === undefined) return { start: 0, length: 0 };
    const list = at + this.#view.getUint32(at, true);
    const length = this.#view.getUint32(list, true);
    const start = list + 4;
    if (start + size * length > this.#view.byteLength) throw new RangeError('a list too long');
    return { start, length };
  }

  #tableAt(at: number): FlatTable {
    const { buffer, byteOffset, byteLength } = this.#view;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return new FlatTable(bytes, at + this.#view.getUint32(at, true));
  }

  #place(slot: number): number | undefined {
    const fields = this.#at - this.#view.getInt32(this.#at, true);
    const at = 4 + 2 * slot;
    if (at >= this.#view.getUint16(fields, true)) return undefined;
    const offset = this.#view.getUint16(fields + at, true);
    return offset === 0 ? undefined : this.#at + offset;
  }
}

/** Bytes that come in pieces. */
class Bytes {
  readonly #pieces: AsyncIterator<Buffer>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(pieces: AsyncIterable<Buffer>) {
    this.#pieces = pieces[Symbol.asyncIterator]();
  }

  /** The next bytes, or fewer at the end; they stay. */
  async peek(length: number): Promise<Buffer> {
    const held = [this.#rest];
    let size = this.#rest.length;
    while (size < length) {
      const next = await this.#pieces.next();
      if (next.done) break;
      held.push(next.value);
      size += next.value.length;
    }
    if (held.length > 1) this.#rest = Buffer.concat(held);
    return this.#rest.subarray(0, length);
  }

  /** The next bytes, or fewer at the end. */
  async take(length: number): Promise<Buffer> {
    const taken = await this.peek(length);
    this.#rest = this.#rest.subarray(taken.length);
    return taken;
  }

  /** The next bytes piece by piece. */
  async *pieces(length: number): AsyncGenerator<Buffer> {
    for (let left = length; left > 0; ) {
      const piece = await this.take(Math.min(left, Math.max(1, this.#rest.length)));
      if (piece.length === 0) return;
      left -= piece.length;
      yield piece;
    }
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }
}
