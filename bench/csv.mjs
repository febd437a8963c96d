// Reading a CSV file as a table for training beside DuckDB's scan of the same file, in turn, each in a process of its own:
//   npm run build && node bench/csv.mjs [--rows N] [--rounds N] [--file FILE] [--threads N]
// The file has 30 columns: 22 of numbers (whole ones, decimals, gaps in six), 4 of categories, 3 of codes with up to
// 50,000 different texts, and the label. It is made in the temporary folder unless --file names one. DuckDB infers the types,
// and sums or counts every column, so that all cells are parsed. Printed are medians of wall time and of CPU time of
// the processor's cores together, peaks of memory, and the ratios.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { peakMemory } from '../test/helpers/peak-memory.mjs';

/** @typedef {{ wall: number, cpu: number, peak: number }} Measured */

const { values: options } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '5' },
    file: { type: 'string' },
    threads: { type: 'string', default: '0' },
    run: { type: 'string' },
  },
});

const readers = {
  /** @param {string} file */
  async symloss(file) {
    const { openDataset } = await import('symloss');
    return measured(() => openDataset(file, { label: 'label' }));
  },
  /** @param {string} file */
  async duckdb(file) {
    const { DuckDBInstance } = await import('@duckdb/node-api');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    if (options.threads !== '0') await connection.run(`SET threads = ${options.threads}`);
    const from = `read_csv('${file.replaceAll("'", "''")}')`;
    const description = await connection.runAndReadAll(`DESCRIBE FROM ${from}`);
    const columns = description.getRows().map(([name, type]) => {
      const isNumber = /INT|DOUBLE|DECIMAL/.test(String(type));
      return isNumber ? `sum("${name}")` : `sum(strlen("${name}"))`;
    });
    const query = `SELECT count(*), ${columns.join(', ')} FROM ${from}`;
    return measured(() => connection.runAndReadAll(query));
  },
};

/** @param {() => Promise<unknown>} work @returns {Promise<Measured>} */
async function measured(work) {
  const start = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return {
    wall: (performance.now() - start) / 1e3,
    cpu: (user + system) / 1e6,
    peak: peakMemory(),
  };
}

/** @param {string} file @param {number} rows */
async function writeFile(file, rows) {
  const out = createWriteStream(file);
  let state = 1;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const whole = (/** @type {number} */ below) => Math.floor(below * random());
  const gap = (/** @type {string} */ text, share = 0.05) => (random() < share ? '' : text);
  const cities = Array.from({ length: 200 }, (_, i) => `city ${i}`);
  const columns = [
    () => String(whole(100)),
    () => String(whole(10)),
    () => String(whole(2)),
    () => String(whole(100_000)),
    () => String(whole(1e9)),
    () => gap(String(whole(5000) - 2500)),
    ...Array.from({ length: 6 }, () => () => (200 * random() - 100).toFixed(2)),
    ...Array.from({ length: 5 }, () => () => random().toFixed(6)),
    ...Array.from({ length: 5 }, () => () => gap((1000 * random()).toFixed(3), 0.03)),
    () => ['red', 'green', 'blue', 'black'][whole(4)] ?? '',
    () => gap(['primary', 'secondary', 'tertiary'][whole(3)] ?? ''),
    () => cities[whole(200)] ?? '',
    () => `grade_${whole(12)}`,
    () => `AB-${String(whole(3000)).padStart(4, '0')}`,
    () => `P${whole(50_000)}`,
    () => `${String.fromCharCode(65 + whole(26))}${String(whole(500)).padStart(3, '0')}`,
    () => ['yes', 'no', 'maybe'][whole(3)] ?? '',
  ];
  const names = columns.map((_, i) => (i === columns.length - 1 ? 'label' : `column_${i}`));
  out.write(`${names.join(',')}\n`);
  for (let row = 0; row < rows; ) {
    const lines = [];
    for (let i = 0; i < 2000 && row < rows; i++, row++) {
      lines.push(`${columns.map((cell) => cell()).join(',')}\n`);
    }
    if (!out.write(lines.join(''))) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

/** @param {number[]} values */
function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return ((sorted[middle] ?? 0) + (sorted[(sorted.length - 1) >> 1] ?? 0)) / 2;
}

async function compare() {
  const scratch = mkdtempSync(join(tmpdir(), 'symloss-csv-'));
  process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
  const file = options.file ?? join(scratch, 'table.csv');
  if (!existsSync(file)) await writeFile(file, Number(options.rows));
  const names = Object.keys(readers);
  /** @type {Record<string, Measured[]>} */
  const found = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const name of names) {
      const given = ['--run', name, '--file', file, '--threads', options.threads];
      const script = fileURLToPath(import.meta.url);
      const { stdout } = await promisify(execFile)(process.execPath, [script, ...given]);
      found[name]?.push(JSON.parse(stdout));
    }
  }
  /** @type {Record<string, number[]>} */
  const medians = {};
  for (const [name, all] of Object.entries(found)) {
    const [wall = 0, cpu = 0, peak = 0] = /** @type {const} */ (['wall', 'cpu', 'peak']).map(
      (key) => median(all.map((one) => one[key])),
    );
    medians[name] = [wall, cpu];
    const least = Math.min(...all.map((one) => one.wall));
    console.log(
      `${name}: ${wall.toFixed(2)} s (least ${least.toFixed(2)}), CPU ${cpu.toFixed(2)} s, ` +
        `peak ${Math.round(peak / 2 ** 20)} MiB`,
    );
  }
  const [ours = [], theirs = []] = [medians['symloss'], medians['duckdb']];
  const ratio = (/** @type {number} */ i) => ((ours[i] ?? 0) / (theirs[i] ?? 1)).toFixed(2);
  console.log(`symloss / duckdb: wall ${ratio(0)}, CPU ${ratio(1)}`);
}

if (options.run === undefined) await compare();
else {
  const reader = readers[/** @type {'symloss' | 'duckdb'} */ (options.run)];
  console.log(JSON.stringify(await reader(options.file ?? '')));
}
