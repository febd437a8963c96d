import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, describe, expect, it } from 'vitest';
import { relabelCsv } from '../../src/data/formats/csv/relabel.ts';
import type { Relabelling } from '../../src/data/formats/index.ts';
import { openDataset, piecesOf, readNpy, relabelledSource } from '../../src/data/formats/index.ts';
import { npy, testFolder } from './files.ts';
import { grey } from './pictures.ts';

const folder = testFolder('relabel');
const instance = await DuckDBInstance.create(':memory:');
const connection = await instance.connect();
afterAll(() => {
  connection.closeSync();
  instance.closeSync();
});

/** The content of a source with other labels. */
async function relabelled(
  name: string,
  changes: Relabelling,
  { out = name, labelsFile = undefined as string | undefined } = {},
): Promise<Buffer> {
  const source = await relabelledSource(join(folder.path, name), out, { labelsFile });
  return Buffer.concat(await source.content(changes));
}

const weight = { name: 'w', option: 'weights', role: 'column of weights' } as const;
const moved = (...pairs: [number, number][]) => new Map(pairs);

describe('CSV', () => {
  const rows = [
    '"a ""q"", b",  cat ,=cmd()',
    'x, "do,g" ,<script>',
    ' y ,cat,__proto__',
    '',
    '"two\nlines","cat" ,1,',
  ];

  it('keeps every byte but those of the labels: quotes, blanks, line ends, the mark', async () => {
    const lines = rows.map((row, i) => (i === 4 ? row.slice(0, -1) : row));
    folder.save('a.csv', `\ufeff"note", label ,'z'\r\n${lines.join('\r\n')}`);
    const changes = { label: 'label', labels: moved([0, 1], [3, 1], [1, 2]) };
    const expected = ['"a ""q"", b",  "do,g" ,=cmd()', 'x, cat ,<script>', lines[2], ''];
    expect((await relabelled('a.csv', changes)).toString()).toBe(
      `\ufeff"note", label ,'z'\r\n${expected.join('\r\n')}\r\n"two\nlines","do,g" ,1`,
    );
    const none = await relabelled('a.csv', { label: 'label', labels: moved() });
    expect(none).toEqual(readFileSync(join(folder.path, 'a.csv')));
  });

  it('keeps the line that names the delimiter', async () => {
    folder.save('sep.csv', '\ufeffsep=;\r\nx;y\r\n1,5;u\r\n2;v\r\n');
    const bytes = await relabelled('sep.csv', { label: 'y', labels: moved([1, 0]) });
    expect(bytes.toString()).toBe('\ufeffsep=;\r\nx;y\r\n1,5;u\r\n2;u\r\n');
  });

  it('leaves rows out and adds a column behind the last cell', async () => {
    folder.save('b.csv.gz', gzipSync('x;y\n1;"u"\n2;v \n3;u\n'));
    const changes: Relabelling = {
      ...{ label: 'y', labels: moved([2, 1]), dropped: new Set([0]) },
      added: { ...weight, cell: (row) => row / 4 },
    };
    const bytes = await relabelled('b.csv.gz', changes, { out: 'made.csv.gz' });
    expect(gunzipSync(bytes).toString()).toBe('x;y;w\n2;v;0.25 \n3;v;0.5\n');
    const old = { ...changes, added: { ...weight, name: 'a;b', cell: 'label' as const } };
    expect((await relabelled('b.csv.gz', old, { out: 'made.csv' })).toString()).toBe(
      'x;y;"a;b"\n2;v;v \n3;v;u\n',
    );
  });

  it('several files are one, whose rows are numbered through', async () => {
    folder.save('parts/1.csv', 'x,y\n1,u\n2,v');
    folder.save('parts/2.csv', 'x,y\n\n3,w\n4,u\n');
    const changes = { label: 'y', labels: moved([3, 1], [0, 2]) };
    const made = await relabelled('parts/*.csv', changes, { out: 'all.csv' });
    expect(made.toString()).toBe('x,y\n1,w\n2,v\n\n3,w\n4,v\n');
    folder.save('parts/3.csv', 'y,x\nu,1\n');
    expect(await folder.fault(relabelled('parts/*.csv', changes, { out: 'all.csv' }))).toBe(
      'parts/3.csv, columns: expected those of parts/1.csv in their order, since the rows are written to one file: "x", "y", received "y", "x"',
    );
  });

  it('pieces of a long file are put together without a loss', async () => {
    const lines = Array.from(
      { length: 60_000 },
      (_, i) => `${i},"${'ab'[i % 2]}",${'é'.repeat(i % 5)}`,
    );
    const path = folder.save('long.csv', `x,y,z\n${lines.join('\n')}\n`);
    const labels = new Map(lines.flatMap((_, i) => (i % 7 === 0 ? [[i, 59_999 - (i % 2)]] : [])));
    const pieces = await piecesOf(relabelCsv([path], { label: 'y', labels }, {}));
    expect(pieces.length).toBeGreaterThan(3);
    const expected = lines.map((line, i) =>
      i % 7 === 0 ? line.replace(/"."/, i % 2 ? '"a"' : '"b"') : line,
    );
    expect(Buffer.concat(pieces).toString()).toBe(`x,y,z\n${expected.join('\n')}\n`);
  });
});

describe('JSON lines', () => {
  const lines = [
    '{"__proto__": 1, "y": "a\\"}", "n": {"y": 5}}',
    '{"y":true , "id": 9007199254740993, "l": [NaN, 1]}',
    '{ "n": "<script>", "\\u0079" : "b" }',
    '{"y": 3, "n": "{\\"y\\": 1}"}',
  ];

  it('keeps every character of a line but the label', async () => {
    folder.save('a.jsonl', `${lines.slice(0, 2).join('\r\n')}\r\n\n${lines.slice(2).join('\n')}`);
    const changes = { label: 'y', labels: moved([0, 3], [2, 0], [3, 1]) };
    expect((await relabelled('a.jsonl', changes)).toString()).toBe(
      [
        '{"__proto__": 1, "y": 3, "n": {"y": 5}}\r',
        `${lines[1]}\r`,
        '{ "n": "<script>", "\\u0079" : "a\\"}" }',
        '{"y": true, "n": "{\\"y\\": 1}"}\n',
      ].join('\n'),
    );
  });

  it('changes a label within an object, and nothing that is called alike', async () => {
    const nested = [
      '{"o.z": [{"y": 1}], "y": 0, "o": {"x": {"y": 2}, " y ": "a"}}',
      '{"o": {"y": "b", "l": [{"y": 3}]}, "p": {"y": 4}}',
      '{"o.y": "c"}',
    ];
    folder.save('o.jsonl', `${nested.join('\n')}\n`);
    const changes = { label: 'o.y', labels: moved([0, 1], [1, 2], [2, 0]) };
    expect((await relabelled('o.jsonl', changes)).toString()).toBe(
      [
        '{"o.z": [{"y": 1}], "y": 0, "o": {"x": {"y": 2}, " y ": "b"}}',
        '{"o": {"y": "c", "l": [{"y": 3}]}, "p": {"y": 4}}',
        '{"o.y": "a"}\n',
      ].join('\n'),
    );
  });

  it('leaves rows out and adds a key', async () => {
    folder.save('b.jsonl', `${lines.join('\n')}\n{}\n`);
    const changes: Relabelling = {
      ...{ label: 'y', labels: moved(), dropped: new Set([0, 1]) },
      added: { ...weight, cell: (row) => row / 8 },
    };
    expect((await relabelled('b.jsonl', changes)).toString()).toBe(
      '{ "n": "<script>", "\\u0079" : "b", "w": 0.25}\n{"y": 3, "n": "{\\"y\\": 1}", "w": 0.375}\n{"w": 0.5}\n',
    );
  });
});

describe('Parquet', () => {
  /** Rows of a query with the types of their columns. */
  async function readBack(bytes: Buffer): Promise<unknown[]> {
    const path = folder.save('back.parquet', bytes);
    const types = await connection.runAndReadAll(`DESCRIBE SELECT * FROM '${path}'`);
    const rows = await connection.runAndReadAll(`SELECT * FROM '${path}'`);
    return [types.getRows().map(([name, type]) => `${name} ${type}`), rows.getRowsJson()];
  }
  const write = (name: string, query: string) =>
    connection.run(
      `COPY (${query}) TO '${join(folder.path, name)}' (FORMAT parquet, KV_METADATA {huggingface: '{"a": "it''s"}'})`,
    );

  it('keeps types, missing values and notes', async () => {
    const query = (y: string) =>
      `SELECT * FROM (VALUES (1::TINYINT, '=cmd()', ${y}, [0.5]::FLOAT[], DATE '2020-02-29'), (2, NULL, 7, NULL, NULL), (3, '<script>', 9, [], NULL)) t("a b", t, y, l, d)`;
    await write('a.parquet', query('5::UBIGINT'));
    await write('expected.parquet', query('9::UBIGINT'));
    const made = await relabelled('a.parquet', { label: 'y', labels: moved([0, 2]) });
    const [expected, received] = [readFileSync(join(folder.path, 'expected.parquet')), made];
    expect(await readBack(received)).toEqual(await readBack(expected));
    const notes = await connection.runAndReadAll(
      `SELECT decode(key), decode(value) FROM parquet_kv_metadata('${folder.save('back.parquet', made)}')`,
    );
    expect(notes.getRows()).toContainEqual(['huggingface', '{"a": "it\'s"}']);
  });

  it('leaves rows out of many, in their order, and adds a column', async () => {
    await write('b.parquet', "SELECT i AS x, 'c' || (i % 3) AS y FROM range(30000) r(i)");
    const labels = new Map(Array.from({ length: 10_000 }, (_, i) => [3 * i, 1]));
    const changes: Relabelling = {
      ...{ label: 'y', labels, dropped: new Set([1, 29_999]) },
      added: { ...weight, cell: (row) => row / 2 },
    };
    const [types, rows] = await readBack(await relabelled('b.parquet', changes));
    expect(types).toEqual(['x BIGINT', 'y VARCHAR', 'w DOUBLE']);
    const all = Array.from({ length: 30_000 }, (_, i) => [String(i), `c${i % 3 || 1}`, i / 2]);
    expect(rows).toEqual(all.filter((_, i) => i !== 1 && i !== 29_999));
  });

  it('changes a label within structs, and nothing else of them', async () => {
    const query = (first: string, other: string) =>
      `SELECT * FROM (VALUES (1, {'a "b"': 5::TINYINT, ' y ': {'z''s': ${first}, 'd': DATE '2020-02-29'}, 'l': [1, NULL]}),
        (2, {'a "b"': NULL, ' y ': {'z''s': 'v', 'd': NULL}, 'l': []}), (3, NULL),
        (4, {'a "b"': 7, ' y ': NULL, 'l': NULL}), (5, {'a "b"': 8, ' y ': {'z''s': NULL, 'd': NULL}, 'l': NULL}),
        (6, {'a "b"': 9, ' y ': {'z''s': ${other}, 'd': NULL}, 'l': [2]})) t(x, "m")`;
    await write('n.parquet', query("'u'", "'u'"));
    await write('expected.parquet', query("'v'", "'w'"));
    await write('w.parquet', query("'w'", "'u'"));
    const expected = readFileSync(join(folder.path, 'expected.parquet'));
    folder.save('pair/1.parquet', readFileSync(join(folder.path, 'n.parquet')));
    folder.save('pair/2.parquet', readFileSync(join(folder.path, 'w.parquet')));
    const changes = { label: "m.y.z's", labels: moved([0, 1], [5, 6]) };
    const dropped = new Set([6, 7, 8, 9, 10, 11]);
    const made = await relabelled(
      'pair/*.parquet',
      { ...changes, dropped },
      { out: 'one.parquet' },
    );
    expect(await readBack(made)).toEqual(await readBack(expected));
    const added = { ...weight, name: 'was', cell: 'label' as const };
    const [types, rows] = await readBack(
      await relabelled('n.parquet', { ...changes, labels: moved([0, 1]), added }),
    );
    expect((types as string[]).at(-1)).toBe('was VARCHAR');
    expect((rows as unknown[][]).map((row) => row.at(-1))).toEqual([
      'u',
      'v',
      null,
      null,
      null,
      'u',
    ]);
    const taken = relabelled('n.parquet', { ...changes, added: { ...added, name: 'm.l' } });
    expect(await folder.fault(taken)).toContain('a name that no column has, received "m.l"');
  });
});

it('a folder of images becomes a Parquet file, the images as they are', async () => {
  const images = await Promise.all([10, 90, 200].map((value) => grey(value)));
  const names = ['a/1.png', 'a/2.png', '__proto__/x.png'];
  for (const [i, name] of names.entries()) {
    folder.save(`photos/train/${name}`, images[i] as Buffer);
    folder.save(`photos/val/${name}`, images[i] as Buffer);
  }
  const path = join(folder.path, 'photos');
  const source = await relabelledSource(path, 'made.parquet');
  expect([source.label, source.test]).toEqual(['label', join(path, 'val')]);
  // in the order of the folders: __proto__/x, a/1, a/2
  const made = await source.content({ labels: moved([2, 0], [0, 1]), dropped: new Set([1]) });
  const file = folder.save('photos.parquet', Buffer.concat(made));
  const { data } = await openDataset(file, { label: 'label' });
  const [x, , second] = [200, 10, 90].map((value) => [value, value, value, value]);
  expect([data.classes, [...data.labels]]).toEqual([
    ['__proto__', 'a'],
    [1, 0],
  ]);
  expect([...(data.features as Uint8Array)]).toEqual([x, second].flat());
  const added = { ...weight, cell: () => 1 };
  expect(await folder.fault(source.content({ labels: moved(), added }))).toBe(
    'weights: expected nothing: train takes no weights for a folder of images, received "w"; leave it out',
  );
});

it('arrays: their labels are written', async () => {
  folder.save(
    'x.npy',
    npy('<f4', [3, 2], new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)),
  );
  const labelsFile = folder.save('y.npy', npy('|u1', [3], Uint8Array.of(7, 3, 7)));
  const changes = { labels: moved([0, 1]) };
  const made = await relabelled('x.npy', changes, { out: 'new.npy', labelsFile });
  const read = await readNpy(join(folder.path, 'x.npy'), {
    labelsFile: folder.save('new.npy', made),
  });
  expect([read.classes, [...read.labels]]).toEqual([
    ['3', '7'],
    [0, 0, 1],
  ]);
  const dropped = { ...changes, dropped: new Set([1]) };
  expect(await folder.fault(relabelled('x.npy', dropped, { out: 'new.npy', labelsFile }))).toBe(
    'x.npy: expected other labels only, since the array itself stays as it is, received rows left out',
  );
});

describe('refused', () => {
  const changes = { label: 'y', labels: moved([0, 1]) };

  it.each([
    [
      'c.csv',
      'c.parquet',
      /^out: expected a file that ends in \.csv or \.tsv, as .*c\.csv is a CSV or TSV file, received "c\.parquet"$/,
    ],
    [
      'digits',
      'd.csv',
      /^digits: expected data that can be written with other labels: a Parquet file, .*, received the data set "digits"$/,
    ],
    [
      '-',
      'd.csv',
      /^-: expected data in a file, received standard input, which cannot be read again$/,
    ],
  ])('%s as %s', async (name, out, message) => {
    const path = name.includes('.') ? folder.save(name, 'x,y\n1,u\n2,v\n') : name;
    expect(await folder.fault(relabelledSource(path, out))).toMatch(message);
  });

  it('a column that is there, and rows that are not', async () => {
    folder.save('c.csv', 'x,y\n1,u\n2,v\n');
    const added = { ...weight, name: 'x', cell: () => 1 };
    expect(await folder.fault(relabelled('c.csv', { ...changes, added }))).toBe(
      'c.csv, column of weights: expected a name that no column has, received "x"; choose another (weights)',
    );
    expect(
      await folder.fault(relabelled('c.csv', { label: 'y', labels: moved([2, 0]) })),
    ).toContain('expected a file that stays as it is');
  });
});
