import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { SymlossError, sizeOf } from '../../../src/core/index.ts';
import { openDataset, openInputs, openRows } from '../../../src/data/formats/index.ts';
import type { Dataset } from '../../../src/data/index.ts';
import { isRowFile } from '../../../src/data/index.ts';
import { idx, npy, ramp } from '../../data/files.ts';
import { colour, convert, grey } from '../../data/pictures.ts';
import { slowRows } from '../../data/slow-csv.ts';
import { readIdxPlainly, readNpyPlainly, readNpyTextsPlainly } from '../second-readers.ts';
import type { Target } from '../target.ts';
import { parquetSeeds } from './parquet-seeds.ts';

const memoryLimit = 64 * 2 ** 20;

/** What every dataset must hold to, whatever it was read from; returns its features. */
export function checkDataset({
  labels,
  classes,
  features,
  featureShape,
  trueLabels,
}: Dataset): ArrayLike<number> {
  const size = sizeOf(featureShape);
  const values = isRowFile(features) ? readAll(features, size, labels.length) : features;
  demand(
    values.length === labels.length * size,
    `${values.length} numbers of ${labels.length} rows of ${size}`,
  );
  demand(classes.length >= 2 && new Set(classes).size === classes.length, `classes ${classes}`);
  for (const label of [...labels, ...(trueLabels ?? [])]) {
    demand(label >= 0 && label < classes.length, `label ${label} of ${classes.length} classes`);
  }
  for (let i = 0; i < values.length; i++) {
    demand(Math.abs(values[i] as number) !== Number.POSITIVE_INFINITY, `feature ${i} is infinite`);
  }
  return values;
}

function readAll(
  file: Extract<Dataset['features'], { file: string }>,
  size: number,
  n: number,
): Uint8Array {
  const out = new Uint8Array(n * size);
  const reader = openRows(file, size);
  try {
    reader.read(
      Uint32Array.from({ length: n }, (_, i) => i),
      out,
    );
  } finally {
    reader.close();
  }
  return out;
}

export function demand(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Error(`read wrong: ${message}`);
}

function demandEqual(what: string, found: ArrayLike<number>, expected: ArrayLike<number>): void {
  demand(
    found.length === expected.length,
    `${what}: ${found.length} values, not ${expected.length}`,
  );
  for (let i = 0; i < found.length; i++) {
    const [a, b] = [found[i] as number, expected[i] as number];
    demand(Object.is(a, b) || a === b, `${what} ${i}: ${a}, not ${b}`);
  }
}

/** Class numbers of labels as names or numbers. */
const classesOf = ({ labels, classes }: Dataset): string[] =>
  Array.from(labels, (label) => classes[label] as string);

const table = [
  'a,b,"c d",y,z',
  ...Array.from(
    { length: 12 },
    (_, i) =>
      `${i},${i / 7},${i % 5 === 0 ? '' : -i},${'at cat dog'.split(' ')[i % 3]},${'at cat dog'.split(' ')[(i + (i % 4 === 0 ? 1 : 0)) % 3]}`,
  ),
];

/** Every kind of column. */
const mixed = [
  'day,price,who,code,said,y',
  ...Array.from({ length: 24 }, (_, i) =>
    [
      `${(i % 12) + 1}/${i + 3}/2024`,
      `"$${i},${100 + i}.5"`,
      i % 5 ? `p${i % 4}` : '?',
      `00${i % 3}`,
      `"${'well then no yes'.split(' ')[i % 4]} I ${i}, say ""so"" "`,
      i % 3,
    ].join(','),
  ),
].join('\n');

const csv: Target = {
  name: 'csv',
  seeds: () => [
    { 'data.csv': Buffer.from(`${table.join('\n')}\n`) },
    { 'data.csv': Buffer.from(table.join('\r\n')) },
    {
      'data.csv': Buffer.from(
        `\ufeff${table.join(';').replaceAll(',', '\t').replaceAll(';', '\n')}`,
      ),
    },
    { 'data.csv': Buffer.from('x,y\r\n121,"a"\r"1.5",b\r\n3,"c\nd"\n4,a\r\n5,"b"\n') },
    { 'data.csv': Buffer.from(mixed) },
  ],
  kindOf: () => 'text',
  async read(folder, input) {
    const file = join(folder, 'data.csv');
    const { data } = await openDataset(file, { label: 'y', memoryLimit });
    const values = checkDataset(data);
    checkCells(data, values, (input['data.csv'] as Buffer).toString('utf8'));
    const columns = (data.columns ?? []).map((name, j) => ({
      name,
      kind: data.kinds?.[j] ?? ('numeric' as const),
      dayFirst: data.dayFirst?.[j],
      unit: data.numberStyles?.[j]?.unit,
    }));
    const { features } = await openInputs(file, { featureShape: data.featureShape, columns });
    demandEqual('cell read again', features as Float32Array, values);
  },
};

/** The same texts as labels of two annotators, a row for each item and for each label. */
const annotatedCsv: Target = {
  name: 'annotated-csv',
  seeds: () => [
    { 'data.csv': Buffer.from(`${table.join('\n')}\n`) },
    { 'data.csv': Buffer.from('a,y,z\n1,p,q\n1,,q\n2,q,\n2,p,\n3,q,r\n') },
  ],
  kindOf: () => 'text',
  async read(folder) {
    const file = join(folder, 'data.csv');
    const forms = [
      { label: 'y,z' },
      { label: 'y,z', missing: 'drop', consensus: 'majority' },
      { label: 'y', annotator: 'z', id: ['a'] },
    ] as const;
    const refusals: unknown[] = [];
    for (const form of forms) {
      await openDataset(file, { ...form, memoryLimit }).then(
        ({ data }) => {
          checkDataset(data);
          checkAnnotated(data);
        },
        (error: unknown) => refusals.push(error),
      );
    }
    const other = refusals.find((error) => !(error instanceof SymlossError));
    if (other !== undefined) throw other;
    if (refusals.length === forms.length) throw refusals[0];
  },
};

/** Each label of the consensus was given by somebody or follows from all, and shares sum to 1. */
function checkAnnotated({ annotations, softLabels, labels, classes }: Dataset): void {
  const m = annotations?.annotators.length ?? 0;
  demand(annotations?.labels.length === labels.length * m, `${annotations?.labels.length} labels`);
  const k = classes.length;
  for (const [row, label] of labels.entries()) {
    const own = annotations?.labels.subarray(row * m, (row + 1) * m);
    demand(own?.some((given) => given >= 0) ?? false, `row ${row} without a label`);
    const shares = softLabels?.subarray(row * k, (row + 1) * k);
    if (shares === undefined) continue;
    const sum = shares.reduce((x, y) => x + y, 0);
    demand(Math.abs(sum - 1) < 1e-5, `shares of row ${row} sum to ${sum}`);
    demand(shares[label] === Math.max(...shares), `label of row ${row} is not its largest share`);
  }
}

/** Compares with the second reader what it reads without doubt: texts of labels, and plain numbers. */
function checkCells(data: Dataset, values: ArrayLike<number>, text: string): void {
  const [header = [], ...rows] = slowRows(text);
  if (!header.includes('y') || /[;\t|]/.test(header.join())) return; // another delimiter, perhaps
  demand(rows.length === data.labels.length, `${data.labels.length} rows, not ${rows.length}`);
  const names = classesOf(data);
  const columns = data.columns ?? [];
  for (const [i, cells] of rows.entries()) {
    const label = (cells[header.indexOf('y')] ?? '').trim();
    const isText = Number.isNaN(Number(label));
    demand(!isText || names[i] === label, `label of row ${i}: ${names[i]}, not ${label}`);
    for (const [j, column] of columns.entries()) {
      const cell = cells[header.indexOf(column)] ?? '';
      const own = data.texts?.[j];
      if (own !== undefined) {
        const text = own[values[i * columns.length + j] as number];
        const isPlain = /^[a-z]+[0-9]+$/.test(cell);
        demand(!isPlain || text === cell, `row ${i}, ${column}: ${text}, not ${cell}`);
        continue;
      }
      // a number among dates is a year, a day or a missing cell
      if (data.kinds?.[j] === 'date' || !/^-?\d+(\.\d+)?$/.test(cell)) continue;
      const value = values[i * columns.length + j];
      demand(value === Math.fround(Number(cell)), `row ${i}, ${column}: ${value}, not ${cell}`);
    }
  }
}

const csvGz: Target = {
  name: 'csv.gz',
  seeds: () => [{ 'data.csv.gz': gzipSync(Buffer.from(`${table.join('\n')}\n`)) }],
  kindOf: () => 'bytes',
  async read(folder, input, seed) {
    const { data } = await openDataset(join(folder, 'data.csv.gz'), {
      label: 'y',
      memoryLimit,
    });
    checkDataset(data);
    // gzip has a checksum: what is read is what was packed, or what other valid packing holds
    const [own, packed] = [input, seed].map((files) => gunzipSync(files['data.csv.gz'] as Buffer));
    demand(own?.equals(packed as Buffer) ?? false, 'a changed content passed the checksum');
  },
};

const images = idx([6, 2, 3], ramp(36));
const labels = idx([6], [0, 1, 2, 0, 1, 2]);

const idxFiles: Target = {
  name: 'idx',
  seeds: () => [
    { images, labels },
    { images: gzipSync(images), labels: gzipSync(labels) },
  ],
  kindOf: () => 'bytes',
  async read(folder, input) {
    const { data } = await openDataset(join(folder, 'images'), {
      labelsFile: join(folder, 'labels'),
      memoryLimit,
    });
    demandEqual('pixel', checkDataset(data), readIdxPlainly(input['images'] as Buffer).values);
    demandEqual(
      'label',
      classesOf(data).map(Number),
      readIdxPlainly(input['labels'] as Buffer).values,
    );
  },
};

const rows = npy(
  '<f4',
  [6, 2],
  new Uint8Array(Float32Array.from({ length: 12 }, (_, i) => i / 3).buffer),
);
const wide = npy('|u1', [6, 1, 2, 2], Uint8Array.from(ramp(24)));
const classNumbers = npy(
  '<i8',
  [6],
  new Uint8Array(BigInt64Array.of(7n, 3n, 7n, 3n, 7n, 3n).buffer),
);
const fortran = npy(
  '>f8',
  [6, 2],
  new Uint8Array(Float64Array.from({ length: 12 }, (_, i) => i).buffer),
  true,
);

const npyFiles: Target = {
  name: 'npy',
  seeds: () => [rows, wide, fortran].map((x) => ({ 'x.npy': x, 'y.npy': classNumbers })),
  kindOf: () => 'bytes',
  async read(folder, input) {
    const { data } = await openDataset(join(folder, 'x.npy'), {
      labelsFile: join(folder, 'y.npy'),
      memoryLimit,
    });
    const read = checkDataset(data);
    demandEqual('feature', read, float32(readNpyPlainly(input['x.npy'] as Buffer)));
    demandEqual('label', classesOf(data).map(Number), readNpyPlainly(input['y.npy'] as Buffer));
  },
};

/** Texts of 4 bytes a character, and of 1. */
const words = ['cat', 'dog', 'a\0\0', 'cat', 'dog', 'a\0\0'].join('');
const wide4 = Buffer.from(Array.from(words, (mark) => `${mark}\0\0\0`).join(''), 'latin1');
const classTexts = [
  npy('<U3', [6], wide4),
  npy('>U3', [6], Buffer.from(wide4).swap32()),
  npy('|S3', [6], Buffer.from(words, 'latin1')),
];

const npyTexts: Target = {
  name: 'npy-texts',
  seeds: () => classTexts.map((y) => ({ 'x.npy': rows, 'y.npy': y })),
  kindOf: () => 'bytes',
  async read(folder, input) {
    const { data } = await openDataset(join(folder, 'x.npy'), {
      labelsFile: join(folder, 'y.npy'),
      memoryLimit,
    });
    checkDataset(data);
    const texts = readNpyTextsPlainly(input['y.npy'] as Buffer);
    // numbers are one class by their value
    if (texts?.every((text) => !/\d/.test(text))) {
      demand(isDeepStrictEqual(classesOf(data), texts), `labels ${classesOf(data)}, not ${texts}`);
    }
  },
};

const labelledTable = Buffer.from('y\na\nb\na\nb\na\nb\n');

/** Vectors of a table; the rows of `rows` and `fortran`, as the plain reader says. */
const embedding: Target = {
  name: 'embedding',
  seeds: () => [rows, fortran].map((x) => ({ 't.csv': labelledTable, 'x.npy': x })),
  kindOf: (file) => (file.endsWith('.csv') ? 'text' : 'bytes'),
  async read(folder, input) {
    const { data } = await openDataset(join(folder, 't.csv'), {
      label: 'y',
      features: ['v'],
      embedding: { v: join(folder, 'x.npy') },
      memoryLimit,
    });
    const read = checkDataset(data);
    demandEqual('number', read, float32(readNpyPlainly(input['x.npy'] as Buffer)));
  },
};

const npz: Target = {
  name: 'npz',
  seeds: () =>
    [0, 6].map((level) => ({
      'data.npz': Buffer.from(
        zipSync({ 'x.npy': rows, 'y.npy': classNumbers }, { level: level as 0 | 6 }),
      ),
    })),
  kindOf: () => 'bytes',
  async read(folder) {
    const { data } = await openDataset(join(folder, 'data.npz'), { memoryLimit });
    // the checksums of the archive leave no other values
    demandEqual('feature', checkDataset(data), float32(readNpyPlainly(rows)));
    demandEqual('label', classesOf(data).map(Number), readNpyPlainly(classNumbers));
  },
};

function float32(values: readonly number[]): Float32Array {
  return Float32Array.from(values);
}

const parquet: Target = {
  name: 'parquet',
  async seeds() {
    const picture = (await colour([200, 10, 30], 2, 2)).toString('hex');
    return parquetSeeds([
      `SELECT {'bytes': from_hex('${picture}'), 'path': i || '.png'} AS img, i % 2 AS y FROM range(6) r(i)`,
      `SELECT from_hex('${picture}') AS image, ['at', 'cat'][1 + i % 2] AS y FROM range(6) r(i)`,
    ]);
  },
  kindOf: () => 'bytes',
  async read(folder) {
    const { data } = await openDataset(join(folder, 'data.parquet'), {
      label: 'y',
      memoryLimit,
      cache: join(folder, 'cache'),
    });
    checkDataset(data);
  },
};

const imageFolder: Target = {
  name: 'images',
  async seeds() {
    const [a, b] = await Promise.all([colour([9, 8, 7], 4, 4), grey(200, 4, 4)]);
    const [jpeg, webp] = await Promise.all([convert(a, 'jpeg'), convert(b, 'webp')]);
    return [
      { 'data/cat/1.png': a, 'data/dog/2.png': b },
      { 'data/cat/1.jpg': jpeg, 'data/dog/2.webp': webp },
    ];
  },
  kindOf: () => 'bytes',
  async read(folder) {
    const cache = join(folder, 'cache');
    const { data } = await openDataset(join(folder, 'data'), {
      memoryLimit,
      cache,
      imageSize: [4, 4],
    });
    checkDataset(data);
  },
};

const cifarRows = Buffer.concat(
  [0, 1, 2].map((label) => Buffer.concat([Buffer.of(label), Buffer.from(ramp(3072))])),
);

const cifar: Target = {
  name: 'cifar',
  seeds: () => [
    {
      ...Object.fromEntries([1, 2, 3, 4, 5].map((i) => [`data/data_batch_${i}.bin`, cifarRows])),
      'data/test_batch.bin': cifarRows,
      'data/batches.meta.txt': Buffer.from('airplane\nautomobile\nbird\n'),
    },
  ],
  kindOf: (file) => (file.endsWith('.txt') ? 'text' : 'bytes'),
  async read(folder, input) {
    const { data, test } = await openDataset(join(folder, 'data'), { memoryLimit });
    const pixels = (file: string) => {
      const bytes = input[file] as Buffer;
      return Array.from({ length: bytes.length / 3073 }, (_, i) => [
        ...bytes.subarray(i * 3073 + 1, (i + 1) * 3073),
      ]).flat();
    };
    demandEqual(
      'pixel',
      checkDataset(data),
      [1, 2, 3, 4, 5].flatMap((i) => pixels(`data/data_batch_${i}.bin`)),
    );
    if (test !== undefined)
      demandEqual('test pixel', checkDataset(test), pixels('data/test_batch.bin'));
  },
};

export const dataTargets: readonly Target[] = [
  csv,
  annotatedCsv,
  csvGz,
  idxFiles,
  npyFiles,
  npyTexts,
  embedding,
  npz,
  parquet,
  imageFolder,
  cifar,
];
