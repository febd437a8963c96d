import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openDataset } from '../../../src/data/formats/index.ts';
import { auditFiles, readAuditFolder } from '../../../src/review/index.ts';
import { npy } from '../../data/files.ts';
import type { Input } from '../mutate.ts';
import type { Target } from '../target.ts';
import { runProgram } from './commands.ts';
import { demand } from './data.ts';

const names = ['ant', 'bee', 'cat'];
const n = 24;
const labelOf = (i: number) => (i * 5) % 3;
/** Of every eighth row another class is more probable than its label. */
const seenOf = (i: number) => (i % 8 === 7 ? (labelOf(i) + 1) % 3 : labelOf(i));
const rows = Array.from({ length: n }, (_, i) => i);
const shares = rows.map((i) => names.map((_, c) => (c === seenOf(i) ? 0.9 : 0.05)));
const data = Buffer.from(
  ['key,x,y', ...rows.map((i) => `k${i},${(i % 7) / 2},${names[labelOf(i)]}`)].join('\n'),
);
const table = (heading: readonly string[]) =>
  Buffer.from([heading, ...shares].map((cells) => cells.join()).join('\n'));

/** Long enough to end; a command that takes longer is stopped. */
const patience = 5000; // milliseconds
const audit = [
  ...['audit', 'data.csv', '--label', 'y', '--id', 'key', '--out', 'audit'],
  ...['--precision', '0.5', '--probs'], // of so few rows none is sure
];

/** Probabilities that somebody else computed. */
const probabilities: Target = {
  name: 'audit probabilities',
  every: 8,
  seeds: () => [
    { 'probs.csv': table(names) },
    { 'probs.csv': table(names.map((name) => `prob_${name}`)) },
    {
      'probs.npy': npy(
        '<f4',
        [n, names.length],
        new Uint8Array(Float32Array.from(shares.flat()).buffer),
      ),
    },
  ],
  kindOf: (file) => (file.endsWith('.csv') ? 'text' : 'bytes'),
  async read(folder, input) {
    writeFileSync(join(folder, 'data.csv'), data);
    const [file = ''] = Object.keys(input);
    if (!(await runProgram(folder, [...audit, file], patience))) return;
    const found = await readAuditFolder(join(folder, 'audit'));
    demand(found.rows.length === n, `${found.rows.length} rows`);
    for (const [i, { row, given }] of found.rows.entries()) {
      demand(row === i + 1 && given === names[labelOf(i)], `row ${row} labelled ${given}`);
    }
  },
};

async function makeAudit(): Promise<Input> {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-fuzz-audit-'));
  try {
    writeFileSync(join(folder, 'data.csv'), data);
    writeFileSync(join(folder, 'probs.csv'), table(names));
    await runProgram(folder, [...audit, 'probs.csv'], 60_000);
    const { estimates, rows: file, suspectsParquet } = auditFiles;
    const made = [estimates, file, suspectsParquet].map((name) => [
      `audit/${name}`,
      readFileSync(join(folder, 'audit', name)),
    ]);
    return { 'data.csv': data, ...Object.fromEntries(made) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The folder of an audit: its labels are corrected by rule, and its suspects handed on. */
const folderOfAudit: Target = {
  name: 'audit folder',
  every: 8,
  seeds: async () => [await makeAudit()],
  kindOf: (file) =>
    file.endsWith('.parquet') ? 'bytes' : file.endsWith('.json') ? 'json' : 'text',
  async read(folder) {
    const apply = ['apply', 'audit', '--relabel', '0.5', '--out', 'made.csv'];
    const isApplied = await runProgram(folder, apply, patience);
    if (isApplied) {
      const read = { label: 'y', numeric: ['x'] };
      const { data: before } = await openDataset(join(folder, 'data.csv'), read);
      const { data: after } = await openDataset(join(folder, 'made.csv'), read);
      demand(after.labels.length === before.labels.length, `${after.labels.length} rows`);
      for (const name of after.classes) {
        demand(before.classes.includes(name), `a class ${name} of nowhere`);
      }
    }
    const handOn = ['review', 'audit', '--export', 'label-studio', '--out', 'tasks.json'];
    if (!(await runProgram(folder, handOn, patience))) return;
    const tasks = JSON.parse(readFileSync(join(folder, 'tasks.json'), 'utf8')) as unknown[];
    demand(tasks.length > 0 && tasks.length <= n, `${tasks.length} suspects`);
  },
};

export const auditTargets: readonly Target[] = [probabilities, folderOfAudit];
