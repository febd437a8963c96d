import { describe, expect, test } from 'vitest';
import { gridTable } from '../../src/cli/ui/results-table.ts';
import type { RunRecord } from '../../src/experiments/index.ts';
import { doneRecord, failedRecord, overSeeds } from '../experiments/made-records.ts';

const cells = (records: readonly RunRecord[]) =>
  gridTable(records)
    .split('\n')
    .map((line) => line.split(/ {2,}/));

const heading = ['data', 'model', 'noise', 'loss', 'runs', 'test accuracy', 'memorised', 'time'];
const place = ['digits', 'mlp:8', 'symmetric:0.4'];

describe('gridTable', () => {
  test('has means and deviations, and differences to ce seed by seed', () => {
    const records = [
      ...overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7', memorised: 0.25 }),
      ...overSeeds([0.84, 0.82, 0.8], { loss: 'ce' }),
    ];
    expect(cells(records)).toEqual([
      [...heading, '− ce, points [95 %]'],
      [...place, 'ce', '3', '82.0 ± 2.0 %', '–', '3.0 s', '–'],
      // 0.06, 0.04, 0.05: 0.05 ± 4.3027 · 0.01 / √3
      [...place, 'gce:q=0.7', '3', '87.0 ± 2.6 %', '25.0 ± 0.0 %', '3.0 s', '+5.0 [+2.5, +7.5]'],
    ]);
  });

  test('has balanced accuracy where predictions are to be best in it', () => {
    const records = (['accuracy', 'balanced-accuracy'] as const).map((metric): RunRecord[] => [
      {
        ...doneRecord({ loss: 'ce', test: 0.9, training: { metric } }),
        evaluation: {
          ...{
            part: 'test' as const,
            n: 1,
            accuracy: 0.9,
            balancedAccuracy: 0.75,
            majorityShare: 0.8,
          },
          ...{ perClass: [], logLoss: 0.5, calibrationError: 0.1, against: 'trueLabels' as const },
        },
      },
    ]);
    expect(records.map((own) => cells(own).map((line) => line.slice(5, 8)))).toEqual([
      [
        ['test accuracy', 'largest class', 'memorised'],
        ['90.0 %', '80.0 %', '–'],
      ],
      [
        ['test accuracy', 'balanced', 'largest class'],
        ['90.0 %', '75.0 %', '80.0 %'],
      ],
    ]);
  });

  test('tells rows of one loss and of one source apart', () => {
    const records = [
      doneRecord({ loss: 'unhinged', test: 0.8, training: { scores: 'l2' } }),
      doneRecord({ loss: 'unhinged', test: 0.9, training: { scores: 'batch' } }),
      doneRecord({ label: 'kind', loss: 'unhinged', test: 0.7 }),
    ];
    expect(cells(records).map((line) => [line[0], line[3], line[5]])).toEqual([
      ['data', 'loss', 'test accuracy'],
      ['digits, label column kind', 'unhinged', '70.0 %'],
      ['digits', 'unhinged, scores=batch', '90.0 %'],
      ['digits', 'unhinged, scores=l2', '80.0 %'],
    ]);
  });

  test('says how many runs are missing', () => {
    const lost = [
      failedRecord({ loss: 'mae', seed: 1 }, true),
      doneRecord({ loss: 'mae', seed: 2, test: 0.5 }),
      failedRecord({ loss: 'mae', seed: 3 }, false),
      failedRecord({ loss: 'ce', seed: 1 }, true),
    ];
    expect(cells(lost)).toEqual([
      heading,
      [...place, 'ce', '0', 'diverged', '–', '–'],
      [...place, 'mae', '1', '50.0 % (1 diverged, 1 failed)', '–', '3.0 s'],
    ]);
  });

  test('leaves differences out where lines would not fit 120 characters', () => {
    const records = (source: string) => [
      ...overSeeds([0.9, 0.8], { source, loss: 'ce' }),
      ...overSeeds([0.8, 0.9], { source, loss: 'mae' }),
    ];
    const widest = (source: string) =>
      Math.max(
        ...gridTable(records(source))
          .split('\n')
          .map((line) => line.length),
      );
    // without data the line of mae and its difference has 89 characters
    expect(widest('x'.repeat(31))).toBe(120);
    expect(cells(records('x'.repeat(31)))[0]?.at(-1)).toBe('− ce, points [95 %]');
    expect(cells(records('x'.repeat(32)))[0]).toEqual(heading);
  });
});
