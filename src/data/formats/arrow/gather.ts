import type { Data, DataType } from 'apache-arrow';
import type { Arrow } from './package.ts';

/** Values to pick: of the i-th of them the column that it is in, and its row there. */
export interface Picks {
  readonly length: number;
  readonly column: (i: number) => number;
  readonly row: (i: number) => number;
}

/** Rows of one column. */
export function picksOf(rows: ArrayLike<number>): Picks {
  return { length: rows.length, column: () => 0, row: (i) => rows[i] as number };
}

/** Of a view of text or bytes: its own bytes, the longest text that is in it, and the place of the number of its buffer. */
const view = { bytes: 16, longest: 12, buffer: 8 };
/** Offsets of 32 bits end here. */
const longest = 2 ** 31 - 1;

/**
 * A column of picked values, bit for bit as they are, since apache-arrow has none of it.
 * @param columns as they are read, not slices; of one type, and of one dictionary where they have such
 * @throws Error where there is no such column: for unions, and for texts and lists too long for their type
 */
export function gather(arrow: Arrow, columns: readonly Data[], picks: Picks): Data {
  const { DataType: of } = arrow;
  const { type, dictionary } = columns[0] as Data;
  const { length } = picks;
  if (of.isNull(type)) return arrow.makeData({ type, length });
  if (of.isUnion(type))
    throw new Error(`a column of ${String(type)}, of which no row can be left out`);
  const valid = validBits(columns, picks);
  const made = (own: object) =>
    arrow.makeData({ type, length, ...valid, ...(dictionary && { dictionary }), ...own } as never);
  const children = (i: number) => columns.map((column) => column.children[i] as Data);

  if (of.isStruct(type)) {
    return made({ children: type.children.map((_, i) => gather(arrow, children(i), picks)) });
  }
  if (of.isFixedSizeList(type)) {
    const size = type.listSize;
    const starts = Float64Array.from({ length: length + 1 }, (_, i) => i * size);
    return made({
      child: gather(
        arrow,
        children(0),
        itemsOf(picks, starts, (i) => picks.row(i) * size),
      ),
    });
  }
  if (of.isUtf8View(type) || of.isBinaryView(type)) return made(gatherViews(columns, picks));
  if (hasOffsets(arrow, type)) {
    const starts = startsOf(columns, picks);
    const isWide = of.isLargeUtf8(type) || of.isLargeBinary(type) || of.isLargeList(type);
    if (!isWide && (starts[length] as number) > longest)
      throw new Error(`too long a column of ${String(type)}`);
    const valueOffsets = isWide ? BigInt64Array.from(starts, BigInt) : Int32Array.from(starts);
    if (type.children === null || type.children.length === 0) {
      return made({ valueOffsets, data: gatherBytes(columns, picks, starts) });
    }
    const items = itemsOf(picks, starts, (i) => startOf(columns, picks, i));
    return made({ valueOffsets, child: gather(arrow, children(0), items) });
  }
  return made({ data: of.isBool(type) ? gatherBits(columns, picks) : gatherCells(columns, picks) });
}

function columnOf(columns: readonly Data[], { column }: Picks, i: number): Data {
  return columns[column(i)] as Data;
}

function setBit(bits: Uint8Array, i: number): void {
  bits[i >> 3] = (bits[i >> 3] as number) | (1 << (i & 7));
}

function validBits(columns: readonly Data[], picks: Picks) {
  const nullBitmap = new Uint8Array((picks.length + 7) >> 3);
  let nullCount = 0;
  for (let i = 0; i < picks.length; i++) {
    if (columnOf(columns, picks, i).getValid(picks.row(i))) setBit(nullBitmap, i);
    else nullCount++;
  }
  return nullCount === 0 ? { nullCount } : { nullCount, nullBitmap };
}

function gatherBits(columns: readonly Data[], picks: Picks): Uint8Array {
  const bits = new Uint8Array((picks.length + 7) >> 3);
  for (let i = 0; i < picks.length; i++) {
    const row = picks.row(i);
    const byte = columnOf(columns, picks, i).values[row >> 3] as number;
    if ((byte >> (row & 7)) & 1) setBit(bits, i);
  }
  return bits;
}

/** Values of as many cells each. */
function gatherCells(columns: readonly Data[], picks: Picks): Uint8Array {
  const { stride, values } = columns[0] as Data;
  const made = new (values.constructor as new (length: number) => Uint8Array)(
    picks.length * stride,
  );
  for (let i = 0; i < picks.length; i++) {
    const own = columnOf(columns, picks, i).values as Uint8Array;
    const from = picks.row(i) * stride;
    for (let j = 0; j < stride; j++) made[i * stride + j] = own[from + j] as number;
  }
  return made;
}

function hasOffsets({ DataType: of }: Arrow, type: DataType): boolean {
  const isText = of.isUtf8(type) || of.isLargeUtf8(type);
  const isBytes = of.isBinary(type) || of.isLargeBinary(type);
  return isText || isBytes || of.isList(type) || of.isLargeList(type) || of.isMap(type);
}

function startOf(columns: readonly Data[], picks: Picks, i: number): number {
  return Number(columnOf(columns, picks, i).valueOffsets[picks.row(i)]);
}

/** Where values of different length begin when one is behind the other, and where the last ends. */
function startsOf(columns: readonly Data[], picks: Picks): Float64Array {
  const starts = new Float64Array(picks.length + 1);
  for (let i = 0; i < picks.length; i++) {
    const end = Number(columnOf(columns, picks, i).valueOffsets[picks.row(i) + 1]);
    starts[i + 1] = (starts[i] as number) + end - startOf(columns, picks, i);
  }
  return starts;
}

function gatherBytes(columns: readonly Data[], picks: Picks, starts: Float64Array): Uint8Array {
  const made = new Uint8Array(starts[picks.length] as number);
  for (let i = 0; i < picks.length; i++) {
    const from = startOf(columns, picks, i);
    const [start, end] = [starts[i] as number, starts[i + 1] as number];
    const own = columnOf(columns, picks, i).values as Uint8Array;
    made.set(own.subarray(from, from + end - start), start);
  }
  return made;
}

/** The items of picked lists. @param from where the items of the i-th list begin in its column */
function itemsOf(picks: Picks, starts: Float64Array, from: (i: number) => number): Picks {
  const length = starts[picks.length] as number;
  const columns = new Int32Array(length);
  const rows = new Float64Array(length);
  for (let i = 0; i < picks.length; i++) {
    const [start, end, first] = [starts[i] as number, starts[i + 1] as number, from(i)];
    columns.fill(picks.column(i), start, end);
    for (let j = start; j < end; j++) rows[j] = first + j - start;
  }
  return { length, column: (i) => columns[i] as number, row: (i) => rows[i] as number };
}

/** Short texts are in their views; of longer ones a view names the buffer, and all buffers stay. */
function gatherViews(columns: readonly Data[], picks: Picks) {
  const before = [0];
  for (const { variadicBuffers } of columns)
    before.push((before.at(-1) as number) + variadicBuffers.length);
  const views = new Uint8Array(picks.length * view.bytes);
  const written = new DataView(views.buffer);
  for (let i = 0; i < picks.length; i++) {
    const from = picks.row(i) * view.bytes;
    const to = i * view.bytes;
    views.set(
      (columnOf(columns, picks, i).values as Uint8Array).subarray(from, from + view.bytes),
      to,
    );
    if (written.getInt32(to, true) <= view.longest) continue;
    const buffer = written.getInt32(to + view.buffer, true);
    written.setInt32(to + view.buffer, buffer + (before[picks.column(i)] as number), true);
  }
  return { views, variadicBuffers: columns.flatMap(({ variadicBuffers }) => variadicBuffers) };
}
