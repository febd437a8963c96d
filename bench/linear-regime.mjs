// How far the gradient of cross-entropy is from that of the unhinged loss while a network is trained on digits with
// wrong labels, and how well it predicts then. The figures are those of docs/theory.md.
//
//   npm run build && node bench/linear-regime.mjs [--rate 0.05] [--noise 0.4] [--seeds 3] [--output zero]
import { parseArgs } from 'node:util';
import { digits } from 'symloss';
import { fromNumbers, meanAndStd, stream } from 'symloss/core';
import { grad, input, mean, mul, oneHot, program, sum, toOnnx } from 'symloss/graph';
import { crossEntropy, parseLoss, unhinged } from 'symloss/losses';
import { parseModel, Scope } from 'symloss/nn';
import { symmetricNoise } from 'symloss/noise';
import { nodeRunner } from 'symloss/runtime';
import {
  accuracy,
  buildStep,
  memorisedShare,
  nextName,
  predictedClasses,
  sgd,
} from 'symloss/train';

const { values: args } = parseArgs({
  options: {
    rate: { type: 'string', default: '0.05' },
    noise: { type: 'string', default: '0.4' },
    seeds: { type: 'string', default: '3' },
    output: { type: 'string', default: 'xavier' },
  },
});
const [rate, noiseRate, seeds] = [args.rate, args.noise, args.seeds].map(Number);
const [k, batchSize, epochs, testShare] = [10, 32, 60, 0.2];
/** Steps after which the network is measured, and epochs. */
const [early, late] = [
  [0, 1, 3, 10],
  [1, 2, 5, 10, 20, 40, 60],
];

const data = await digits();
const network = parseModel('mlp:64').network(k);
const runner = nodeRunner({ threads: 1 });

/** Of each pixel, from 0 to 1. */
const centre = Array.from({ length: 64 }, (_, j) => {
  const column = data.features.filter((_, i) => i % 64 === j);
  return column.reduce((total, value) => total + value / 16, 0) / column.length;
});

/** Rows of the two parts, with pixels from 0 to 1 less their mean. */
function partsOf(seed) {
  const order = stream(seed, 'split').permutation(data.labels.length);
  const tested = Math.round(testShare * order.length);
  return [order.slice(tested), order.slice(0, tested)].map((rows) => ({
    features: Float32Array.from({ length: rows.length * 64 }, (_, i) => {
      return data.features[rows[Math.floor(i / 64)] * 64 + (i % 64)] / 16 - centre[i % 64];
    }),
    labels: Int32Array.from(rows, (row) => data.labels[row]),
  }));
}

/** Scores of all rows, and the gradients of both losses with respect to the weights. */
async function loadMeasure(n) {
  const scope = new Scope('infer');
  const scores = network(input('features', [n, 64]), scope);
  const labels = oneHot(input('labels', [n], 'int32'), k);
  const weights = scope.variables.map(({ expr }) => expr);
  const outputs = [crossEntropy, unhinged].flatMap((loss, i) => {
    const risk = mean(sum(mul(labels, loss(scores)), -1));
    return grad(risk, weights).map((gradient, j) => [`${i}/${j}`, gradient]);
  });
  const executable = await runner.load(toOnnx(program({ scores, ...Object.fromEntries(outputs) })));
  return async (part, slots) => {
    const given = Object.fromEntries(scope.variables.map(({ name }) => [name, slots[name]]));
    const out = await executable.run({
      features: fromNumbers('float32', [n, 64], part.features),
      labels: fromNumbers('int32', [n], part.labels),
      ...given,
    });
    const flat = [0, 1].map((i) => weights.flatMap((_, j) => Array.from(out[`${i}/${j}`].data)));
    return { scores: out.scores.data, gradients: flat };
  };
}

const plural = (n, word) => `${n} ${word}${n === 1 ? '' : 's'}`;
const dot = (a, b) => a.reduce((total, x, i) => total + x * b[i], 0);
const norm = (a) => Math.sqrt(dot(a, a));

/** Mean over rows of ‖p − 1/k‖ over that of the unhinged gradient, and of the score range. */
function distances(scores) {
  const rows = Array.from({ length: scores.length / k }, (_, i) =>
    Array.from(scores.slice(i * k, (i + 1) * k)),
  );
  const shares = rows.map((row) => {
    const top = Math.max(...row);
    const exps = row.map((score) => Math.exp(score - top));
    const total = exps.reduce((a, b) => a + b);
    return norm(exps.map((value) => value / total - 1 / k)) / Math.sqrt(1 - 1 / k);
  });
  const ranges = rows.map((row) => Math.max(...row) - Math.min(...row));
  return { share: meanAndStd(shares).mean, range: meanAndStd(ranges).mean };
}

/** As the library draws them, or with an output layer of zeros: all scores are then 0. */
function firstValues(name, initialise, seed) {
  const drawn = initialise(stream(seed, `init/${name}`));
  return args.output === 'zero' && name.startsWith('output/') ? drawn.fill(0) : drawn;
}

async function trainWith(spec, seed) {
  const [train, test] = partsOf(seed);
  const n = train.labels.length;
  const noisy = symmetricNoise(noiseRate).corrupt(train.labels, k, stream(seed, 'noise')).labels;
  const [measureTrain, measureTest] = [await loadMeasure(n), await loadMeasure(test.labels.length)];
  const loss = parseLoss(spec).classLoss;
  const shape = { batchSize, featureShape: [64], k };
  const step = buildStep({ network, loss, optimizer: sgd(), ...shape });
  const executable = await runner.load(toOnnx(step.program));
  let slots = Object.fromEntries(
    step.slots.map(({ name, shape, initialise }) => [
      name,
      fromNumbers('float32', shape, firstValues(name, initialise, seed)),
    ]),
  );
  const perEpoch = Math.floor(n / batchSize);
  const when = new Set([...early, ...late.map((epoch) => epoch * perEpoch)]);
  const rng = stream(seed, 'shuffle');
  const found = [];
  for (let done = 0, order; done <= epochs * perEpoch; done++) {
    if (when.has(done)) {
      const { scores, gradients } = await measureTrain({ ...train, labels: noisy }, slots);
      const [ce, u] = gradients;
      const said = predictedClasses(scores, k);
      found.push({
        at: done < perEpoch ? plural(done, 'step') : plural(done / perEpoch, 'epoch'),
        ...distances(scores),
        apart: norm(ce.map((x, i) => x - u[i])) / norm(u),
        cosine: dot(ce, u) / (norm(ce) * norm(u)),
        accuracy: accuracy(
          predictedClasses((await measureTest(test, slots)).scores, k),
          test.labels,
        ),
        memorised: memorisedShare(said, noisy, train.labels),
      });
    }
    if (done % perEpoch === 0) order = rng.permutation(n);
    const rows = order.slice((done % perEpoch) * batchSize).slice(0, batchSize);
    const out = await executable.run({
      features: fromNumbers(
        'float32',
        [batchSize, 64],
        Array.from(rows).flatMap((row) =>
          Array.from(train.features.subarray(row * 64, (row + 1) * 64)),
        ),
      ),
      labels: fromNumbers(
        'int32',
        [batchSize],
        Int32Array.from(rows, (row) => noisy[row]),
      ),
      learningRate: fromNumbers('float32', [], [rate]),
      ...slots,
    });
    slots = Object.fromEntries(step.slots.map(({ name }) => [name, out[nextName(name)]]));
  }
  return found;
}

const runs = { ce: [], unhinged: [] };
for (let seed = 1; seed <= seeds; seed++) {
  for (const spec of Object.keys(runs)) runs[spec].push(await trainWith(spec, seed));
}
const meanOf = (spec, i, name) => meanAndStd(runs[spec].map((run) => run[i][name])).mean;
const percent = (share) => (100 * share).toFixed(1);
console.log(
  `digits, mlp:64, ${percent(noiseRate)} % symmetric noise, rate ${rate}, ${seeds} seeds`,
);
console.log(
  '| after | range | p − 1/k | gradients apart | cosine | accuracy | memorised | U: range | accuracy | memorised |',
);
console.log('|---|---|---|---|---|---|---|---|---|---|');
runs.ce[0].forEach(({ at }, i) => {
  const distance = ['share', 'apart', 'cosine'].map((name) => meanOf('ce', i, name).toFixed(2));
  const [own, other] = Object.keys(runs).map((spec) => {
    const range = meanOf(spec, i, 'range');
    if (!Number.isFinite(range)) return ['–', '–', '–'];
    const shares = ['accuracy', 'memorised'].map((name) => percent(meanOf(spec, i, name)));
    return [range.toPrecision(2), ...shares];
  });
  console.log(`| ${[at, own[0], ...distance, own[1], own[2], ...other].join(' | ')} |`);
});
