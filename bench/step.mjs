// One training step of mlp:256 at batch 128, ours beside PyTorch's in alternating rounds:
//   node bench/step.mjs [--rounds N] [--quick] [--json FILE] [--python COMMAND]…
// It needs the built package (`npm run build`). A peer that is missing is named and skipped.

import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Peer } from './peer.mjs';
import { summary } from './stats.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '10' },
    quick: { type: 'boolean', default: false },
    json: { type: 'string' },
    python: { type: 'string', multiple: true, default: ['python3'] },
  },
});

const workload = await import('./workload.mjs').catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error(`The package is not built (${error.message}); run: npm run build`);
  process.exit(1);
});
const { Ours, initialState, makeBatches, matMulTimer, passTimer, settings, variants } = workload;

/**
 * @typedef {import('./workload.mjs').Variant} Variant
 * @typedef {{ threads: number, fused: boolean }} PeerConfig
 * @typedef {{ label: string, peer: Peer, canFuse: boolean, blas: string }} OpenPeer
 * @typedef {{ side: string, label: string, time: () => Promise<number>, seconds: number[] }} Contender
 *   one way to do the same work, and its seconds in each round
 */

const rounds = options.quick ? 3 : Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds: expected an integer from 1, received ${options.rounds}`);
  process.exit(1);
}
const stepsPerRound = options.quick ? 30 : 100;
const warmUp = options.quick ? 5 : 20;
const threadCounts = [1, 2];
/** Where one config needs longer, its round has fewer steps. */
const secondsPerRound = 0.5;
/** Lets the threads of the side that has just worked stop spinning. */
const settleMs = 20;
/** The largest difference of the two sides' first losses, in units of max(1, |loss|): float32. */
const agreement = 2e-5;
const matMulFlops = 2 * 1024 ** 3;

const batches = makeBatches();
const peers = await openPeers(options.python);
const rate = await measureRates();
const entries = [];
for (const variant of options.quick ? variants.slice(0, 1) : variants) {
  entries.push(await enter(variant));
}
/** @type {Awaited<ReturnType<typeof measure>>[]} */
const results = [];
for (const entry of entries) results.push(await measure(entry));
for (const { peer } of peers) peer.close();

const machine = {
  cpu: `${cpus().length} × ${cpus()[0]?.model.trim()}`,
  node: process.version,
  onnxruntime: createRequire(import.meta.url)('onnxruntime-node/package.json').version,
  peers: peers.map(({ label }) => label),
};
report();
if (options.json !== undefined) {
  const record = { date: new Date().toISOString(), machine, settings, rounds, rate, results };
  writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
}

/**
 * @param {readonly string[]} commands
 * @returns {Promise<OpenPeer[]>}
 */
async function openPeers(commands) {
  const open = [];
  const weights = Object.entries(initialState())
    .filter(([name]) => name.endsWith('/weight'))
    .map(([, { data }]) => Buffer.from(data.buffer).toString('base64'));
  for (const command of commands) {
    const peer = new Peer(command);
    try {
      const { version, blas, canFuse } = await peer.ask({
        kind: 'setup',
        ...settings,
        weights,
        batches: batches.map(({ features, labels }) => ({
          features: Buffer.from(features.buffer).toString('base64'),
          labels: [...labels],
        })),
      });
      open.push({ label: `PyTorch ${version} (${blas} BLAS)`, peer, canFuse, blas });
    } catch (error) {
      console.log(`PyTorch skipped: "${command}" cannot run torch_step.py: ${error}`);
    }
  }
  return open;
}

/** What the machine reaches now: matrix products of every side, and our elementwise passes. */
async function measureRates() {
  const rates = [];
  for (const threads of threadCounts) {
    rates.push({ label: `ours: MatMul 1024³`, threads, time: await matMulTimer(threads) });
    rates.push({ label: 'ours: elementwise pass', threads, time: await passTimer(threads) });
    for (const { label, peer } of peers) {
      const request = { kind: 'matMul', size: 1024, threads, times: 4 };
      const time = async () => (await peer.ask(request)).seconds;
      rates.push({ label: `${label}: MatMul 1024³`, threads, time });
    }
  }
  const contenders = rates.map((one) => ({ ...one, seconds: [] }));
  await alternate(contenders);
  return contenders.map(({ label, threads, seconds }) => ({ label, threads, seconds }));
}

/**
 * All ways to compute a variant, once they are seen to compute the same.
 * @param {Variant} variant
 */
async function enter(variant) {
  /** @type {Contender[]} */
  const contenders = [];
  let lossDifference = 0;
  for (const threads of threadCounts) {
    const ours = await Ours.load(variant, threads, batches);
    contenders.push({
      side: 'ours',
      label: `ours, ${plural(threads, 'thread')}`,
      time: () => ours.time(stepsPerRound, warmUp),
      seconds: [],
    });
    for (const { label, peer, canFuse } of peers) {
      for (const fused of canFuse ? [false, true] : [false]) {
        const config = { ...variant, threads, fused };
        const { losses } = await peer.ask({ kind: 'losses', config, steps: 5 });
        const difference = largestDifference(await ours.losses(5), losses);
        lossDifference = Math.max(lossDifference, difference);
        if (lossDifference > agreement) {
          console.error(
            `${title(variant)}: the first losses differ from ${label}'s by ${difference}`,
          );
          process.exit(1);
        }
        const trial = await peer.ask({ kind: 'time', config, steps: 5, warmUp: 2 });
        const steps = Math.min(stepsPerRound, Math.ceil(secondsPerRound / trial.seconds));
        const request = { kind: 'time', config, steps, warmUp: Math.min(warmUp, steps) };
        contenders.push({
          side: label,
          label: `${label}, ${plural(threads, 'thread')}${fused ? ', fused SGD' : ''}`,
          time: async () => (await peer.ask(request)).seconds,
          seconds: [],
        });
      }
    }
  }
  return { variant, contenders, lossDifference };
}

/** @param {{ variant: Variant, contenders: Contender[], lossDifference: number }} entry */
async function measure({ variant, contenders, lossDifference }) {
  await alternate(contenders);
  const ours = best(contenders, 'ours');
  return {
    ...variant,
    lossDifference,
    contenders: contenders.map(({ label, side, seconds }) => ({ label, side, seconds })),
    best: { label: ours.label, ...summary(ours.seconds) },
    peers: peers.map(({ label }) => {
      const peer = best(contenders, label);
      const ratios = peer.seconds.map((s, round) => s / (ours.seconds[round] ?? Number.NaN));
      return { label: peer.label, ...summary(peer.seconds), ratio: summary(ratios) };
    }),
  };
}

/**
 * Times all contenders in turn, one at a time, in every round from another starting point.
 * @param {readonly Pick<Contender, 'time' | 'seconds'>[]} contenders
 */
async function alternate(contenders) {
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < contenders.length; i++) {
      const contender = contenders[(i + round) % contenders.length];
      await pause(settleMs);
      contender?.seconds.push(await contender.time());
    }
  }
}

/**
 * The contender of one side with the lowest median.
 * @param {readonly Contender[]} contenders
 * @param {string} side
 */
function best(contenders, side) {
  return contenders
    .filter((one) => one.side === side)
    .reduce((a, b) => (summary(b.seconds).median < summary(a.seconds).median ? b : a));
}

function report() {
  console.log(`${machine.cpu}, Node ${machine.node}, onnxruntime ${machine.onnxruntime}`);
  console.log(`medians of ${rounds} rounds (quartiles) and least, in ms a step\n`);
  for (const { label, threads, seconds } of rate) {
    const { median } = summary(seconds);
    const speed = label.includes('MatMul')
      ? `${(matMulFlops / median / 1e9).toFixed(0)} GFLOP/s`
      : '';
    console.log(
      `${label}, ${plural(threads, 'thread')}: ${(1000 * median).toFixed(3)} ms ${speed}`,
    );
  }
  for (const result of results) {
    console.log(`\n${title(result)}`);
    for (const { label, seconds } of result.contenders) {
      console.log(`  ${label}: ${milliseconds(summary(seconds))}`);
    }
    for (const { label, ratio } of result.peers) {
      const [median, low, high] = [ratio.median, ratio.low, ratio.high].map((x) => x.toFixed(2));
      console.log(`  peer/ours ${median} (${low}–${high}): ${label} / ${result.best.label}`);
    }
    if (peers.length > 0) {
      console.log(`  first 5 losses agree to ${result.lossDifference.toExponential(1)}`);
    }
  }
}

/** @param {{ median: number, low: number, high: number, min: number }} seconds */
function milliseconds({ median, low, high, min }) {
  const [m, l, h, least] = [median, low, high, min].map((s) => (1000 * s).toFixed(2));
  return `${m} (${l}–${h}), least ${least}`;
}

/** @param {Variant} variant */
function title({ loss, clipNorm }) {
  return `${loss}, ${clipNorm === null ? 'no clipping' : `clipped at ${clipNorm}`}`;
}

/**
 * @param {number} count
 * @param {string} noun
 */
function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/**
 * @param {readonly number[]} ours
 * @param {readonly number[]} theirs
 */
function largestDifference(ours, theirs) {
  const differences = ours.map(
    (a, i) => Math.abs(a - (theirs[i] ?? Number.NaN)) / Math.max(1, Math.abs(a)),
  );
  return differences.some(Number.isNaN) ? Number.POSITIVE_INFINITY : Math.max(...differences);
}
