// One training step on WebGPU in a page of Chromium, with the state on the device, beside the same step with the state going in and
// out, in alternating rounds; and the bytes that go there and back:
//   node bench/browser-state.mjs [--model NAME,…] [--batch N] [--rounds N] [--steps N] [--swiftshader]
//     [--chromium PATH]
// With --swiftshader WebGPU runs on the driver that is part of Chromium and computes on the processor. It needs the built package
// (`npm run build`).

import { parseArgs } from 'node:util';
import { toOnnx } from 'symloss/graph';
import { openPage } from './browser/open-page.mjs';
import { median, summary } from './stats.mjs';
import { chooseWorkloads, initialState, trainingStep } from './workload.mjs';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp:256' },
    batch: { type: 'string' },
    rounds: { type: 'string', default: '9' },
    steps: { type: 'string', default: '20' },
    swiftshader: { type: 'boolean', default: false },
    chromium: { type: 'string', default: process.env['SYMLOSS_CHROMIUM'] ?? '/usr/bin/chromium' },
  },
});
const steps = Number(options.steps);
const adapter = options.swiftshader ? ['--use-webgpu-adapter=swiftshader'] : [];

/** @typedef {{ milliseconds: number, processor: number, up: number, down: number }} Round of a step, on the mean */

console.log(
  '| model | batch | in and out, ms | stays, ms | ratio (quartiles) | of processor time | in and out, MB up, down | stays, MB up, down |',
);
console.log('|---|---|---|---|---|---|---|---|');
for (const model of options.model.split(',')) {
  const [found] = chooseWorkloads([model], true);
  if (found === undefined) throw new Error(`no such model: ${model}`);
  const workload = { ...found, batchSize: Number(options.batch ?? found.batchSize) };
  const { program } = trainingStep(workload, { loss: 'ce', clipNorm: null });
  const page = await openPage(options.chromium, ['--enable-unsafe-webgpu', ...adapter]);
  const losses = await page.call('openStates', {
    model: Buffer.from(toOnnx(program, { target: 'device' })).toString('base64'),
    slots: Object.entries(initialState(workload)).map(([name, { shape }]) => ({ name, shape })),
    features: [workload.batchSize, ...workload.featureShape],
  });
  const { fed, held } = /** @type {Record<string, number[]>} */ (losses);
  if (fed?.join() !== held?.join()) throw new Error(`losses differ: ${fed} and ${held}`);
  const ways = /** @type {const} */ (['fed', 'held']);
  /** @type {Record<'fed' | 'held', Round[]>} */
  const rounds = { fed: [], held: [] };
  for (let round = 0; round < Number(options.rounds); round++) {
    for (const way of round % 2 === 0 ? ways : ways.toReversed()) {
      const before = await page.processorTime();
      const round = await page.call('timeSteps', { way, steps });
      const processor = (1000 * ((await page.processorTime()) - before)) / steps;
      rounds[way].push({ .../** @type {Round} */ (round), processor });
    }
  }
  await page.close();
  const ratio = (/** @type {'milliseconds' | 'processor'} */ key) => {
    const {
      median: middle,
      low,
      high,
    } = summary(rounds.held.map((round, i) => round[key] / (rounds.fed[i]?.[key] ?? Number.NaN)));
    return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
  };
  const ms = (/** @type {'fed' | 'held'} */ way) =>
    median(rounds[way].map(({ milliseconds }) => milliseconds)).toPrecision(3);
  const bytes = (/** @type {'fed' | 'held'} */ way) =>
    ['up', 'down']
      .map((key) => ((rounds[way][0]?.[/** @type {'up'} */ (key)] ?? 0) / 1e6).toPrecision(4))
      .join(', ');
  console.log(
    `| ${[
      ...[`\`${model}\``, workload.batchSize, ms('fed'), ms('held')],
      ...[ratio('milliseconds'), ratio('processor')],
      ...[bytes('fed'), bytes('held')],
    ].join(' | ')} |`,
  );
}
