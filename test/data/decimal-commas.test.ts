import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openDataset, openInputPieces, openInputs } from '../../src/data/formats/index.ts';
import type { Dataset, RowFile } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('decimal-commas');
const german = (value: number, decimals = 0) =>
  value.toLocaleString('de-DE', { minimumFractionDigits: decimals, useGrouping: true });

/** Prices with decimal commas, and amounts of 500 to 1,500 with points between thousands. */
function table(rows: number, amount = (i: number) => german(500 + ((37 * i) % 1000))): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${german(1000 * i + 0.25, 2)};${amount(i)};${i % 2 ? 'u' : 'v'}`,
  );
  return `price;amount;y\n${lines.join('\n')}\n`;
}
const amounts = (rows: number) => Array.from({ length: rows }, (_, i) => 500 + ((37 * i) % 1000));
const columnOf = ({ features }: Pick<Dataset, 'features'>, j = 1) =>
  [...(features as Float32Array)].filter((_, i) => i % 2 === j);

test('weights and shares of classes are read as other numbers are', async () => {
  const lines = Array.from(
    { length: 4 },
    (_, i) => `${i};${german(0.9 - i / 5, 2)};0,2;0,8;${i % 2}`,
  );
  const file = folder.save('w.csv', `x;weight;p_a;p_b;y\n${lines.join('\n')}\n`);
  const weighted = await openDataset(file, { label: 'y', weight: 'weight' });
  expect([...(weighted.data.sampleWeights ?? [])]).toEqual([0.9, 0.7, 0.5, 0.3].map(Math.fround));
  const soft = await openDataset(file, { softLabels: 'p_', ignore: ['y'] });
  expect([...(soft.data.softLabels ?? [])].slice(0, 2)).toEqual([0.2, 0.8].map(Math.fround));
});

describe('points between thousands', () => {
  test('are seen by the decimal commas of other columns, and told', async () => {
    const { data } = await openDataset(folder.save('a.csv', table(60)), { label: 'y' });
    expect(columnOf(data)).toEqual(amounts(60));
    expect(columnOf(data, 0)[3]).toBe(3000.25);
    expect(data.numberStyles).toEqual([{ comma: 'decimal' }, { comma: 'decimal' }]);
    expect(data.notices).toContain(
      '"amount": "1.018" is 1018; its commas or points could be read otherwise, too',
    );
  });

  test('are seen in columns of thousands of different numbers', async () => {
    const rows = 12_000;
    const amount = (i: number) => german(i + 1);
    const { data } = await openDataset(folder.save('many.csv', table(rows, amount)), {
      label: 'y',
      features: ['price', 'amount'],
    });
    expect(columnOf(data)).toEqual(Array.from({ length: rows }, (_, i) => i + 1));
  });

  test('two of them can be nothing else', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `${german(999_000 + 250 * i)},${i % 2}`);
    const { data } = await openDataset(folder.save('b.csv', `x,y\n${lines.join('\n')}\n`), {
      label: 'y',
    });
    expect([...(data.features as Float32Array)]).toEqual(lines.map((_, i) => 999_000 + 250 * i));
  });

  test.each<[string, (i: number) => string, (i: number) => number]>([
    [
      'where a cell has other decimals',
      (i) => (i === 3 ? '1.5' : `1.${100 + i}`),
      (i) => (i === 3 ? 1.5 : (1100 + i) / 1000),
    ],
    ['behind a zero', (i) => `0.${100 + i}`, (i) => (100 + i) / 1000],
  ])('are decimal ones %s', async (_, amount, value) => {
    const { data } = await openDataset(folder.save('c.csv', table(60, amount)), { label: 'y' });
    expect(columnOf(data)).toEqual(Array.from({ length: 60 }, (_, i) => Math.fround(value(i))));
  });

  test('are decimal ones where no column has decimal commas', async () => {
    const lines = Array.from({ length: 60 }, (_, i) => `1.${100 + i};${i % 2}`);
    const { data } = await openDataset(folder.save('d.csv', `x;y\n${lines.join('\n')}\n`), {
      label: 'y',
    });
    expect((data.features as Float32Array)[0]).toBe(Math.fround(1.1));
  });

  test('are read as in training in data to test on, whatever their other columns', async () => {
    const few = `price;amount;y\n7;1.250;u\n8;980;v\n`;
    const { test } = await openDataset(folder.save('train.csv', table(60)), {
      label: 'y',
      test: folder.save('test.csv', few),
    });
    expect([...((test as Dataset).features as Float32Array)]).toEqual([7, 1250, 8, 980]);
    const plain = Array.from({ length: 60 }, (_, i) => `${i};1.${100 + i};${i % 2 ? 'u' : 'v'}`);
    const other = await openDataset(
      folder.save('plain.csv', `price;amount;y\n${plain.join('\n')}\n`),
      { label: 'y', features: ['price', 'amount'], test: folder.save('eu.csv', table(4)) },
    );
    expect(columnOf(other.test as Dataset)).toEqual(
      amounts(4).map((x) => (x < 1000 ? x : Math.fround(x / 1000))),
    );
  });

  test('are read as in training in rows to predict for, some at a time, too', async () => {
    const columns = [
      { name: 'price', kind: 'numeric', comma: 'decimal' },
      { name: 'amount', kind: 'numeric', comma: 'decimal' },
    ] as const;
    const input = { featureShape: [2], columns };
    const few = folder.save('few.csv', 'price;amount\n1.005;1.250\n7;1.5\n');
    const { features } = await openInputs(few, input);
    expect([...(features as Float32Array)]).toEqual([1005, 1.25, 7, 1.5]);
    const rows = 3000;
    const many = folder.save('rows.csv', table(rows).replace(/;[uvy]$/gm, ''));
    const found: number[] = [];
    for await (const piece of openInputPieces(many, input, { memoryLimit: 20_000 })) {
      found.push(...columnOf(piece as Pick<Dataset, 'features'>));
    }
    expect(found).toEqual(amounts(rows));
  });

  test('are read in a table too large for memory, also where a piece has no comma', async () => {
    const rows = 40_000;
    const price = (i: number) => (i < 500 ? german(i + 0.5, 1) : german(1000 + i));
    const lines = Array.from({ length: rows }, (_, i) => `${price(i)};${i % 7};${i % 2}`);
    const path = folder.save('large.csv', `x;z;y\n${lines.join('\n')}\n`);
    const { data } = await openDataset(path, { label: 'y', memoryLimit: 500_000 });
    expect(data.notices.join()).toContain('too large for memory');
    const bytes = readFileSync((data.features as RowFile).file);
    const held = new Float32Array(bytes.buffer, bytes.byteOffset, 2 * rows);
    expect([...held].filter((_, i) => i % 2 === 0)).toEqual(
      Array.from({ length: rows }, (_, i) => (i < 500 ? i + 0.5 : 1000 + i)),
    );
  });
});
