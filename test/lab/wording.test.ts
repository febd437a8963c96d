import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { either, field, SymlossError } from '../../src/core/index.ts';
import { readCsv } from '../../src/data/formats/index.ts';
import { Divergence } from '../../src/train/endings.ts';
import { constant } from '../../src/train/schedules/constant.ts';
import { learningRates } from '../../src/train/schedules/learning-rates.ts';
import { errorHere, noticeHere } from '../../web/rooms/train/wording.ts';
import { folders } from '../cli/run.ts';
import { fromArrays, train } from '../train/package.ts';

const folder = folders('lab-wording');

/** What the room says of an error, without the folder of the file. */
async function said(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return errorHere(error).replace(/^\S*[/\\]/, '');
  }
  throw new Error('nothing was thrown');
}

const place = '(counting data rows from 1)';
const many = Array.from({ length: 30 }, (_, i) => `${i},id${i}`).join('\n');

describe('advice on a table can be followed in the room, or in the file', () => {
  test.each<[string, string | Buffer, object, string]>([
    [
      'a missing label',
      'a,y\n1,u\n2,v\n3,\n',
      {},
      `t.csv, row 3 ${place}, column "y": expected a label, received a missing cell; drop such rows (“leave out those without a label” in “Rows with empty cells”), or all with a missing cell (“leave out” in “Rows with empty cells”), or delete them (NA, NaN and null count as missing)`,
    ],
    [
      'ids as labels',
      `a,y\n${many}\n`,
      {},
      't.csv, column "y": expected a label that many rows share, received 30 different values in 30 rows; is it an id? name the column of the classes (“Column of the labels”)',
    ],
    [
      'an infinite number',
      'a,y\n1,u\n-inf,v\n',
      {},
      `t.csv, row 2 ${place}, column "a": expected a finite number (below 3.4e38), received "-inf"; correct or empty the cell, or leave the column out (“leave out” in “What each column is”)`,
    ],
    [
      'texts said to be numbers',
      'a,y\n1,u\n2,v\nthree,u\nfour,u\nfive,v\n',
      { columns: { a: 'numeric' } },
      `t.csv, row 3 ${place}, column "a": expected a number, received "three"; most cells of the column are none: say what it holds (“categories” in “What each column is”), or leave the column out (“leave out” in “What each column is”)`,
    ],
    [
      'texts said to be dates',
      'a,y\n2024-01-31,u\nMonday,v\nTuesday,v\n',
      { columns: { a: 'date' } },
      `t.csv, row 2 ${place}, column "a": expected a date, as in 2024-01-31, received "Monday"; most cells of the column are none: say what it holds (“text” in “What each column is”), or leave the column out (“leave out” in “What each column is”)`,
    ],
    [
      'nothing to learn from',
      'a,y\n1,u\n1,v\n1,u\n',
      {},
      't.csv: expected at least one column to learn from, received none (left out as constant: "a"); say what a column is to use it (such as “categories” in “What each column is”)',
    ],
    [
      'no complete row',
      'a,b,y\n1,,u\n,2,v\n',
      { missing: 'drop' },
      't.csv: expected at least one row without a missing cell, received none of 2; let the model fill them in (“keep, and fill gaps in” in “Rows with empty cells”), or leave out columns with many gaps (“leave out” in “What each column is”)',
    ],
    [
      'more than memory takes',
      `a,y\n${many}\n`,
      { memoryLimit: 100 },
      `t.csv, 2 columns: expected a table within the memory limit of 100 bytes, received a larger one; leave columns out (“leave out” in “What each column is”), or take a part of the rows`,
    ],
    [
      'another encoding',
      Buffer.from('a,y\n1,\xe4\n', 'latin1'),
      {},
      't.csv, line 2: expected text in UTF-8, received bytes of another encoding; save it as CSV in UTF-8',
    ],
    [
      'an encoding without a mark',
      Buffer.from('a,y\n1,u\n', 'utf16le'),
      {},
      't.csv: expected text in UTF-8, received UTF-16LE without a byte order mark; save it as CSV in UTF-8',
    ],
    [
      'a short row',
      'a,b,y\n1,2,u\n3,v\n',
      {},
      `t.csv, row 2 ${place}: expected 3 fields as in the header, split at ",", received 2; correct the row; a cell that contains "," must be in double quotes`,
    ],
  ])('%s', async (_, content, options, message) => {
    const file = join(folder(), 't.csv');
    writeFileSync(file, content);
    expect(await said(() => readCsv(file, { label: 'y', ...options }))).toBe(message);
  });
});

describe('advice on a training', () => {
  test('that diverges names what the room has', async () => {
    const features = Array.from({ length: 40 }, (_, i) => [i % 7, (i * i) % 5]);
    const data = fromArrays({ features, labels: features.map((_, i) => i % 2) });
    const settings = { model: 'linear', epochs: 2, validation: 0, keep: 'last', scores: 'none' };
    const wild = { learningRate: 1e20, clipNorm: 1e9, schedule: 'constant', noise: 'unknown' };
    const ended = train({ data, loss: 'unhinged', test: 0, ...settings, ...wild } as never);
    const { parts } = (await ended.catch((error: unknown) => error)) as SymlossError;
    // the class of the compiled package is another one
    const error = new Divergence(parts.where, parts.expected, parts.received, parts);
    expect(errorHere(error)).toMatch(
      /^training, epoch \d+, step \d+: expected a finite loss, received \S+ at learning rate 100000000000000000000; take another loss \(“First loss” or “Second loss”\)$/,
    );
  });

  test('of too many steps', async () => {
    expect(await said(() => learningRates(1, constant, 1e8))).toBe(
      '“Epochs”: expected at most 50000000 steps in all, received 100000000 steps; take fewer epochs',
    );
  });

  test.each([
    [
      new SymlossError(
        'worker',
        'the script of symloss that trains',
        'a script that does not load',
        {
          hint: 'let the bundler take it along as a module, see docs/browser.md',
        },
      ),
      'worker: expected the script of symloss that trains, received a script that does not load; load the page again; if symloss lab has ended, start it before',
    ],
    [
      new SymlossError('onnxruntime-web', 'the package to be installed', 'no answer', {
        hint: 'run: npm install onnxruntime-web',
      }),
      'onnxruntime-web: expected the package to be installed, received no answer; load the page again; if symloss lab has ended, start it before',
    ],
    [
      new SymlossError('device webgpu', 'a session that starts', '"x"', {
        hint: 'onnxruntime-node has it on Windows',
      }),
      'device webgpu: expected a session that starts, received "x"',
    ],
    [
      new SymlossError('x', 'y', 'z', { hint: `try ${field('device', 'cpu')}` }),
      'x: expected y, received z; try “WebAssembly (processor)” in “Train on”',
    ],
    [
      new SymlossError('x', 'y', 'z', { hint: either(`set ${field('validation', '0.1')}`) }),
      'x: expected y, received z',
    ],
    [new Error('internal: lost count'), 'internal: lost count'],
  ])('%s', (error, message) => {
    expect(errorHere(error)).toBe(message);
  });
});

describe('what was noticed of a table', () => {
  test.each([
    [
      'warning: "a" equals the label but for names on 99 % of the rows: if it is not known before the label is, leave it out (--ignore)',
      'warning: "a" equals the label but for names on 99 % of the rows: if it is not known before the label is, leave it out (“leave out” in “What each column is”)',
    ],
    [
      '"when": dates read as month/… (--day-first if the day comes first)',
      '"when": dates read as month/… (“dates, day first” in “What each column is” if the day comes first)',
    ],
    [
      '"a": categorical, since 3 cells are no numbers (--numeric to read them as missing)',
      '"a": categorical, since 3 cells are no numbers (“numbers” in “What each column is” to read them as missing)',
    ],
    ['t.csv: 3 rows (--other)', 't.csv: 3 rows (--other)'],
  ])('%s', (notice, shown) => {
    expect(noticeHere(notice)).toBe(shown);
  });

  test('has these options, with which the table is read by the command line', async () => {
    const file = join(folder(), 'notices.csv');
    const lines = Array.from(
      { length: 60 },
      (_, i) => `${1 + (i % 9)}/${1 + (i % 11)}/2024,${i % 4 ? i : `n${i}`},${'uv'[i % 2]}${i % 2}`,
    );
    writeFileSync(file, `when,a,y\n${lines.join('\n')}\n`);
    const { notices } = await readCsv(file, { label: 'y' });
    const options = notices.flatMap((notice) => notice.match(/--[a-z-]+/g) ?? []);
    expect(options).toEqual(['--numeric', '--day-first']);
    expect(notices.map(noticeHere).join()).not.toContain('--');
  });
});
