import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readRows } from '../../src/data/formats/index.ts';
import { csvFiles } from './csv-files.ts';

const { folder, save, read, fault } = csvFiles();
const place = '(counting data rows from 1)';
const simple = { features: [1, 2, 3, 4], labels: [0, 1], columns: ['a', 'b'] };

describe('forms of CSV', () => {
  it.each<[string, string | Uint8Array, string?]>([
    ['plain', 'a,b,y\n1,2,u\n3,4,v\n'],
    ['no final line end', 'a,b,y\n1,2,u\n3,4,v'],
    ['CRLF', 'a,b,y\r\n1,2,u\r\n3,4,v\r\n'],
    ['CR', 'a,b,y\r1,2,u\r3,4,v\r'],
    ['mixed line ends', 'a,b,y\r\n1,2,u\n3,4,v\r\n'],
    ['a lone CR among CRLF', 'a,b,y\r\n1,2,u\r3,4,v\r\n'],
    ['a lone CR among LF', 'a,b,y\n1,2,u\r3,4,v\n'],
    ['blanks before quotes', 'a, "b", y\n1, "2", u\n"3" ,4, "v" \n'],
    ['lines of blanks', ' \na,b,y\n\t\n1,2,u\n  \r\n3,4,v\n '],
    ['byte order mark', '\ufeffa,b,y\n1,2,u\n3,4,v\n'],
    ['byte order mark and quotes', '\ufeff"a","b","y"\n"1","2","u"\n"3","4","v"\n'],
    ['semicolons', 'a;b;y\n1;2;u\n3;4;v\n'],
    ['tabs', 'a\tb\ty\n1\t2\tu\n3\t4\tv\n'],
    ['bars', 'a|b|y\n1|2|u\n3|4|v\n'],
    ['blanks', 'a, b, y\n 1, 2 , u\n3 ,4, v\n'],
    ['empty lines', '\n\na,b,y\n1,2,u\n\n3,4,v\n\n\n'],
    ['gzip', gzipSync('a,b,y\n1,2,u\n3,4,v\n')],
    ['UTF-16', Buffer.from('\ufeffa,b,y\r\n1,2,u\r\n3,4,v', 'utf16le')],
    ['UTF-16 of big endian', Buffer.from('\ufeffa;b;y\n1;2;u\n3;4;v\n', 'utf16le').swap16()],
    ['UTF-16 and gzip', gzipSync(Buffer.from('\ufeffa\tb\ty\n1\t2\tu\n3\t4\tv', 'utf16le'))],
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
    expect(data.columns).toEqual(['a "b"; DROP', 'x\n,y', "'c"]);
    expect([...data.features]).toEqual([1, 2, 0, 3, 4, 1, 5, 6, 1]);
    expect(data.texts).toEqual([undefined, undefined, ['q,\n"z"', 't']]);
  });

  it('takes a quote inside a cell that does not start with one as it is', async () => {
    const data = await read('a,size,y\n1,24",5" x 7"\n2,8"" ,6"\n');
    expect(data.classes).toEqual(['5" x 7"', '6"']);
    expect(data.texts?.[1]).toEqual(['24"', '8""']);
  });

  // a piece may end within CRLF, between the halves of a doubled quote, or within a character
  it('reads the same wherever a piece of the file ends', async () => {
    const [head, row] = ['a,t,y\r\n9,', '1.5,"é ""x""\r\n,",ü\r\n-2,"""",ö\r\n'];
    for (let pad = 0; pad <= Buffer.byteLength(row); pad++) {
      const filler = 'z'.repeat(2 ** 16 - head.length - ',ü\r\n'.length - pad);
      const text = `${head}${filler},ü\r\n${row.repeat(2)}`;
      const data = await read(text, { ignore: ['t'] }, 'cut.csv');
      expect([...data.features]).toEqual([9, 1.5, -2, 1.5, -2]);
      expect([...data.labels]).toEqual([1, 1, 0, 1, 0]);
      expect(data.classes).toEqual(['ö', 'ü']);
    }
  });

  it('reads the same wherever a piece of UTF-16 ends', async () => {
    for (let pad = 0; pad < 4; pad++) {
      const rows = `1,😀,u\n2,é${'x'.repeat(pad)},v\n`.repeat(5000);
      const data = await read(Buffer.from(`\ufeffa,y,t\n${rows}`, 'utf16le'), {}, 'wide.csv');
      expect(data.classes).toEqual([`é${'x'.repeat(pad)}`, '😀']);
      const a = data.columns?.indexOf('a') ?? -1;
      const wide = data.columns?.length ?? 0;
      const own = Array.from({ length: 10_000 }, (_, i) => data.features[i * wide + a]);
      expect(own).toEqual(own.map((_, i) => 1 + (i % 2)));
      expect(data.labels.every((label, i) => label === 1 - (i % 2))).toBe(true);
    }
  });

  it.each([
    ['sep=;\r\na;b;y\r\n1,5;2;u\r\n3,25;4;v\r\n', [1.5, 2, 3.25, 4]],
    ['\ufeffSEP=,\na,b,y\n1;5,2,u\n1;7,4,v\n', [0, 2, 1, 4]],
    ['"sep=|"\ra|b|y\r1,5|2|u\r3|4|v', [1.5, 2, 3, 4]],
  ])('takes a first line that names the delimiter: %j', async (text, expected) => {
    const { columns, features } = await read(text, { features: ['a', 'b'] });
    expect(columns).toEqual(['a', 'b']);
    expect([...features]).toEqual(expected);
  });

  it('is not misled by delimiters in the header of another kind', async () => {
    const data = await read('"size, cm";weight, kg;y\n1;2;u\n3;4;v\n');
    expect(data.columns).toEqual(['size, cm', 'weight, kg']);
  });

  it('reads a cell that is longer than what is read at a time', async () => {
    const long = 'x'.repeat(3_000_000);
    const data = await read(`a,b,y\n1,"${long}",u\n2,q,v\n`);
    expect([...data.features]).toEqual([1, 0, 2, 1]);
    expect(data.texts?.[1]?.[0] === long).toBe(true);
  });

  // Larger than what is read at a time.
  it('keeps every row of a large file in its place', async () => {
    const n = 100_000;
    const pad = 'x'.repeat(450);
    const lines = Array.from({ length: n }, (_, i) => `${-i},${(i * 7) % 1000}.5,${i % 3},${pad}`);
    const data = await read(`a,b,y,pad\n${lines.join('\n')}\n`);
    let wrong = data.labels.length === n ? 0 : n;
    for (let i = 0; i < n; i++) {
      const right =
        data.features[2 * i] === -i &&
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

  it.each<[string, (row: number) => string, number | undefined]>([
    ['with fractions', (row) => `${(row % 12) + 0.5}`, 12],
    ['with fractions, a few', (row) => `${(row % 9) + 0.5}`, undefined],
    ['in few rows each', (row) => `${1000 + (row % 45)}`, 45],
    ['in ten rows each', (row) => `${1000 + (row % 30)}`, undefined],
    ['and a name', (row) => (row === 0 ? 'none' : `${row % 45}`), undefined],
  ])('says of numbers %s whether they may be amounts', async (_, label, k) => {
    const rows = Array.from({ length: 300 }, (_, row) => `${row % 17},${label(row)}\n`);
    const { notices } = await read(`a,y\n${rows.join('')}`);
    expect(notices.filter((line) => line.includes('amounts'))).toEqual(
      k === undefined
        ? []
        : [
            `warning: the labels are ${k} different numbers, and each is a class of its own: if they are amounts, make a few ranges of them`,
          ],
    );
  });

  it('says what it leaves out', async () => {
    const row = (i: number) => `${i},n${i},${i + 1},one,${i % 7},,${i % 2 ? 'u' : 'v'}\n`;
    const lines = Array.from({ length: 20 }, (_, i) => row(i));
    const text = `,name,number,same,a,void,y\n${lines.join('')}`;
    const data = await read(text, {}, 'left.csv');
    expect(data.name).toBe('left.csv');
    expect(data.columns).toEqual(['a']);
    expect(data.notices.map((line) => line.replace(`${folder}/`, ''))).toEqual([
      'left.csv: 20 rows, 1 feature, 2 classes: "u", "v"',
      'left out as id-like: "name", "number"',
      'left out as constant: "same"',
      'left out as empty: "void"',
      'left out as unnamed in the header: column 1',
    ]);
  });

  it('takes the features asked for, in that order, and ignores others', async () => {
    const text = 'a,b,c,y\n1,2,x,u\n3,4,5,v\n';
    const data = await read(text, { features: ['b', 'a'] });
    expect(data.columns).toEqual(['b', 'a']);
    expect([...data.features]).toEqual([2, 1, 4, 3]);
    expect((await read(text, { ignore: ['c', 'a'] })).columns).toEqual(['b']);
  });

  it('leaves missing cells to the model, or drops their rows', async () => {
    const text = 'a,b,y\n1,2,u\nNA,4,v\n5,null,u\n7,8,\n9,NaN,v\n-1e-3,+.5,v\n';
    const rest = text.replace('7,8,\n', '');
    const data = await read(rest, { missing: 'impute' });
    expect([...data.features]).toEqual(
      [1, 2, Number.NaN, 4, 5, Number.NaN, 9, Number.NaN, -1e-3, 0.5].map(Math.fround),
    );
    expect(data.notices[1]).toBe('3 missing cells in 2 columns ("a": 1, "b": 2)');
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

describe('readRows', () => {
  const text = 'extra,b,a\nx,2,1\ny,,3\nz,6,5\n';

  it('reads columns in the order asked for', async () => {
    const path = await save(text);
    const mean = await readRows(path, ['a', 'b'], { missing: 'impute' });
    expect([...mean.features]).toEqual([1, 2, 3, Number.NaN, 5, 6]);
    expect([mean.rowCount, ...mean.kept]).toEqual([3, 0, 1, 2]);
    expect(mean.notices).toEqual(['1 missing cell in 1 column ("b": 1)']);
    const drop = await readRows(path, ['a', 'b'], { missing: 'drop' });
    expect([...drop.features]).toEqual([1, 2, 5, 6]);
    expect([drop.rowCount, ...drop.kept]).toEqual([2, 0, 2]);
    expect(drop.notices).toEqual(['1 of 3 rows dropped: a cell is missing']);
    expect([...(await readRows(path, ['a'])).features]).toEqual([1, 3, 5]);
  });

  it('names what is wrong', async () => {
    const path = await save(text, 'rows.csv');
    expect(await fault(readRows(path, ['a', 'b'], { missing: 'error' }))).toBe(
      `rows.csv, row 2 ${place}, column "b": expected a filled cell, received a missing cell; ` +
        'fill it in, or let the model do so (missing: impute) or drop the row (missing: drop)',
    );
    expect(await fault(readRows(path, ['a', 'c', 'd']))).toBe(
      'rows.csv: expected the columns "c", "d", received "extra", "b", "a"',
    );
    expect(await fault(readRows(path, ['Extra']))).toMatch(/is "extra" "Extra"\?$/);
    expect(await fault(readRows(path, ['extra']))).toBe(
      `rows.csv, row 1 ${place}, column "extra": expected a number, received "x"; ` +
        'correct or empty the cell: the model takes numbers here',
    );
    expect(await fault(readRows(path, []))).toBe(
      'rows.csv: expected at least one column to read, received none',
    );
  });

  it('reads a file of one column, where an empty line is a missing cell', async () => {
    const path = await save('a\n1\n\n3\n');
    const rows = await readRows(path, ['a'], { missing: 'impute' });
    expect([...rows.features]).toEqual([1, Number.NaN, 3]);
  });
});
