// symloss at its defaults beside scikit-learn's classifiers at theirs, on tables with wrong labels:
//   npm run build && node bench/tables.mjs [FOLDER] [--tables NAME,…] [--datasets wine,breast_cancer]
//     [--losses SPEC,…] [--tuned LOSS] [--noises SPEC,…] [--seeds N] [--balanced] [--python COMMAND] [--out FILE]
// --tuned trains this loss with each of four settings, and takes that which is best on the validation part.
// --balanced adds those that are to be best in balanced accuracy: symloss by its metric, scikit-learn's by class weights.
// FOLDER has CSV files whose column `label` is the class; default: $SYMLOSS_DATA/tables. What stands
// in the file of --out already is not measured again: large tables can be given fewer seeds by a
// call of their own.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseNoise, readCsv, train } from 'symloss';
import { splitSpecs, stream } from 'symloss/core';
import { stratifiedSplit } from 'symloss/data';
import { calibrationError } from '../dist/calibration/index.js';
import { openSklearn, sendTable } from './sklearn.mjs';
import { tablesReport } from './tables_report.mjs';

/**
 * @typedef {import('./tables_report.mjs').Run} Run
 * @typedef {import('symloss').Table} Table
 * @typedef {object} Measured
 * @property {readonly (readonly number[] | Float32Array)[]} probs of the test rows
 * @property {Int32Array} [indices] their classes; default: the most probable ones
 * @property {number} seconds
 */

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    tables: { type: 'string' },
    datasets: { type: 'string', default: 'wine,breast_cancer' },
    losses: { type: 'string', default: 'auto,ce,sgce:q=0.7' },
    noises: { type: 'string', default: 'none,symmetric:0.2,symmetric:0.4' },
    seeds: { type: 'string', default: '3' },
    keep: { type: 'string' },
    tuned: { type: 'string' },
    balanced: { type: 'boolean', default: false },
    python: { type: 'string', default: process.env['SYMLOSS_PYTHON'] ?? '/usr/bin/python3' },
    out: { type: 'string', default: 'tables-results.json' },
  },
});

const losses = splitSpecs(options.losses);
const noises = list(options.noises);
const seeds = Number(options.seeds);
if (!(Number.isInteger(seeds) && seeds >= 1)) {
  fail(`--seeds: expected an integer from 1, received ${options.seeds}`);
}

/** Smaller ones count as this in the log loss, which a single 0 would make infinite. */
const leastProbability = 1e-6;

/** Ends the names of those that are to be best in balanced accuracy. */
const balanced = ', balanced';

/** What a loss is tuned over. */
const settings = [0.0005, 0.002].flatMap((learningRate) =>
  [0.02, 0.5].map((weightDecay) => ({ learningRate, weightDecay })),
);

const scratch = mkdtempSync(join(tmpdir(), 'symloss-tables-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
const sklearn = await openSklearn(options.python);
/** @type {Run[]} */
const runs = existsSync(options.out) ? JSON.parse(readFileSync(options.out, 'utf8')).runs : [];
const known = new Set(runs.map(keyOf));
const started = performance.now();

for (const file of await tableFiles()) {
  const name = basename(file, '.csv');
  const data = await readCsv(file, { label: 'label' });
  if (sklearn) await sendTable(sklearn, data, scratch);
  for (let seed = 1; seed <= seeds; seed++) {
    for (const noise of noises) await compareOn(name, data, noise, seed);
    const minutes = (performance.now() - started) / 60_000;
    console.error(`${name}, seed ${seed}: ${runs.length} runs after ${minutes.toFixed(1)} min`);
    save();
  }
}
sklearn?.peer.close();
console.log(tablesReport(runs));

/**
 * All methods on one table with one noise and seed.
 * @param {string} name
 * @param {Table} data
 * @param {string} noise
 * @param {number} seed
 */
async function compareOn(name, data, noise, seed) {
  const { noisy, split } = corrupt(data, noise, seed);
  const { test } = split;
  const expected = pick(data.labels, test);
  const common = { table: name, rows: data.labels.length, classes: data.classes.length };
  /** @param {string} method @param {() => Promise<Measured>} measure */
  const add = async (method, measure) => {
    const cell = { ...common, method, noise, seed };
    if (known.has(keyOf(cell))) return;
    const measured = await measure();
    const { seconds } = measured;
    runs.push({ ...cell, ...qualityOf(expected, measured, data.classes.length), seconds });
  };
  for (const [loss, metric] of losses.flatMap(withMetrics)) {
    await add(`symloss ${loss}${metric === 'accuracy' ? '' : balanced}`, async () => {
      const before = process.cpuUsage();
      // auto divides the rows by itself: rows that were named to validate on would not be learnt from
      const { validation, test } = split;
      const all = { train: [...split.train, ...validation], test };
      const own = loss === 'auto' ? all : split;
      const { keep } = options;
      const model = await train({ data: noisy, split: own, loss, metric, seed, keep });
      const { user, system } = process.cpuUsage(before);
      const { probs, indices } = await model.predictDataset(noisy, test);
      await model.dispose();
      return { probs, indices, seconds: (user + system) / 1e6 };
    });
  }
  const { tuned } = options;
  if (tuned !== undefined) {
    await add(`symloss ${tuned}, tuned`, () => trainTuned(tuned, noisy, split, seed));
  }
  if (sklearn === undefined) return;
  const rows = [...split.train, ...split.validation].sort((a, b) => a - b);
  const labels = pick(noisy.labels, rows);
  for (const classifier of sklearn.classifiers) {
    const request = {
      ...{ kind: 'fit', classifier, seed, rows, labels, test: [...test] },
      classes: data.classes.length,
    };
    await add(classifier, () => sklearn.peer.ask(request));
    if (!options.balanced || !sklearn.weighted.includes(classifier)) continue;
    await add(`${classifier}${balanced}`, () => sklearn.peer.ask({ ...request, balanced: true }));
  }
}

/**
 * @param {string} loss
 * @returns {(readonly [string, 'accuracy' | 'balanced-accuracy'])[]}
 */
function withMetrics(loss) {
  return options.balanced
    ? [
        [loss, 'accuracy'],
        [loss, 'balanced-accuracy'],
      ]
    : [[loss, 'accuracy']];
}

/**
 * @param {string} loss
 * @param {Table} data
 * @param {{ train: number[], validation: number[], test: Uint32Array }} split
 * @param {number} seed
 */
async function trainTuned(loss, data, split, seed) {
  const before = process.cpuUsage();
  /** @type {{ accuracy: number, probs: Measured['probs'] }} */
  let best = { accuracy: -1, probs: [] };
  for (const setting of settings) {
    const model = await train({ data, split, loss, seed, ...setting });
    const accuracy = model.metrics.model.validationAccuracy ?? 0;
    if (accuracy > best.accuracy) {
      best = { accuracy, probs: (await model.predictDataset(data, split.test)).probs };
    }
    await model.dispose();
  }
  const { user, system } = process.cpuUsage(before);
  return { probs: best.probs, seconds: (user + system) / 1e6 };
}

/**
 * The test rows and the noise are those of `train`, made here so that both sides have the same rows
 * and labels, and neither is told what the noise is. Labels of test rows stay right.
 * @param {Table} data
 * @param {string} noise
 * @param {number} seed
 */
function corrupt(data, noise, seed) {
  const k = data.classes.length;
  const outer = stratifiedSplit(data.labels, k, 0.2, stream(seed, 'split/test'));
  const rest = Int32Array.from(pick(data.labels, outer.rest));
  const form = parseNoise(noise);
  const context = form.usesFeatures ? { features: numbersOf(data, outer.rest) } : {};
  const wrong = form.corrupt(rest, k, stream(seed, 'noise'), context).labels;
  const inner = stratifiedSplit(wrong, k, 0.1, stream(seed, 'split/validation'));
  const labels = data.labels.slice();
  for (const [place, row] of outer.rest.entries()) {
    labels[row] = /** @type {number} */ (wrong[place]);
  }
  const split = {
    train: pick(outer.rest, inner.rest),
    validation: pick(outer.rest, inner.part),
    test: outer.part,
  };
  return { noisy: { ...data, labels }, split };
}

/**
 * The numeric columns of some rows, for noise that depends on them, as `train` takes them.
 * @param {Table} data
 * @param {Uint32Array} rows
 */
function numbersOf({ features, columns = [], kinds = [] }, rows) {
  const d = columns.length;
  const numeric = columns.flatMap((_, j) => ((kinds[j] ?? 'numeric') === 'numeric' ? [j] : []));
  const read = (/** @type {number} */ row) => numeric.map((j) => features[row * d + j] ?? NaN);
  return Float32Array.from([...rows].flatMap(read));
}

/**
 * Accuracy, the mean of the classes' own, and how right the probabilities are.
 * @param {readonly number[]} expected
 * @param {Measured} measured
 * @param {number} k
 */
function qualityOf(expected, { probs, indices }, k) {
  const rows = new Array(k).fill(0);
  const right = new Array(k).fill(0);
  let logLoss = 0;
  for (const [i, label] of expected.entries()) {
    const own = probs[i] ?? [];
    rows[label]++;
    const predicted = indices?.[i] ?? own.indexOf(Math.max(...own));
    if (predicted === label) right[label]++;
    logLoss -= Math.log(Math.max(own[label] ?? 0, leastProbability));
  }
  const recalls = rows.flatMap((count, c) => (count === 0 ? [] : [right[c] / count]));
  const flat = Float64Array.from(probs.flatMap((own) => [...own]));
  return {
    accuracy: sum(right) / expected.length,
    balancedAccuracy: sum(recalls) / recalls.length,
    majorityShare: Math.max(...rows) / expected.length,
    calibrationError: calibrationError(flat, Int32Array.from(expected), k),
    logLoss: logLoss / expected.length,
  };
}

/** The CSV files of the folder, and data sets of scikit-learn, written as such; small ones first. */
async function tableFiles() {
  const root = process.env['SYMLOSS_DATA'];
  const folder = positionals[0] ?? (root === undefined ? undefined : join(root, 'tables'));
  if (folder === undefined) fail('Name a folder of CSV files, or set SYMLOSS_DATA');
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.csv'))
    .map((file) => join(folder, file));
  for (const name of sklearn ? list(options.datasets) : []) {
    const file = join(scratch, `${name}.csv`);
    await sklearn?.peer.ask({ kind: 'dataset', name, file });
    files.push(file);
  }
  const asked = options.tables === undefined ? undefined : list(options.tables);
  const names = files.map((file) => basename(file, '.csv'));
  const strange = asked?.find((name) => !names.includes(name));
  if (strange !== undefined) fail(`--tables: expected ${names.join(', ')}, received ${strange}`);
  return files
    .filter((file) => asked === undefined || asked.includes(basename(file, '.csv')))
    .map((file) => ({ file, size: readFileSync(file).length }))
    .sort((a, b) => a.size - b.size)
    .map(({ file }) => file);
}

function save() {
  const machine = { cpu: cpus()[0]?.model.trim(), node: process.version };
  const record = { machine, sklearn: sklearn?.version, runs };
  writeFileSync(options.out, `${JSON.stringify(record, null, 1)}\n`);
}

/** @param {Pick<Run, 'table' | 'method' | 'noise' | 'seed'>} run */
function keyOf({ table, method, noise, seed }) {
  return JSON.stringify([table, method, noise, seed]);
}

/**
 * @param {ArrayLike<number>} values
 * @param {ArrayLike<number>} places
 */
function pick(values, places) {
  return Array.from(places, (place) => /** @type {number} */ (values[place]));
}

/** @param {readonly number[]} values */
function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {string} text */
function list(text) {
  return text.split(',').filter((part) => part !== '');
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
