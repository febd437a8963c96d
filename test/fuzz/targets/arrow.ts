import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import lz4 from 'lz4js';
import { openDataset } from '../../../src/data/formats/index.ts';
import type { Target } from '../target.ts';
import { checkDataset } from './data.ts';

const memoryLimit = 64 * 2 ** 20;
const names = 'at cat dog'.split(' ');
const rows = Array.from({ length: 12 }, (_, i) => ({
  a: i % 5 === 0 ? null : i / 4,
  'b c': ['x', 'y, "z"', 'é'][i % 3],
  v: [i, i * i],
  y: names[i % 3],
}));

const { LZ4_FRAME } = arrow.CompressionType;

/** An Arrow table as a file or a stream, with LZ4 or without. */
async function arrowSeed(form: 'file' | 'stream', isPacked: boolean): Promise<Buffer> {
  const item = new arrow.Field('item', new arrow.Float32(), true);
  const table = new arrow.Table({
    a: arrow.vectorFromArray(
      rows.map(({ a }) => a),
      new arrow.Float64(),
    ),
    i: arrow.vectorFromArray(
      rows.map((_, i) => BigInt(i) ** 17n),
      new arrow.Int64(),
    ),
    t: arrow.vectorFromArray(rows.map(({ 'b c': text }) => text as string)),
    d: arrow.vectorFromArray(
      rows.map((_, i) => new Date(i * 1e10)),
      new arrow.TimestampMicrosecond(),
    ),
    v: arrow.vectorFromArray(
      rows.map(({ v }) => v),
      new arrow.FixedSizeList(2, item),
    ),
    l: arrow.vectorFromArray(
      rows.map(({ v }) => v),
      new arrow.List(item),
    ),
    y: arrow.vectorFromArray(
      rows.map(({ y }) => y as string),
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
    ),
  });
  if (!isPacked) return Buffer.from(arrow.tableToIPC(table, form));
  arrow.compressionRegistry.set(LZ4_FRAME, { encode: lz4.compress, decode: lz4.decompress });
  const kinds = { file: arrow.RecordBatchFileWriter, stream: arrow.RecordBatchStreamWriter };
  const writer = new kinds[form]({ compressionType: LZ4_FRAME });
  writer.writeAll(table);
  writer.finish();
  return Buffer.from(await writer.toUint8Array());
}

export const arrowTable: Target = {
  name: 'arrow',
  seeds: async () => {
    const all = [arrowSeed('file', false), arrowSeed('stream', false), arrowSeed('file', true)];
    return (await Promise.all(all)).map((bytes) => ({ 'data.arrow': bytes }));
  },
  kindOf: () => 'bytes',
  async read(folder) {
    const { data } = await openDataset(join(folder, 'data.arrow'), { label: 'y', memoryLimit });
    checkDataset(data);
  },
};
