import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CsvOptions } from '../../src/data/formats/index.ts';
import { readCsv } from '../../src/data/formats/index.ts';
import { csvFiles } from './csv-files.ts';

const { folder, save, read, fault } = csvFiles();

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
      'UTF-16 without a mark',
      Buffer.from('a,y\n1,u\n', 'utf16le'),
      {},
      ': expected text in UTF-8, received UTF-16LE without a byte order mark; save it as CSV in UTF-8 (iconv -f UTF-16LE -t UTF-8)',
    ],
    [
      'UTF-16 of big endian without a mark',
      Buffer.from('a,y\n1,u\n', 'utf16le').swap16(),
      {},
      ': expected text in UTF-8, received UTF-16BE without a byte order mark; save it as CSV in UTF-8 (iconv -f UTF-16BE -t UTF-8)',
    ],
    [
      'half a character in UTF-16',
      Buffer.from('\ufeffa,y\n1,\ud83d,\n', 'utf16le'),
      {},
      ': expected text in UTF-16LE, received half a character; save it as CSV in UTF-8 (iconv converts files)',
    ],
    [
      'binary data behind a mark of UTF-16',
      Uint8Array.of(0xff, 0xfe, 0x61, 0, 0, 0, 0x0a, 0),
      {},
      ': expected text in UTF-8, received binary data; save it as CSV in UTF-8',
    ],
    [
      'Latin-1',
      Buffer.from('a,y\n1,u\n2,\xe9\n', 'latin1'),
      {},
      ', line 3: expected text in UTF-8, received bytes of another encoding; save it as CSV in UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 converts what Excel wrote)',
    ],
    [
      'Latin-1 in a quoted line break',
      Buffer.from('a,y\n1,"u\n\xe9"\n2,v\n', 'latin1'),
      {},
      ', line 3: expected text in UTF-8, received bytes of another encoding; save it as CSV in UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 converts what Excel wrote)',
    ],
    [
      'a character that is cut off',
      Buffer.from('a,y\n1,u\n2,é', 'utf8').subarray(0, -1),
      {},
      ', line 3: expected text in UTF-8, received bytes of another encoding; save it as CSV in UTF-8 (iconv -f WINDOWS-1252 -t UTF-8 converts what Excel wrote)',
    ],
    [
      'a NUL far below',
      `a,y\n${'1,u\n2,v\n'.repeat(150_000)}3,\0`,
      {},
      ': expected text in UTF-8, received binary data; save it as CSV in UTF-8',
    ],
    [
      'blank lines only',
      '\n \r\n\n',
      {},
      ': expected a header line and rows, received an empty file',
    ],
    [
      'absent label',
      'a,lable,z\n1,u,1\n',
      { label: 'label' },
      ', label column: expected one of "a", "lable", "z", received "label"; did you mean "lable"?',
    ],
    [
      'blanks between columns',
      'a b  label\n1 2  u\n',
      { label: 'label' },
      ', label column: expected one of "a b  label", received "label"; ' +
        'put a comma, a semicolon, a tab or | between the columns',
    ],
    [
      'no header, where some cells are texts',
      '1,2,u\n3,4,v\n',
      { label: 'label' },
      ', label column: expected one of "1", "2", "u", received "label"; ' +
        'the first line of the file must name the columns',
    ],
    [
      'rows that end with a comma',
      'a,y\n1,u,\n2,v,\n',
      {},
      `, row 1 ${place}: expected 2 fields as in the header, split at ",", received 3; ` +
        'rows end with "," and the header does not: end it so, too, or delete it in the rows',
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
      'one row',
      'a,y\n1,u\n',
      {},
      ', column "y": expected at least 2 classes, received only "u" in 1 row',
    ],
    [
      'id as label',
      `a,y\n${many}\n`,
      {},
      ', column "y": expected a label that many rows share, received 20 different values in 20 rows; ' +
        'is it an id? name the column of the classes (label)',
    ],
    [
      'short row',
      'a,b,y\n1,2,u\n"1\n2",2,v\n3,v\n4,5,u\n',
      {},
      `, row 3 ${place}: expected 3 fields as in the header, split at ",", received 2; ` +
        'correct the row; a cell that contains "," must be in double quotes',
    ],
    [
      'long row',
      'a;b;y\n1;2;u;9\n',
      {},
      `, row 1 ${place}: expected 3 fields as in the header, split at ";", received 4; ` +
        'correct the row; a cell that contains ";" must be in double quotes',
    ],
    [
      'row with an empty field too many',
      'a,y\n1,u\n2,v,\n',
      {},
      `, row 2 ${place}: expected 2 fields as in the header, split at ",", received 3; ` +
        'correct the row; a cell that contains "," must be in double quotes',
    ],
    [
      'table of Markdown',
      '| a | y |\n|--:|---|\n| 1 | u |\n| 2 | v |\n',
      {},
      ': expected rows below the header, received "|--:|---|"; ' +
        'delete this line, which tables of Markdown have; the rest is read as it is',
    ],
    [
      'cells in single quotes',
      "'a','y'\n'1','u'\n'2','v'\n",
      {},
      `: expected names and cells in double quotes, or in none, received "'a'"; ` +
        `replace the single quotes around cells, 'a' by "a"`,
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
      'text after a quote and a blank',
      'a,y\n1,u\n2,"v" w\n',
      {},
      `, row 2 ${place}: expected "," or the end of line after a closing quote, received more text; ` +
        'double any quote inside a quoted cell',
    ],
    [
      'a ragged row above an open quote',
      'a,y\n1,u\n2\n3,u\n"4,v\n',
      {},
      `, row 2 ${place}: expected 2 fields as in the header, split at ",", received 1; ` +
        'correct the row; a cell that contains "," must be in double quotes',
    ],
    [
      'duplicate names',
      'a,y, a\n1,u,2\n',
      {},
      ', header: expected a different name for each column, received "a" for columns 1 and 3; ' +
        'rename one of them',
    ],
    [
      'text in a column said to be of numbers',
      'a,y\n1,u\n2,v\nthree,u\nfour,u\nfive,v\n',
      { numeric: ['a'] },
      `, row 3 ${place}, column "a": expected a number, received "three"; most cells of the column ` +
        'are none: say what it holds (categorical), or leave the column out (ignore)',
    ],
    [
      'text in a column said to be of dates',
      'a,y\n2024-01-31,u\nMonday,v\nTuesday,v\n',
      { date: ['a'] },
      `, row 2 ${place}, column "a": expected a date, as in 2024-01-31, received "Monday"; most ` +
        'cells of the column are none: say what it holds (text), or leave the column out (ignore)',
    ],
    [
      'the month first in a column said to have the day first',
      'a,y\n02/03/2018,u\n01/21/2018,u\n01/22/2018,v\n',
      { columns: { a: 'day-first' } },
      `, row 2 ${place}, column "a": expected a date with the day first, as in 31/01/2024, received ` +
        '"01/21/2018"; where the month comes first, say date in place of dayFirst',
    ],
    [
      'text in a column said to have the day first',
      'a,y\n21/01/2018,u\nMonday,v\nTuesday,v\n',
      { dayFirst: ['a'] },
      `, row 2 ${place}, column "a": expected a date, as in 2024-01-31, received "Monday"; most ` +
        'cells of the column are none: say what it holds (text), or leave the column out (ignore)',
    ],
    [
      'infinity',
      'a,y\n1,u\n-inf,v\n',
      {},
      `, row 2 ${place}, column "a": expected a finite number (below 3.4e38), received "-inf"; ` +
        'correct or empty the cell, or leave the column out (ignore)',
    ],
    [
      'float32 overflow',
      'a,y\n1e39,u\n1,v\n',
      {},
      `, row 1 ${place}, column "a": expected a finite number (below 3.4e38), received "1e39"; ` +
        'correct or empty the cell, or leave the column out (ignore)',
    ],
    [
      'missing cell',
      'a,b,y\n1,2,u\n3,n/a,v\n'.replace('n/a', 'na') + ',,v\n',
      { missing: 'error' },
      `, row 2 ${place}, column "b": expected a filled cell, received a missing cell, one of 3; ` +
        'fill it in, or let the model do so (missing: impute) or drop the row (missing: drop)',
    ],
    [
      'missing label',
      'a,y\n1,u\n2,v\n3, \n4,NA\n',
      {},
      `, row 3 ${place}, column "y": expected a label, received a missing cell, one of 2; ` +
        'drop such rows (missing: drop-unlabelled), or all with a missing cell (missing: drop), or delete them (NA, NaN and null count as missing)',
    ],
    [
      'missing label while cells may be missing',
      'a,y\n1,u\n2,v\n3,\n',
      { missing: 'impute' },
      `, row 3 ${place}, column "y": expected a label, received a missing cell; ` +
        'drop such rows (missing: drop-unlabelled), or all with a missing cell (missing: drop), or delete them (NA, NaN and null count as missing)',
    ],
    [
      'nothing left',
      'a,y\n,u\n,v\n1,\n',
      { missing: 'drop' },
      ': expected at least one row without a missing cell, received none of 3; ' +
        'let the model fill them in (missing: impute), or leave out columns with many gaps (ignore)',
    ],
    [
      'no feature',
      'a,b,y\nx,,u\nx,,v\n',
      {},
      ': expected at least one column to learn from, received none ' +
        '(left out as constant: "a"; left out as empty: "b"); ' +
        'say what a column is to use it (such as categorical)',
    ],
    ['one column', 'y\nu\nv\n', {}, ': expected at least one column to learn from, received none'],
    [
      'said to be two things',
      'a,b,y\nx,1,u\nz,2,v\n',
      { numeric: ['b'], ignore: ['b'] },
      ', column to ignore "b": expected a column of its own, received one that numeric names, too',
    ],
    [
      'said to be something that is not there',
      'age,b,y\nx,1,u\nz,2,v\n',
      { columns: { agee: 'text' } },
      ', text column: expected one of "age", "b", "y", received "agee"; did you mean "age"?',
    ],
    [
      'a weight below 0',
      'a,w,y\n1,1,u\n2,-1,v\n',
      { weight: 'w' },
      `, row 2 ${place}, column "w": expected a weight, a number from 0 on, received "-1"`,
    ],
    [
      'a missing weight',
      'a,w,y\n1,1,u\n2,,v\n',
      { weight: 'w' },
      `, row 2 ${place}, column "w": expected a weight, a number from 0 on, received a missing cell`,
    ],
    [
      'a missing group',
      'a,g,y\n1,,u\n2,p,v\n',
      { group: 'g' },
      `, row 1 ${place}, column "g": expected the group of the row, received a missing cell`,
    ],
    [
      'asked for an empty column',
      'a,b,y\n,1,u\n,2,v\n',
      { features: ['a'] },
      ', column "a": expected a filled cell, received none',
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
      /expected a CSV file, received a folder$/,
    );
    const missing = 'zero' as 'impute';
    expect(await fault(readCsv(folder, { label: 'y', missing }))).toBe(
      'missing: expected one of impute, error, drop, drop-unlabelled, received "zero"',
    );
  });

  it('does not let one ragged line turn the file into one column', async () => {
    for (const at of [0, 1, 30]) {
      const lines = Array.from({ length: 60 }, (_, i) => `${i},${i},${i % 2}`);
      lines[at] = '1,2,3,4';
      expect(await fault(read(`a,b,y\n${lines.join('\n')}\n`, {}, 'one.csv'))).toBe(
        `one.csv, row ${at + 1} ${place}: expected 3 fields as in the header, split at ",", ` +
          'received 4; correct the row; a cell that contains "," must be in double quotes',
      );
    }
  });
});
