/**
 * How well an audit finds wrong labels: average precision of its ranking for the 16 label vectors of
 * test/fixtures/audit.json.gz, beside the scores of the reference on its logistic regression; and whether its probabilities of wrong
 * labels are right, on tables with added noise. The figures are those of docs/results/audit.md.
 *
 *   npm run build && node bench/audit-detection.mjs vectors <folder of scikit-learn's datasets/data>
 *   node bench/audit-detection.mjs calibration <folder of tables>/titanic.csv …     # label column `label`
 */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { auditDataset, digits, fromArrays, openDataset } from '../dist/index.js';

const losses = ['sgce:q=0.7', 'ce'];
const [, , what, ...paths] = process.argv;

/** Rows of a file of scikit-learn: a heading, then features and the class. */
function rowsOf(file) {
  const lines = readFileSync(file, 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => line.split(',').slice(0, -1).map(Number));
}

async function featuresOf(name, folder) {
  if (name === 'digits') return digits();
  const files = { wine: 'wine_data.csv', breast_cancer: 'breast_cancer.csv', iris: 'iris.csv' };
  const rows = rowsOf(join(folder, files[name]));
  const d = rows[0].length;
  return { features: Float32Array.from(rows.flat()), featureShape: [d] };
}

async function vectors(folder) {
  const file = new URL('../test/fixtures/audit.json.gz', import.meta.url);
  const { cases } = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8'));
  const columns = Object.keys(cases[0].expect.detection_quality.average_precision);
  const sums = new Map();
  console.log(['case', 'rows', ...losses, ...columns].join(' | '));
  for (const { name, k, labels, true_labels: truth, expect } of cases) {
    const { features, featureShape } = await featuresOf(name.split('-')[0], folder);
    const classes = Array.from({ length: k }, (_, c) => String(c));
    const base = { features, featureShape, labels: Int32Array.from(labels), classes };
    const data = fromArrays({ ...base, trueLabels: Int32Array.from(truth) });
    const found = [];
    for (const loss of losses) {
      const { measured } = await auditDataset({ data, loss });
      found.push(measured.averagePrecision);
    }
    const theirs = columns.map((column) => expect.detection_quality.average_precision[column]);
    const row = [...found, ...theirs];
    console.log([name, labels.length, ...row.map((value) => value.toFixed(3))].join(' | '));
    for (const [i, value] of row.entries()) sums.set(i, (sums.get(i) ?? 0) + value);
  }
  const means = [...sums.values()].map((sum) => (sum / cases.length).toFixed(3));
  console.log(['mean', '', ...means].join(' | '));
}

/** Σ over ten equal bins of p of |Σ p − number of wrong labels| / n. */
function calibrationError(pWrong, isWrong) {
  const gaps = new Float64Array(10);
  for (const [row, p] of pWrong.entries())
    gaps[Math.min(9, Math.floor(10 * p))] += p - isWrong[row];
  return gaps.reduce((sum, gap) => sum + Math.abs(gap), 0) / pWrong.length;
}

async function calibration(files) {
  const heading = [
    'wrong',
    'estimated',
    'listed',
    'expected',
    'true precision',
    'recall',
    'AP',
    'ECE',
  ];
  console.log(['data', 'noise', 'loss', ...heading].join(' | '));
  for (const file of files) {
    const { data } = await openDataset(file, { label: 'label' });
    for (const noise of ['symmetric:0.2', 'pair:0.2']) {
      for (const loss of losses) {
        const { pWrong, labels, suspects, wrongShare, measured } = await auditDataset({
          ...{ data, noise, loss },
        });
        const isWrong = labels.map((label, row) => Number(label !== data.labels[row]));
        const numbers = [
          ...[measured.wrong / labels.length, wrongShare, suspects.rows.length],
          ...[suspects.expectedPrecision, measured.precision, measured.recall],
          ...[measured.averagePrecision, calibrationError(pWrong, isWrong)],
        ];
        const cells = numbers.map((value) => (Number.isInteger(value) ? value : value.toFixed(3)));
        console.log([basename(file, '.csv'), noise, loss, ...cells].join(' | '));
      }
    }
  }
}

if (what === 'vectors') await vectors(paths[0]);
else if (what === 'calibration') await calibration(paths);
else throw new Error('expected vectors or calibration');
