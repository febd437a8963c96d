import type { EpochMetrics } from './epoch-metrics.ts';
import type { Job } from './job.ts';
import type { KeptEpoch, SlotValues } from './run-state.ts';

/** Those tensors of a step that the network needs to predict. */
export function networkSlots({ slots }: Pick<Job, 'slots'>, values: SlotValues): SlotValues {
  const names = slots.filter(({ role }) => role === 'network').map(({ name }) => name);
  return Object.fromEntries(names.map((name) => [name, values[name]])) as SlotValues;
}

/**
 * The best epoch by validation accuracy, the last of equal ones: few rows to validate on are all right long before the network
 * is trained. Tensors are copied, since those of a step are lent.
 * @param epochs those that are over, the last one among them
 * @param read the tensors after the last one
 */
export async function betterEpoch(
  job: Job,
  best: KeptEpoch | undefined,
  epochs: readonly EpochMetrics[],
  read: () => Promise<SlotValues>,
): Promise<KeptEpoch | undefined> {
  const last = epochs.at(-1);
  if (job.keep !== 'best' || last?.validationAccuracy === undefined) return best;
  const record = best && epochs[best.epoch - 1]?.validationAccuracy;
  if (record !== undefined && last.validationAccuracy < record) return best;
  const own = Object.entries(networkSlots(job, await read()));
  const slots = own.map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]);
  return { epoch: last.epoch, slots: Object.fromEntries(slots) as SlotValues };
}
