import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parquetBytes } from '../../src/data/formats/index.ts';
import { readParquetColumns } from '../../src/data/formats/parquet/read-columns.ts';
import { folders } from '../cli/run.ts';
import { faultOf } from '../messages.ts';

const folder = folders('parquet-write');

test('columns read back as they were written, in order, over several chunks', async () => {
  const n = 5000;
  const integers = Array.from({ length: n }, (_, i) => (i % 7 === 3 ? null : i - 2500));
  const doubles = Float64Array.from({ length: n }, (_, i) => (i === 17 ? 1e-300 : i / 3));
  const texts = Array.from({ length: n }, (_, i) => (i % 2 ? `"ä'${i}` : i === 4 ? null : ''));
  const path = join(folder(), 'a [1]*.parquet');
  writeFileSync(
    path,
    await parquetBytes([
      { name: 'i "quoted"', type: 'integer', values: integers },
      { name: '__proto__', type: 'double', values: doubles },
      { name: 't', type: 'text', values: texts },
    ]),
  );
  const read = await readParquetColumns(path, ['t', '__proto__', 'i "quoted"']);
  expect(read).toEqual([texts, Array.from(doubles), integers]);
});

test('no rows are a file without rows', async () => {
  const path = join(folder(), 'none.parquet');
  writeFileSync(path, await parquetBytes([{ name: 'a', type: 'text', values: [] }]));
  expect(await readParquetColumns(path, ['a'])).toEqual([[]]);
  expect(await faultOf(readParquetColumns(path, ['b']))).toMatch(
    /column: expected one of "?a"?, received "b"/,
  );
});
