// One training step at batch 128, ours beside other libraries' in alternating rounds:
//   node bench/step.mjs [--model NAME,…] [--quick] [--rounds N] [--python COMMAND]…
//                       [--device cpu|webgpu|cuda] [--ways NAME,…] [--tfjs FOLDER] [--compile] [--memory] [--json FILE]
// With --device our step runs there, with --ways (mixed, products, both) in these ways, too, and PyTorch on the card that it finds (CUDA), else on the processor. It needs the built package (`npm run build`). A peer that is missing is named and skipped.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string', multiple: true, default: [] },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    device: { type: 'string', default: 'cpu' },
    ways: { type: 'string', default: '' },
    python: { type: 'string', multiple: true, default: ['python3'] },
    tfjs: { type: 'string', default: fileURLToPath(new URL('..', import.meta.url)) },
    compile: { type: 'boolean', default: false },
    memory: { type: 'boolean', default: false },
    json: { type: 'string' },
  },
});

const devices = ['cpu', 'webgpu', 'cuda'];
const { device } = options;
if (!devices.includes(device)) {
  fail(`--device: expected ${devices.join(', ')}, received ${device}`);
}
const isCpu = device === 'cpu';

const { chooseWorkloads, models, settings } = await import('./workload.mjs').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  fail(`The package is not built (${error.message}); run: npm run build`);
});
const { compareModel } = await import('./compare.mjs');
const { describeMemory, measureMemory } = await import('./memory.mjs');
const { ownWays } = await import('./ways.mjs');
const { measureRates } = await import('./rates.mjs');
const { agreementLines, ratesTable, stepsTable } = await import('./report.mjs');
const { openTfjs } = await import('./tfjs.mjs');
const { openTorch } = await import('./torch.mjs');

const rounds = options.rounds === undefined ? undefined : Number(options.rounds);
if (rounds !== undefined && !(Number.isInteger(rounds) && rounds >= 1)) {
  fail(`--rounds: expected an integer from 1, received ${options.rounds}`);
}
const names = options.model.flatMap((list) => list.split(','));
for (const name of names) {
  if (!models.includes(name)) fail(`--model: expected ${models.join(', ')}, received ${name}`);
}
const ways = options.ways
  .split(',')
  .filter((name) => name !== '')
  .map((name) => {
    const way = isCpu ? undefined : ownWays[name];
    const expected = isCpu ? 'none on cpu' : Object.keys(ownWays).join(', ');
    return way ?? fail(`--ways: expected ${expected}, received ${name}`);
  });
const workloads = chooseWorkloads(names, options.quick).map((workload) => ({
  ...workload,
  ...(!isCpu && { threads: [1] }),
  rounds: rounds ?? workload.rounds,
}));

const hasTfjs = isCpu && workloads.some(({ model }) => ['mlp:256', 'cnn4'].includes(model));
const tfjs = hasTfjs ? await openTfjs(options.tfjs) : undefined;
const torch = await openTorch(options.python, {
  onProcessor: isCpu,
  compiled: options.compile,
});
const peers = [...torch, ...(tfjs ? [tfjs] : [])];
const machine = {
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  node: process.version,
  onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
  peers: peers.map(({ label }) => label),
};
// what a processor reaches says nothing of a card
const rates = isCpu ? await measureRates(peers, options.quick ? 3 : 5) : [];
const results = [];
for (const workload of workloads) {
  const how = options.quick
    ? { roundSize: { steps: 30, seconds: 0.5 }, slowSteps: 1 }
    : { roundSize: { steps: 100, seconds: 1 }, slowSteps: 3 };
  try {
    results.push(...(await compareModel(workload, peers, { ...how, device, ways })));
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error));
  }
  console.error(`${workload.model}: measured in ${workload.rounds} rounds`);
}
for (const { peer } of peers) peer.close();
const memory = options.memory ? await measureMemory() : undefined;

console.log(`${machine.cpu}, Node ${machine.node}, onnxruntime ${machine.onnxruntime}\n`);
if (isCpu) console.log(ratesTable(rates));
else console.log(`symloss on ${device}`);
console.log('\nMedians over rounds (quartiles), fastest way of each side in bold:\n');
console.log(stepsTable(results, rates));
console.log(`\n${agreementLines(results).join('\n')}`);
if (memory !== undefined) console.log(describeMemory(memory));
if (options.json !== undefined) {
  const record = {
    date: new Date().toISOString(),
    machine,
    device,
    settings,
    rates,
    results,
    memory,
  };
  writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  console.error(message);
  process.exit(1);
}
