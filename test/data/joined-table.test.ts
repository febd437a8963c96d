import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { CsvFile } from '../../src/data/formats/csv/file.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { JsonTable } from '../../src/data/formats/jsonl/table.ts';
import { JoinedTable } from '../../src/data/formats/shared/joined-table.ts';
import { matchingFiles } from '../../src/data/formats/sources/glob.ts';
import { testFolder } from './files.ts';
import { cellsOf } from './tables.ts';

const folder = testFolder('joined');

async function joined(...contents: string[]): Promise<JoinedTable> {
  const files = contents.map((content, i) => CsvFile.open(folder.save(`${i}.csv`, content)));
  return new JoinedTable('*.csv', await Promise.all(files));
}

describe('several files as one table', () => {
  it('rows follow each other, columns are found by name', async () => {
    const table = await joined('a,b\n1,x\n2,y\n', 'b,a\nz,3\n', 'a;b\n4;w\n');
    expect(table.columns).toEqual(['a', 'b']);
    for (let time = 0; time < 2; time++) {
      expect(await cellsOf(table)).toEqual({ a: ['1', '2', '3', '4'], b: ['x', 'y', 'z', 'w'] });
    }
    const places = [1, 2, 3, 4].map((row) => table.place(row).replace(`${folder.path}/`, ''));
    const of = (file: number, row: number) => `${file}.csv, row ${row} (counting data rows from 1)`;
    expect(places).toEqual([of(0, 1), of(0, 2), of(1, 1), of(2, 1)]);
  });

  it('columns without a name keep their order', async () => {
    const table = await joined(',a,\n1,2,3\n', 'a,,\n5,4,6\n');
    const rows: string[][] = [];
    for await (const chunk of table.chunks()) {
      rows.push([0, 1, 2].map((column) => [...chunk.cells(column).values][0] as string));
    }
    expect(rows).toEqual([
      ['1', '2', '3'],
      ['4', '5', '6'],
    ]);
  });

  it('knows how many rows there are where each file does', async () => {
    const files = ['{"a": 1}\n{"a": 2}', '{"a": 3}'].map((text, i) =>
      JsonTable.open(folder.save(`${i}.jsonl`, text)),
    );
    const table = new JoinedTable('*.jsonl', await Promise.all(files));
    expect([table.rowCount, await cellsOf(table)]).toEqual([3, { a: [1, 2, 3] }]);
    expect((await joined('a\n1\n')).rowCount).toBeUndefined();
  });

  it.each([
    ['b,c\n1,2\n', 'none of "a", "c" beside them'],
    ['a,b,c\n1,2,3\n', '"c" beside them'],
    ['b\n1\n', 'none of "a"'],
  ])('other columns are refused: %j', async (other, received) => {
    expect(await folder.fault(joined('a,b\n1,2\n', other))).toBe(
      `1.csv, columns: expected the columns of 0.csv: "a", "b", received ${received}; ` +
        'files that are read together have the same columns, in any order',
    );
  });
});

describe('files that match a pattern', () => {
  const at = (name: string) => `${folder.path}/glob/${name}`;
  it.each([
    ['*.csv', ['a.csv', 'b.csv']],
    ['{b,a}.csv', ['a.csv', 'b.csv']],
    ['[ab].csv', ['a.csv', 'b.csv']],
    ['?.csv', ['a.csv', 'b.csv']],
    ['**/*.csv', ['a.csv', 'b.csv', 'deep/c.csv']],
    ['.*.csv', ['.d.csv']],
  ])('%s', async (pattern, expected) => {
    for (const name of ['b.csv', 'a.csv', 'deep/c.csv', '.d.csv', 'e.txt']) {
      folder.save(`glob/${name}`, 'a\n1\n');
    }
    expect(await matchingFiles(at(pattern))).toEqual(expected.map(at));
  });

  it('the search ends when it is interrupted', async () => {
    folder.save('glob/a.csv', 'a\n1\n');
    const searching = matchingFiles(at('*.csv'), AbortSignal.abort(new Error('interrupted')));
    await expect(searching).rejects.toThrow('interrupted');
    const reading = openDataset(at('*.csv'), {
      label: 'a',
      signal: AbortSignal.abort(new Error('interrupted')),
    });
    await expect(reading).rejects.toThrow('interrupted');
  });

  it('many are opened one by one', async () => {
    let [opened, most] = [0, 0];
    const open = CsvFile.open;
    const spy = vi.spyOn(CsvFile, 'open').mockImplementation(async (...args) => {
      most = Math.max(most, ++opened);
      try {
        return await open(...args);
      } finally {
        opened--;
      }
    });
    for (let i = 0; i < 20; i++) folder.save(`many/${i}.csv`, `a,y\n${i},${i % 2}\n`);
    const { data } = await openDataset(join(folder.path, 'many'), { label: 'y' });
    spy.mockRestore();
    expect([data.labels.length, most]).toEqual([20, 1]);
  });

  it('none is an error', async () => {
    expect(await folder.fault(matchingFiles(at('*.parquet')))).toBe(
      'glob/*.parquet: expected files whose paths match, received none',
    );
  });
});
