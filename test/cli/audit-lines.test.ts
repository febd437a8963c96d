import { describe, expect, test } from 'vitest';
import { auditLines } from '../../src/cli/ui/audit-report.ts';
import { stream, wilsonInterval } from '../../src/core/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { auditDataset } from '../../src/run/index.ts';
import { isClose, tolerances } from '../tolerances.ts';

/** Rows of two classes with 20 % wrong labels, and what they are by a model; of every second one it is `sure` only, and as often right. */
async function auditWhere(sure: number, { n = 1000, precision = 0.8 } = {}) {
  const rng = stream(1, 'audit lines');
  const probs = new Float64Array(2 * n);
  const labels: string[] = [];
  const isWrong: boolean[] = [];
  for (let row = 0; row < n; row++) {
    const p = row % 2 === 0 ? 0.999 : sure;
    const says = rng.uniform() < 0.5 ? 0 : 1;
    probs[2 * row + says] = p;
    probs[2 * row + 1 - says] = 1 - p;
    const truth = rng.uniform() < p ? says : 1 - says;
    const flips = rng.uniform() < 0.2;
    isWrong.push(flips);
    labels.push(['no', 'yes'][flips ? 1 - truth : truth] as string);
  }
  const data = fromArrays({ features: labels.map((_, row) => [row]), labels });
  const audit = await auditDataset({ data, probs, precision });
  return {
    ...{ audit, isWrong },
    lines: auditLines({ audit, data, model: 'it says' }, { basis: 'probabilities' }),
  };
}

test('the doubt is the mean of what the most probable class leaves, and much of it is said beside the list', async () => {
  const { audit, lines } = await auditWhere(0.7);
  let left = 0;
  const n = audit.labels.length;
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

describe('the 95 % intervals', () => {
  const shareOf = (flags: readonly boolean[]) => flags.filter(Boolean).length / flags.length;

  test('hold the share of wrong labels and that of the list, and stand beside their estimates', async () => {
    const { audit, isWrong, lines } = await auditWhere(0.7);
    const listed = shareOf(Array.from(audit.suspects.rows, (row) => isWrong[row] as boolean));
    const expected = [
      [audit.wrongShareInterval, audit.wrongShare, shareOf(isWrong)],
      [audit.precisionInterval!, audit.suspects.expectedPrecision, listed],
    ] as const;
    for (const [[low, high], estimate, truth] of expected) {
      expect(low).toBeLessThan(estimate);
      expect(high).toBeGreaterThan(estimate);
      expect(low).toBeLessThan(truth);
      expect(high).toBeGreaterThan(truth);
    }
    const inWords = expected.map(([[low, high]]) =>
      [low, high].map((end) => `${(100 * end).toFixed(1)} %`).join(' to '),
    );
    expect(lines[0]).toContain(`labels look wrong (95 % interval ${inWords[0]}): an estimate`);
    expect(lines.join('\n')).toContain(`to be wrong (95 % interval ${inWords[1]}): an estimate`);
  });

  test('are of chance alone where rows are many', async () => {
    const { audit } = await auditWhere(0.7, { n: 100_001 });
    const { wrongShare, wrongShareInterval, suspects, precisionInterval } = audit;
    const n = audit.labels.length;
    const size = suspects.rows.length;
    const expected = [
      wilsonInterval(wrongShare * n, n),
      wilsonInterval(suspects.expectedPrecision * size, size),
    ];
    for (const [i, interval] of [wrongShareInterval, precisionInterval!].entries()) {
      expect(interval[0]).toBeCloseTo(expected[i]![0], 9);
      expect(interval[1]).toBeCloseTo(expected[i]![1], 9);
    }
  });

  test('are of the share alone where there is no list', async () => {
    const { audit } = await auditWhere(0.7, { precision: 1 });
    expect(audit.suspects.rows.length).toBe(0);
    expect(audit.precisionInterval).toBeUndefined();
    expect(audit.wrongShareInterval[1]).toBeGreaterThan(0.1);
  });
});
