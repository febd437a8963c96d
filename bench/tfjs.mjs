import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkLosses } from './agreement.mjs';
import { Ours } from './ours.mjs';
import { Peer } from './peer.mjs';
import { shorten, variantTitle } from './workload.mjs';

/**
 * @typedef {import('./workload.mjs').Workload} Workload
 * @typedef {import('./workload.mjs').Batch} Batch
 * @typedef {import('./contenders.mjs').Contender} Contender
 */

const script = fileURLToPath(new URL('tfjs_step.mjs', import.meta.url));
const packages = ['@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'];
/** Longer steps are measured once, apart from the rounds. */
const secondsInRounds = 2;
/** A step that would take longer has fewer images. */
const longestStep = 60;

/**
 * TensorFlow.js, if a folder has it: no dependency of the package.
 * @param {string} folder that holds node_modules
 * @returns {Promise<import('./peer.mjs').OpenPeer | undefined>}
 */
export async function openTfjs(folder) {
  const require = createRequire(join(resolve(folder), 'package.json'));
  const missing = packages.filter((name) =>
    (require.resolve.paths(name) ?? []).every((path) => !existsSync(join(path, name))),
  );
  if (missing.length > 0) {
    const names = packages.join(' ');
    console.error(
      `TensorFlow.js skipped: ${missing.join(' and ')} not found from ${resolve(folder)}; run: npm install --no-save ${names} (or npm install --prefix FOLDER ${names}, and --tfjs FOLDER)`,
    );
    return undefined;
  }
  const peer = new Peer(process.execPath, [script, resolve(folder), ...packages]);
  try {
    const { version } = await peer.ask({ kind: 'versions' });
    return {
      label: `TensorFlow.js ${version}`,
      peer,
      hasMatMul: false,
      hasBackends: true,
      supports: ({ model }) => model.startsWith('mlp') || model === 'cnn4',
      ways: (_, variant) =>
        variant.loss === 'ce' && variant.clipNorm === null
          ? [{ label: '1 thread', threads: 1, config: { ...variant } }]
          : [],
    };
  } catch (error) {
    console.error(`TensorFlow.js skipped: ${error}`);
    return undefined;
  }
}

/**
 * The backend that can train this model, and the seconds it takes for an image in a small batch.
 * The peer has been given the model.
 * @param {Peer} peer
 */
export async function probeTfjs(peer) {
  const { backend, secondsPerImage, refusal } = await peer.ask({ kind: 'probe' });
  return { backend, secondsPerImage, refusal };
}

/**
 * Times few steps of a slow backend, in a smaller batch where a whole one would take too long, and
 * checks their losses against ours.
 * @param {import('./peer.mjs').OpenPeer} open
 * @param {Awaited<ReturnType<typeof probeTfjs>>} probe
 * @param {Workload} workload
 * @param {{ batches: readonly Batch[], initial: import('./ours.mjs').State, steps: number }} options
 * @returns {Promise<{ contender: Contender, differences: number[] } | undefined>} nothing where it is fast
 */
export async function timeSlowSteps(open, probe, workload, { batches, initial, steps }) {
  const { batchSize } = workload;
  if (probe.secondsPerImage * batchSize < secondsInRounds) return undefined;
  let rows = batchSize;
  while (rows > 1 && probe.secondsPerImage * rows > longestStep) rows /= 2;
  const variant = { loss: 'ce', clipNorm: null };
  const [way] = open.ways(workload, variant);
  const { learningRate } = workload.agreement;
  const config = { ...way?.config, rows, learningRate };
  const theirs = await open.peer.ask({ kind: 'losses', config, steps });
  const few = shorten(batches, batchSize, rows);
  const ours = await Ours.load({ ...workload, batchSize: rows }, variant, {}, few, initial);
  const { losses } = await ours.losses(steps, learningRate);
  await ours.dispose();
  const scale = batchSize / rows;
  const counted = steps === 1 ? 'one step' : `${steps} steps`;
  const note = rows === batchSize ? counted : `${counted} of ${rows} images, times ${scale}`;
  return {
    contender: {
      side: open.label,
      label: `${open.label}, ${probe.backend}, 1 thread`,
      threads: 1,
      time: () => Promise.reject(new Error(`${variantTitle(variant)} is timed apart`)),
      seconds: theirs.seconds.map((/** @type {number} */ s) => s * scale),
      note,
    },
    differences: checkLosses(workload.agreement, losses, theirs.losses),
  };
}
