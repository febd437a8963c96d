import { expect, test } from 'vitest';
import type { TableFile } from '../../src/data/formats/shared/table-file.ts';
import { MemoryBudget } from '../../src/data/formats/table/budget.ts';
import { collect } from '../../src/data/formats/table/collect.ts';
import { readTable } from '../../src/data/formats/table/read.ts';

/** A table of one chunk, each of whose columns takes 2 ms. */
function slowTable(count: number) {
  const columns = Array.from({ length: count }, (_, j) => (j === 0 ? 'y' : `c${j}`));
  let made = 0;
  const file: TableFile = {
    path: 'slow.parquet',
    columns,
    place: (row) => `row ${row}`,
    async *chunks() {
      yield {
        rows: 2,
        cells(column) {
          const end = performance.now() + 2;
          while (performance.now() < end);
          made++;
          return { kind: 'texts', values: column === 0 ? ['u', 'v'] : ['1', String(column)] };
        },
      };
    },
  };
  return { file, made: () => made };
}

const soon = () => {
  const interrupt = new AbortController();
  setTimeout(() => interrupt.abort(new Error('interrupted')));
  return interrupt.signal;
};

test('a chunk of many columns is left when the reading is interrupted', async () => {
  const { file, made } = slowTable(400);
  const wanted = file.columns.map((_, column) => ({ column }));
  const work = collect(file, wanted, new MemoryBudget({ signal: soon() }));
  await expect(work).rejects.toThrow('interrupted');
  expect(made()).toBeLessThan(200);
});

test('so is a table', async () => {
  const { file, made } = slowTable(400);
  await expect(readTable(file, { label: 'y', signal: soon() })).rejects.toThrow('interrupted');
  expect(made()).toBeLessThan(200);
});

test('breaks change nothing of what is read', async () => {
  const { file, made } = slowTable(60);
  const { features, featureShape } = await readTable(file, { label: 'y' });
  expect([made(), featureShape]).toEqual([60, [58]]); // c1 is constant
  expect(Array.from(features.subarray(0, 58))).toEqual(new Array(58).fill(1));
  expect(Array.from(features.subarray(58))).toEqual(Array.from({ length: 58 }, (_, j) => j + 2));
});
