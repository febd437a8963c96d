import { SymlossError, show } from '../core/index.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import type { Probed } from './progress.ts';

/**
 * Told of every epoch; the run waits until it has returned, or its promise has settled. `stop` ends
 * the run after this epoch, with its model; `Stop` and the like are refused, and whatever else it returns lets the run go on. An
 * error that it throws aborts the run and is passed on.
 * @param probed what the network says of the rows of `probe`, where there are some
 */
export type EpochCallback =
  | ((metrics: EpochMetrics, probed: Probed) => void)
  | ((metrics: EpochMetrics, probed: Probed) => 'stop' | undefined)
  | ((metrics: EpochMetrics, probed: Probed) => Promise<unknown>);

/**
 * Whether the callback says that the run is to stop. An assignment as its body returns any text.
 * @throws SymlossError for `stop` that is written in another way
 */
export async function saysStop(
  onEpoch: EpochCallback | undefined,
  metrics: EpochMetrics,
  probed: Probed,
): Promise<boolean> {
  const answer: unknown = await Promise.resolve(onEpoch?.(metrics, probed));
  if (answer === 'stop') return true;
  if (typeof answer !== 'string' || answer.trim().toLowerCase() !== 'stop') return false;
  throw new SymlossError('onEpoch', '"stop", or nothing', show(answer), {
    hint: 'return "stop" to end the run after this epoch, and nothing to go on',
  });
}

const listeners = new WeakSet<EpochCallback>();

/**
 * A callback that only listens: the run does not wait for it, and it cannot stop the run. The loop of a
 * table with short epochs is some percent faster for it.
 */
export function listening(onEpoch: (metrics: EpochMetrics) => void): EpochCallback {
  const listener: EpochCallback = (metrics) => {
    onEpoch(metrics);
  };
  listeners.add(listener);
  return listener;
}

/** Whether the run waits for the answer of a callback. */
export function isAsked(onEpoch: EpochCallback | undefined): boolean {
  return onEpoch !== undefined && !listeners.has(onEpoch);
}
