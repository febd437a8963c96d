import { describe, expect, test } from 'vitest';
import { aggregate } from '../../src/experiments/results/aggregate.ts';
import {
  compareLosses,
  compareNatural,
  compareNoises,
} from '../../src/experiments/results/order.ts';
import { csvTable, markdownTables } from '../../src/experiments/results/table-files.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { configOf, doneRecord, failedRecord, overSeeds, recordOf } from './made-records.ts';

const close = (a: number | undefined, b: number) => isClose(a ?? Number.NaN, b, tolerances.float64);

describe('rows', () => {
  const records = [
    ...overSeeds([0.9, 0.86, 0.85], { loss: 'gce:q=0.7' }),
    ...overSeeds([0.84, 0.82, 0.8], { loss: 'ce' }),
  ];

  test('have mean and deviation over seeds', () => {
    const [ce, gce] = aggregate(records);
    expect([ce?.loss, gce?.loss]).toEqual(['ce', 'gce:q=0.7']);
    expect([ce?.seeds, ce?.last?.n]).toEqual([[1, 2, 3], 3]);
    expect([close(ce?.last?.mean, 0.82), close(ce?.last?.std, 0.02)]).toEqual([true, true]);
    // deviations 0.03, −0.01, −0.02: variance 0.0014/2
    expect([close(gce?.last?.mean, 0.87), close(gce?.last?.std, Math.sqrt(0.0007))]).toEqual([
      true,
      true,
    ]);
    expect([ce?.isBest, gce?.isBest]).toEqual([false, true]);
  });

  test('have the difference to ce seed by seed, with its interval', () => {
    const [ce, gce] = aggregate(records);
    expect(ce?.againstCe).toBeUndefined();
    // differences 0.06, 0.04, 0.05: mean 0.05, deviation 0.01; t(0.95, 2) = 4.302652729911275
    const half = (4.302652729911275 * 0.01) / Math.sqrt(3);
    expect(gce?.againstCe?.n).toBe(3);
    expect(close(gce?.againstCe?.mean, 0.05)).toBe(true);
    expect(close(gce?.againstCe?.interval?.[0], 0.05 - half)).toBe(true);
    expect(close(gce?.againstCe?.interval?.[1], 0.05 + half)).toBe(true);
  });

  test('do not depend on the order of the records', () => {
    expect(aggregate([...records].reverse())).toEqual(aggregate(records));
  });

  test('compare with the best baseline, which the losses of the paper are not', () => {
    const more = [
      ...records,
      ...overSeeds([0.91, 0.93, 0.95], { loss: 'sgce:q=0.4' }),
      ...overSeeds([0.92, 0.94, 0.96], { loss: 'symmetrize(gce:q=0.7,minProb=0)' }),
    ];
    const rows = aggregate(more);
    const sgce = rows.find(({ loss }) => loss === 'sgce:q=0.4');
    expect(sgce?.againstBaseline?.label).toBe('gce:q=0.7');
    expect(rows.filter((row) => row.isBestBaseline).map(({ loss }) => loss)).toEqual(['gce:q=0.7']);
    expect(close(sgce?.againstBaseline?.mean, 0.06)).toBe(true); // 0.01, 0.07, 0.10
    const ce = rows.find(({ loss }) => loss === 'ce');
    expect(close(ce?.againstBaseline?.mean, -0.05)).toBe(true);
    expect(rows.find(({ loss }) => loss === 'gce:q=0.7')?.againstBaseline).toBeUndefined();
    const own = aggregate(more, { isBaseline: (loss) => loss === 'ce' });
    expect(own.find(({ loss }) => loss === 'gce:q=0.7')?.againstBaseline?.label).toBe('ce');
  });

  test('auto is no baseline: it may choose a loss of the paper', () => {
    const rows = aggregate([...records, ...overSeeds([0.97, 0.98, 0.99], { loss: 'auto' })]);
    expect(rows.find(({ loss }) => loss === 'auto')?.againstBaseline?.label).toBe('gce:q=0.7');
  });

  test('of several ce, name the one that others are compared with', () => {
    const rates = [0.1, 0.01];
    const rows = aggregate([
      ...rates.flatMap((learningRate, i) =>
        overSeeds([0.6 + i / 10, 0.7], { loss: 'ce', training: { learningRate } }),
      ),
      ...overSeeds([0.8, 0.9], { loss: 'mae' }),
    ]);
    expect(rows.map(({ label, againstCe }) => [label, againstCe?.label])).toEqual([
      ['ce, learningRate=0.01', undefined],
      ['ce, learningRate=0.1', 'ce, learningRate=0.01'],
      ['mae', 'ce, learningRate=0.01'],
    ]);
    expect(markdownTables('t', rows)).toContain('; of several ce the one with the best mean');
    expect(markdownTables('t', aggregate(records))).not.toContain('of several ce');
    const [names = '', , second = ''] = csvTable(rows).split('\n');
    expect(names).toContain(',ce_label,ce_difference,');
    expect(second).toContain(',"ce, learningRate=0.01",-0.');
  });

  test('pair only the seeds that both have', () => {
    const partly = [
      ...overSeeds([0.5, 0.6], { loss: 'ce' }),
      doneRecord({ loss: 'mae', seed: 2, test: 0.7 }),
      doneRecord({ loss: 'mae', seed: 3, test: 0.9 }),
    ];
    const mae = aggregate(partly).find(({ loss }) => loss === 'mae');
    expect(mae?.againstCe?.n).toBe(1);
    expect(close(mae?.againstCe?.mean, 0.1)).toBe(true);
    expect(mae?.againstCe?.interval).toBeUndefined(); // one difference has no deviation
    expect(close(mae?.last?.mean, 0.8)).toBe(true);
  });

  test('keep what was chosen, memorised and wrong', () => {
    const [row] = aggregate([
      doneRecord({ seed: 1, test: 0.7, chosen: 0.8, memorised: 0.3 }),
      doneRecord({ seed: 2, test: 0.7, chosen: 0.9, memorised: 0.5 }),
    ]);
    expect(close(row?.chosen?.mean, 0.85)).toBe(true);
    expect(close(row?.chosen?.std, Math.sqrt(0.005))).toBe(true);
    expect(close(row?.memorised?.mean, 0.4)).toBe(true);
    expect(row?.noiseRate).toEqual({ n: 2, mean: 0.4, std: 0 });
    const [single] = aggregate([doneRecord({ test: 0.7 })]);
    expect(single?.last).toEqual({ n: 1, mean: 0.7 });
    expect([single?.chosen, single?.memorised]).toEqual([undefined, undefined]);
  });
});

describe('runs that failed', () => {
  test('are counted apart, and not averaged', () => {
    const rows = aggregate([
      ...overSeeds([0.6, 0.8], { loss: 'ce' }),
      doneRecord({ loss: 'unhinged', seed: 1, test: 0.9 }),
      failedRecord({ loss: 'unhinged', seed: 2 }, true),
      failedRecord({ loss: 'unhinged', seed: 3 }, false),
    ]);
    const unhinged = rows.find(({ loss }) => loss === 'unhinged');
    expect([unhinged?.seeds, unhinged?.diverged, unhinged?.failed]).toEqual([[1], 1, 1]);
    expect(unhinged?.records.map(({ config, status }) => [config.seed, status])).toEqual([
      [1, 'done'],
      [2, 'failed'],
      [3, 'failed'],
    ]);
    expect(unhinged?.last).toEqual({ n: 1, mean: 0.9 });
  });

  test('do not let the survivors be the best', () => {
    const rows = aggregate([
      ...overSeeds([0.6, 0.8], { loss: 'ce' }),
      doneRecord({ loss: 'unhinged', seed: 1, test: 0.9 }),
      failedRecord({ loss: 'unhinged', seed: 2 }, true),
    ]);
    expect(rows.map(({ loss, isBest }) => [loss, isBest])).toEqual([
      ['ce', true],
      ['unhinged', false],
    ]);
    const both = aggregate([
      doneRecord({ loss: 'ce', seed: 1, test: 0.8 }),
      failedRecord({ loss: 'ce', seed: 2 }, true),
      doneRecord({ loss: 'mae', seed: 1, test: 0.9 }),
      failedRecord({ loss: 'mae', seed: 2 }, true),
    ]);
    expect(both.map(({ loss, isBest }) => [loss, isBest])).toEqual([
      ['ce', false],
      ['mae', true],
    ]);
  });

  test('leave a row without numbers where none is left', () => {
    const [row] = aggregate([failedRecord({ loss: 'unhinged' }, true)]);
    expect([row?.last, row?.isBest, row?.diverged]).toEqual([undefined, false, 1]);
  });

  test('give way to a later run of the same seed', () => {
    const [row] = aggregate([failedRecord({ seed: 1 }, false), doneRecord({ seed: 1, test: 0.5 })]);
    expect([row?.seeds, row?.failed]).toEqual([[1], 0]);
    expect(row?.records.map(({ status }) => status)).toEqual(['done']);
  });
});

test('settings tell rows of one loss apart, whatever the noise', () => {
  const rows = aggregate([
    doneRecord({ loss: 'unhinged', noise: 'none', test: 0.7, training: { scores: 'l2' } }),
    doneRecord({ loss: 'unhinged', test: 0.8, training: { scores: 'l2' } }),
    doneRecord({ loss: 'unhinged', test: 0.9, training: { scores: 'batch' } }),
    doneRecord({ loss: 'mae', test: 0.9, training: { learningRate: 0.1 } }),
    doneRecord({ loss: 'ce', test: 0.9 }),
    doneRecord({ loss: 'ce', test: 0.9, training: { weightDecay: 0.01 } }),
  ]);
  expect(rows.map(({ noise, label }) => [noise, label])).toEqual([
    ['none', 'unhinged, scores=l2'],
    ['symmetric:0.4', 'ce, weightDecay=0.01'],
    ['symmetric:0.4', 'ce, weightDecay=default'],
    ['symmetric:0.4', 'mae'],
    ['symmetric:0.4', 'unhinged, scores=batch'],
    ['symmetric:0.4', 'unhinged, scores=l2'],
  ]);
  // equal means are all the best
  expect(rows.filter(({ isBest }) => isBest).map(({ label }) => label)).toEqual([
    'ce, weightDecay=0.01',
    'ce, weightDecay=default',
    'mae',
    'unhinged, scores=batch',
  ]);
  expect(rows.map(({ variant }) => variant).slice(2, 5)).toEqual([
    { weightDecay: 'default' },
    {},
    { scores: 'batch' },
  ]);
});

test('settings that differ from noise to noise only tell no rows apart', () => {
  const rows = aggregate([
    doneRecord({ noise: 'none', test: 0.7, training: { learningRate: 0.1 } }),
    doneRecord({ noise: 'symmetric:0.4', test: 0.8, training: { learningRate: 0.01 } }),
  ]);
  expect(rows.map(({ label, last }) => [label, last?.mean])).toEqual([
    ['ce', 0.7],
    ['ce', 0.8],
  ]);
});

test('files of different contents tell rows apart', () => {
  const made = (sha256: string) =>
    recordOf({ ...configOf({ noise: 'matrix:m.csv' }), noiseSha256: sha256 }, { test: 0.5 });
  expect(
    aggregate([made('0123456789abcdef'), made('fedcba9876543210')]).map(({ label }) => label),
  ).toEqual(['ce, noiseSha256=01234567', 'ce, noiseSha256=fedcba98']);
});

test('data, model and noise are compared within themselves', () => {
  const rows = aggregate([
    doneRecord({ source: 'mnist', loss: 'ce', test: 0.2 }),
    doneRecord({ source: 'digits', loss: 'mae', test: 0.9 }),
    doneRecord({ source: 'digits', model: 'linear', loss: 'mae', test: 0.1 }),
    doneRecord({ source: 'digits', label: 'other', loss: 'mae', test: 0.1 }),
  ]);
  // a row alone is best of nothing
  expect(rows.map(({ isBest, againstCe }) => [isBest, againstCe])).toEqual(
    Array(4).fill([false, undefined]),
  );
});

test('losses have the order of their list; those made of others, or unknown here, come last', () => {
  const losses = ['sgce:q=0.7 + ce', 'brier:a=1', 'symmetrize(ce)', 'gce:q=10', 'gce:q=0.7', 'ce'];
  expect(losses.sort(compareLosses)).toEqual([
    'ce',
    'gce:q=0.7',
    'gce:q=10', // out of its range, but its name is known
    'brier:a=1',
    'sgce:q=0.7 + ce',
    'symmetrize(ce)',
  ]);
});

test('noises and numbers in names have their natural order', () => {
  const noises = ['column:worse', 'symmetric:0.8', 'asymmetric:0.4', 'symmetric:0.2', 'none'];
  expect(noises.sort(compareNoises)).toEqual([
    'none',
    'symmetric:0.2',
    'symmetric:0.8',
    'asymmetric:0.4',
    'column:worse',
  ]);
  expect(['q=10', 'q=0.7', 'p', 'q=0.10', 'q=9'].sort(compareNatural)).toEqual([
    'p',
    'q=0.10',
    'q=0.7',
    'q=9',
    'q=10',
  ]);
});
