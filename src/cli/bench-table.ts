import type { DoneRecord, RunRecord } from '../experiments/index.ts';
import { canonical } from '../experiments/run-id.ts';
import { meanAndStd } from '../train/index.ts';
import { formatDuration, formatShares, formatTable } from './format.ts';

/** One line per data, model, noise, loss and settings: test accuracy after the last epoch over the seeds. */
export function benchTable(records: readonly RunRecord[]): string {
  const groups = new Map<string, RunRecord[]>();
  for (const record of records) {
    const key = canonical({ ...record.config, seed: undefined });
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const heading = ['data', 'model', 'noise', 'loss', 'runs', 'test accuracy', 'memorised', 'time'];
  return formatTable([heading, ...[...groups.values()].map(row)]);
}

function row(records: readonly RunRecord[]): string[] {
  const [{ config }] = records as [RunRecord, ...RunRecord[]];
  const done = records.filter((record) => record.status === 'done');
  const diverged = records.filter((r) => r.status === 'failed' && r.diverged).length;
  const failed = records.length - done.length - diverged;
  const notes = [
    ...(diverged > 0 ? [`${diverged} diverged`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  const accuracy = shares(done, ({ last }) => last.testAccuracy);
  const seconds = meanAndStd(done.map((record) => record.seconds)).mean;
  return [
    config.data.source,
    config.model,
    config.noise,
    config.loss,
    String(done.length),
    notes.length === 0 ? accuracy : `${accuracy} (${notes.join(', ')})`,
    shares(done, ({ last }) => last.memorised),
    done.length === 0 ? '–' : formatDuration(seconds),
  ];
}

function shares(
  records: readonly DoneRecord[],
  pick: (record: DoneRecord) => number | undefined,
): string {
  const values = records.map(pick).filter((value) => value !== undefined);
  const { mean, std } = meanAndStd(values);
  return formatShares(mean, std, values.length);
}
