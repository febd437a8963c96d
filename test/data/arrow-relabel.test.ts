import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as arrow from 'apache-arrow';
import { describe, expect, it } from 'vitest';
import { ArrowFile } from '../../src/data/formats/arrow/file.ts';
import { ArrowTable } from '../../src/data/formats/arrow/table.ts';
import type { Relabelling } from '../../src/data/formats/index.ts';
import { relabelledSource } from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';
import { cellsOf } from './tables.ts';

const folder = testFolder('arrow-relabel');

type Columns = Record<string, arrow.Vector>;
const vector = (type: arrow.DataType, values: readonly unknown[]) =>
  arrow.vectorFromArray(values as never[], type) as arrow.Vector;
const field = (name: string, type: arrow.DataType) => new arrow.Field(name, type, true);
const moved = (...pairs: [number, number][]) => new Map(pairs);
const weight = { name: 'w', option: 'weights', role: 'column of weights' } as const;

/** A file of tables, each of which is a record batch. */
function save(name: string, batches: readonly Columns[], kind: 'file' | 'stream' = 'file'): string {
  const all = batches.flatMap((columns) => new arrow.Table(columns).batches);
  return folder.save(name, arrow.tableToIPC(new arrow.Table(all), kind));
}

async function relabelled(name: string, changes: Relabelling, out = 'made.arrow') {
  const source = await relabelledSource(join(folder.path, name), out);
  const bytes = Buffer.concat(await source.content(changes));
  folder.save(out, bytes);
  return { bytes, table: arrow.tableFromIPC(bytes) };
}

/** The values of a column as they are kept: what is exact in no number of JavaScript, by its bits. */
function valuesOf(column: arrow.Vector): unknown[] {
  const { DataType: of } = arrow;
  const isExact = !(
    of.isTimestamp(column.type) ||
    of.isTime(column.type) ||
    of.isDuration(column.type)
  );
  return column.data.flatMap((data) => {
    const own = new arrow.Vector([data]);
    return Array.from({ length: data.length }, (_, i) => {
      if (of.isNull(data.type) || !data.getValid(i)) return null;
      const value: unknown = isExact ? own.get(i) : data.values[i];
      if (typeof value === 'number') return value;
      return typeof value === 'object' ? JSON.stringify(value, bigText) : String(value);
    });
  });
}
const bigText = (_: string, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value);

describe('columns of every type', () => {
  const { Int32, Utf8 } = arrow;
  const pair = new arrow.Struct([field('a', new Int32()), field('b', new Utf8())]);
  const types: [arrow.DataType, (i: number) => unknown][] = [
    [new arrow.Int8(), (i) => i - 3],
    [new arrow.Uint64(), (i) => 2n ** 63n + BigInt(i)],
    [new arrow.Float16(), (i) => i / 2],
    [new arrow.Float64(), (i) => i / 3],
    [new arrow.Bool(), (i) => i % 3 === 0],
    [new arrow.Utf8(), (i) => 'é'.repeat(i)],
    [new arrow.LargeUtf8(), (i) => 'b'.repeat(i)],
    [new arrow.Binary(), (i) => new Uint8Array(i).fill(i)],
    [new arrow.FixedSizeBinary(3), (i) => new Uint8Array([i, 0, 255])],
    [new arrow.Decimal(2, 30, 128), (i) => Uint32Array.of(i, 1, i, 0)],
    [new arrow.DateDay(), (i) => new Date(i * 86_400_000)],
    [new arrow.TimestampNanosecond('Europe/Berlin'), (i) => 1_700_000_000_123 + i],
    [new arrow.TimeMicrosecond(), (i) => BigInt(i)],
    [new arrow.DurationMillisecond(), (i) => BigInt(i)],
    [new arrow.Null(), () => null],
    [
      new arrow.List(field('item', new Int32())),
      (i) => Array.from({ length: i % 4 }, (_, j) => i + j),
    ],
    [new arrow.LargeList(field('item', new Utf8())), (i) => ['x'.repeat(i), null].slice(i % 2)],
    [new arrow.FixedSizeList(2, field('item', new arrow.Float32())), (i) => [i, -i]],
    [pair, (i) => ({ a: i, b: `t${i}` })],
    [new arrow.Dictionary(new Utf8(), new arrow.Int8()), (i) => `c${i % 3}`],
    [new arrow.Dictionary(new arrow.Float64(), new Int32()), (i) => (i % 2) / 4],
  ];
  const rows = Array.from({ length: 20 }, (_, i) => i);
  const labels = rows.map((i) => ['ant', 'bee', 'cat'][i % 3] as string);
  const batch = (some: readonly number[]): Columns => ({
    label: vector(
      new Utf8(),
      some.map((i) => labels[i]),
    ),
    ...Object.fromEntries(
      types.map(([type, value], at) => [
        `c${at}`,
        vector(
          type,
          some.map((i) => (i % 5 === 4 ? null : value(i))),
        ),
      ]),
    ),
  });
  const name = save('types.arrows', [batch(rows.slice(0, 11)), batch(rows.slice(11))], 'stream');
  const before = arrow.tableFromIPC(readFileSync(name));

  it.each([
    ['all rows', undefined],
    ['some rows', new Set([0, 3, 4, 12, 19])],
  ])('%s keep their types and values', async (_, dropped) => {
    const changes = { label: 'label', labels: moved([1, 18], [15, 2]), dropped };
    const { table } = await relabelled('types.arrows', changes);
    const kept = rows.filter((i) => !dropped?.has(i));
    const now = labels.map((own, i) => (i === 1 ? labels[18] : i === 15 ? labels[2] : own));
    expect(valuesOf(table.getChild('label') as arrow.Vector)).toEqual(kept.map((i) => now[i]));
    for (const [at, [type]] of types.entries()) {
      const [old, made] = [before, table].map((own) => own.getChild(`c${at}`) as arrow.Vector) as [
        arrow.Vector,
        arrow.Vector,
      ];
      expect(String(made.type)).toBe(String(type));
      const values = valuesOf(old);
      expect(values.filter((value) => value !== null)).toHaveLength(
        arrow.DataType.isNull(type) ? 0 : 16,
      );
      expect([String(type), valuesOf(made)]).toEqual([String(type), kept.map((i) => values[i])]);
    }
  });
});

describe('dictionaries', () => {
  const coded = (values: readonly (string | null)[], type = new arrow.Int8()) =>
    vector(new arrow.Dictionary(new arrow.Utf8(), type), values);
  const columnsOf = (values: readonly string[], x: readonly number[]): Columns => ({
    x: vector(new arrow.Float64(), x),
    y: coded(values),
  });

  it('of several batches and files become one, so that a label may come from any', async () => {
    // each has a dictionary of its own: the same number stands for other labels
    save('parts/1.arrows', [columnsOf(['a', 'b'], [0, 1])], 'stream');
    save('parts/2.arrows', [columnsOf(['c', 'a'], [2, 3])], 'stream');
    const changes = { label: 'y', labels: moved([0, 2], [3, 1]) };
    for (const out of ['made.arrow', 'made.arrows']) {
      const { table } = await relabelled('parts/*.arrows', changes, out);
      expect(valuesOf(table.getChild('y') as arrow.Vector)).toEqual(['c', 'b', 'c', 'b']);
      expect(await cellsOf(await ArrowTable.open(join(folder.path, out)))).toEqual({
        x: [0, 1, 2, 3],
        y: ['c', 'b', 'c', 'b'],
      });
    }
  });

  it('that grow too long get wider indices', async () => {
    const names = (from: number) => Array.from({ length: 100 }, (_, i) => `n${from + i}`);
    const rows = Array.from({ length: 100 }, (_, i) => i);
    save('wide/1.arrow', [columnsOf(names(0), rows)]);
    save('wide/2.arrow', [columnsOf(names(100), rows)]);
    const { table } = await relabelled('wide/*.arrow', { label: 'y', labels: moved([0, 199]) });
    const y = table.getChild('y') as arrow.Vector;
    expect(valuesOf(y)).toEqual(['n199', ...[...names(0), ...names(100)].slice(1)]);
    expect(String(y.type)).toBe('Dictionary<Int32, Utf8>');
  });
});

describe('labels within structs', () => {
  const { Int16, Utf8, Int8 } = arrow;
  const coded = () => new arrow.Dictionary(new Utf8(), new Int8());
  const structOf = (leaf: arrow.DataType) =>
    new arrow.Struct([
      field('a', new Int16()),
      field(' b ', new arrow.Struct([field('y', leaf), field('l', coded())])),
    ]);
  const rowsOf = (labels: readonly (string | null)[]) =>
    labels.map((y, i) =>
      y === null ? null : { a: i % 2 ? null : i, ' b ': { y, l: i === 1 ? null : `l${i}` } },
    );
  const columnsOf = (leaf: arrow.DataType, labels: readonly (string | null)[]): Columns => ({
    m: vector(structOf(leaf), rowsOf(labels)),
    x: vector(new Int16(), [...labels.keys()]),
  });
  const texts = (column: arrow.Vector | null) =>
    Array.from(column ?? [], (value) => JSON.stringify(value));

  it.each([
    ['texts', () => new Utf8()],
    ['a dictionary', () => coded()],
  ] as const)('%s: nothing else changes', async (name, leaf) => {
    // each file has dictionaries of its own: the same number stands for other values
    const parts = [
      ['a', 'b', null],
      ['c', null, 'a'],
    ];
    for (const [i, labels] of parts.entries()) {
      save(`${name}/${i}.arrows`, [columnsOf(leaf(), labels)], 'stream');
    }
    const changes: Relabelling = { label: 'm.b.y', labels: moved([0, 3], [3, 1]) };
    for (const out of ['made.arrow', 'made.arrows']) {
      const { table } = await relabelled(`${name}/*.arrows`, changes, out);
      const expected = [rowsOf(['c', 'b', null]), rowsOf(['b', null, 'a'])].flat();
      expect(texts(table.getChild('m'))).toEqual(expected.map((row) => JSON.stringify(row)));
      expect(valuesOf(table.getChild('x') as arrow.Vector)).toEqual([0, 1, 2, 0, 1, 2]);
      expect(String(table.schema.fields[0]?.type)).toBe(String(structOf(leaf())));
    }
    const added = { ...weight, name: 'was', cell: 'label' as const };
    const some: Relabelling = { ...changes, dropped: new Set([2, 4]), added };
    const { table } = await relabelled(`${name}/*.arrows`, some);
    expect(valuesOf(table.getChild('was') as arrow.Vector)).toEqual(['a', 'b', 'c', 'a']);
    const kept = ['c', 'b', 'b', 'a'];
    const rows = texts(table.getChild('m')).map((row) => JSON.parse(row) as never);
    expect(rows.map((row) => row[' b ']['y'])).toEqual(kept);
    const taken = relabelled(`${name}/*.arrows`, { ...changes, added: { ...added, name: 'm.a' } });
    expect(await folder.fault(taken)).toContain('a name that no column has, received "m.a"');
  });
});

describe('the file', () => {
  const columns: Columns = {
    x: vector(new arrow.Float64(), [1, 2, 3]),
    y: vector(new arrow.Int16(), [5, 7, 5]),
  };

  it('is a file or a stream by its extension, with the notes of the source', async () => {
    const [batch] = new arrow.Table(columns).batches as [arrow.RecordBatch];
    const schema = new arrow.Schema(batch.schema.fields, new Map([['pandas', '{"a": 1}']]));
    const noted = new arrow.Table([new arrow.RecordBatch(schema, batch.data)]);
    folder.save('noted.feather', arrow.tableToIPC(noted, 'file'));
    const changes = { label: 'y', labels: moved([0, 1]) };
    const file = await relabelled('noted.feather', changes, 'made.feather');
    expect(file.bytes.toString('latin1', 0, 6)).toBe('ARROW1');
    const stream = await relabelled('noted.feather', changes, 'made.arrows');
    expect(stream.bytes.readInt32LE(0)).toBe(-1);
    for (const { table } of [file, stream]) {
      expect(table.schema.metadata.get('pandas')).toBe('{"a": 1}');
      expect(valuesOf(table.getChild('y') as arrow.Vector)).toEqual([7, 7, 5]);
    }
  });

  it('may have one column more: numbers, or the labels as they were', async () => {
    save('more.arrow', [columns]);
    const changes = { label: 'y', labels: moved([0, 1]), dropped: new Set([1]) };
    const weighted = { ...changes, added: { ...weight, cell: (row: number) => row / 4 } };
    const { table } = await relabelled('more.arrow', weighted);
    expect(table.toArray().map(String)).toEqual([
      '{"x": 1, "y": 7, "w": 0}',
      '{"x": 3, "y": 5, "w": 0.5}',
    ]);
    const old = { ...changes, added: { ...weight, name: 'old', cell: 'label' as const } };
    expect((await relabelled('more.arrow', old)).table.toArray().map(String)).toEqual([
      '{"x": 1, "y": 7, "old": 5}',
      '{"x": 3, "y": 5, "old": 5}',
    ]);
  });
});

describe('refused', () => {
  const x = (values: readonly number[]) => vector(new arrow.Float64(), values);
  const y = vector(new arrow.Utf8(), ['a', 'b']);
  const changes = { label: 'y', labels: moved([0, 1]) };

  it('other columns in another file, a column that is there, a row that is not', async () => {
    save('two/1.arrow', [{ x: x([1, 2]), y }]);
    save('two/2.arrow', [{ x: vector(new arrow.Int8(), [1, 2]), y }]);
    expect(await folder.fault(relabelled('two/*.arrow', changes))).toBe(
      'two/2.arrow, columns: expected those of two/1.arrow in their order and of their types, since the rows are written to one file: "x (Float64)", "y (Utf8)", received "x (Int8)", "y (Utf8)"',
    );
    const added = { ...weight, name: 'x', cell: () => 1 };
    expect(await folder.fault(relabelled('two/1.arrow', { ...changes, added }))).toBe(
      'two/1.arrow, column of weights: expected a name that no column has, received "x"; choose another (weights)',
    );
    const beyond = relabelled('two/1.arrow', { label: 'y', labels: moved([2, 0]) });
    expect(await folder.fault(beyond)).toContain('expected a file that stays as it is');
    const other = relabelled('two/1.arrow', changes, 'made.parquet');
    expect(await folder.fault(other)).toMatch(
      /^out: expected a file that ends in \.arrow or \.feather or \.arrows or \.ipc, as .*two\/1\.arrow is an Arrow or Feather file, received "made\.parquet"$/,
    );
  });

  it('a union whose rows cannot be left out', async () => {
    const type = new arrow.SparseUnion([0], [field('a', new arrow.Int32())]);
    const children = [vector(new arrow.Int32(), [1, 2]).data[0] as arrow.Data];
    const u = arrow.makeVector(arrow.makeData({ type, typeIds: [0, 0], children } as never));
    save('union.arrow', [{ u: u as arrow.Vector, y }]);
    const { table } = await relabelled('union.arrow', changes);
    expect(valuesOf(table.getChild('u') as arrow.Vector)).toEqual([1, 2]);
    const dropped = new Set([0]);
    expect(await folder.fault(relabelled('union.arrow', { ...changes, dropped }))).toMatch(
      /^union\.arrow: expected columns that can be written as Arrow again, received a column of Union<Int32>, of which no row can be left out; write the table as Parquet, then audit that$/,
    );
  });
});

const descriptors = '/proc/self/fd';

/** The file of a descriptor; undefined of one that was closed since it was listed. */
function leadsTo(descriptor: string): string | undefined {
  try {
    return readlinkSync(descriptor);
  } catch {
    return undefined;
  }
}

it.skipIf(!existsSync(descriptors))('a file that is not read to its end is closed', async () => {
  const columns = {
    x: vector(
      new arrow.Float64(),
      Array.from({ length: 50_000 }, (_, i) => i),
    ),
  };
  const path = save('long.arrow', [columns, columns]);
  // Counted by the file that they lead to: other tests of the process open and close files of theirs meanwhile.
  const open = () =>
    readdirSync(descriptors).filter(
      (name) => leadsTo(`${descriptors}/${name}`) === realpathSync(path),
    );
  const file = await ArrowFile.open(path);
  expect(open()).toHaveLength(1);
  await file.close();
  expect(open()).toEqual([]);
});
