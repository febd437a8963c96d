import { checkLosses } from './agreement.mjs';
import { alternate, roundOf } from './contenders.mjs';
import { countFlops } from './flops.mjs';
import { Ours } from './ours.mjs';
import { setupRequest } from './peer.mjs';
import { plural } from './report.mjs';
import { probeTfjs, timeSlowSteps } from './tfjs.mjs';
import { initialState, makeBatches, settings, trainingStep, variantTitle } from './workload.mjs';

/**
 * @typedef {import('./workload.mjs').Workload} Workload
 * @typedef {import('./workload.mjs').Variant} Variant
 * @typedef {import('./peer.mjs').OpenPeer} OpenPeer
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {import('./report.mjs').Result} Result
 * @typedef {import('./contenders.mjs').RoundSize} RoundSize
 * @typedef {import('./workload.mjs').Batch} Batch
 * @typedef {import('./ours.mjs').State} State
 * @typedef {import('symloss/runtime').Device} Device
 * @typedef {import('./ways.mjs').OwnWay} OwnWay
 */

/** Losses that must agree before anything is timed. */
const compared = 5;

/**
 * Times a model on all sides, one variant after the other.
 * @param {Workload} workload
 * @param {readonly OpenPeer[]} openPeers
 * @param {{ roundSize: RoundSize, slowSteps: number, device?: Device, ways?: readonly OwnWay[] }} options the steps of a round, those of
 *   a way that is too slow for rounds, where ours runs, and its other ways there
 * @returns {Promise<Result[]>}
 * @throws Error if the first losses of a peer are other than ours
 */
export async function compareModel(workload, openPeers, options) {
  const { roundSize, slowSteps, device = 'cpu', ways: otherWays = [] } = options;
  const batches = makeBatches(workload);
  const initial = initialState(workload);
  const peers = openPeers.filter((open) => open.supports(workload));
  const request = setupRequest(workload, settings, initial, batches);
  for (const { peer } of peers) await peer.ask(request);

  const results = [];
  for (const variant of workload.variants) {
    const given = { workload, variant, batches, roundSize, device };
    const sides = await loadOurs({ ...given, initial });
    /** @type {Contender[]} timed apart */
    const slow = [];
    /** @type {Result['lossDifferences']} */
    const lossDifferences = {};
    const others = [];
    for (const way of otherWays) {
      const { precision } = way.options;
      const own = await loadOurs({ ...given, initial: initialState(workload, precision), way });
      for (const { losses } of own) {
        const agreement = { ...workload.agreement, ...way.agreement };
        lossDifferences[way.label] = checkLosses(agreement, sides[0]?.losses ?? [], losses);
      }
      others.push(...own);
    }
    const contenders = [...sides, ...others].map(({ contender }) => contender);
    for (const open of peers) {
      const ways = open.ways(workload, variant);
      if (ways.length === 0) continue;
      try {
        const apart = await timeApart(open, workload, { batches, initial, steps: slowSteps });
        if (apart.timed !== undefined) {
          slow.push(apart.timed.contender);
          lossDifferences[open.label] = apart.timed.differences;
          continue;
        }
        const entered = await enter(open, ways, apart.backend, {
          agreement: workload.agreement,
          expected: sides[0]?.losses ?? [],
          roundSize,
        });
        contenders.push(...entered.contenders);
        lossDifferences[open.label] = entered.differences;
      } catch (cause) {
        const where = `${workload.model}, ${variantTitle(variant)}, ${open.label}`;
        throw new Error(`${where}: ${cause instanceof Error ? cause.message : cause}`, { cause });
      }
    }
    await alternate(contenders, workload.rounds);
    for (const { ours } of [...sides, ...others]) await ours.dispose();
    results.push({
      model: workload.model,
      variant,
      batchSize: workload.batchSize,
      flops: countFlops(trainingStep(workload, variant).program),
      rounds: workload.rounds,
      lossDifferences,
      timings: [...contenders, ...slow].map(({ time: _, ...timing }) => timing),
    });
  }
  return results;
}

/**
 * Our step with each number of threads, its first losses, and how it is timed.
 * @param {{ workload: Workload, variant: Variant, batches: readonly Batch[], initial: State, roundSize: RoundSize, device: Device, way?: OwnWay }} given
 */
async function loadOurs({ workload, variant, batches, initial, roundSize, device, way }) {
  const sides = [];
  for (const threads of workload.threads) {
    const where = { threads, device, ...way?.options };
    const ours = await Ours.load(workload, variant, where, batches, initial);
    if (device !== 'cpu') console.error(`${workload.model}: the state ${ours.place}`);
    const { losses, seconds } = await ours.losses(compared, workload.agreement.learningRate);
    const round = roundOf(seconds, roundSize);
    /** @type {Contender} */
    const contender = {
      side: way === undefined ? 'ours' : way.label,
      label: [
        'symloss',
        device === 'cpu' ? plural(threads, 'thread') : device,
        ...(way ? [way.label] : []),
      ].join(', '),
      threads,
      time: () => ours.time(round.steps, round.warmUp),
      seconds: [],
    };
    sides.push({ ours, losses, contender });
  }
  return sides;
}

/**
 * All ways of a peer, once they are seen to compute the same.
 * @param {OpenPeer} open
 * @param {readonly import('./peer.mjs').Way[]} ways
 * @param {string | undefined} backend
 * @param {{ agreement: Workload['agreement'], expected: readonly number[], roundSize: RoundSize }} given
 */
async function enter({ label, peer }, ways, backend, { agreement, expected, roundSize }) {
  /** @type {Contender[]} */
  const contenders = [];
  let differences = expected.map(() => 0);
  for (const way of ways) {
    const { config, threads } = way;
    const checked = { ...config, learningRate: agreement.learningRate };
    const first = await peer.ask({ kind: 'losses', config: checked, steps: compared });
    const found = checkLosses(agreement, expected, first.losses);
    differences = differences.map((difference, i) => Math.max(difference, found[i] ?? 0));
    const request = { kind: 'time', config, ...roundOf(first.seconds, roundSize) };
    contenders.push({
      side: label,
      label: [label, backend, way.label].filter((part) => part !== undefined).join(', '),
      threads,
      time: async () => (await peer.ask(request)).seconds,
      seconds: [],
    });
  }
  return { contenders, differences };
}

/**
 * The backend of a peer that has several, and its timing where it is too slow for rounds.
 * @param {OpenPeer} open
 * @param {Workload} workload
 * @param {{ batches: readonly Batch[], initial: State, steps: number }} given
 */
async function timeApart(open, workload, given) {
  if (!open.hasBackends) return {};
  const probe = await probeTfjs(open.peer);
  if (probe.refusal) console.error(`${open.label}, ${workload.model}: ${probe.refusal}`);
  return { backend: probe.backend, timed: await timeSlowSteps(open, probe, workload, given) };
}
