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
