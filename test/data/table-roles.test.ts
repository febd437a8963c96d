import { describe, expect, test } from 'vitest';
import { checkDataset, selectRows } from '../../src/data/index.ts';
import { csvFiles } from './csv-files.ts';
import { csv } from './made-tables.ts';

const { read } = csvFiles();

describe('weights, groups and ids', () => {
  const text = csv({
    x: (i) => (i * i) % 17,
    w: (i) => (i % 3) / 2,
    patient: (i) => `p${i % 7}`,
    name: (i) => `n${i}`,
  });

  test('are no features', async () => {
    const data = await read(text, { weight: 'w', group: 'patient', id: ['name'] });
    checkDataset('table', data);
    expect(data.columns).toEqual(['x']);
    expect([...(data.sampleWeights ?? [])].slice(0, 4)).toEqual([0, 0.5, 1, 0]);
    expect([...(data.groups ?? [])].slice(0, 9)).toEqual([0, 1, 2, 3, 4, 5, 6, 0, 1]);
    const some = selectRows(data, [8, 2]);
    expect([...(some.groups ?? [])]).toEqual([1, 2]);
    const wrong = { ...data, groups: new Int32Array(3) };
    expect(() => checkDataset('table', wrong)).toThrow('table: expected 60 groups, received 3');
  });
});

describe('a column that gives the label away', () => {
  const label = (i: number) => (i % 3 === 1 ? 'u' : 'v');
  test.each<[string, (row: number) => unknown, boolean]>([
    ['the class by another name', (i) => ({ u: 'yes', v: 'no' })[label(i)], true],
    ['the class as a number', (i) => ({ u: 1, v: 0 })[label(i)], true],
    ['but for one of 300 rows', (i) => ({ u: 1, v: 0 })[label(i + (i === 7 ? 1 : 0))], true],
    ['but for ten', (i) => ({ u: 1, v: 0 })[label(i + (i % 30 === 0 ? 1 : 0))], false],
    ['finer than the class', (i) => `${label(i)}${i % 2}`, false],
    ['nearly constant', (i) => (i === 5 ? 1 : 0), false],
  ])('%s: warned of %s', async (name, cell, isLeak) => {
    const data = await read(csv({ [name]: cell, x: (i) => (i * i) % 17 }, 300));
    expect(data.columns).toEqual([name, 'x']);
    const warned = data.notices.filter((line) => line.startsWith('warning'));
    const share = name.startsWith('but') ? '99.6' : '100';
    expect(warned).toEqual(
      isLeak
        ? [
            `warning: "${name}" equals the label but for names on ${share} % of the rows: ` +
              'if it is not known before the label is, leave it out (--ignore)',
          ]
        : [],
    );
  });
});

describe('a column that is the class by another name, where labels are wrong', () => {
  const codes = [11, 12, 13];
  const code = (i: number) => codes[i % 3] as number;
  /** Of each class, of so many rows of ten, the labels of the two others in turn. */
  const label = (wrong: readonly number[]) => (i: number) => {
    const turn = Math.floor(i / 3) % 10;
    const own = i % 3;
    return 'abc'[turn < (wrong[own] as number) ? (own + 1 + (turn % 2)) % 3 : own];
  };
  const name = (i: number) => ['low', 'mid', 'high'][i % 3];
  test.each<[string, (i: number) => unknown, (i: number) => unknown, string | undefined]>([
    ['one label of ten', label([1, 1, 1]), code, '90 %'],
    ['two labels of ten', label([2, 2, 2]), name, '80 %'],
    ['four labels of ten', label([4, 4, 4]), code, '60 %'],
    ['six labels of ten', label([6, 6, 6]), code, undefined],
    ['two, and a few cells missing', label([2, 2, 2]), (i) => (i % 25 ? code(i) : ''), '77.3 %'],
    ['two, and many cells missing', label([2, 2, 2]), (i) => (i % 5 ? code(i) : ''), undefined],
    ['two, and one more value', label([2, 2, 2]), (i) => (i % 5 ? code(i) : 14), undefined],
    ['values with rates of their own', label([0, 2, 4]), name, undefined],
    ['a measurement', label([2, 2, 2]), (i) => code(i) + (i % 7) / 10, undefined],
    ['two classes', (i) => 'ab'[i % 10 < 2 ? (i + 1) % 2 : i % 2], (i) => i % 2, undefined],
  ])('%s', async (_, own, cell, share) => {
    const data = await read(csv({ group: cell, x: (i) => (i * i) % 17 }, 300, own));
    expect(data.notices.filter((line) => line.startsWith('warning'))).toEqual(
      share === undefined
        ? []
        : [
            `warning: "group" equals the label but for names on ${share} of the rows: ` +
              'if it is not known before the label is, leave it out (--ignore)',
          ],
    );
  });

  test('of many rows, too', async () => {
    const n = 20_000;
    const data = await read(csv({ group: name, x: (i) => (i * i) % 17 }, n, label([2, 2, 2])));
    expect(data.notices.filter((line) => line.startsWith('warning'))).toHaveLength(1);
  });
});

describe('labels of another time among the features', () => {
  const label = (i: number) => 'abc'[i % 3] as string;
  const other = (i: number, every: number) => label(i % every === 0 ? i + 1 : i);
  const number = (letter: string) => 'abc'.indexOf(letter) + 1;
  test.each<[string, (i: number) => unknown, (i: number) => unknown, string | undefined]>([
    ['names', label, (i) => other(i, 10), '90 %'],
    ['numbers', (i) => number(label(i)), (i) => number(other(i, 4)), '75 %'],
    ['two of three names', label, (i) => (other(i, 10) === 'a' ? 'b' : other(i, 10)), undefined],
    ['one more name', label, (i) => (i % 30 === 5 ? 'd' : other(i, 10)), undefined],
    ['names by chance', label, (i) => label((i * i) % 7), undefined],
    ['yes and no', (i) => 'yn'[i % 2], (i) => 'yn'[(i % 4 === 0 ? i + 1 : i) % 2], undefined],
    ['yes and no, mostly', (i) => 'yn'[i % 2], (i) => 'yn'[(i % 10 === 0 ? i + 1 : i) % 2], '90 %'],
  ])('%s are warned of', async (_, own, cell, share) => {
    const data = await read(csv({ before: cell, x: (i) => (i * i) % 17 }, 300, own));
    expect(data.notices.filter((line) => line.startsWith('warning'))).toEqual(
      share === undefined
        ? []
        : [
            `warning: "before" holds the names of the classes, that of the label on ${share} of the rows: ` +
              'if it is a label of another time or person, leave it out (--ignore)',
          ],
    );
  });
});
