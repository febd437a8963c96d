import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { fromRecords, openDataset, openInputs } from '../../src/data/formats/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('units');

/** A table of one column of texts and a label, as CSV (with `;`, if cells have commas), JSON lines and records. */
async function read(cells: readonly string[], options: OpenOptions = {}) {
  const rows = cells.map((x, i) => ({ x, y: 'ab'[i % 2] as string, z: i % 3 }));
  const csv = folder.save(
    't.csv',
    `x,y,z\n${rows.map(({ x, y, z }) => `"${x}",${y},${z}`).join('\n')}\n`,
  );
  const jsonl = folder.save('t.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  const given = { label: 'y', ...options };
  const { data } = await openDataset(csv, given);
  const others = [(await openDataset(jsonl, given)).data, await fromRecords(rows, { ...given })];
  const { name: _, notices, ...expected } = data;
  for (const { name: _n, notices: _t, ...other } of others) expect(other).toEqual(expected);
  return {
    data,
    notices,
    values: [...(data.features as Float32Array)].filter((_v, i) => i % 2 === 0),
  };
}

const numbers = Array.from({ length: 40 }, (_, i) => i + 0.5);
const cycle = (some: readonly string[]) => numbers.map((x, i) => `${x}${some[i % some.length]}`);

describe('units of columns, of all formats alike', () => {
  test.each<[string, string[], string, number[]]>([
    ['per cent', cycle(['%', ' %']), '%', numbers.map((x) => Math.fround(x / 100))],
    ['a currency', numbers.map((x) => `$${x}`), '$', numbers],
    ['a measure', cycle([' kg', 'kg', '']), 'kg', numbers],
    ['a currency by its code', numbers.map((x) => `CHF ${x}`), 'chf', numbers],
    [
      'thousands and millions',
      cycle(['k', 'M']),
      'k',
      numbers.map((x, i) => x * (i % 2 ? 1e6 : 1e3)),
    ],
    [
      'durations',
      numbers.map((x) => `${x + 19.5}:0${Math.floor(x) % 10}`),
      'h:m:s',
      numbers.map((x) => 60 * (x + 19.5) + (Math.floor(x) % 10)),
    ],
  ])('%s', async (_, cells, unit, expected) => {
    const { data, values, notices } = await read(cells, { categorical: ['z'] });
    expect(data.numberStyles).toEqual([{ comma: 'none', unit }, undefined]);
    expect(values).toEqual(expected);
    expect(notices.join('\n')).toContain(`1 numeric ("x": ${unit})`);
    const plain = await read(cells);
    expect([plain.data.kinds, plain.data.numberStyles?.[0]?.unit]).toEqual([undefined, unit]);
  });

  test('plain numbers have none; commas are told', async () => {
    expect((await read(cycle(['']))).data.numberStyles).toBeUndefined();
    const { data, values } = await read(numbers.map((x) => `1,${x + 100}`));
    expect(data.numberStyles).toEqual([{ comma: 'thousands' }, undefined]);
    expect(values[0]).toBe(1100.5);
  });

  test.each<[string, string[]]>([
    ['measures', cycle([' kg', ' g'])],
    ['mostly one', cycle([' kg', ' kg', ' g'])],
    ['currencies', numbers.map((x, i) => (i % 2 ? `$${x}` : `€${x}`))],
    ['a currency and per cent', numbers.map((x, i) => (i % 2 ? `$${x}` : `${x}%`))],
    ['prefixes that differ in case only', cycle([' mW', ' mW', ' MW'])],
    ['bits and bytes', cycle([' MB', ' Mb'])],
  ])('%s that are mixed are no numbers', async (_, cells) => {
    const { data } = await read(cells, { features: ['x'] });
    expect(['categorical', 'text']).toContain(data.kinds?.[0]);
    expect(data.texts?.[0]).toEqual(cells);
  });

  test.each<[string, string[], string]>([
    ['of two units', cycle([' mW', ' mW', ' MW']), 'mW, MW'],
    ['of two units and none', cycle([' MB', ' Mb', '']), 'MB, Mb'],
    ['of two currencies', numbers.map((x, i) => (i % 3 ? `$${x}` : `€${x}`)), '$, €'],
  ])('cells %s: a notice says so', async (_, cells, units) => {
    const { notices } = await read(cells);
    expect(notices).toContain(
      `"x": no numbers, since they are in several units (${units}); convert them to one`,
    );
  });

  test('seats, codes and texts have no units', async () => {
    for (const cells of [cycle('ABCDEF'.split('')), cycle(['', ' is the answer', ' cm or so'])])
      expect((await read(cells)).notices.join()).not.toContain('several units');
  });

  test('spellings of one unit are one', async () => {
    const { data, values } = await read(cycle([' kg', ' KG', 'Kgs']));
    expect([data.numberStyles?.[0]?.unit, values]).toEqual(['kg', numbers]);
  });

  test.each<[string, string[], string]>([
    ['measures', cycle([' kg', ' kg', ' g']), 'kg'],
    ['currencies', numbers.map((x, i) => (i % 3 < 2 ? `$${x}` : `€${x}`)), '$'],
    ['a currency and per cent', numbers.map((x, i) => (i % 3 < 2 ? `$${x}` : `${x}%`)), '$'],
  ])(
    '%s in a column declared numeric: those of another unit are missing',
    async (_, cells, unit) => {
      const { data, values, notices } = await read(cells, { numeric: ['x'] });
      expect(data.numberStyles?.[0]?.unit).toBe(unit);
      expect(values).toEqual(numbers.map((x, i) => (i % 3 < 2 ? x : Number.NaN)));
      expect(notices.join('\n')).toContain('"x": 13 cells among numbers read as missing');
    },
  );
});

describe('data to test on', () => {
  test('have the units of the training data, or none', async () => {
    const table = (name: string, unit: string) =>
      folder.save(name, `x,y\n${numbers.map((x, i) => `${x}${unit},${'ab'[i % 2]}`).join('\n')}\n`);
    const train = table('train.csv', ' cm');
    const plain = await openDataset(train, { label: 'y', test: table('plain.csv', '') });
    expect(plain.test?.features).toEqual(Float32Array.from(numbers));
    const capitals = await openDataset(train, { label: 'y', test: table('cm.csv', ' CM') });
    expect(capitals.test?.features).toEqual(Float32Array.from(numbers));
    const other = openDataset(train, { label: 'y', test: table('other.csv', ' m') });
    expect(await folder.fault(other)).toMatch(
      /other\.csv, column "x": expected numbers in cm, as the training data have, received numbers in m; convert them$/,
    );
    const mega = openDataset(table('mw.csv', ' mW'), { label: 'y', test: table('M.csv', ' MW') });
    expect(await folder.fault(mega)).toContain(
      'expected numbers in mW, as the training data have, received numbers in MW',
    );
  });
});

describe('rows to predict for', () => {
  const columns = [{ name: 'x', kind: 'numeric', unit: 'cm', comma: 'decimal' }] as const;
  const rows = (cells: readonly string[]) => {
    const file = folder.save('rows.csv', `x,i\n${cells.map((x) => `"${x}",1`).join('\n')}\n`);
    return openInputs(file, { featureShape: [1], columns });
  };

  test('are in the unit of the model, or have none; an open comma is that of the model', async () => {
    const { features } = await rows(['170 cm', '1,005', '1.5', '2CM']);
    expect([...(features as Float32Array)]).toEqual([170, 1.005, 1.5, 2].map(Math.fround));
  });

  test.each([[['1.7 m', '1.8 m']], [['170 cm', '$5']], [['5%']]])(
    '%j are refused',
    async (cells) => {
      expect(await folder.fault(rows(cells))).toMatch(
        /rows\.csv, row \d \(.*\), column "x": expected a number in cm, received "(1\.7 m|\$5|5%)"; correct or empty the cell: the model takes numbers here$/,
      );
    },
  );

  test('a few in another unit are missing', async () => {
    const cells = [...numbers.map((x) => `${x} cm`), '1.7 m'];
    const { features, notices } = await rows(cells);
    expect([...(features as Float32Array)]).toEqual([...numbers, Number.NaN]);
    expect(notices.join()).toContain('read as missing, such as "1.7 m" in');
  });
});
