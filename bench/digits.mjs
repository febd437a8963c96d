// Wrong labels on the UCI digits: learning rate and weight decay of every loss are tuned with the
// same budget on noisy validation labels, then each loss is trained with other seeds and compared
// with cross-entropy seed by seed (same split, noise and first weights).
//
//   npm run build && node bench/digits.mjs --out digits-results.json [--quick]
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { digits } from 'symloss';
import { meanAndStd } from 'symloss/core';
import { compare } from 'symloss/run';

const { values: args } = parseArgs({
  options: { out: { type: 'string', default: 'digits-results.json' }, quick: { type: 'boolean' } },
});

const noises = ['symmetric:0.4', 'symmetric:0.6'];
const losses = [
  'ce',
  'gce:q=0.7',
  'sgce:q=0.4',
  'sgce:q=0.7',
  'alpha-mae:alpha=0.1,form=scale',
  'mae',
  'unhinged',
];
const rates = args.quick ? [0.03, 0.3] : [0.01, 0.03, 0.1, 0.3, 1];
const decays = args.quick ? [3e-3, 3e-2] : [1e-3, 3e-3, 1e-2, 3e-2, 1e-1];
const tuningSeeds = range(101, args.quick ? 2 : 4);
const seeds = range(1, args.quick ? 3 : 10);
const fixed = { model: 'mlp:256', epochs: 60, evaluateEvery: 60, jobs: availableParallelism() };
/** 97.5 % quantile of Student's t with n − 1 degrees of freedom, n from 2 to 10. */
const tQuantile = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262];

const data = await digits();
const results = [];
for (const noise of noises) {
  const rows = [await evaluate('ce', noise, {}, 'untuned')];
  for (const loss of losses) {
    const { settings, validation } = await tune(loss, noise);
    rows.push({ ...(await evaluate(loss, noise, settings, 'tuned')), settings, validation });
  }
  const baseline = rows.find((row) => row.loss === 'ce' && row.kind === 'tuned');
  for (const row of rows) {
    const differences = row.accuracies.map((accuracy, i) => accuracy - baseline.accuracies[i]);
    const { mean, std } = meanAndStd(differences);
    const halfWidth = (tQuantile[seeds.length - 2] * std) / Math.sqrt(seeds.length);
    results.push({ noise, ...row, difference: { mean, halfWidth } });
    print(results.at(-1));
  }
}
writeFileSync(
  args.out,
  `${JSON.stringify({ rates, decays, tuningSeeds, seeds, fixed, results }, null, 1)}\n`,
);

/** The settings with the best mean accuracy on noisy validation labels. */
async function tune(loss, noise) {
  let best;
  for (const learningRate of rates) {
    for (const weightDecay of decays) {
      const settings = { learningRate, weightDecay };
      const runs = await compare({
        data,
        losses: [loss],
        seeds: tuningSeeds,
        noise,
        ...fixed,
        ...settings,
      });
      // a run that diverged has learnt nothing
      const validation = meanAndStd(
        runs.map((run) => run.trained?.metrics.final.validationAccuracy ?? 0),
      ).mean;
      if (best === undefined || validation > best.validation) best = { settings, validation };
    }
  }
  return best;
}

async function evaluate(loss, noise, settings, kind) {
  const runs = await compare({ data, losses: [loss], seeds, noise, ...fixed, ...settings });
  const finals = runs.map((run) => run.trained?.metrics);
  const accuracies = finals.map((metrics) => metrics?.final.testAccuracy ?? 0);
  return {
    loss,
    kind,
    accuracies,
    accuracy: meanAndStd(accuracies),
    memorised: meanAndStd(finals.map((metrics) => metrics?.final.memorised ?? 0)),
    calibrationError: meanAndStd(finals.map((metrics) => metrics?.calibration.testError ?? 1)),
    seconds: meanAndStd(finals.map((metrics) => metrics?.seconds ?? 0)).mean,
  };
}

function print({ noise, loss, kind, settings, accuracy, difference, memorised, calibrationError }) {
  const points = ({ mean, std }) => `${(100 * mean).toFixed(1)} ± ${(100 * std).toFixed(1)}`;
  const used = settings
    ? `rate ${settings.learningRate}, decay ${settings.weightDecay}`
    : 'defaults';
  const gap = `${(100 * difference.mean).toFixed(2)} ± ${(100 * difference.halfWidth).toFixed(2)}`;
  console.log(
    `${noise} | ${loss} ${kind} | ${used} | ${points(accuracy)} | ${gap} | ${points(memorised)} | ${points(calibrationError)}`,
  );
}

function range(first, count) {
  return Array.from({ length: count }, (_, i) => first + i);
}
