import { expect, test } from 'vitest';
import { auditLines } from '../../src/cli/ui/audit-report.ts';
import { stream } from '../../src/core/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { auditDataset } from '../../src/run/index.ts';
import { isClose, tolerances } from '../tolerances.ts';

const n = 1000;

/** Rows of two classes with 20 % wrong labels, and what they are by a model; of every second one it is `sure` only, and as often right. */
async function auditWhere(sure: number) {
  const rng = stream(1, 'audit lines');
  const probs = new Float64Array(2 * n);
  const labels: string[] = [];
  for (let row = 0; row < n; row++) {
    const p = row % 2 === 0 ? 0.999 : sure;
    const says = rng.uniform() < 0.5 ? 0 : 1;
    probs[2 * row + says] = p;
    probs[2 * row + 1 - says] = 1 - p;
    const truth = rng.uniform() < p ? says : 1 - says;
    labels.push(['no', 'yes'][rng.uniform() < 0.2 ? 1 - truth : truth] as string);
  }
  const data = fromArrays({ features: labels.map((_, row) => [row]), labels });
  const audit = await auditDataset({ data, probs });
  return {
    audit,
    lines: auditLines({ audit, data, model: 'it says' }, { basis: 'probabilities' }),
  };
}

test('the doubt is the mean of what the most probable class leaves, and much of it is said beside the list', async () => {
  const { audit, lines } = await auditWhere(0.7);
  let left = 0;
  for (let row = 0; row < n; row++) {
    left +=
      1 - Math.max(audit.calibrated[2 * row] as number, audit.calibrated[2 * row + 1] as number);
  }
  expect(isClose(audit.doubt, left / n, tolerances.float64)).toBe(true);
  expect(audit.suspects.rows.length).toBeGreaterThan(0);
  const share = `${(100 * audit.doubt).toFixed(1)} %`;
  expect(lines.filter((line) => line.startsWith('note: many rows are hard'))).toEqual([
    `note: many rows are hard to classify (the most probable class is expected to be wrong for ${share} of them), and a hard row looks like one with a wrong label: fewer of the suspects may be wrong than stated, in our measurements often by 10 to 30 points`,
  ]);
});

test('nothing is said of doubt where there is little', async () => {
  const { audit, lines } = await auditWhere(0.999);
  expect(audit.suspects.rows.length).toBeGreaterThan(0);
  expect(lines.filter((line) => line.includes('hard to classify'))).toEqual([]);
});
