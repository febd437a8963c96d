import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { JsonTable } from '../../src/data/formats/jsonl/table.ts';
import { testFolder } from './files.ts';
import { cellKinds, cellsOf } from './tables.ts';

const folder = testFolder('jsonl');

const open = (content: string | Uint8Array, name = 'x.jsonl') =>
  JsonTable.open(folder.save(name, content));

describe('cells of JSON lines', () => {
  it.each<[string, string[], string, unknown[]]>([
    ['numbers', ['1', '2.50', '-1e3', 'null'], 'numbers', [1, 2.5, -1000, Number.NaN]],
    ['numbers too large', ['1e400', '0'], 'numbers', [Number.POSITIVE_INFINITY, 0]],
    [
      'the numbers of Python',
      ['NaN', '-Infinity', 'Infinity', '1'],
      'numbers',
      [Number.NaN, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, 1],
    ],
    ['texts', ['"a"', '"NaN, Infinity"', 'null'], 'texts', ['a', 'NaN, Infinity', '']],
    ['booleans', ['true', 'false', 'null'], 'texts', ['TRUE', 'FALSE', '']],
    ['numbers beside texts', ['1', '"b"', '2.50', '""'], 'texts', ['1', 'b', '2.5', '']],
    ['numbers beside booleans', ['1', 'false'], 'texts', ['1', 'FALSE']],
    [
      'integers beyond 2^53',
      ['9007199254740993', '-18014398509481985', '1', '0.12345678901234567'],
      'texts',
      ['9007199254740993', '-18014398509481985', '1', '0.12345678901234566'],
    ],
    ['integers up to 2^53', ['9007199254740991', '1'], 'numbers', [9007199254740991, 1]],
    [
      'digits in texts',
      ['"12345678901234567890, 1"', '"\\"9007199254740993"'],
      'texts',
      ['12345678901234567890, 1', '"9007199254740993'],
    ],
    ['escapes', ['"\\u00e9\\n\\\\"', '"\\"x\\": 1"'], 'texts', ['é\n\\', '"x": 1']],
    ['lists', ['[1, 2.5]', 'null', '[null, 4]'], 'lists', [[1, 2.5], undefined, [Number.NaN, 4]]],
    ['nothing', ['null', 'null'], 'texts', ['', '']],
  ])('%s', async (_, written, kind, expected) => {
    const table = await open(written.map((value) => `{"x": ${value}}\n`).join(''));
    expect(await cellKinds(table)).toEqual({ x: kind });
    expect(await cellsOf(table)).toEqual({ x: expected });
    expect([table.rowCount, table.otherColumns]).toEqual([expected.length, []]);
  });

  it('keys may be missing, in any order, and called as what objects inherit', async () => {
    const table = await open('{"a": 1}\n{"__proto__": 2, "a": 3}\n{"toString": "t", " b ": 4}\n{}');
    expect(table.columns).toEqual(['a', '__proto__', 'toString', 'b']);
    expect(Object.entries(await cellsOf(table))).toEqual([
      ['a', [1, 3, Number.NaN, Number.NaN]],
      ['__proto__', [Number.NaN, 2, Number.NaN, Number.NaN]],
      ['toString', ['', '', 't', '']],
      ['b', [Number.NaN, Number.NaN, 4, Number.NaN]],
    ]);
  });

  const plain = '{"a": 1, "t": "é"}\n{"a": 2, "t": "日"}\n';
  it.each<[string, string | Uint8Array]>([
    ['CRLF and blank lines', '\r\n{"a": 1, "t": "é"}\r\n \t\r\n{"a": 2, "t": "日"}\r\n\r\n'],
    ['a byte order mark', `\ufeff${plain}`],
    ['no line end', plain.trimEnd()],
    ['gzip', gzipSync(plain)],
    ['UTF-16', Buffer.from(`\ufeff${plain}`, 'utf16le')],
    ['UTF-16 of big endian', Buffer.from(`\ufeff${plain}`, 'utf16le').swap16()],
  ])('%s', async (_, content) => {
    expect(await cellsOf(await open(content))).toEqual({ a: [1, 2], t: ['é', '日'] });
  });

  it('lines of many pieces keep their order, wherever a piece ends', async () => {
    const wide = 'é'.repeat(40_000); // more than is read at a time
    const rows = Array.from({ length: 5000 }, (_, i) => ({ i, t: i === 7 ? wide : `é${i}` }));
    const table = await open(rows.map((row) => JSON.stringify(row)).join('\n'));
    for (let time = 0; time < 2; time++) {
      expect(await cellsOf(table)).toEqual({
        i: rows.map(({ i }) => i),
        t: rows.map(({ t }) => t),
      });
    }
  });

  it('what is no cell of a table is left out, and named', async () => {
    const table = await open(
      '{"a": 1, "o": {"x": 1}, "l": ["t"], "m": [1], "e": [[1]]}\n{"a": 2, "o": 3, "m": "u"}\n',
    );
    expect(await cellsOf(table)).toEqual({ a: [1, 2], o: [Number.NaN, 3], 'o.x': [1, Number.NaN] });
    expect(table.otherColumns).toEqual([
      { name: 'l', holds: 'lists' },
      { name: 'm', holds: 'texts and lists of numbers' },
      { name: 'e', holds: 'lists' },
    ]);
  });
});

describe('objects within a row', () => {
  it('have a column for each of their values, at any depth', async () => {
    const table = await open(
      '{"user": {"age": 3, "home": {"country": "FI"}}, "v": {"e": [1, 2]}, "label": "a"}\n' +
        '{"label": "b", "user": {"home": {"city": "Oulu"}, "age": null}, "v": null}\n' +
        '{"user.age": 4, "user": null, "v": {"e": [3, 4]}, "label": "a"}\n' +
        '{"user": {}, "v": {}}\n',
    );
    expect(await cellsOf(table)).toEqual({
      'user.age': [3, Number.NaN, 4, Number.NaN],
      'user.home.country': ['FI', '', '', ''],
      'v.e': [[1, 2], undefined, [3, 4], undefined],
      label: ['a', 'b', 'a', ''],
      'user.home.city': ['', 'Oulu', '', ''],
    });
    expect(table.otherColumns).toEqual([]);
  });

  it('may have keys as what objects inherit, and blanks around them', async () => {
    const table = await open(
      '{"__proto__": {"x": 1}, "constructor": {"prototype": {"y": 2}}, " a ": {" __proto__ ": 3}}\n',
    );
    expect(Object.entries(await cellsOf(table))).toEqual([
      ['__proto__.x', [1]],
      ['constructor.prototype.y', [2]],
      ['a.__proto__', [3]],
    ]);
    expect(({} as { x?: unknown; y?: unknown }).x).toBeUndefined();
    expect(({} as { x?: unknown; y?: unknown }).y).toBeUndefined();
  });

  it('are read to 32 levels', async () => {
    const nested = (levels: number) => `${'{"a": '.repeat(levels)}1${'}'.repeat(levels)}`;
    expect(await cellsOf(await open(nested(32)))).toEqual({ [Array(32).fill('a').join('.')]: [1] });
    expect(await folder.fault(open(`{"a": 1}\n${nested(33)}`))).toBe(
      'x.jsonl, line 2: expected at most 32 levels of objects, received objects nested deeper',
    );
    expect(await folder.fault(open(nested(5000)))).toBe(
      'x.jsonl, line 1: expected at most 32 levels of objects, received objects nested deeper',
    );
  });
});

describe('what is refused', () => {
  it.each<[string, string | Uint8Array, string]>([
    [
      'an empty file',
      '',
      'x.jsonl: expected objects of JSON, one per line, received an empty file',
    ],
    [
      'blank lines',
      '\n \n',
      'x.jsonl: expected objects of JSON, one per line, received an empty file',
    ],
    [
      'a list',
      '{"a": 1}\n\n[1]\n',
      'x.jsonl, line 3: expected an object of JSON, received a list; write one object per line: {"column": value, …}',
    ],
    [
      'a number',
      '5\n',
      'x.jsonl, line 1: expected an object of JSON, received 5; write one object per line: {"column": value, …}',
    ],
    [
      'a key twice',
      '{"a": 1, "b": "a\\": "}\n{"a": 1, "b": {"a": 1}, "\\u0061": 2}\n',
      'x.jsonl, line 2: expected each key once, received "a" twice',
    ],
    [
      'a key twice in an object',
      '{"a": [{"b": 1}, {"b": 2}], "c": {"b": 1}}\n{"a": {"b": {"c": 1}, "\\u0062": 2}}\n',
      'x.jsonl, line 2: expected each key once, received "a.b" twice',
    ],
    [
      'a column by a dotted key and by an object',
      '{"a.b": 1}\n{"a": {"b": 2}}\n{"a.b": 1, "a": {"b": 2}}\n',
      'x.jsonl, line 3: expected each column once, received "a.b" twice; an object within the row has a column for each of its keys, with a dot between the names; rename one of the keys',
    ],
    [
      'another encoding',
      Buffer.from('{"a": 1}\n{"a": "\xe9"}\n', 'latin1'),
      'x.jsonl, line 2: expected text in UTF-8, received bytes of another encoding; save it as JSON lines in UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 converts what Excel wrote)',
    ],
    [
      'bytes',
      Uint8Array.of(1, 2, 0, 3),
      'x.jsonl: expected text in UTF-8, received binary data; save it as JSON lines in UTF-8',
    ],
  ])('%s', async (_, content, message) => {
    const reading = open(content).then(cellsOf);
    expect(await folder.fault(reading)).toBe(message);
  });

  it.each(['{"a": 1', '{"a": 1} {"a": 2}', "{'a': 1}", '{"a": nan}', '{"a": 01}', '{"a": NaN, }'])(
    'a line that is no JSON: %s',
    async (line) => {
      expect(await folder.fault(open(`{"a": 1}\n${line}\n`))).toMatch(
        /^x\.jsonl, line 2: expected an object of JSON, received text with a fault \(.*\); write one object per line, without line breaks in it$/,
      );
    },
  );

  it('a line without an end', async () => {
    expect(await folder.fault(open(`{"a": "${'x'.repeat(2 ** 24)}`))).toBe(
      'x.jsonl, line 1: expected an end of the line within 16777216 bytes, received none; write one object per line',
    );
  });

  it('a file that changes while it is read', async () => {
    const table = await open('{"a": 1}\n{"a": 2}\n');
    folder.save('x.jsonl', '{"a": 1}\n{"a": "b"}\n');
    expect(await folder.fault(cellsOf(table))).toBe(
      'x.jsonl: expected a file that stays as it is, received one that changes; wait until it is written, then read it again',
    );
  });

  it('lines of few bytes that stand for many cells: a few at a time, within the memory limit', async () => {
    const keys = Array.from({ length: 20_000 }, (_, j) => [`k${j}`, j]);
    const first = JSON.stringify(Object.fromEntries(keys));
    const path = folder.save('sparse.jsonl', `${first}\n${'{"y":"u"}\n{"y":"v"}\n'.repeat(2000)}`);
    const table = await JsonTable.open(path);
    let most = 0;
    let rows = 0;
    for await (const chunk of table.chunks()) {
      most = Math.max(most, chunk.rows);
      rows += chunk.rows;
    }
    expect([rows, most]).toEqual([4001, 52]); // 2^20 / 20,001
    const ending = new AbortController();
    const interrupted = await JsonTable.open(path, ending);
    setTimeout(() => ending.abort(new Error('stopped')));
    await expect(
      (async () => {
        for await (const _ of interrupted.chunks()) rows++;
      })(),
    ).rejects.toThrow('stopped');
  });

  it('a reading that was ended', async () => {
    const ending = new AbortController();
    const table = await JsonTable.open(folder.save('x.jsonl', '{"a": 1}\n'), ending);
    ending.abort(new Error('stopped'));
    await expect(cellsOf(table)).rejects.toThrow('stopped');
  });
});
