import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { SheetData } from 'write-excel-file/node';
import writeWorkbook from 'write-excel-file/node';
import { ExcelTable } from '../../src/data/formats/excel/table.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { relabelledTable } from '../../src/data/formats/relabel.ts';
import type { Table } from '../../src/data/index.ts';
import { testFolder } from './files.ts';

const folder = testFolder('excel');

const day = (text: string, format = 'yyyy-mm-dd') => ({
  value: new Date(text),
  type: Date,
  format,
});

async function workbook(name: string, ...sheets: readonly SheetData[]): Promise<string> {
  const content = writeWorkbook(sheets.map((data, i) => ({ sheet: `Sheet ${i + 1}`, data })));
  return folder.save(name, await content.toBuffer());
}

async function cellsOf(path: string) {
  const table = await ExcelTable.open(path);
  const columns = table.columns.map((): (string | number)[] => []);
  for await (const chunk of table.chunks()) {
    for (const [j, cells] of columns.entries()) {
      const { kind, values } = chunk.cells(j);
      if (kind !== 'lists') cells.push(...values);
    }
  }
  return Object.fromEntries(table.columns.map((name, j) => [name, columns[j]]));
}

const rows: SheetData = [
  [' size ', 'when', 'at', 'yes', 'mixed', 'label'],
  [1.5, day('2024-03-04'), day('2024-03-04T09:59:59Z', 'yyyy-mm-dd hh:mm:ss'), true, 7, 'cat'],
  [null, null, null, null, null, null],
  [-2, day('1999-12-31'), null, false, 'n/a', '=cat()'],
  [null, null, { value: 0.5, type: Number, format: 'hh:mm:ss' }, null, 0.25, 'cat'],
];

test('cells are numbers and texts; names lose blanks; empty rows do not count', async () => {
  expect(await cellsOf(await workbook('kinds.xlsx', [[null], ...rows]))).toEqual({
    size: [1.5, -2, NaN],
    when: ['2024-03-04', '1999-12-31', ''],
    at: ['2024-03-04T09:59:59', '', '12:00:00'],
    yes: ['TRUE', 'FALSE', ''],
    mixed: ['7', 'n/a', '0.25'],
    label: ['cat', '=cat()', 'cat'],
  });
});

/** A workbook with its sheets changed. */
function changedSheets(content: Uint8Array, change: (xml: string) => string): Uint8Array {
  const files = unzipSync(content);
  for (const [name, bytes] of Object.entries(files)) {
    if (name.includes('worksheets/sheet')) files[name] = strToU8(change(strFromU8(bytes)));
  }
  return zipSync(files);
}

test('cells and rows need no references', async () => {
  const wide = Array.from({ length: 60 }, (_, j) => `c${j}`);
  const whole: SheetData = [
    wide,
    wide.map((_, j) => j / 4),
    wide.map((_, j) => (j % 3 ? j : 'no')),
  ];
  const path = await workbook('references.xlsx', whole);
  const expected = await cellsOf(path);
  expect(expected['c59']).toEqual([14.75, 59]);
  const content = await writeWorkbook([{ sheet: 'Sheet 1', data: whole }]).toBuffer();
  const changes: ((xml: string) => string)[] = [
    (xml) => xml.replace(/(<c\b[^>]*?) r="[A-Z]+\d+"/g, '$1'),
    (xml) => xml.replace(/(<(?:c|row)\b[^>]*?) r="[A-Z]*\d+"/g, '$1'),
    // all but every fourth column
    (xml) => xml.replace(/(<c\b[^>]*?) r="[A-Z]*[A-CE-GI-KM-OQ-SU-Z]\d+"/g, '$1'),
  ];
  for (const change of changes) {
    const changed = changedSheets(content, change);
    const names = strFromU8(unzipSync(changed)['xl/worksheets/sheet1.xml'] as Uint8Array);
    expect(names.match(/<c\b[^>]* r=/g)?.length ?? 0).toBeLessThan(60);
    expect(await cellsOf(folder.save('bare.xlsx', changed))).toEqual(expected);
  }
});

test('gaps that references say stay gaps', async () => {
  const path = await workbook('gaps.xlsx', [
    ['a', 'b', 'c'],
    [1, null, 3],
    [null, null, null],
    [4, 5, 6],
  ]);
  const content = await writeWorkbook([
    {
      sheet: 'Sheet 1',
      data: [
        ['a', 'b', 'c'],
        [1, null, 3],
        [null, null, null],
        [4, 5, 6],
      ],
    },
  ]).toBuffer();
  const bare = changedSheets(content, (xml) => xml.replace(/(<c\b[^>]*?) r="[AB]\d+"/g, '$1'));
  const table = await ExcelTable.open(folder.save('bare-gaps.xlsx', bare));
  expect(await cellsOf(table.path)).toEqual(await cellsOf(path));
  expect(table.place(2)).toContain('row 4 of the sheet');
});

test('a dataset of it is that of a CSV file with the same cells', async () => {
  const some = Array.from({ length: 40 }, (_, i) => [
    i,
    day(`2024-01-${String((i % 28) + 1).padStart(2, '0')}`),
    ['red', 'green'][i % 2]!,
    i % 3 === 0 ? 'a' : 'b',
  ]);
  const path = await workbook('table.xlsx', [['x', 'day', 'colour', 'y'], ...some]);
  const lines = some.map(([x, date, colour, y]) =>
    [x, (date as { value: Date }).value.toISOString().slice(0, 10), colour, y].join(','),
  );
  const csv = folder.save('table.csv', ['x,day,colour,y', ...lines, ''].join('\n'));
  const [excel, plain] = await Promise.all(
    [path, csv].map((own) => openDataset(own, { label: 'y' })),
  );
  const { name: _, notices: ownNotices = [], ...expected } = plain!.data as Table;
  expect(excel!.data).toMatchObject(expected);
  const [, ...notices] = (excel!.data as Table).notices ?? [];
  expect(notices).toEqual(ownNotices.slice(1)); // the first has the path
});

test('places are rows of the sheet', async () => {
  const path = await workbook('gap.xlsx', rows);
  expect((await ExcelTable.open(path)).place(2)).toBe(`${path}, row 4 of the sheet`);
  const missing = openDataset(path, { label: 'yes', features: ['size'] });
  expect(await folder.fault(missing)).toContain('gap.xlsx, row 5 of the sheet, column "yes"');
});

describe('what is no table', () => {
  test('several sheets with cells are not chosen from', async () => {
    const path = await workbook('two.xlsx', rows, [], [['notes']]);
    expect(await folder.fault(openDataset(path, { label: 'label' }))).toBe(
      'two.xlsx: expected one sheet with cells, received 2: "Sheet 1", "Sheet 3"; move the sheet to a workbook of its own, or save it as CSV in UTF-8',
    );
  });

  test('an empty workbook, and one without rows', async () => {
    const empty = await workbook('empty.xlsx', []);
    expect(await folder.fault(openDataset(empty, { label: 'y' }))).toBe(
      'empty.xlsx: expected one sheet with cells, received none',
    );
    const header = await workbook('header.xlsx', [['x', 'y']]);
    expect(await folder.fault(openDataset(header, { label: 'y' }))).toBe(
      'header.xlsx: expected rows, received none',
    );
  });

  test('two columns of one name, another format, a damaged file, and none', async () => {
    const twice = await workbook('twice.xlsx', [
      ['x', 'x', 'y'],
      [1, 2, 'a'],
    ]);
    expect(await folder.fault(openDataset(twice, { label: 'y' }))).toContain(
      'a different name for each column',
    );
    const old = folder.save('old.xlsx', Buffer.from('d0cf11e0a1b11ae1', 'hex'));
    const fault = await folder.fault(openDataset(old, { label: 'y' }));
    expect(fault).toMatch(
      /^old\.xlsx: expected a workbook of Excel, received .*save its sheet as CSV/,
    );
    const whole = Buffer.from(await writeWorkbook(rows).toBuffer());
    const odd = changedSheets(whole, (xml) =>
      xml.replace(/<dimension[^>]*>|<sheetData>/, '<dimension/>$&'),
    );
    expect(await folder.fault(openDataset(folder.save('odd.xlsx', odd), { label: 'y' }))).toBe(
      'odd.xlsx: expected a workbook of Excel, received a sheet that could not be read; download it again, or save its sheet as CSV in UTF-8',
    );
    const cut = folder.save('cut.xlsx', whole.subarray(0, whole.length / 2));
    expect(await folder.fault(openDataset(cut, { label: 'y' }))).toContain('a workbook of Excel');
    const none = folder.fault(openDataset(join(folder.path, 'none.xlsx'), { label: 'y' }));
    expect(await none).toContain('no such file');
  });
});

describe('with other labels', () => {
  const relabel = async (path: string, changes: object) => {
    const source = await relabelledTable(path, 'out.xlsx');
    const pieces = await source.content({ label: 'label', labels: new Map(), ...changes });
    return cellsOf(folder.save('out.xlsx', Buffer.concat(pieces)));
  };

  test('all else is as it was: types, dates, texts that look like formulas', async () => {
    const path = await workbook('labels.xlsx', rows);
    expect(await relabel(path, {})).toEqual(await cellsOf(path));
    const changed = await relabel(path, { labels: new Map([[0, 1]]), dropped: new Set([2]) });
    expect(changed['label']).toEqual(['=cat()', '=cat()']);
    expect(changed['size']).toEqual([1.5, -2]);
  });

  test('with a new column', async () => {
    const path = await workbook('labels.xlsx', rows);
    const added = { name: 'weight', option: 'weights', role: 'weights' };
    const weights = await relabel(path, { added: { ...added, cell: (row: number) => row / 2 } });
    expect(weights['weight']).toEqual([0, 0.5, 1]);
    const old = await relabel(path, {
      labels: new Map([[0, 1]]),
      added: { ...added, name: 'old', cell: 'label' },
    });
    expect(old['old']).toEqual(['cat', '=cat()', 'cat']);
  });

  test('several as one', async () => {
    await workbook('part-1.xlsx', rows);
    await workbook('part-2.xlsx', rows);
    const pattern = join(folder.path, 'part-*.xlsx');
    const changed = await relabel(pattern, { labels: new Map([[3, 1]]) });
    expect(changed['label']).toEqual(['cat', '=cat()', 'cat', '=cat()', '=cat()', 'cat']);
    await workbook('part-2.xlsx', [['label'], ['cat']]);
    await expect(relabel(pattern, {})).rejects.toThrow('since the rows are written to one file');
    const wide = (last: string) => [
      'label',
      ...Array.from({ length: 24 }, (_, i) => `c${i}`),
      last,
    ];
    await workbook('part-1.xlsx', [wide('x'), ['cat']]);
    await workbook('part-2.xlsx', [wide('y'), ['cat']]);
    await expect(relabel(pattern, {})).rejects.toThrow(/columns/);
  });

  test('only as a workbook', async () => {
    const path = await workbook('labels.xlsx', rows);
    await expect(relabelledTable(path, 'out.csv')).rejects.toThrow('a file that ends in .xlsx');
  });
});
