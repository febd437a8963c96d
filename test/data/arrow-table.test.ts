import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import * as arrow from 'apache-arrow';
import lz4 from 'lz4js';
import { describe, expect, it } from 'vitest';
import { ArrowTable } from '../../src/data/formats/arrow/table.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';
import { cellKinds, cellsOf } from './tables.ts';

const folder = testFolder('arrow-table');

type Columns = Record<string, arrow.Vector>;
const save = (name: string, columns: Columns, kind: 'file' | 'stream' = 'file') =>
  folder.save(name, arrow.tableToIPC(new arrow.Table(columns), kind));
const vector = (type: arrow.DataType, values: readonly unknown[]) =>
  arrow.vectorFromArray(values as never[], type) as arrow.Vector;
const item = (type: arrow.DataType) => new arrow.Field('item', type, true);

/** A decimal of 128 bits as its words. */
const words = (value: bigint) => {
  const parts = [value, value >> 64n].map((part) => BigInt.asUintN(64, part));
  return new Uint32Array(BigUint64Array.from(parts).buffer);
};

describe.each(['file', 'stream'] as const)('cells of an Arrow %s', (form) => {
  const day = 86_400_000;
  it.each<[arrow.DataType, unknown[], string, unknown[]]>([
    [new arrow.Int8(), [-128, 1], 'numbers', [-128, 1]],
    [new arrow.Uint32(), [4294967295], 'numbers', [4294967295]],
    [new arrow.Int64(), [9007199254740991n, -5n], 'numbers', [9007199254740991, -5]],
    [new arrow.Uint64(), [12n], 'numbers', [12]],
    [new arrow.Float16(), [0.5, -2], 'numbers', [0.5, -2]],
    [new arrow.Float32(), [0.5, Number.NaN, -Infinity], 'numbers', [0.5, Number.NaN, -Infinity]],
    [new arrow.Float64(), [0.1, 1e308], 'numbers', [0.1, 1e308]],
    [new arrow.Decimal(1, 10, 128), [words(125n), words(-1n)], 'numbers', [12.5, -0.1]],
    [new arrow.DurationMillisecond(), [1500n, -20n], 'numbers', [1.5, -0.02]],
    [new arrow.Bool(), [true, false], 'texts', ['TRUE', 'FALSE']],
    [new arrow.Utf8(), ['a', ' b ', '日本', ''], 'texts', ['a', ' b ', '日本', '']],
    [new arrow.LargeUtf8(), ['a', 'é'], 'texts', ['a', 'é']],
    [
      new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()),
      ['b', 'a', 'b'],
      'texts',
      ['b', 'a', 'b'],
    ],
    [
      new arrow.Dictionary(new arrow.Float64(), new arrow.Int32()),
      [0.5, 2, 0.5],
      'numbers',
      [0.5, 2, 0.5],
    ],
    [
      new arrow.DateDay(),
      [new Date(18_321 * day), new Date(-day)],
      'texts',
      ['2020-02-29', '1969-12-31'],
    ],
    [new arrow.DateMillisecond(), [new Date(18_321 * day)], 'texts', ['2020-02-29T00:00:00']],
    [new arrow.TimestampSecond(), [3600_000], 'texts', ['1970-01-01T01:00:00']],
    [new arrow.TimestampMillisecond(), [1250], 'texts', ['1970-01-01T00:00:01.250']],
    [
      new arrow.TimestampMicrosecond('Europe/Berlin'),
      [1250],
      'texts',
      ['1970-01-01T00:00:01.250Z'],
    ],
    [new arrow.TimestampNanosecond('UTC'), [1000], 'texts', ['1970-01-01T00:00:01Z']],
    [new arrow.TimeSecond(), [36_672], 'texts', ['10:11:12']],
    [new arrow.TimeMicrosecond(), [36_672_250_000n], 'texts', ['10:11:12.250']],
    [new arrow.Null(), [null, null], 'texts', ['', '']],
    [
      new arrow.FixedSizeList(2, item(new arrow.Float32())),
      [
        [0.5, 1],
        [2, 3],
      ],
      'lists',
      [
        [0.5, 1],
        [2, 3],
      ],
    ],
    [
      new arrow.List(item(new arrow.Float64())),
      [[0.5, null, 2], [1]],
      'lists',
      [[0.5, Number.NaN, 2], [1]],
    ],
    [new arrow.List(item(new arrow.Int64())), [[1n, 2n]], 'lists', [[1, 2]]],
    [new arrow.List(item(new arrow.Float16())), [[0.5, 2]], 'lists', [[0.5, 2]]],
    [
      new arrow.LargeList(item(new arrow.Int32())),
      [
        [1, 2],
        [3, 4],
      ],
      'lists',
      [
        [1, 2],
        [3, 4],
      ],
    ],
  ])('%s', async (type, written, kind, expected) => {
    const path = save('x.arrow', { x: vector(type, [...written, null]) }, form);
    const table = await ArrowTable.open(path);
    const missing = { numbers: Number.NaN, texts: '', lists: undefined }[kind];
    expect(await cellKinds(table)).toEqual({ x: kind });
    expect(await cellsOf(table)).toEqual({ x: [...expected, missing] });
    expect([table.rowCount, table.otherColumns]).toEqual([expected.length + 1, []]);
  });
});

describe('an Arrow table', () => {
  it('integers beyond 2^53 make a column of texts, to the last digit', async () => {
    const long = vector(new arrow.Int64(), [9007199254740993n, 1n, null]);
    const table = await ArrowTable.open(
      save('long.feather', { long, other: vector(new arrow.Int64(), [1n, 2n, 3n]) }),
    );
    expect(await cellsOf(table)).toEqual({ long: ['9007199254740993', '1', ''], other: [1, 2, 3] });
  });

  it('record batches follow each other, and long ones are read in parts', async () => {
    const sizes = [40_000, 3, 20_000];
    const all = Array.from({ length: 60_003 }, (_, i) => i);
    let start = 0;
    const batches = sizes.map((size) => {
      const own = all.slice(start, start + size);
      start += size;
      const columns = {
        a: vector(new arrow.Float64(), own),
        t: vector(
          new arrow.Utf8(),
          own.map((i) => (i % 5 ? `n${i}` : null)),
        ),
        v: vector(
          new arrow.FixedSizeList(2, item(new arrow.Float32())),
          own.map((i) => [i, -i]),
        ),
      };
      return new arrow.Table(columns).batches[0] as arrow.RecordBatch;
    });
    const bytes = arrow.tableToIPC(new arrow.Table(batches), 'stream');
    const table = await ArrowTable.open(folder.save('many.arrows', bytes));
    const chunks: number[] = [];
    for await (const { rows } of table.chunks()) chunks.push(rows);
    expect(chunks).toEqual([16_384, 16_384, 7232, 3, 16_384, 3616]);
    for (let time = 0; time < 2; time++) {
      const cells = await cellsOf(table);
      expect(cells['a']).toEqual(all);
      expect(cells['t']).toEqual(all.map((i) => (i % 5 ? `n${i}` : '')));
      expect(cells['v']).toEqual(all.map((i) => [i, -i]));
    }
    expect([table.rowCount, table.place(7)]).toEqual([60_003, `${folder.path}/many.arrows, row 7`]);
  });

  it('a file may say what its columns are at its start, as Python writes it, or at its end only', async () => {
    const columns = {
      a: vector(new arrow.Float64(), [1, 2]),
      t: vector(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), ['x', 'y']),
    };
    const stream = arrow.tableToIPC(new arrow.Table(columns), 'stream');
    const end = Buffer.from('any footer');
    const path = folder.save(
      'start.arrow',
      Buffer.concat([Buffer.from('ARROW1\0\0'), stream, end]),
    );
    const cells = { a: [1, 2], t: ['x', 'y'] };
    expect(await cellsOf(await ArrowTable.open(path))).toEqual(cells);
    expect(await cellsOf(await ArrowTable.open(save('end.arrow', columns)))).toEqual(cells);
    const cut = arrow.tableToIPC(new arrow.Table(columns), 'file').subarray(0, -1);
    expect(await folder.fault(ArrowTable.open(folder.save('cut.arrow', cut)))).toContain(
      'cut.arrow: expected an Arrow file that apache-arrow reads, received no end of an Arrow file',
    );
  });

  it('is trained on like any table, whatever it is called', async () => {
    const columns = {
      n: vector(new arrow.Float64(), [1, 2, null, 4]),
      v: vector(new arrow.FixedSizeList(2, item(new arrow.Float32())), [
        [1, 2],
        [3, 4],
        [5, 6],
        [7, 8],
      ]),
      s: vector(new arrow.Struct([new arrow.Field('x', new arrow.Int32())]), [
        { x: 1 },
        { x: 2 },
        { x: 3 },
        { x: 4 },
      ]),
      __index_level_0__: vector(new arrow.Int32(), [0, 1, 2, 3]),
      y: vector(new arrow.Dictionary(new arrow.Utf8(), new arrow.Int8()), ['a', 'b', 'a', 'b']),
    };
    for (const [name, form] of [
      ['t.data', 'file'],
      ['t.bytes', 'stream'],
    ] as const) {
      const { data } = await openDataset(save(name, columns, form), { label: 'y' });
      expect(data.columns).toEqual(['n', 'v[0]', 'v[1]', 's.x']);
      const rows = [
        [1, 1, 2, 1],
        [2, 3, 4, 2],
        [Number.NaN, 5, 6, 3],
        [4, 7, 8, 4],
      ];
      expect([...(data.features as Float32Array)]).toEqual(rows.flat());
      expect([...data.labels]).toEqual([0, 1, 0, 1]);
      expect(data.notices).toContain(
        'left out as no numbers, texts or dates: "__index_level_0__" (the index of pandas)',
      );
    }
  });
});

it('the fields of structs are columns, missing where a struct is', async () => {
  const field = (name: string, type: arrow.DataType) => new arrow.Field(name, type, true);
  const home = new arrow.Struct([
    field('country', new arrow.Utf8()),
    field('id', new arrow.Int64()),
  ]);
  const e = new arrow.FixedSizeList(2, item(new arrow.Float32()));
  const user = new arrow.Struct([
    field(' age ', new arrow.Int32()),
    field('home', home),
    field('e', e),
  ]);
  const picture = new arrow.Struct([field('bytes', new arrow.Binary())]);
  const rows = [
    { ' age ': 3, home: { country: 'FI', id: 9007199254740993n }, e: [1, 2] },
    null,
    { ' age ': null, home: null, e: null },
    { ' age ': 4, home: { country: 'SE', id: 5n }, e: [3, 4] },
  ];
  const columns = {
    user: vector(user, rows),
    picture: vector(picture, Array(4).fill({ bytes: Uint8Array.of(1) })),
  };
  const table = await ArrowTable.open(save('structs.arrow', columns));
  expect(await cellsOf(table)).toEqual({
    'user.age': [3, Number.NaN, Number.NaN, 4],
    'user.home.country': ['FI', '', '', 'SE'],
    'user.home.id': ['9007199254740993', '', '', '5'],
    'user.e': [[1, 2], undefined, undefined, [3, 4]],
  });
  expect(table.otherColumns).toEqual([{ name: 'picture', holds: 'Struct<{bytes:Binary}>' }]);
});

describe('compressed bodies', () => {
  const columns = () => ({
    a: vector(
      new arrow.Float64(),
      Array.from({ length: 5000 }, (_, i) => i % 10),
    ),
    t: vector(
      new arrow.Utf8(),
      Array.from({ length: 5000 }, (_, i) => (i % 3 ? 'yes' : 'no')),
    ),
  });
  const { LZ4_FRAME, ZSTD } = arrow.CompressionType;

  /** Writes with an encoder, and leaves the registry to the reader. */
  async function packed(type: arrow.CompressionType, encode: (bytes: Uint8Array) => Uint8Array) {
    arrow.compressionRegistry.set(type, { encode });
    try {
      const writer = new arrow.RecordBatchFileWriter({ compressionType: type });
      writer.writeAll(new arrow.Table(columns()));
      writer.finish();
      return folder.save('packed.feather', await writer.toUint8Array());
    } finally {
      arrow.compressionRegistry.set(type, null as never);
    }
  }

  const tool =
    (name: string, ...args: string[]) =>
    (bytes: Uint8Array) =>
      execFileSync(name, [...args, '-c'], { input: bytes, maxBuffer: 1e8 });
  const isThere = (name: string) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' });
      return true;
    } catch {
      console.info(`skipped: there is no ${name}`);
      return false;
    }
  };

  async function check(path: string): Promise<void> {
    const { a, t } = columns();
    const plain = arrow.tableToIPC(new arrow.Table(columns()), 'file');
    expect(readFileSync(path).length).toBeLessThan(plain.length / 2);
    expect(await cellsOf(await ArrowTable.open(path))).toEqual({ a: [...a], t: [...t] });
  }

  it('LZ4, as pandas writes by default', async () => {
    await check(await packed(LZ4_FRAME, lz4.compress));
  });

  it.skipIf(!isThere('lz4'))(
    'LZ4 whose blocks refer to each other, with sizes and sums',
    async () => {
      await check(await packed(LZ4_FRAME, tool('lz4', '-BD', '-B4', '--content-size')));
    },
  );

  it.skipIf(!isThere('zstd'))('Zstandard', async () => {
    await check(await packed(ZSTD, tool('zstd')));
  });
});

describe('what is no Arrow table is refused', () => {
  const whole = () =>
    arrow.tableToIPC(new arrow.Table({ x: vector(new arrow.Float64(), [1, 2]) }), 'file');
  it.each<[string, () => Uint8Array, string]>([
    [
      'text',
      () => Buffer.from('a,b\n1,2\n3,4\n5,6\n'),
      'x.arrow: expected an Arrow file that apache-arrow reads, received ',
    ],
    [
      'nothing',
      () => Buffer.alloc(0),
      'x.arrow: expected an Arrow file that apache-arrow reads, received ',
    ],
    [
      'a part',
      () => whole().subarray(0, 300),
      'x.arrow: expected an Arrow file that apache-arrow reads, received ',
    ],
    [
      'Feather of version 1',
      () => Buffer.from('FEA1abcdefgh'),
      'x.arrow: expected Feather of version 2, which is Arrow, received version 1; write it again',
    ],
  ])('%s', async (_, bytes, message) => {
    const reading = ArrowTable.open(folder.save('x.arrow', bytes()));
    expect(await folder.fault(reading)).toContain(message);
  });

  it('no rows', async () => {
    const table = await ArrowTable.open(save('none.arrow', { x: vector(new arrow.Float64(), []) }));
    expect(await folder.fault(cellsOf(table))).toBe('none.arrow: expected rows, received none');
  });
});
