import { expect, test } from 'vitest';
import { CsvFile } from '../../src/data/formats/csv/file.ts';
import { csvFiles } from './csv-files.ts';

const { save, fault } = csvFiles();

async function chunksOf(file: CsvFile) {
  const chunks = [];
  for await (const chunk of file.chunks()) chunks.push(chunk);
  return chunks;
}

test('chunks hold the texts of each column, in the order of the rows', async () => {
  const n = 100_000;
  const lines = Array.from({ length: n }, (_, i) => `${i}, "a,${i % 7}" ,${i % 3 ? 'NA' : ''}`);
  const file = await CsvFile.open(await save(`i,text,gap\n${lines.join('\n')}\n`));
  const columns: string[][] = [[], [], []];
  let rows = 0;
  let chunks = 0;
  for await (const chunk of file.chunks()) {
    chunks++;
    rows += chunk.rows;
    for (const [j, column] of columns.entries()) {
      const cells = chunk.cells(j);
      if (cells.kind !== 'texts') throw new Error(`cells are ${cells.kind}`);
      expect(cells.values.length).toBe(chunk.rows);
      column.push(...cells.values);
    }
  }
  expect(rows).toBe(n);
  expect(chunks).toBeGreaterThan(5);
  expect(columns[0]).toEqual(Array.from({ length: n }, (_, i) => `${i}`));
  expect(columns[1]?.slice(6, 9)).toEqual(['a,6', 'a,0', 'a,1']);
  expect(columns[2]?.slice(0, 3)).toEqual(['', 'NA', 'NA']);
});

test('each call reads from the start, and a table without rows is refused', async () => {
  const file = await CsvFile.open(await save('a,y\n1,u\n2,v\n'));
  for (let time = 0; time < 2; time++) {
    const [chunk, ...others] = await chunksOf(file);
    expect(others).toEqual([]);
    expect(chunk?.cells(0)).toEqual({ kind: 'texts', values: ['1', '2'] });
  }
  const empty = await CsvFile.open(await save('a,y\n', 'empty.csv'));
  expect(await fault(chunksOf(empty))).toBe(
    'empty.csv: expected rows below the header, received the header only',
  );
});
