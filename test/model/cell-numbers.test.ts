import { describe, expect, test } from 'vitest';
import { openInputs } from '../../src/data/formats/index.ts';
import type { ModelDescription } from '../../src/model/card.ts';
import { cellTable } from '../../src/model/cells.ts';
import { testFolder } from '../data/files.ts';

const folder = testFolder('cell-numbers');
const texts = [
  ...[
    '5',
    '-1.5e3',
    '5%',
    '12.5 %',
    '$5',
    '-$1,005.50',
    '(5)',
    '€5',
    '5,5 €',
    '1,005',
    '1,5',
    '1.005,5',
  ],
  ...['1 005', '170 cm', '1.7 m', '7 years', '1.2k', '1.5 K', 'x', '5 kg', '%', '0x10', '00501'],
];

/** Of a number, or undefined where it is refused. */
async function found(read: () => number | Promise<number>): Promise<number | undefined> {
  try {
    return await read();
  } catch (error) {
    if (String(error).includes('expected a number')) return undefined;
    throw error;
  }
}

describe.each([
  {},
  { unit: '%' },
  { unit: '$', comma: 'thousands' },
  { unit: 'cm', comma: 'decimal' },
  { unit: 'k' },
] as const)('a text of a column %j', (written) => {
  const columns = [{ name: 'x', kind: 'numeric', ...written }] as const;
  const card = { columns, featureShape: [1] } as unknown as ModelDescription;

  test.each(texts)('%j is what it is in a file of one row', async (text) => {
    const file = folder.save('row.jsonl', `${JSON.stringify({ x: text })}\n`);
    const ofFile = await found(
      async () =>
        (await openInputs(file, { featureShape: [1], columns })).features as unknown as number,
    );
    const own = await found(
      () => cellTable('predict', [{ x: text }], card).features as unknown as number,
    );
    expect(own).toEqual(ofFile);
  });
});

describe.each([{}, { dayFirst: true }] as const)('a text of a column of dates %j', (written) => {
  const columns = [{ name: 'x', kind: 'date', ...written }] as const;
  const card = { columns, featureShape: [1] } as unknown as ModelDescription;
  const own = (x: string | Date | number) => cellTable('predict', [{ x }], card).features;

  test.each([
    ...['2024-01-31', '2024-01-31 17:30', '31 Jan 2024', '3 févr. 2024', '2024年1月31日', '17:30'],
    ...['03/04/2024', '20240131', '2024'],
  ])('%j is what it is in a file of one row', async (text) => {
    const file = folder.save('row.jsonl', `${JSON.stringify({ x: text })}\n`);
    const { features } = await openInputs(file, { featureShape: [1], columns });
    expect(own(text)).toEqual(features);
  });

  test('days are in UTC, in the order of the column; what is no day is refused', () => {
    const days = (iso: string) => Float32Array.of(Date.parse(iso) / 86_400_000);
    expect(own('31 Jan 2024')).toEqual(days('2024-01-31'));
    expect(own('03/04/2024')).toEqual(days('dayFirst' in written ? '2024-04-03' : '2024-03-04'));
    expect(own(new Date('2024-01-31T12:00Z'))).toEqual(days('2024-01-31T12:00Z'));
    expect(own('18000.5')).toEqual(Float32Array.of(18_000.5));
    expect(own('')).toEqual(Float32Array.of(Number.NaN));
    for (const text of ['3 gatos 2024', 'Jan', '31 April 2024']) {
      expect(() => own(text)).toThrow(
        `predict, row 0, column "x": expected a day: a Date, text as 2024-01-31, or days since 1970-01-01, received "${text}"`,
      );
    }
  });
});

test('some of them', () => {
  const read = (text: string, written: object) => {
    const columns = [{ name: 'x', kind: 'numeric', ...written }];
    const card = { columns, featureShape: [1] } as unknown as ModelDescription;
    return [...(cellTable('predict', [{ x: text }], card).features as Float32Array)][0];
  };
  expect(read('170 cm', {})).toBe(170);
  expect(read('1.2k', { unit: 'k' })).toBe(1200);
  expect(read('1,005', { comma: 'decimal' })).toBe(Math.fround(1.005));
  expect(read('1,005', {})).toBe(1005);
  expect(read('1,5', {})).toBe(1.5);
});
