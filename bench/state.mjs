// One training step with the state in onnxruntime's memory or on a device, beside the same step with the state going in and out, in
// alternating rounds in one process; resident memory in processes of their own:
//   node bench/state.mjs [--model NAME,…] [--threads N,…] [--device cpu|webgpu] [--rounds N] [--seconds S] [--memory]
// It needs the built package (`npm run build`). In a page: bench/browser-state.mjs.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { alternate, roundOf } from './contenders.mjs';
import { Ours } from './ours.mjs';
import { median, summary } from './stats.mjs';
import { chooseWorkloads, initialState, makeBatches } from './workload.mjs';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', default: 'mlp:64,mlp:256,cnn4,cnn8,resnet18' },
    threads: { type: 'string', default: '1,2' },
    device: { type: 'string', default: 'cpu' },
    rounds: { type: 'string', default: '9' },
    seconds: { type: 'string', default: '1' },
    memory: { type: 'boolean', default: false },
    // of a process that tells its memory
    held: { type: 'string' },
  },
});

const variant = { loss: 'ce', clipNorm: null };
const rate = 1e-3;

/** @param {string} model */
function workloadOf(model) {
  const [photo] = chooseWorkloads([model === 'mlp:64' ? 'mlp:256' : model], false);
  if (photo === undefined) throw new Error(`no such model: ${model}`);
  // the digits, at the batch size of small data
  return model === 'mlp:64' ? { ...photo, model, featureShape: [64], batchSize: 32 } : photo;
}

/** @param {number} threads @param {boolean} fed */
function where(threads, fed) {
  const device = /** @type {'cpu' | 'webgpu'} */ (options.device);
  return { threads, fed, device, native: true };
}

/** @param {string} model @param {number} threads */
async function compare(model, threads) {
  const workload = workloadOf(model);
  const batches = makeBatches(workload);
  const initial = initialState(workload);
  const size = { steps: 2000, seconds: Number(options.seconds) };
  const ways = [];
  for (const fed of [true, false]) {
    const ours = await Ours.load(workload, variant, where(threads, fed), batches, initial);
    if (!fed) console.error(`${model}: the state ${ours.place}`);
    ways.push({ ours, ...(await ours.losses(5, rate)) });
  }
  const [before, after] = ways.map(({ losses }) => losses.join());
  if (before !== after) throw new Error(`${model}: losses differ, ${before} and ${after}`);
  const round = roundOf(
    ways.flatMap(({ seconds }) => seconds),
    size,
  );
  const contenders = ways.map(({ ours }) => {
    const cpu = /** @type {number[]} */ ([]);
    const time = async () => {
      const before = process.cpuUsage();
      const seconds = await ours.time(round.steps, round.warmUp);
      const { user, system } = process.cpuUsage(before);
      cpu.push((user + system) / 1e6 / (round.steps + round.warmUp));
      return seconds;
    };
    return { time, cpu, seconds: /** @type {number[]} */ ([]) };
  });
  await alternate(contenders, Number(options.rounds));
  for (const { ours } of ways) await ours.dispose();
  const [fed = [], stays = []] = contenders.map(({ seconds }) => seconds);
  const [fedCpu = [], staysCpu = []] = contenders.map(({ cpu }) => cpu);
  const ms = (/** @type {readonly number[]} */ list) => (1000 * median(list)).toPrecision(3);
  return [
    ...[model, workload.batchSize, threads, ms(fed), ms(stays)],
    ...[ratios(stays, fed), ratios(staysCpu, fedCpu)],
  ];
}

/** Median and quartiles of the ratios of paired values. @param {readonly number[]} own @param {readonly number[]} other */
function ratios(own, other) {
  const {
    median: middle,
    low,
    high,
  } = summary(own.map((value, i) => value / (other[i] ?? Number.NaN)));
  return `${middle.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
}

/** Resident MB of a process after some steps. @param {string} model @param {string} way */
async function held(model, way) {
  const workload = workloadOf(model);
  const batches = makeBatches(workload, 1);
  const ours = await Ours.load(
    workload,
    variant,
    where(2, way === 'fed'),
    batches,
    initialState(workload),
  );
  const step = await ours.begin(rate);
  for (let i = 0; i < (model.startsWith('mlp') ? 2000 : 10); i++) await step(i);
  console.log(process.memoryUsage.rss() / 1e6, process.resourceUsage().maxRSS / 1e3);
}

if (options.held !== undefined) {
  await held(options.model, options.held);
} else {
  console.log(
    '| model | batch | threads | in and out, ms | stays, ms | ratio (quartiles) | of processor time |',
  );
  console.log('|---|---|---|---|---|---|---|');
  for (const model of options.model.split(',')) {
    for (const threads of options.threads.split(',')) {
      console.log(`| ${(await compare(model, Number(threads))).join(' | ')} |`);
    }
    for (const way of options.memory ? ['fed', 'stays'] : []) {
      const args = [
        fileURLToPath(import.meta.url),
        '--model',
        model,
        '--held',
        way,
        '--device',
        options.device,
      ];
      const { stdout } = await promisify(execFile)(process.execPath, args);
      console.log(`${model}, ${way}: resident MB, peak MB: ${stdout.trim()}`);
    }
  }
}
