import type { EpochMetrics } from './epoch-metrics.ts';

/**
 * Told of every epoch; the run waits until it has returned, or its promise has settled. `stop` ends
 * the run after this epoch, with its model; whatever else it returns lets the run go on. An error that
 * it throws aborts the run and is passed on.
 */
export type EpochCallback =
  | ((metrics: EpochMetrics) => void)
  | ((metrics: EpochMetrics) => 'stop' | undefined)
  | ((metrics: EpochMetrics) => Promise<unknown>);

/** Whether the callback says that the run is to stop. */
export async function saysStop(
  onEpoch: EpochCallback | undefined,
  metrics: EpochMetrics,
): Promise<boolean> {
  const answer: unknown = await Promise.resolve(onEpoch?.(metrics));
  return answer === 'stop';
}
