import { describe, expect, test } from 'vitest';
import type { Cell } from '../../src/report/page-data.ts';
import { summarise } from '../../src/report/summary.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { configOf, doneRecord, failedRecord, losses, syntheticRecords } from './records.ts';

/** A run whose test accuracy and memorised share are as given, epoch by epoch. */
function run(seed: number, test: readonly number[], memorised: readonly number[], loss = 'ce') {
  const record = doneRecord(configOf(loss, 'symmetric:0.4', seed));
  const epochs = test.map((testAccuracy, i) => ({
    epoch: i + 1,
    loss: 1,
    learningRate: 0.1,
    testAccuracy,
    memorised: memorised[i] ?? 0,
    seconds: i + 1,
  }));
  const last = epochs.at(-1) as (typeof epochs)[number];
  return { ...record, epochs, last, chosen: epochs[0] as typeof last, seconds: 10 * seed };
}

describe('a cell', () => {
  const runs = [run(1, [0.5, 0.7], [0.1, 0.2]), run(2, [0.6, 0.9], [0.3, 0.2])];
  const lost = failedRecord(configOf('ce', 'symmetric:0.4', 3), 'NaN', true);
  const broken = failedRecord(configOf('ce', 'symmetric:0.4', 4), 'killed', false);
  const cell = summarise([...runs, lost, broken]).cells[0] as Cell;

  test('counts what ended and how', () => {
    expect([cell.done, cell.diverged, cell.failed]).toEqual([2, 1, 1]);
    expect(cell.seconds).toBe(15);
  });

  test('has means, and deviations that divide by n − 1', () => {
    const { last, chosen, memorised } = cell.values;
    expect([last?.n, last?.mean, last?.std]).toEqual([2, 0.8, 0.141421]); // 0.2 / √2
    expect([chosen?.mean, chosen?.std]).toEqual([0.55, 0.070711]);
    expect([memorised?.mean, memorised?.std]).toEqual([0.2, 0]);
  });

  test('has curves over its epochs', () => {
    expect(cell.curves.test).toEqual({
      epoch: [1, 2],
      n: [2, 2],
      mean: [0.55, 0.8],
      std: [0.0707, 0.1414],
    });
    expect(cell.curves.memorised?.mean).toEqual([0.2, 0.2]);
  });

  test('of one run has no deviation', () => {
    const [single] = summarise([run(1, [0.5], [0.1])]).cells;
    expect(single?.values.last).toEqual({ n: 1, mean: 0.5 });
    expect(single?.curves.test?.std).toEqual([null]);
  });

  test('of failed runs alone has no values', () => {
    const [none] = summarise([lost]).cells;
    expect([none?.done, none?.values, none?.curves]).toEqual([0, {}, {}]);
  });
});

test('the grid is sorted into tasks, noises and series in their order', () => {
  const page = summarise(syntheticRecords());
  expect(page.tasks).toEqual(['digits · mlp:256']);
  expect(page.series).toEqual(losses);
  expect(page.noises.map(({ rate }) => rate)).toEqual([0, 0.2, 0.4, 0.6, 0.8]);
  expect(page.cells).toHaveLength(30);
  expect(page.sweeps).toEqual([]);
  const robust = page.cells.find(({ noise, series }) => noise === 2 && series === 5);
  expect(robust?.values.last?.mean).toBeGreaterThan(0.85);
});

test('a model that is chosen automatically is named as one', () => {
  const records = ['auto', 'mlp:256'].map((model) =>
    doneRecord(configOf('ce', 'none', 1, { model })),
  );
  expect(summarise(records).tasks).toEqual(['digits · model auto', 'digits · mlp:256']);
});

test('labels of the data are known by their mean share of mistakes', () => {
  const records = [1, 2].map((seed) => ({
    ...doneRecord(configOf('ce', 'column:worse', seed)),
    noise: { realised: 0.1 * seed },
  }));
  const [level] = summarise(records).noises;
  expect(level?.rate).toBeUndefined();
  expect(isClose(level?.realised ?? 0, 0.15, tolerances.float64)).toBe(true);
});

describe('series', () => {
  const trained = (loss: string, noise: string, learningRate: number) =>
    doneRecord(
      configOf(loss, noise, 1, { training: { epochs: 5, evaluateEvery: 1, learningRate } }),
    );

  test('of one loss are one where settings differ from noise to noise only', () => {
    const records = [trained('ce', 'symmetric:0.2', 0.1), trained('ce', 'symmetric:0.4', 0.01)];
    expect(summarise(records).series).toEqual(['ce']);
  });

  test('of one loss are several where settings differ side by side', () => {
    const records = [0.1, 0.01].map((rate) => trained('ce', 'symmetric:0.2', rate));
    const page = summarise([...records, trained('mae', 'symmetric:0.2', 0.1)]);
    expect(page.series).toEqual(['ce, learningRate=0.1', 'ce, learningRate=0.01', 'mae']);
  });

  test('that differ in one number are a sweep from three values on', () => {
    const qs = ['gce:q=0.7', 'gce:0.2', 'gce:q=0.5,minProb=0.1', 'gce:q=0.4'];
    const page = summarise(qs.map((loss) => trained(loss, 'none', 0.1)));
    expect(page.sweeps).toEqual([
      {
        task: 0,
        label: 'gce: q',
        parameter: 'q',
        points: [
          { value: 0.2, series: 1 },
          { value: 0.4, series: 3 },
          { value: 0.7, series: 0 },
        ],
      },
    ]);
  });

  test('that differ in a setting are a sweep, too', () => {
    const page = summarise([0.1, 0.01, 1].map((rate) => trained('ce', 'none', rate)));
    expect(
      page.sweeps.map(({ label, points }) => [label, points.map(({ value }) => value)]),
    ).toEqual([['ce: learningRate', [0.01, 0.1, 1]]]);
  });
});

describe('comparisons', () => {
  const measured = (loss: string, accuracies: readonly number[]) =>
    accuracies.map((accuracy, i) => run(i + 1, [accuracy], [0.1], loss));
  const records = [
    ...measured('sgce:q=0.4', [0.94, 0.9, 0.86]),
    ...measured('gce:q=0.7', [0.9, 0.86, 0.85]),
    ...measured('ce', [0.84, 0.82, 0.8]),
    run(1, [0.99], [0.1], 'unhinged'),
    failedRecord(configOf('unhinged', 'symmetric:0.4', 2), 'NaN', true),
  ];
  const page = summarise(records);
  const [sgce, gce, ce, unhinged] = page.cells as [Cell, Cell, Cell, Cell];

  test('keep the order of the records', () => {
    expect(page.series).toEqual(['sgce:q=0.4', 'gce:q=0.7', 'ce', 'unhinged']);
  });

  test('are those of aggregate, to six digits', () => {
    // seed by seed 0.06, 0.04, 0.05: 0.05 ± 4.302653 · 0.01 / √3
    expect(gce.againstCe).toEqual({
      n: 3,
      mean: 0.05,
      interval: [0.025159, 0.074841],
      // t = 5√3, p = 1 − t/√(2 + t²) = 0.0130725, the smaller of two; one seed has none
      adjustedPValue: 0.026145,
      label: 'ce',
    });
    // 0.04, 0.04, 0.01: 0.03 ± 4.302653 · 0.0173205 / √3
    expect(sgce.againstBaseline).toEqual({
      n: 3,
      mean: 0.03,
      interval: [-0.013027, 0.073027],
      adjustedPValue: 0.095466, // t = 3, the larger of two
      label: 'gce:q=0.7',
    });
    expect(unhinged.againstCe).toEqual({ n: 1, mean: 0.15, label: 'ce' });
    expect([ce.againstCe, gce.againstBaseline]).toEqual([undefined, undefined]);
    expect(page.cells.map(({ isBestBaseline }) => isBestBaseline)).toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  test('pass over a row that lost runs to divergence, and no other', () => {
    expect(page.cells.map(({ isBest }) => isBest)).toEqual([true, false, false, false]);
    const broken = failedRecord(configOf('sgce:q=0.4', 'symmetric:0.4', 4), 'killed', false);
    expect(summarise([...records, broken]).cells[0]?.isBest).toBe(true);
    expect(summarise(measured('ce', [0.9])).cells[0]?.isBest).toBe(false);
  });
});
