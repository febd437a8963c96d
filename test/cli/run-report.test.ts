import { describe, expect, test } from 'vitest';
import { metricsOf, reportLines } from '../../src/cli/ui/run-report.ts';
import { doneRecord } from '../experiments/made-records.ts';

test('says where the noise was estimated as one rate for all classes', () => {
  const record = doneRecord({ test: 0.5 });
  const calibration = { temperature: 0.5, transition: 'estimated', noiseRate: 0.312 } as const;
  const lines = reportLines([{ ...record, calibration } as typeof record]);
  expect(lines.at(-1)).toBe(
    'the noise was estimated as one rate for all classes, 31.2 %: a rate for each pair of classes takes 10 validation rows a pair, and at most 32 classes',
  );
  expect(reportLines([record]).join('\n')).not.toContain('one rate');
});

test('metrics.json has the model and the last epoch, which is another where the best was kept', () => {
  const record = doneRecord({ test: 0.5 });
  const epochs = [
    { ...record.last, epoch: 1, testAccuracy: 0.7 },
    { ...record.last, epoch: 2, testAccuracy: 0.4 },
  ];
  const [run] = metricsOf(
    [{ ...record, epochs, last: epochs[0] as (typeof epochs)[0] }],
    ['ce'],
    [],
  ).runs;
  expect(run).toMatchObject({ model: { epoch: 1, testAccuracy: 0.7 } });
  expect(run).toMatchObject({ final: { epoch: 2, testAccuracy: 0.4 } });
});

test('the calibration is that of the model that is kept', () => {
  const records = [0.5, 0.25].map((temperature, i) => {
    const calibration = { temperature, transition: 'known', testError: 0.01 * (i + 1) } as const;
    return { ...doneRecord({ test: 0.5, seed: i + 1 }), calibration };
  });
  const lines = (kept?: (typeof records)[0]) => reportLines(records, kept).at(-1);
  const fitted = (temperature: string, error: string) =>
    `probabilities of ce: temperature ${temperature} fitted with the known noise; calibration error ${error} % on the test part`;
  expect(lines(records[1])).toBe(fitted('0.250', '2.0'));
  expect(lines()).toBe(fitted('0.500', '1.0'));
});

test.each([
  [9999, true],
  [1e-4, true],
  [0.5, false],
])('a temperature of %d at an end of its range is warned of: %s', (temperature, isWarned) => {
  const calibration = { temperature, transition: 'estimated' } as const;
  const lines = reportLines([{ ...doneRecord({ test: 0.5 }), calibration }]);
  const warning =
    'warning: the temperature is at the end of its range, 0.0001 to 10000: the rows that it was fitted on do not decide it; do not rely on the probabilities of ce, only on their order';
  expect(lines.includes(warning)).toBe(isWarned);
});

test('what a run with auto found, chose, and cannot know, in three lines; no validation part is named', () => {
  const words = { found: 'a', chose: 'b', limits: 'c' };
  const auto = {
    ...({ effort: 'quick', folds: 3, rows: 9, chosen: 0, reason: 'plainer', members: 3 } as const),
    noise: { rate: 0, low: 0, high: 0, confusions: [] },
    losses: [{ loss: 'ce', learningRate: 1, models: 3, accuracy: 1 }],
    words,
  };
  const lines = reportLines([{ ...doneRecord({ test: 0.5, loss: 'auto' }), auto }]);
  expect(lines).toEqual(expect.arrayContaining(['found: a', 'chose: b', 'not known: c']));
  expect(lines[0]).toMatch(/^[\d,]+ training and [\d,]+ test rows$/);
});

describe('classes that are never predicted', () => {
  const withPredicted = (counts: readonly (readonly [rows: number, predicted: number])[]) => {
    const perClass = counts.map(([rows, predicted], i) => ({ class: `c${i}`, rows, predicted }));
    const evaluation = {
      ...({
        part: 'test',
        n: 20,
        accuracy: 0.5,
        balancedAccuracy: 0.5,
        majorityShare: 0.5,
      } as const),
      ...({ logLoss: 1, calibrationError: 0, against: 'labels' } as const),
      perClass,
    };
    const record = { ...doneRecord({ test: 0.5, loss: 'mae' }), evaluation };
    return reportLines([record]).filter((line) => line.startsWith('warning'));
  };

  test.each([
    [
      'none is missing',
      [
        [10, 15],
        [10, 5],
      ],
      [],
    ],
    [
      'a class without rows',
      [
        [10, 10],
        [10, 10],
        [0, 0],
      ],
      [],
    ],
    [
      'one of three',
      [
        [10, 15],
        [7, 5],
        [3, 0],
      ],
      [
        'warning: the model of mae, seed 1, never predicts c2: 15.0 % of the test rows (--metric balanced-accuracy predicts rare classes more often)',
      ],
    ],
    [
      'all but one',
      [
        [16, 20],
        [4, 0],
      ],
      [
        'warning: the model of mae, seed 1, says c0 to every row; 80.0 % of the test rows are (--metric balanced-accuracy predicts rare classes more often)',
      ],
    ],
    [
      'more than a line holds',
      [[4, 10], [4, 10], ...Array.from({ length: 12 }, () => [1, 0] as const)],
      [
        'warning: the model of mae, seed 1, never predicts c2, c3, c4, c5, c6, c7, c8, c9, c10, c11 and 2 more: 60.0 % of the test rows (--metric balanced-accuracy predicts rare classes more often)',
      ],
    ],
  ] as const)('%s', (_, counts, expected) => {
    expect(withPredicted(counts)).toEqual(expected);
  });
});

test('what a model for balanced accuracy predicts, and no advice to ask for one', () => {
  const record = doneRecord({ test: 0.5 });
  const classes = Array.from({ length: 12 }, (_, i) => `c${i}`);
  const classShares = classes.map((_, i) => (i === 0 ? 0.89 : 0.01));
  const perClass = [
    { class: 'c0', rows: 9, predicted: 9 },
    { class: 'c1', rows: 1, predicted: 0 },
  ];
  const lines = reportLines([
    {
      ...record,
      settings: { ...record.settings, metric: 'balanced-accuracy' },
      data: { ...record.data, classes },
      calibration: { ...record.calibration, classShares },
      evaluation: {
        ...({
          part: 'test',
          n: 10,
          accuracy: 0.9,
          balancedAccuracy: 0.5,
          majorityShare: 0.9,
        } as const),
        ...({ logLoss: 1, calibrationError: 0, against: 'labels', perClass } as const),
      },
    },
  ]);
  expect(lines.at(-1)).toBe(
    'predicted for balanced accuracy: the class whose probability is largest compared with its estimated share (c0 89.0 %, c1 1.0 %, c2 1.0 %, c3 1.0 %, c4 1.0 %, c5 1.0 %, c6 1.0 %, c7 1.0 %, c8 1.0 %, c9 1.0 % and 2 more)',
  );
  expect(lines.find((line) => line.startsWith('warning'))).toMatch(/90\.0 % of the test rows are$/);
});
