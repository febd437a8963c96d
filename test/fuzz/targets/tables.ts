import { join } from 'node:path';
import { columnsFile } from '../../../src/cli/ui/columns-file.ts';
import { SymlossError } from '../../../src/core/index.ts';
import { openDataset, readFileRows } from '../../../src/data/formats/index.ts';
import type { ColumnKind, Dataset } from '../../../src/data/index.ts';
import { isRowFile } from '../../../src/data/index.ts';
import type { Target } from '../target.ts';
import { checkDataset, demand } from './data.ts';
import { parquetSeeds } from './parquet-seeds.ts';

const memoryLimit = 64 * 2 ** 20;
const names = 'at cat dog'.split(' ');
const rows = Array.from({ length: 12 }, (_, i) => ({
  a: i % 5 === 0 ? null : i / 4,
  'b c': ['x', 'y, "z"', 'é'][i % 3],
  v: [i, i * i],
  o: { nested: i },
  y: names[i % 3],
}));
const objects = rows.map((row) => JSON.stringify(row)).join('\n');

const jsonl: Target = {
  name: 'jsonl',
  seeds: () => [
    { 'data.jsonl': Buffer.from(objects) },
    { 'data.jsonl': Buffer.from(`\ufeff${objects}\r\n\r\n`.replaceAll('}\n', '}\r\n')) },
    { 'data.jsonl': Buffer.from('{"a": NaN, "y": 1}\n{"a": 9007199254740993, "y": 2}\n{"y": 1}') },
  ],
  kindOf: () => 'text',
  async read(folder, input) {
    const { data } = await openDataset(join(folder, 'data.jsonl'), { label: 'y', memoryLimit });
    const values = checkDataset(data);
    const lines = (input['data.jsonl'] as Buffer)
      .toString('utf8')
      .replace(/^\ufeff/, '')
      .split('\n');
    const parsed = lines.filter((line) => line.trim() !== '').map(plainly);
    demand(parsed.length === data.labels.length, `${data.labels.length} rows of ${parsed.length}`);
    const column = data.columns?.indexOf('a') ?? -1;
    const width = data.columns?.length ?? 0;
    for (const [i, row] of parsed.entries()) {
      if (typeof row['y'] === 'string' && /^[a-z]+$/.test(row['y'])) {
        const label = data.classes[data.labels[i] as number];
        demand(label === row['y'], `label of row ${i}: ${label}, not ${row['y']}`);
      }
      const isNumeric = column >= 0 && (data.kinds?.[column] ?? 'numeric') === 'numeric';
      if (!isNumeric || typeof row['a'] !== 'number' || !Number.isSafeInteger(row['a'])) continue;
      const value = values[i * width + column];
      demand(value === Math.fround(row['a']), `a of row ${i}: ${value}, not ${row['a']}`);
    }
  },
};

/** What a plain parser makes of a line; nothing where it cannot. */
function plainly(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}

const parquetTable: Target = {
  name: 'parquet table',
  seeds: () =>
    parquetSeeds([
      "SELECT i / 4 AS a, 'n' || (i % 3) AS b, [i, i]::FLOAT[] AS v, {'x': i} AS s, i % 2 AS y FROM range(12) r(i)",
      "SELECT i % 4 = 1 AS a, DATE '2020-01-01' + i::INTEGER AS d, 9007199254740992 + i AS big, ['at', 'cat'][1 + i % 2] AS y FROM range(12) r(i)",
    ]),
  kindOf: () => 'bytes',
  async read(folder) {
    const { data } = await openDataset(join(folder, 'data.parquet'), { label: 'y', memoryLimit });
    checkDataset(data);
  },
};

/** More than the memory limit below, which has to hold the columns. */
const many = `${objects}\n`.repeat(20);

/** Two files as one table, of CSV or JSON lines, in memory and in a file of rows: the same numbers. */
const joined: Target = {
  name: 'several files',
  seeds: () => [
    { 'data/a.jsonl': Buffer.from(many), 'data/b.jsonl': Buffer.from(many) },
    {
      'data/a.csv': Buffer.from(`a,b,y\n${'1,x,u\n2,,v\n3,x,u\n'.repeat(100)}`),
      'data/b.csv': Buffer.from(`y,a,b\n${'u,4,x\nv,,z\n'.repeat(100)}`),
    },
  ],
  kindOf: () => 'text',
  async read(folder) {
    const source = join(folder, 'data');
    const { data } = await openDataset(source, { label: 'y', memoryLimit });
    const values = checkDataset(data);
    const { data: large } = await openDataset(source, {
      ...{ label: 'y', memoryLimit: 12_288, cache: join(folder, 'cache') },
      ...{ numeric: namesOf(data, 'numeric'), categorical: namesOf(data, 'categorical') },
    }).catch((error: unknown) => {
      if (!(error instanceof SymlossError)) throw error; // other columns, or too much even so
      return { data: undefined };
    });
    if (large === undefined || !isRowFile(large.features)) return;
    demand(large.labels.length === data.labels.length, `${large.labels.length} rows in a file`);
    if (large.featureShape[0] !== data.featureShape[0]) return; // others are left out
    const bytes = readFileRows(large.features, 0, large.labels.length);
    const found = new Float32Array(bytes.buffer, bytes.byteOffset, values.length);
    const d = data.featureShape[0] as number;
    for (const [i, value] of found.entries()) {
      const [x, y] = [
        large.texts?.[i % d]?.[value] ?? value,
        data.texts?.[i % d]?.[values[i] as number] ?? values[i],
      ];
      demand(Object.is(x, y) || x === y, `number ${i} in a file: ${x}, not ${y}`);
    }
  },
};

function namesOf({ columns = [], kinds }: Dataset, kind: ColumnKind): string[] {
  return columns.filter((_, j) => (kinds?.[j] ?? 'numeric') === kind);
}

/** What says what columns are. */
const columns: Target = {
  name: 'columns file',
  seeds: () => [
    { 'columns.yaml': Buffer.from('a: numeric\n"b c": categorical\ny: text # said\nday: date\n') },
    { 'columns.yaml': Buffer.from('{"a": "numeric", "v": "group"}') },
  ],
  kindOf: () => 'text',
  read: (folder) => columnsFile(join(folder, 'columns.yaml')),
};

export const tableTargets: readonly Target[] = [jsonl, parquetTable, joined, columns];
