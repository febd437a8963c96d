// Resident memory of our training step, as JSON on stdout, in a process of its own:
//   node bench/memory.mjs [MODEL [STEPS]]
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Ours } from './ours.mjs';
import { chooseWorkloads, initialState, makeBatches } from './workload.mjs';

/**
 * @typedef {object} Memory
 * @property {string} model
 * @property {number} threads
 * @property {number} batchSize
 * @property {{ step: number, bytes: number }[]} resident after so many steps
 * @property {number} peak bytes
 */

const script = fileURLToPath(import.meta.url);
const early = 20;
const threads = 2;

/**
 * @param {string} model
 * @param {number} steps
 * @returns {Promise<Memory>}
 */
export async function measureMemory(model = 'cnn8', steps = 200) {
  const { stdout } = await promisify(execFile)(process.execPath, [script, model, String(steps)]);
  return JSON.parse(stdout);
}

/** @param {Memory} memory */
export function describeMemory({ model, threads, batchSize, resident, peak }) {
  const parts = resident.map(({ step, bytes }) => `${mebibytes(bytes)} after ${step} steps`);
  return `Memory of the process, ${model} at batch ${batchSize}, ${threads} threads: ${parts.join(', ')}; peak ${mebibytes(peak)}`;
}

/** @param {number} bytes */
function mebibytes(bytes) {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}

/**
 * @param {string} model
 * @param {number} steps
 * @returns {Promise<Memory>}
 */
async function run(model, steps) {
  const [workload] = chooseWorkloads([model], false);
  if (workload === undefined) throw new Error(`no such model: ${model}`);
  const batches = makeBatches(workload);
  const variant = { loss: 'ce', clipNorm: null };
  const ours = await Ours.load(workload, variant, { threads }, batches, initialState(workload));
  const step = await ours.begin();
  const resident = [];
  for (let i = 0; i < steps; i++) {
    await step(i);
    if (i + 1 === early || i + 1 === steps) {
      resident.push({ step: i + 1, bytes: process.memoryUsage.rss() });
    }
  }
  const peak = process.resourceUsage().maxRSS * 1024;
  return { model, threads, batchSize: workload.batchSize, resident, peak };
}

if (process.argv[1] === script) {
  const [model = 'cnn8', steps = '200'] = process.argv.slice(2);
  console.log(JSON.stringify(await run(model, Number(steps))));
}
