import { expect, test } from 'vitest';
import { reportLines } from '../../src/cli/results.ts';
import type { Run } from '../../src/train/index.ts';

/** A run whose epochs spent these shares of their time waiting; none for a table. */
function run(waitShares: readonly number[]): Run {
  const epochs = waitShares.map((waitShare) => ({ waitShare }));
  const rows = { train: 3000, validation: 20, test: 0 };
  const calibration = { temperature: 1, transition: 'none' };
  const trained = { metrics: { rows, epochs, calibration }, settings: {} };
  return { loss: 'ce', seed: 1, trained } as unknown as Run;
}

test('the report says how much of the time all runs waited for images', () => {
  const rows = '3,000 training, 20 validation and 0 test rows';
  expect(reportLines([run([0.01, 0.002]), run([0, 0.004])])).toEqual([
    rows,
    'waited for data 0.4 % of the time',
  ]);
  expect(reportLines([run([])])).toEqual([rows]);
});
