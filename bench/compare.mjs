import { alternate, roundOf } from './contenders.mjs';
import { countFlops } from './flops.mjs';
import { Ours } from './ours.mjs';
import { setupRequest } from './peer.mjs';
import { plural } from './report.mjs';
import { largestDifference } from './stats.mjs';
import { probeTfjs, timeSlowSteps } from './tfjs.mjs';
import { initialState, makeBatches, settings, trainingStep, variantTitle } from './workload.mjs';

/**
 * @typedef {import('./workload.mjs').Workload} Workload
 * @typedef {import('./workload.mjs').Variant} Variant
 * @typedef {import('./peer.mjs').OpenPeer} OpenPeer
 * @typedef {import('./contenders.mjs').Contender} Contender
 * @typedef {import('./report.mjs').Result} Result
 */

/** Losses that must agree before anything is timed. */
const compared = 5;

/**
 * Times a model on all sides, one variant after the other.
 * @param {Workload} workload
 * @param {readonly OpenPeer[]} openPeers
 * @param {{ stepsPerRound: number, slowSteps: number }} options the most steps of a round, and the
 *   steps of a way that is too slow for rounds
 * @returns {Promise<Result[]>}
 * @throws Error if the first losses of a peer are other than ours
 */
export async function compareModel(workload, openPeers, { stepsPerRound, slowSteps }) {
  const batches = makeBatches(workload);
  const initial = initialState(workload);
  const peers = openPeers.filter((open) => open.supports(workload));
  const request = setupRequest(workload, settings, initial, batches);
  for (const { peer } of peers) await peer.ask(request);

  const results = [];
  for (const variant of workload.variants) {
    /** @type {Contender[]} */
    const contenders = [];
    /** @type {Contender[]} timed apart */
    const slow = [];
    /** @type {Record<string, number>} */
    const lossDifferences = {};
    const sides = [];
    for (const threads of workload.threads) {
      const ours = await Ours.load(workload, variant, threads, batches, initial);
      const first = await ours.losses(compared);
      sides.push({ ours, losses: first.losses });
      const round = roundOf(first.seconds, stepsPerRound);
      contenders.push({
        side: 'ours',
        label: `symloss, ${plural(threads, 'thread')}`,
        threads,
        time: () => ours.time(round.steps, round.warmUp),
        seconds: [],
      });
    }
    const expected = sides[0]?.losses ?? [];
    for (const open of peers) {
      const { label, peer } = open;
      const ways = open.ways(workload, variant);
      const differences = [];
      const probe = label.startsWith('TensorFlow') && ways.length > 0 && (await probeTfjs(peer));
      if (probe) {
        if (probe.refusal) console.error(`${label}, ${workload.model}: ${probe.refusal}`);
        const options = { batches, initial, steps: slowSteps };
        const timed = await timeSlowSteps(open, probe, workload, options);
        if (timed !== undefined) {
          slow.push(timed.contender);
          differences.push(timed.difference);
          ways.length = 0;
        }
      }
      for (const way of ways) {
        const { config, threads } = way;
        const first = await peer.ask({ kind: 'losses', config, steps: compared });
        differences.push(largestDifference(expected, first.losses));
        const timing = { kind: 'time', config, ...roundOf(first.seconds, stepsPerRound) };
        const backend = probe ? `${probe.backend}, ` : '';
        contenders.push({
          side: label,
          label: `${label}, ${backend}${way.label}`,
          threads,
          time: async () => (await peer.ask(timing)).seconds,
          seconds: [],
        });
      }
      if (differences.length === 0) continue;
      lossDifferences[label] = Math.max(...differences);
      if (lossDifferences[label] > workload.agreement) {
        throw new Error(
          `${workload.model}, ${variantTitle(variant)}: the first losses differ from ${label}'s by ${lossDifferences[label]}`,
        );
      }
    }
    await alternate(contenders, workload.rounds);
    for (const { ours } of sides) await ours.dispose();
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
