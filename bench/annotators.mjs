/**
 * Consensus of several annotators: how many labels it gets right, on simulated crowds and on CIFAR-10N; and how long it
 * takes. The figures are those of docs/results/annotators.md.
 *
 *   npm run build && node bench/annotators.mjs simulated
 *   node bench/annotators.mjs cifar10n <folder of cifar10-train.parquet>          # without a classifier
 *   node bench/annotators.mjs cifar10n <folder> --epochs 8                         # cnn4, in two halves
 *   node bench/annotators.mjs digits
 *   node bench/annotators.mjs times
 */
import { meanAndStd, stream } from '../dist/core/index.js';
import { consensus, digits, fromArrays, openDataset, train, trainCrowd } from '../dist/index.js';

const seeds = [1, 2, 3, 4, 5, 6];

/** Errors go mostly to the next class, some to the third one on, a few anywhere. */
function commonErrors(k) {
  return Array.from({ length: k }, (_, i) => {
    const weights = new Array(k).fill(0.3 / k);
    weights[(i + 1) % k] += 0.6;
    weights[(i + 3) % k] += 0.2;
    weights[i] = 0;
    return normalised(weights);
  });
}

const normalised = (weights) => {
  const sum = weights.reduce((x, y) => x + y, 0);
  return weights.map((weight) => weight / sum);
};

/** Annotators of different skill who confuse the same classes, as people do who look at the same pictures. */
function alike({ m, k, skill }, rng) {
  const errors = commonErrors(k);
  return Array.from({ length: m }, () => {
    const right = skill(rng);
    return errors.map((row, i) =>
      normalised(
        row.map((share, j) =>
          i === j ? right : (1 - right) * (0.7 * share + (0.3 * rng.uniform()) / k),
        ),
      ),
    );
  });
}

/** Annotators each of whom confuses other classes, and is better at some than at others. */
function different({ m, k }, rng) {
  return Array.from({ length: m }, () =>
    Array.from({ length: k }, (_, i) => {
      const right = 0.2 + 0.75 * rng.uniform();
      const others = normalised(
        Array.from({ length: k }, (_, j) => (j === i ? 0 : Math.log(1 - rng.uniform()) ** 2)),
      );
      return others.map((share, j) => (i === j ? right : (1 - right) * share));
    }),
  );
}

function drawLabels(matrices, { n, k, perRow }, rng) {
  const m = matrices.length;
  const truth = Int32Array.from({ length: n }, () => rng.integer(k));
  const labels = new Int32Array(n * m).fill(-1);
  for (let row = 0; row < n; row++) {
    for (const a of rng.permutation(m).subarray(0, perRow)) {
      let left = rng.uniform();
      let j = 0;
      while (j < k - 1) {
        left -= matrices[a][truth[row]][j];
        if (left < 0) break;
        j++;
      }
      labels[row * m + a] = j;
    }
  }
  return { truth, labels };
}

const good = (low, high) => (rng) => low + (high - low) * rng.uniform();
const spammers = (share, low, high, chance) => (rng) =>
  rng.uniform() < share ? chance : low + (high - low) * rng.uniform();

const crowds = [
  ['5 annotators, 5 classes', { n: 1000, m: 5, k: 5, perRow: 5, skill: good(0.3, 0.9) }],
  ['5 annotators, 10 classes', { n: 2000, m: 5, k: 10, perRow: 5, skill: good(0.3, 0.9) }],
  [
    '100 of whom 3 label a row, 4 classes',
    { n: 1000, m: 100, k: 4, perRow: 3, skill: spammers(0.2, 0.6, 0.95, 0.3) },
  ],
  [
    '100 of whom 5 label a row, 10 classes',
    { n: 1000, m: 100, k: 10, perRow: 5, skill: spammers(0.3, 0.5, 0.9, 0.15) },
  ],
  [
    '300 of whom 3 label a row, 10 classes',
    { n: 1000, m: 300, k: 10, perRow: 3, skill: spammers(0.3, 0.5, 0.9, 0.15) },
  ],
  [
    '50 of whom 2 label a row, 3 classes',
    { n: 2000, m: 50, k: 3, perRow: 2, skill: good(0.5, 0.95) },
  ],
  ['4 annotators, 3 classes, 60 rows', { n: 60, m: 4, k: 3, perRow: 4, skill: good(0.4, 0.9) }],
];

const accuracy = (labels, truth) =>
  labels.filter((label, row) => label === truth[row]).length / truth.length;
const mean = (values) => values.reduce((x, y) => x + y, 0) / values.length;
const percent = (share) => (100 * share).toFixed(2);

function simulated() {
  for (const [kind, make] of [
    ['alike', alike],
    ['different', different],
  ]) {
    for (const [name, crowd] of crowds) {
      const found = { majority: [], 'dawid-skene': [] };
      for (const seed of seeds) {
        const rng = stream(seed, 'crowd');
        const { truth, labels } = drawLabels(make(crowd, rng), crowd, rng);
        for (const method of Object.keys(found)) {
          found[method].push(
            accuracy(consensus(labels, crowd.m, crowd.k, { method }).labels, truth),
          );
        }
      }
      console.log(
        `${kind}, ${name}: ${Object.entries(found)
          .map(([method, values]) => `${method} ${percent(mean(values))}`)
          .join(', ')}`,
      );
    }
  }
}

async function cifar10n(folder, epochs) {
  const columns = 'random_label1,random_label2,random_label3';
  const { data } = await openDataset('cifar10n', { label: columns, trueLabel: 'label', folder });
  const { labels, annotators } = data.annotations;
  const [n, k, m] = [data.labels.length, data.classes.length, annotators.length];
  const shown = (name, own) => console.log(`${name}: ${percent(accuracy(own, data.trueLabels))}`);
  for (const [a, name] of annotators.entries())
    shown(
      name,
      labels.filter((_, i) => i % m === a),
    );
  const votes = consensus(labels, m, k, { method: 'majority' });
  shown('majority', votes.labels);
  const start = performance.now();
  const plain = consensus(labels, m, k);
  shown('dawid-skene', plain.labels);
  console.log(`${plain.iterations} steps in ${(performance.now() - start).toFixed(0)} ms`);
  console.log(plain.annotators, plain.agreement);
  if (epochs === undefined) return;
  const probs = new Float32Array(n * k);
  for (const half of [0, 1]) {
    const held = [];
    const others = [];
    for (let row = 0; row < n; row++) (row % 2 === half ? held : others).push(row);
    const split = {
      train: others.filter((_, i) => i % 10 !== 0),
      validation: others.filter((_, i) => i % 10 === 0),
    };
    const settings = {
      model: 'cnn4',
      loss: 'ce',
      epochs,
      augment: 'crop:4,flip',
      evaluateEvery: epochs,
    };
    const model = await train({ data, ...settings, split });
    const predicted = await model.predictDataset(data, held);
    for (const [i, row] of held.entries()) probs.set(predicted.probs[i], row * k);
    await model.dispose();
  }
  shown(
    'classifier',
    Int32Array.from({ length: n }, (_, row) => largest(probs.subarray(row * k, (row + 1) * k))),
  );
  shown('dawid-skene with the classifier', consensus(labels, m, k, { probs }).labels);
  for (const [names, places] of [
    ['random_label1 and 2', [0, 1]],
    ['random_label1', [0]],
  ]) {
    const own = Int32Array.from(
      { length: n * places.length },
      (_, i) => labels[Math.floor(i / places.length) * m + places[i % places.length]],
    );
    if (places.length > 1) shown(names, consensus(own, places.length, k).labels);
    shown(`${names} with the classifier`, consensus(own, places.length, k, { probs }).labels);
  }
}

const largest = (values) => values.indexOf(Math.max(...values));

/** The digits, labelled by four people of whom each leaves out two rows in five. */
function annotatedDigits(data, seed) {
  const rng = stream(seed, 'people');
  const k = data.classes.length;
  const labels = Array.from(data.labels, (label) => {
    const own = [0.2, 0.3, 0.5, 0.6].map((drawn) => {
      const isMissing = rng.uniform() < 0.4;
      const given = rng.uniform() < drawn ? rng.integer(k) : label;
      return isMissing ? null : given;
    });
    return own.every((given) => given === null) ? own.with(0, label) : own;
  });
  return { labels, features: data.features, trueLabels: data.labels };
}

async function trainedDigits() {
  const clean = await digits();
  for (const rule of ['majority', 'dawid-skene', 'crowd']) {
    const runs = [];
    for (const seed of seeds) {
      const { labels, ...rest } = annotatedDigits(clean, seed);
      const annotations = { labels, consensus: rule === 'crowd' ? 'dawid-skene' : rule };
      const data = fromArrays({ ...rest, annotations });
      const make = rule === 'crowd' ? trainCrowd : train;
      const model = await make({
        data,
        model: 'mlp:256',
        loss: 'sgce:q=0.7',
        epochs: 60,
        evaluateEvery: 60,
        seed,
      });
      runs.push(model.metrics);
      await model.dispose();
    }
    const wrong = meanAndStd(runs.map((run) => run.wrongShare));
    const test = meanAndStd(runs.map((run) => run.final.testAccuracy));
    const shown = ({ mean: m, std }) => `${(100 * m).toFixed(1)} ± ${(100 * std).toFixed(1)}`;
    console.log(`${rule}: wrong labels ${shown(wrong)}, test accuracy ${shown(test)}`);
  }
}

/** Rows, annotators, labels of a row, classes. */
const sizes = [
  [50_000, 3, 3, 10],
  [100_000, 1000, 3, 10],
  [100_000, 10, 3, 64],
  [100_000, 100, 3, 1000],
];

function times() {
  for (const [n, m, perRow, k] of sizes) {
    const rng = stream(1, 'times');
    const truth = Int32Array.from({ length: n }, () => rng.integer(k));
    const labels = new Int32Array(n * m).fill(-1);
    for (let row = 0; row < n; row++) {
      const first = rng.integer(m);
      for (let i = 0; i < perRow; i++) {
        labels[row * m + ((first + i) % m)] = rng.uniform() < 0.7 ? truth[row] : rng.integer(k);
      }
    }
    const start = performance.now();
    const found = consensus(labels, m, k);
    const seconds = (performance.now() - start) / 1000;
    const held = process.memoryUsage().rss / 2 ** 20;
    console.log(
      `${n} rows, ${m} annotators, ${perRow} labels a row, ${k} classes: ${found.iterations} steps, ${seconds.toFixed(1)} s, ${percent(accuracy(found.labels, truth))} % right, process ${held.toFixed(0)} MiB`,
    );
  }
}

const [what, folder, flag, epochs] = process.argv.slice(2);
if (what === 'simulated') simulated();
else if (what === 'cifar10n')
  await cifar10n(folder, flag === '--epochs' ? Number(epochs) : undefined);
else if (what === 'digits') await trainedDigits();
else if (what === 'times') times();
else console.log('simulated, cifar10n <folder> [--epochs 8], digits or times');
