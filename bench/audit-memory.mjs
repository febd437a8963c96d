/**
 * Whether the memory of a loss (`elr`, `sop`) finds wrong labels. Average precision of three rankings, each by models trained without a row
 * together with (a) what models trained with it said on average over their epochs, which is what an audit does, (b) what their loss remembers
 * of it, in place of that; and (c) an audit with the default loss. Then of (a) how many of the suspects have a label that is wrong: those
 * whose memory says another class than the given one, and those whose memory says the given one. Last, of how many of the wrong labels the
 * suggested class and that of the memory are right. The figures are those of docs/results/audit.md.
 *
 *   npm run build && node bench/audit-memory.mjs elr <folder of tables>/penguins.csv … digits [--seeds 1,2]
 */
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import {
  averagePrecision,
  classPosteriors,
  neighbourProbs,
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
const seeds = values.seeds.split(',').map(Number);
const noises = ['symmetric:0.2', 'symmetric:0.4', 'pair:0.3'];
/** Evenly spaced rows of larger tables. */
const mostRows = 2000;

async function dataOf(file) {
  if (file === 'digits') return digits();
  const { data } = await openDataset(file, { label: 'label' });
  const n = data.labels.length;
  if (n <= mostRows) return data;
  return selectRows(
    data,
    Array.from({ length: mostRows }, (_, i) => Math.floor((i * n) / mostRows)),
  );
}

/** p(true class | row, given label) of rows that models were trained with, from what is said of them, as an audit makes it. */
function trainedPosterior({ labels, neighbours, classes, transition }, said) {
  const k = classes.length;
  const others = neighbours ? [neighbourProbs(neighbours.votes, labels, k).map(Math.log)] : [];
  const scores = poolScores(usualShape, said, others);
  const { weights } = fitPool(scores, labels, k, usualShape);
  const noise = Float64Array.from(transition.flat());
  return classPosteriors(labels, pooledProbs(scores, weights, k), noise);
}

/** The most probable class of each row. */
function classesOf(probs, k) {
  return Int32Array.from({ length: probs.length / k }, (_, row) => {
    const own = probs.subarray(row * k, (row + 1) * k);
    return own.indexOf(Math.max(...own));
  });
}

const share = (rows, holds) => rows.filter(holds).length / rows.length;

function measure(audit) {
  const { labels, trueLabels, classes, calibrated, transition, trainingProbs, memoryProbs } = audit;
  const isWrong = labels.map((label, row) => Number(label !== trueLabels[row]));
  const held = classPosteriors(labels, calibrated, Float64Array.from(transition.flat()));
  const precision = (said) => {
    const { pWrong } = posteriorWithTraining(labels, held, trainedPosterior(audit, said));
    return averagePrecision(pWrong, isWrong);
  };
  const usual = precision(trainingProbs);
  if (Math.abs(usual - audit.measured.averagePrecision) > 1e-9) {
    throw new Error('expected the ranking of the audit');
  }
  const remembered = classesOf(memoryProbs, classes.length);
  const listed = Array.from(audit.suspects.rows);
  const doubted = listed.filter((row) => remembered[row] !== labels[row]);
  const confirmed = listed.filter((row) => remembered[row] === labels[row]);
  const wrong = Array.from(isWrong.keys()).filter((row) => isWrong[row] === 1);
  return {
    averagePrecisions: [usual, precision(memoryProbs)],
    lists: [doubted, confirmed].flatMap((rows) => [
      ...[rows.length, share(rows, (row) => isWrong[row] === 1).toFixed(3)],
    ]),
    named: [audit.suggested, remembered].map((found) =>
      share(wrong, (row) => found[row] === trueLabels[row]),
    ),
  };
}

const heading = [
  ...['data', 'noise', 'seed', `(a) ${loss}`, `(b) ${loss}, memory`, '(c) default loss'],
  ...['suspects, memory against the label', 'of these wrong'],
  ...['suspects, memory for the label', 'of these wrong'],
  ...['suggested is right', 'memory is right'],
];
console.log(heading.join(' | '));
const rows = [];
for (const seed of seeds) {
  for (const file of files) {
    const data = await dataOf(file);
    for (const noise of noises) {
      const { averagePrecisions, lists, named } = measure(
        await auditDataset({ data, noise, loss, seed }),
      );
      const { measured } = await auditDataset({ data, noise, seed });
      const found = [...averagePrecisions, measured.averagePrecision];
      rows.push(found);
      const [precisions, classes] = [found, named].map((own) => own.map((p) => p.toFixed(3)));
      const cells = [basename(file, '.csv'), noise, seed, ...precisions, ...lists, ...classes];
      console.log(cells.join(' | '));
    }
  }
}
const means = [0, 1, 2].map((i) => rows.reduce((sum, found) => sum + found[i], 0) / rows.length);
console.log(['mean', '', '', ...means.map((mean) => mean.toFixed(3))].join(' | '));
