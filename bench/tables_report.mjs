import { studentTQuantile } from '../dist/core/student-t.js';
import { pairedDifference, spreadOf } from '../dist/experiments/results/statistics.js';
import { table } from './report.mjs';
import { median } from './stats.mjs';

/**
 * @typedef {object} Run one method on one table with one noise and seed
 * @property {string} table
 * @property {number} rows
 * @property {number} classes
 * @property {string} method
 * @property {string} noise
 * @property {number} seed
 * @property {number} accuracy on right labels, as the next two
 * @property {number} balancedAccuracy mean recall of the classes
 * @property {number} majorityShare accuracy of always predicting the largest class
 * @property {number} calibrationError of the largest probability, 15 bins
 * @property {number} logLoss mean −ln of the right class's probability
 * @property {number} seconds of processor time, to fit
 */

/** How the classes of scikit-learn are called in tables. */
const shortNames = new Map([
  ['LogisticRegression', 'logistic regression'],
  ['MLPClassifier', 'MLP'],
  ['HistGradientBoostingClassifier', 'gradient boosting'],
]);

/**
 * Everything that was measured, as Markdown.
 * @param {readonly Run[]} runs
 */
export function tablesReport(runs) {
  const noises = distinct(runs.map(({ noise }) => noise));
  return [
    ...noises.flatMap((noise) => {
      const own = runs.filter((run) => run.noise === noise);
      return [
        `### ${noise}: accuracy\n`,
        `${methodsTable(own, 'accuracy')}\n`,
        `### ${noise}: balanced accuracy\n`,
        `${methodsTable(own, 'balancedAccuracy')}\n`,
        `### ${noise}: calibration error\n`,
        `${methodsTable(own, 'calibrationError')}\n`,
      ];
    }),
    '### Differences of accuracy\n',
    `${differenceTable(runs)}\n`,
    '### Seconds\n',
    secondsTable(runs),
  ].join('\n');
}

/**
 * A measure by table and method, and its mean over tables.
 * @param {readonly Run[]} runs of one noise
 * @param {'accuracy' | 'balancedAccuracy' | 'calibrationError'} measure
 */
function methodsTable(runs, measure) {
  const methods = distinct(runs.map(({ method }) => method));
  const rows = distinct(runs.map((run) => run.table)).map((name) => {
    const own = runs.filter((run) => run.table === name);
    const cells = methods.map((method) => own.filter((run) => run.method === method));
    return [name, ...cells.map((cell) => withInterval(cell.map((run) => run[measure])))];
  });
  const means = methods.map((method) => {
    const own = runs.filter((run) => run.method === method);
    return `**${points(meanOverTables(own, (run) => run[measure]))}**`;
  });
  return table(['', ...methods.map(shortName)], [...rows, ['**mean**', ...means]]);
}

/**
 * How far each of our losses is ahead of each method of the other side: pair by pair over tables and
 * seeds, and on how many tables.
 * @param {readonly Run[]} runs
 */
function differenceTable(runs) {
  const methods = distinct(runs.map(({ method }) => method));
  const ours = methods.filter(isOurs);
  const rows = distinct(runs.map(({ noise }) => noise)).flatMap((noise) =>
    methods
      .filter((method) => !isOurs(method))
      .map((peer) => [
        noise,
        shortName(peer),
        ...ours.map((own) => describeDifference(runs, noise, own, peer)),
      ]),
  );
  return table(['', 'ahead of', ...ours.map(shortName)], rows);
}

/**
 * @param {readonly Run[]} runs
 * @param {string} noise
 * @param {string} ours
 * @param {string} peer
 */
function describeDifference(runs, noise, ours, peer) {
  const places = distinct(runs.map((run) => `${run.table} ${run.seed}`));
  /** @param {string} method */
  const byPlace = (method) =>
    new Map(
      runs
        .filter((run) => run.noise === noise && run.method === method)
        .map((run) => [places.indexOf(`${run.table} ${run.seed}`), run.accuracy]),
    );
  const difference = pairedDifference(byPlace(ours), byPlace(peer));
  if (difference === undefined) return '–';
  const tables = distinct(runs.map((run) => run.table));
  const ahead = tables.filter((name) => {
    /** @param {string} method */
    const mean = (method) =>
      meanOverTables(
        runs.filter((run) => run.table === name && run.noise === noise && run.method === method),
        ({ accuracy }) => accuracy,
      );
    return mean(ours) > mean(peer);
  });
  const { mean, interval } = difference;
  const range = interval === undefined ? '' : ` [${interval.map(signed).join(', ')}]`;
  return `${signed(mean)}${range}, ${ahead.length} of ${tables.length}`;
}

/**
 * Median seconds of a fit; our losses take the same time, so they are one column.
 * @param {readonly Run[]} runs
 */
function secondsTable(runs) {
  /** @param {Run} run */
  const side = ({ method }) => (isOurs(method) ? 'symloss' : method);
  const sides = distinct(runs.map(side));
  const lines = distinct(runs.map((run) => run.table)).map((name) => {
    const own = runs.filter((run) => run.table === name);
    const { rows, classes, majorityShare } = /** @type {Run} */ (own[0]);
    const seconds = sides.map((one) => {
      const cell = own.filter((run) => side(run) === one);
      return median(cell.map((run) => run.seconds)).toPrecision(2);
    });
    const seeds = distinct(own.map(({ seed }) => seed)).length;
    return [name, String(rows), String(classes), points(majorityShare), String(seeds), ...seconds];
  });
  const header = ['', 'rows', 'classes', 'largest class', 'seeds', ...sides.map(shortName)];
  return table(header, lines);
}

/**
 * The mean of the tables' means over seeds: every table counts the same.
 * @param {readonly Run[]} runs
 * @param {(run: Run) => number} value
 */
function meanOverTables(runs, value) {
  const means = distinct(runs.map((run) => run.table)).map((name) =>
    mean(runs.filter((run) => run.table === name).map(value)),
  );
  return mean(means);
}

/** @param {readonly number[]} values */
function mean(values) {
  return values.reduce((total, value) => total + value, 0) / values.length;
}

/**
 * Mean ± half of its 95 % confidence interval, in percent.
 * @param {readonly number[]} values by seed
 */
function withInterval(values) {
  const spread = spreadOf(values);
  if (spread === undefined) return '–';
  if (spread.std === undefined) return points(spread.mean);
  const half = (studentTQuantile(0.95, spread.n - 1) * spread.std) / Math.sqrt(spread.n);
  return `${points(spread.mean)} ± ${points(half)}`;
}

/** @param {number} share */
function points(share) {
  return (100 * share).toFixed(1);
}

/** @param {number} share */
function signed(share) {
  const size = points(Math.abs(share));
  return size === points(0) ? size : `${share < 0 ? '−' : '+'}${size}`;
}

/** @param {string} method */
function isOurs(method) {
  return method.startsWith('symloss ');
}

/** @param {string} method */
function shortName(method) {
  return shortNames.get(method) ?? method;
}

/**
 * @template T
 * @param {readonly T[]} values
 */
function distinct(values) {
  return [...new Set(values)];
}
