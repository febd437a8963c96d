import type { EpochCallback } from './epoch-callback.ts';
import { saysStop } from './epoch-callback.ts';
import type { Report, StepCallback } from './progress.ts';

/** What goes on between a run and whoever started it. */
export interface JobOptions {
  /** Aborts the run. */
  readonly signal?: AbortSignal | undefined;
  readonly onEpoch?: EpochCallback | undefined;
  readonly onStep?: StepCallback | undefined;
}

/** Tells a report. @returns whether the run is to stop @throws what the callback throws */
export async function tell(
  { onEpoch, onStep }: Pick<JobOptions, 'onEpoch' | 'onStep'>,
  report: Report,
): Promise<boolean> {
  if (report.type === 'epoch') return saysStop(onEpoch, report.metrics, report.probed);
  await Promise.resolve(onStep?.(report.progress));
  return false;
}
