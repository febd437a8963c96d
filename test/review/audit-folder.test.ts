import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parquetBytes } from '../../src/data/formats/index.ts';
import type { AuditedColumns, AuditedRow } from '../../src/review/index.ts';
import { auditConfigSchema, readAuditFolder, rowsParquet } from '../../src/review/index.ts';
import { folders } from '../cli/run.ts';
import { faultOf } from '../messages.ts';

const folder = folders('audit-folder');
const rows: readonly AuditedRow[] = [
  { row: 1, given: 'dog', suggested: 'cat', pWrong: 1, pSuggested: 0.75, rank: 1 },
  { row: 3, given: 'cat', suggested: 'dog', pWrong: 0, pSuggested: 0.25, rank: null },
];

/** A folder whose rows are those given. */
function saved(content: Uint8Array, classes = ['cat', 'dog']): string {
  const own = folder();
  writeFileSync(join(own, 'rows.parquet'), content);
  const config = auditConfigSchema.parse({ source: 'data.csv' });
  const estimates = { format: 'symloss-audit', version: 1, config };
  const data = { sha256: 'ab', classes };
  writeFileSync(join(own, 'audit.json'), JSON.stringify({ ...estimates, data }));
  return own;
}

const withFirst = (cells: object) => [
  { ...rows[0], ...cells } as AuditedRow,
  rows[1] as AuditedRow,
];
const columnsOf = (all: readonly AuditedRow[]) =>
  ({
    row: all.map(({ row }) => row),
    given: all.map(({ given }) => given),
    suggested: all.map(({ suggested }) => suggested),
    pWrong: all.map(({ pWrong }) => pWrong),
    pSuggested: all.map(({ pSuggested }) => pSuggested),
    rank: all.map(({ rank }) => rank),
  }) satisfies AuditedColumns;
const hint = 'another program may have changed the file; audit the data again';

describe('rows of an audit', () => {
  test('are read as they were written', async () => {
    const own = saved(await rowsParquet(columnsOf(rows)));
    const read = await readAuditFolder(own);
    expect([read.rows, read.classes, read.sha256]).toEqual([rows, ['cat', 'dog'], 'ab']);
  });

  test.each([
    [{ row: 0 }, 'row 1, column "row": expected the number of a row, from 1, received 0'],
    [{ given: 'eel' }, 'row 1, column "given": expected one of the classes, received "eel"'],
    [{ suggested: null }, 'row 1, column "suggested": expected one of the classes, received null'],
    [{ pWrong: 1.5 }, 'row 1, column "pWrong": expected a probability, received 1.5'],
    [
      { pSuggested: Number.NaN },
      'row 1, column "pSuggested": expected a probability, received NaN',
    ],
    [
      { rank: -1 },
      'row 1, column "rank": expected a place in the list, from 1, or none, received -1',
    ],
    [{ row: 3 }, 'row 2: expected each row once, received row 3 twice'],
  ])('with %j are refused: a rule would take them for something else', async (cells, fault) => {
    const own = saved(await rowsParquet(columnsOf(withFirst(cells))));
    const path = join(own, 'rows.parquet');
    expect(await faultOf(readAuditFolder(own))).toBe(`${path}, ${fault}; ${hint}`);
  });

  test('of other types are refused', async () => {
    const texts = (name: string) => ({ name, type: 'text' as const, values: ['1'] });
    const content = await parquetBytes(Object.keys(rows[0] as object).map(texts));
    expect(await faultOf(readAuditFolder(saved(content)))).toContain(
      'row 1, column "row": expected the number of a row, from 1, received "1"',
    );
  });
});
