import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import type { CsvOptions } from '../../src/data/node/index.ts';
import { readCsv, readRows } from '../../src/data/node/index.ts';

let folder = '';
let files = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'symloss-csv-'));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function save(content: string | Uint8Array, name = `${files++}.csv`): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function read(
  content: string | Uint8Array,
  options: Partial<CsvOptions> = {},
  name?: string,
) {
  return readCsv(await save(content, name), { label: 'y', ...options });
}

/** The message of the SymlossError that the work ends in, without the folder. */
async function fault(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SymlossError)) throw new Error(`no SymlossError: ${String(error)}`);
  expect(error.message).not.toContain('\n');
  return error.message.replace(`${folder}/`, '');
}

const simple = { features: [1, 2, 3, 4], labels: [0, 1], columns: ['a', 'b'] };

describe('forms of CSV', () => {
  it.each<[string, string | Uint8Array, string?]>([
    ['plain', 'a,b,y\n1,2,u\n3,4,v\n'],
    ['no final line end', 'a,b,y\n1,2,u\n3,4,v'],
    ['CRLF', 'a,b,y\r\n1,2,u\r\n3,4,v\r\n'],
    ['CR', 'a,b,y\r1,2,u\r3,4,v\r'],
    ['mixed line ends', 'a,b,y\r\n1,2,u\n3,4,v\r\n'],
    ['byte order mark', '\ufeffa,b,y\n1,2,u\n3,4,v\n'],
    ['byte order mark and quotes', '\ufeff"a","b","y"\n"1","2","u"\n"3","4","v"\n'],
    ['semicolons', 'a;b;y\n1;2;u\n3;4;v\n'],
    ['tabs', 'a\tb\ty\n1\t2\tu\n3\t4\tv\n'],
    ['bars', 'a|b|y\n1|2|u\n3|4|v\n'],
    ['blanks', 'a, b, y\n 1, 2 , u\n3 ,4, v\n'],
    ['empty lines', '\n\na,b,y\n1,2,u\n\n3,4,v\n\n\n'],
    ['gzip', gzipSync('a,b,y\n1,2,u\n3,4,v\n')],
    ['a path that is a pattern', 'a,b,y\n1,2,u\n3,4,v\n', 'x[1]*?.csv'],
    ['a path with a quote', 'a,b,y\n1,2,u\n3,4,v\n', "it's.csv"],
  ])('reads %s', async (_, content, name) => {
    await save('a,b,y\n9,9,u\n9,9,v\n', 'x1zz.csv');
    const data = await read(content, {}, name);
    expect([...data.features]).toEqual(simple.features);
    expect([...data.labels]).toEqual(simple.labels);
    expect(data.columns).toEqual(simple.columns);
    expect(data.classes).toEqual(['u', 'v']);
  });

  it('takes the file named, not one its name matches as a pattern', async () => {
    await save('a,y\n9,u\n9,v\n', 'g1.csv');
    expect([...(await read('a,y\n1,u\n2,v\n', {}, 'g[1].csv')).features]).toEqual([1, 2]);
  });

  it('adds no column for a folder called name=value', async () => {
    await mkdir(join(folder, 'year=2020'));
    const data = await read('a,y\n1,u\n2,v\n', {}, 'year=2020/x.csv');
    expect(data.columns).toEqual(['a']);
  });

  it('reads quoted delimiters, line breaks and quotes in names and cells', async () => {
    const text = '"a ""b""; DROP","x\n,y",\'c,y\n1,"2","q,\n""z""",u\n3,"4",t,v\n5,6,t,v\n';
    const data = await read(text);
    expect(data.columns).toEqual(['a "b"; DROP', 'x\n,y']);
    expect([...data.features]).toEqual([1, 2, 3, 4, 5, 6]);
    expect(data.notices[1]).toBe('left out as text: "\'c"');
  });

  it('is not misled by delimiters in the header of another kind', async () => {
    const data = await read('"size, cm";weight, kg;y\n1;2;u\n3;4;v\n');
    expect(data.columns).toEqual(['size, cm', 'weight, kg']);
  });

  it('reads a cell longer than DuckDB allows by default', async () => {
    const data = await read(`a,b,y\n1,"${'x'.repeat(3_000_000)}",u\n2,q,v\n`);
    expect([...data.features]).toEqual([1, 2]);
  });

  // Larger than what DuckDB reads at a time: several threads may deliver parts out of order.
  it('keeps every row of a large file in its place', async () => {
    const n = 100_000;
    const pad = 'x'.repeat(450);
    const lines = Array.from({ length: n }, (_, i) => `${i},${(i * 7) % 1000}.5,${i % 3},${pad}`);
    const data = await read(`a,b,y,pad\n${lines.join('\n')}\n`);
    let wrong = data.labels.length === n ? 0 : n;
    for (let i = 0; i < n; i++) {
      const right =
        data.features[2 * i] === i &&
        data.features[2 * i + 1] === ((i * 7) % 1000) + 0.5 &&
        data.labels[i] === i % 3;
      if (!right) wrong++;
    }
    expect(wrong).toBe(0);
  }, 60_000);

  it('reads 3,000 columns in their order', async () => {
    const d = 3000;
    const header = Array.from({ length: d }, (_, j) => `f${j}`).join(',');
    const row = (i: number) => Array.from({ length: d }, (_, j) => i * d + j).join(',');
    const data = await read(`y,${header}\nu,${row(0)}\nv,${row(1)}\n`);
    expect(data.columns?.[2999]).toBe('f2999');
    expect([...data.features]).toEqual(Array.from({ length: 2 * d }, (_, i) => i));
  }, 60_000);
});

describe('columns and labels', () => {
  it('sorts numeric classes by value and joins spellings', async () => {
    const data = await read('a,y,t\n1,10,9\n2,9.0,9\n3,2,2\n', { trueLabel: 't' });
    expect(data.classes).toEqual(['2', '9', '10']);
    expect([...data.labels]).toEqual([2, 1, 0]);
    expect([...(data.trueLabels ?? [])]).toEqual([1, 1, 0]);
    expect(data.columns).toEqual(['a']);
    expect(data.notices.slice(1)).toEqual(['"9", "9.0" are one class: the same number']);
  });

  it('says what it leaves out', async () => {
    const text = ',name,a,void,y\n0,ann,1,,u\n1,bob,2,NA,v\n';
    const data = await read(text, {}, 'left.csv');
    expect(data.name).toBe('left.csv');
    expect(data.columns).toEqual(['a']);
    expect(data.notices.map((line) => line.replace(`${folder}/`, ''))).toEqual([
      'left.csv: 2 rows, 1 feature, 2 classes: "u", "v"',
      'left out as text: "name"',
      'left out as empty: "void"',
      'left out for want of a name in the header: column 1',
    ]);
  });

  it('takes the features asked for, in that order, and ignores others', async () => {
    const text = 'a,b,c,y\n1,2,x,u\n3,4,5,v\n';
    const data = await read(text, { features: ['b', 'a'] });
    expect(data.columns).toEqual(['b', 'a']);
    expect([...data.features]).toEqual([2, 1, 4, 3]);
    expect((await read(text, { ignore: ['c', 'a'] })).columns).toEqual(['b']);
  });

  it('leaves missing cells to the mean, or drops their rows', async () => {
    const text = 'a,b,y\n1,2,u\nNA,4,v\n5,null,u\n7,8,\n9,NaN,v\n-1e-3,+.5,v\n';
    const rest = text.replace('7,8,\n', '');
    const data = await read(rest, { missing: 'mean' });
    expect([...data.features]).toEqual(
      [1, 2, Number.NaN, 4, 5, Number.NaN, 9, Number.NaN, -1e-3, 0.5].map(Math.fround),
    );
    expect(data.notices[1]).toBe("3 missing cells: the column's mean stands in");
    const dropped = await read(text, { missing: 'drop' });
    expect([...dropped.features]).toEqual([1, 2, -1e-3, 0.5].map(Math.fround));
    expect([...dropped.labels]).toEqual([0, 1]);
    expect(dropped.notices[1]).toBe('4 of 6 rows dropped: a cell is missing');
  });

  it('counts only the classes of the rows that stay', async () => {
    const data = await read('a,y\n1,u\n2,v\n,w\n', { missing: 'drop' });
    expect(data.classes).toEqual(['u', 'v']);
  });
});

const place = '(counting data rows from 1)';
const many = Array.from({ length: 20 }, (_, i) => `${i},id${i}`).join('\n');

describe('errors of readCsv', () => {
  it.each<[string, string | Uint8Array, Partial<CsvOptions>, string]>([
    ['empty file', '', {}, ': expected a header line and rows, received an empty file'],
    ['header only', 'a,y\n', {}, ': expected rows below the header, received the header only'],
    [
      'binary file',
      Uint8Array.of(0x50, 0x4b, 0, 4),
      {},
      ': expected text in UTF-8, received binary data; save it as CSV in UTF-8',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeffa,y\n1,u\n', 'utf16le'),
      {},
      ': expected text in UTF-8, received UTF-16; save it as CSV in UTF-8',
    ],
    [
      'Latin-1',
      Buffer.from('a,y\n1,u\n2,\xe9\n', 'latin1'),
      {},
      ', line 3: expected text in UTF-8, received bytes of another encoding; save it as CSV in UTF-8',
    ],
    [
      'absent label',
      'a,lable,z\n1,u,1\n',
      { label: 'label' },
      ', label column: expected one of "a", "lable", "z", received "label"; did you mean "lable"?',
    ],
    [
      'no header',
      '1,2,0\n3,4,1\n',
      { label: 'label' },
      ', label column: expected one of "1", "2", "0", received "label"; ' +
        'the first line of the file must name the columns',
    ],
    [
      'absent true label',
      'a,y\n1,u\n2,v\n',
      { trueLabel: 'truth' },
      ', true-label column: expected one of "a", "y", received "truth"',
    ],
    [
      'true label = label',
      'a,y\n1,u\n2,v\n',
      { trueLabel: 'y' },
      ', true-label column: expected another column than the label, received the same',
    ],
    [
      'one class',
      'a,y\n1,u\n2,u\n',
      {},
      ', column "y": expected at least 2 classes, received only "u" in 2 rows',
    ],
    [
      'id as label',
      `a,y\n${many}\n`,
      {},
      ', column "y": expected a label that many rows share, received 20 different values in 20 rows; ' +
        'is it an id? name the column of the classes',
    ],
    [
      'short row',
      'a,b,y\n1,2,u\n"1\n2",2,v\n3,v\n4,5,u\n',
      {},
      `, row 3 ${place}: expected 3 fields as in the header, split at ",", received 2; ` +
        'mend the row; a cell that contains "," must be quoted',
    ],
    [
      'long row',
      'a;b;y\n1;2;u;9\n',
      {},
      `, row 1 ${place}: expected 3 fields as in the header, split at ";", received 4; ` +
        'mend the row; a cell that contains ";" must be quoted',
    ],
    [
      'row with an empty field too many',
      'a,y\n1,u\n2,v,\n',
      {},
      `, row 2 ${place}: expected 2 fields as in the header, split at ",", received 3; ` +
        'mend the row; a cell that contains "," must be quoted',
    ],
    [
      'open quote',
      'a,y\n1,u\n"2,v\n3,u\n',
      {},
      `, row 2 ${place}: expected a closing quote, received the end of file; ` +
        'close the quoted cell, and double any quote inside one',
    ],
    [
      'text after a quote',
      'a,y\n1,u\n2,"v"w\n',
      {},
      `, row 2 ${place}: expected "," or the end of line after a closing quote, received more text; ` +
        'double any quote inside a quoted cell',
    ],
    [
      'duplicate names',
      'a,y, a\n1,u,2\n',
      {},
      ', header: expected a different name for each column, received "a" for columns 1 and 3; ' +
        'rename one of them',
    ],
    [
      'mixed column',
      'a,y\n1,u\n2,v\nthree,u\nfour,u\n',
      {},
      `, row 3 ${place}, column "a": expected a number, as in 2 other cells of the column, ` +
        'received "three"; mend the cell, or leave the column out (--ignore)',
    ],
    [
      'number with underscores',
      'a,y\n1,u\n1_000,v\n',
      {},
      `, row 2 ${place}, column "a": expected a number, as in 1 other cell of the column, ` +
        'received "1_000"; mend the cell, or leave the column out (--ignore)',
    ],
    [
      'infinity',
      'a,y\n1,u\n-inf,v\n',
      {},
      `, row 2 ${place}, column "a": expected a finite number (below 3.4e38), received "-inf"; ` +
        'mend the cell, or leave it empty and say what to do then (--missing)',
    ],
    [
      'float32 overflow',
      'a,y\n1e39,u\n1,v\n',
      {},
      `, row 1 ${place}, column "a": expected a finite number (below 3.4e38), received "1e39"; ` +
        'mend the cell, or leave it empty and say what to do then (--missing)',
    ],
    [
      'decimal comma',
      'a;b;y\n1;1,5;u\n2;2,5;v\n',
      {},
      `, row 1 ${place}, column "b": expected a number with a decimal point, received "1,5"; ` +
        'write decimal points, or leave the column out (--ignore)',
    ],
    [
      'missing cell',
      'a,b,y\n1,2,u\n3,n/a,v\n'.replace('n/a', 'na') + ',,v\n',
      {},
      `, row 2 ${place}, column "b": expected a number, received a missing cell, one of 3; ` +
        "fill it in, or take the column's mean (--missing mean) or drop the row (--missing drop)",
    ],
    [
      'missing label',
      'a,y\n1,u\n2,v\n3, \n4,NA\n',
      {},
      `, row 3 ${place}, column "y": expected a label, received a missing cell, one of 2; ` +
        'drop such rows (--missing drop) or delete them (NA, NaN and null count as missing)',
    ],
    [
      'missing label with the mean',
      'a,y\n1,u\n2,v\n3,\n',
      { missing: 'mean' },
      `, row 3 ${place}, column "y": expected a label, received a missing cell, one of 1; ` +
        'drop such rows (--missing drop) or delete them (NA, NaN and null count as missing)',
    ],
    [
      'nothing left',
      'a,y\n,u\n,v\n1,\n',
      { missing: 'drop' },
      ': expected at least one row without a missing cell, received none of 3; ' +
        "take the column's mean instead (--missing mean), or ignore columns with many gaps",
    ],
    [
      'no feature',
      'a,b,y\nx,,u\nz,,v\n',
      {},
      ': expected at least one feature, a column of numbers, received none ' +
        '(left out as text: "a"; left out as empty: "b")',
    ],
    [
      'one column',
      'y\nu\nv\n',
      {},
      ': expected at least one feature, a column of numbers, received none',
    ],
    [
      'asked for text',
      'a,b,y\nx,1,u\nz,2,v\n',
      { features: ['a'] },
      `, row 1 ${place}, column "a": expected a number, received "x"; ` +
        'mend the cell, or leave the column out (--ignore)',
    ],
    [
      'asked for an empty column',
      'a,b,y\n,1,u\n,2,v\n',
      { features: ['a'] },
      ', column "a": expected numbers, received no filled cell',
    ],
    [
      'asked for the label',
      'a,y\n1,1\n2,0\n',
      { features: ['a', 'y'] },
      ', feature column "y": expected a column of its own, received a label column',
    ],
    [
      'asked for twice',
      'a,y\n1,1\n2,0\n',
      { features: ['a', 'a'] },
      ', feature column "a": expected a column of its own, received one that is named twice',
    ],
    [
      'absent feature',
      'age,y\n1,1\n2,0\n',
      { features: ['aeg'] },
      ', feature column: expected one of "age", "y", received "aeg"; did you mean "age"?',
    ],
    [
      'absent column to ignore',
      'a,y\n1,1\n2,0\n',
      { ignore: ['zzz'] },
      ', column to ignore: expected one of "a", "y", received "zzz"',
    ],
  ])('%s', async (_, content, options, message) => {
    const path = await save(content);
    const file = path.slice(folder.length + 1);
    expect(await fault(readCsv(path, { label: 'y', ...options }))).toBe(`${file}${message}`);
  });

  it('names a missing file, a folder and a wrong option', async () => {
    expect(await fault(readCsv(join(folder, 'none.csv'), { label: 'y' }))).toBe(
      'none.csv: expected a CSV file, received no such file',
    );
    expect(await fault(readCsv(folder, { label: 'y' }))).toMatch(
      /expected a CSV file, received a directory$/,
    );
    const missing = 'zero' as 'mean';
    expect(await fault(readCsv(folder, { label: 'y', missing }))).toBe(
      'missing: expected one of error, mean, drop, received "zero"',
    );
  });

  it('does not let one ragged line turn the file into one column', async () => {
    for (const at of [0, 1, 30]) {
      const lines = Array.from({ length: 60 }, (_, i) => `${i},${i},${i % 2}`);
      lines[at] = '1,2,3,4';
      expect(await fault(read(`a,b,y\n${lines.join('\n')}\n`, {}, 'one.csv'))).toBe(
        `one.csv, row ${at + 1} ${place}: expected 3 fields as in the header, split at ",", ` +
          'received 4; mend the row; a cell that contains "," must be quoted',
      );
    }
  });

  it('names the remedy where DuckDB is not installed', async () => {
    const path = await save('a,y\n1,u\n2,v\n', 'duck.csv');
    vi.resetModules();
    vi.doMock('@duckdb/node-api', () => {
      throw new Error('Cannot find package');
    });
    try {
      const fresh = await import('../../src/data/node/index.ts');
      await expect(fresh.readCsv(path, { label: 'y' })).rejects.toMatchObject({
        kind: 'failure',
        message:
          `${path}: expected DuckDB to read the file, received a package that does not load; ` +
          'run npm install @duckdb/node-api',
      });
    } finally {
      vi.doUnmock('@duckdb/node-api');
      vi.resetModules();
    }
  });
});

describe('readRows', () => {
  const text = 'extra,b,a\nx,2,1\ny,,3\nz,6,5\n';

  it('reads columns in the order asked for', async () => {
    const path = await save(text);
    const mean = await readRows(path, ['a', 'b'], { missing: 'mean' });
    expect([...mean.features]).toEqual([1, 2, 3, Number.NaN, 5, 6]);
    expect([mean.rowCount, ...mean.kept]).toEqual([3, 0, 1, 2]);
    expect(mean.notices).toEqual(["1 missing cell: the column's mean stands in"]);
    const drop = await readRows(path, ['a', 'b'], { missing: 'drop' });
    expect([...drop.features]).toEqual([1, 2, 5, 6]);
    expect([drop.rowCount, ...drop.kept]).toEqual([2, 0, 2]);
    expect(drop.notices).toEqual(['1 of 3 rows dropped: a cell is missing']);
    expect([...(await readRows(path, ['a'])).features]).toEqual([1, 3, 5]);
  });

  it('names what is wrong', async () => {
    const path = await save(text, 'rows.csv');
    expect(await fault(readRows(path, ['a', 'b']))).toBe(
      `rows.csv, row 2 ${place}, column "b": expected a number, received a missing cell, one of 1; ` +
        "fill it in, or take the column's mean (--missing mean) or drop the row (--missing drop)",
    );
    expect(await fault(readRows(path, ['a', 'c', 'd']))).toBe(
      'rows.csv, feature columns: expected 3 columns, "c", "d" among them, ' +
        'received 2 of them absent: the file has "extra", "b", "a"',
    );
    expect(await fault(readRows(path, ['Extra']))).toMatch(/did you mean "extra"\?$/);
    expect(await fault(readRows(path, ['extra']))).toBe(
      `rows.csv, row 1 ${place}, column "extra": expected a number, received "x"; ` +
        'mend the cell, or leave the column out (--ignore)',
    );
    expect(await fault(readRows(path, []))).toBe(
      'rows.csv: expected at least one column to read, received none',
    );
  });

  it('reads a file of one column, where an empty line is a missing cell', async () => {
    const path = await save('a\n1\n\n3\n');
    const rows = await readRows(path, ['a'], { missing: 'mean' });
    expect([...rows.features]).toEqual([1, Number.NaN, 3]);
  });
});
