/**
 * Whether the memory of a loss (`elr`, `sop`) finds wrong labels: average precision of rankings by models trained without a row together with
 * (a) what models trained with it said on average over their epochs, which is what an audit does, (b) what their loss remembers of it, in
 * place of that, and (c) the audit with its default loss. And how often the memory, and the suggestion of the audit, name the true class of
 * rows that are labelled wrong. The figures are those of docs/results/audit.md.
 *
 *   npm run build && node bench/audit-memory.mjs elr <folder of tables>/penguins.csv … [--seeds 2]
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  averagePrecision,
  classPosteriors,
  neighbourProbs,
  posteriorSummary,
  posteriorWithTraining,
} from '../dist/audit/index.js';
import { fitPool, pooledProbs, poolScores, usualShape } from '../dist/calibration/index.js';
import { selectRows } from '../dist/data/index.js';
import { auditDataset, digits, openDataset } from '../dist/index.js';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { seeds: { type: 'string', default: '1' } },
});
const [loss, ...files] = positionals;
const noises = ['symmetric:0.2', 'symmetric:0.4', 'pair:0.3'];
/** Evenly spaced rows of larger tables. */
const mostRows = 2000;

async function dataOf(file) {
  if (file === 'digits') return digits();
  const { data } = await openDataset(file, { label: 'label' });
  const n = data.labels.length;
  if (n <= mostRows) return data;
  const rows = Array.from({ length: mostRows }, (_, i) => Math.floor((i * n) / mostRows));
  return selectRows(data, rows);
}

/** p(true class | row, given label) by what models said of rows they were trained with, as an audit makes it. */
function trainedPosterior(audit, said) {
  const { labels, neighbours, classes, transition } = audit;
  const k = classes.length;
  const others = neighbours ? [neighbourProbs(neighbours.votes, labels, k).map(Math.log)] : [];
  const scores = poolScores(usualShape, said, others);
  const { weights } = fitPool(scores, labels, k, usualShape);
  return classPosteriors(
    labels,
    pooledProbs(scores, weights, k),
    Float64Array.from(transition.flat()),
  );
}

/** The most probable class of each row. */
function classesOf(probs, k) {
  return Int32Array.from({ length: probs.length / k }, (_, row) => {
    const own = probs.subarray(row * k, (row + 1) * k);
    return own.indexOf(Math.max(...own));
  });
}

/** Average precision of the rankings of an audit, and how often classes that are named for wrong labels are the true ones. */
function measure(audit) {
  const { labels, trueLabels, classes, calibrated, transition, trainingProbs, memoryProbs } = audit;
  const isWrong = labels.map((label, row) => Number(label !== trueLabels[row]));
  const held = classPosteriors(labels, calibrated, Float64Array.from(transition.flat()));
  const ap = ({ pWrong }) => averagePrecision(pWrong, isWrong);
  const withTrained = (said) =>
    ap(posteriorWithTraining(labels, held, trainedPosterior(audit, said)));
  const named = (found) => {
    const wrong = Array.from(isWrong.keys()).filter((row) => isWrong[row] === 1);
    return wrong.filter((row) => found[row] === trueLabels[row]).length / wrong.length;
  };
  const remembered = classesOf(memoryProbs, classes.length);
  return [
    ...[ap(posteriorSummary(labels, held)), withTrained(trainingProbs), withTrained(memoryProbs)],
    ...[named(audit.suggested), named(remembered)],
    averagePrecision(
      memoryProbs
        .filter((_, i) => i % classes.length === labels[Math.floor(i / classes.length)])
        .map((p) => -p),
      isWrong,
    ),
  ];
}

const heading = [
  ...[
    'data',
    'noise',
    'seed',
    'without the row',
    `(a) ${loss}`,
    `(b) ${loss}, memory`,
    '(c) default',
  ],
  ...['suggested is true', 'memory is true', 'memory alone'],
];
console.log(heading.join(' | '));
const sums = heading.slice(3).map(() => 0);
let count = 0;
for (const file of files) {
  const data = await dataOf(file);
  for (const noise of noises) {
    for (let seed = 1; seed <= Number(values.seeds); seed++) {
      const own = await auditDataset({ data, noise, loss, seed });
      const usual = await auditDataset({ data, noise, seed });
      const [held, mean, memory, suggested, remembered, alone] = measure(own);
      if (Math.abs(mean - own.measured.averagePrecision) > 1e-9)
        throw new Error('not the ranking of the audit');
      const found = [
        held,
        mean,
        memory,
        usual.measured.averagePrecision,
        suggested,
        remembered,
        alone,
      ];
      for (const [i, value] of found.entries()) sums[i] += value;
      count++;
      const cells = found.map((value) => value.toFixed(3));
      console.log([basename(file, '.csv'), noise, seed, ...cells].join(' | '));
    }
  }
}
console.log(['mean', '', '', ...sums.map((sum) => (sum / count).toFixed(3))].join(' | '));
