import { expect, test } from 'vitest';
import { reportLines } from '../../src/cli/ui/run-report.ts';
import type { DoneRecord } from '../../src/run/record.ts';
import { done, plan } from '../experiments/records-of.ts';

/** A run whose epochs spent these shares of their time waiting; none for a table. */
function run(waitShares: readonly number[]): DoneRecord {
  const [planned] = plan([1]);
  const record = done(planned!, [0.5, ...waitShares]);
  const epochs = waitShares.map((waitShare, i) => ({ ...record.epochs[i]!, waitShare }));
  const rows = { train: 3000, validation: 20, test: 0 };
  return { ...record, epochs, data: { ...record.data, rows } };
}

test('the report says how much of the time all runs waited for images', () => {
  const rows = '3,000 training, 20 validation and 0 test rows';
  expect(reportLines([run([0.01, 0.002]), run([0, 0.004])])).toEqual([
    rows,
    'waited for data 0.4 % of the time',
  ]);
  expect(reportLines([run([])])).toEqual([rows]);
});
