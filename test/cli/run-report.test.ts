import { expect, test } from 'vitest';
import { reportLines } from '../../src/cli/ui/run-report.ts';
import { doneRecord } from '../experiments/made-records.ts';

test('says where the noise was estimated as one rate for all classes', () => {
  const record = doneRecord({ test: 0.5 });
  const calibration = { temperature: 0.5, transition: 'estimated', noiseRate: 0.312 } as const;
  const lines = reportLines([{ ...record, calibration } as typeof record]);
  expect(lines.at(-1)).toBe(
    'the noise was estimated as one rate for all classes, 31.2 %: a matrix takes at most 32 classes, with 10 validation rows for each entry',
  );
  expect(reportLines([record]).join('\n')).not.toContain('one rate');
});
