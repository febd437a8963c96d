import { linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkOutputs, spreadsheetCell } from '../../src/io/index.ts';
import { folders } from '../cli/run.ts';

describe('what may be written', () => {
  const folder = folders('outputs')();
  const at = (...names: string[]) => join(folder, ...names);

  beforeAll(() => {
    for (const name of ['in.csv', 'other.csv']) writeFileSync(at(name), name);
    mkdirSync(at('below'));
    writeFileSync(at('below', 'cat.png'), '');
    linkSync(at('in.csv'), at('hard.csv'));
  });

  const outcome = (path: string, options: Partial<Parameters<typeof checkOutputs>[1]> = {}) =>
    checkOutputs([path], { inputs: [undefined, 'nowhere', at('in.csv')], ...options }).then(
      () => 'written',
      (error: Error) => error.message,
    );

  const spellings = ['in.csv', `.${sep}in.csv`, ['below', '..', 'in.csv'].join(sep), 'hard.csv'];
  test.each(spellings)('an input is never written over: %s', async (name) => {
    const path = `${folder}${sep}${name}`;
    for (const replace of [false, true]) {
      expect(await outcome(path, { replace })).toBe(
        `out: expected another file than ${JSON.stringify(at('in.csv'))}, which is read, received ${JSON.stringify(path)}`,
      );
    }
  });

  // Windows asks for a right to make links
  test.skipIf(process.platform === 'win32')('not through links either', async () => {
    symlinkSync('in.csv', at('soft.csv'));
    symlinkSync('soft.csv', at('twice.csv'));
    for (const name of ['soft.csv', 'twice.csv']) {
      expect(await outcome(at(name), { replace: true })).toContain('which is read');
    }
    symlinkSync('nowhere.csv', at('dangling.csv'));
    expect(await outcome(at('dangling.csv'))).toContain('received an earlier one');
    expect(await outcome(at('dangling.csv'), { replace: true })).toBe('written');
  });

  test('an earlier file is replaced only where that is allowed', async () => {
    expect(await outcome(at('other.csv'))).toBe(
      `${at('other.csv')}: expected no such file yet, received an earlier one; choose another with out, or add overwrite`,
    );
    expect(await outcome(at('other.csv'), { replace: true })).toBe('written');
    expect(await outcome(at('new.csv'))).toBe('written');
  });

  test('files of a folder that is read stay, new ones may come', async () => {
    const within = { within: at('below'), replace: true };
    expect(await outcome(at('below', 'cat.png'), within)).toBe(
      `out: expected a file that is not among those in ${JSON.stringify(at('below'))}, which are read, received ${JSON.stringify(at('below', 'cat.png'))}`,
    );
    expect(await outcome(at('below', 'new.csv'), within)).toBe('written');
    expect(await outcome(at('other.csv'), within)).toBe('written');
  });

  test('a folder or a device is no place for a file', async () => {
    expect(await outcome(at('below'), { replace: true })).toBe(
      `${at('below')}: expected a place to write to, received a folder; choose another place`,
    );
  });

  test.skipIf(process.platform === 'win32')('nor is a device', async () => {
    expect(await outcome('/dev/null', { replace: true })).toContain('received a device or pipe');
  });
});

describe('cells of spreadsheets', () => {
  test.each([
    ["=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"],
    ['+1+1', "'+1+1"],
    ['-1+cmd', "'-1+cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', "'\r=1"],
    ['＝1+1', "'＝1+1"],
    ["'=1", "''=1"],
    ['-1', '-1'],
    ['+1.5e-3', '+1.5e-3'],
    ['-Infinity', "'-Infinity"],
    ['cat', 'cat'],
    ["'cat", "'cat"],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j is written as %j', (text, cell) => {
    expect(spreadsheetCell(text)).toBe(cell);
  });

  test('every text can be read back, and no formula is left', () => {
    const back = (cell: string) => (/^'+[=+\-@\t\r＝＋－＠]/.test(cell) ? cell.slice(1) : cell);
    const nasty = fc.string({
      unit: fc.constantFrom("'", '=', '-', '+', '@', '1', 'a', '\t', '＝'),
    });
    fc.assert(
      fc.property(fc.oneof(nasty, fc.string()), (text) => {
        const cell = spreadsheetCell(text);
        expect(back(cell)).toBe(text);
        expect(/^[=+\-@\t\r＝＋－＠]/.test(cell) && !Number.isFinite(Number(cell))).toBe(false);
        const file = stringify([['x', cell]], { quoted_match: /[\r\n]/ });
        expect(parse(file)).toEqual([['x', cell]]);
      }),
      { seed: 11, numRuns: 500 },
    );
  });
});
