import { describe, expect, test } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import type { Corrections } from '../../src/review/index.ts';
import { isClose, tolerances } from '../tolerances.ts';

/** Compiled: its training thread is a JavaScript file. */
const compiled = new URL('../../dist/node/review.js', import.meta.url).href;
const { compareLabels } = (await import(
  /* @vite-ignore */ compiled
)) as typeof import('../../src/review/index.ts');

/** Three clouds of points; of two in five rows of the first the label is that of the second. */
const rng = stream(3, 'clouds');
const truth = Int32Array.from({ length: 300 }, (_, i) => i % 3);
const features = Array.from(truth, (c) => [
  2 * c + 0.6 * rng.normal(),
  (c === 1 ? 2 : 0) + 0.6 * rng.normal(),
]);
const names = ['a', 'b', 'c'];
const namesOf = (labels: Int32Array) => Array.from(labels, (label) => names[label] as string);
const noisy = truth.map((label, row) => (label === 0 && row % 15 < 9 && row % 5 !== 1 ? 1 : label));
const data = fromArrays({ features, labels: namesOf(noisy), trueLabels: namesOf(truth) });
const { trueLabels: _, ...untold } = data;

const right: Corrections = {
  labels: truth,
  changed: new Map(
    Array.from(truth.keys())
      .filter((row) => truth[row] !== noisy[row])
      .map((row) => [row, 'rule']),
  ),
  ...{ dropped: new Map(), reviewed: new Set(), notices: [] },
};
const options = {
  data,
  model: 'linear',
  loss: 'ce',
  epochs: 15,
  test: 0.3,
  seeds: [1, 2],
} as const;
const first = await compareLabels({ ...options, corrections: right });

describe('labels with planted mistakes, corrected', () => {
  test('gain on true labels, and their interval does not contain 0', () => {
    const { gain, rows, testRows } = first;
    expect(gain.against).toBe('trueLabels');
    const { mean } = gain.difference;
    expect(isClose(mean, gain.after - gain.before, tolerances.float64)).toBe(true);
    const [low] = gain.difference.interval as readonly [number, number];
    expect(low).toBeGreaterThan(0);
    expect(gain.after).toBeGreaterThan(0.9);
    const isTest = new Set(testRows);
    expect(rows).toEqual({
      ...{ train: 210, test: 90, dropped: 0 },
      changed: [...right.changed.keys()].filter((row) => !isTest.has(row)).length,
    });
  });

  test('are measured against labels as given where the true ones are not known, which changes no model', async () => {
    const found = await compareLabels({ ...options, data: untold, corrections: right });
    expect(found.gain.against).toBe('given');
    expect(found.measures).toEqual(first.measures.slice(1));
  });
});

describe('what becomes of test rows', () => {
  const isTest = new Set(first.testRows);
  const byAgainst = ({ measures }: typeof first) =>
    Object.fromEntries(measures.map((own) => [own.against, own]));

  test('decides nothing but the measures against corrected labels', async () => {
    const wrong = right.labels.map((label, row) => (isTest.has(row) ? (label + 1) % 3 : label));
    const changed = new Map(right.changed);
    for (const row of isTest) changed.set(row, 'rule');
    const reviewed = first.testRows[0] as number;
    const dropped = new Map([[first.testRows[1] as number, 'rule' as const]]);
    changed.set(reviewed, 'reviewer');
    const found = await compareLabels({
      ...options,
      corrections: { ...right, labels: wrong, changed, dropped },
    });
    expect(found.gain).toEqual(first.gain);
    const [before, now] = [byAgainst(first), byAgainst(found)];
    expect(Object.keys(before)).toEqual(['trueLabels', 'given', 'corrected']);
    expect(Object.keys(now)).toEqual(['trueLabels', 'given', 'reviewed', 'corrected']);
    expect(now['given']).toEqual(before['given']);
    expect(now['corrected']?.after).toBeLessThan(0.1);
    expect([now['reviewed']?.rows, now['corrected']?.rows]).toEqual([90, 89]);
  });

  test('of data of their own is not asked at all', async () => {
    const rows = Array.from(first.testRows);
    const own = fromArrays({
      features: rows.map((row) => features[row] as number[]),
      labels: rows.map((row) => names[truth[row] as number] as string),
    });
    const { measures, rows: counts } = await compareLabels({
      ...options,
      ...{ data: untold, test: own, corrections: right },
    });
    expect(measures.map(({ against, rows: count }) => [against, count])).toEqual([['given', 90]]);
    expect([counts.train, counts.test]).toEqual([300, 90]);
    expect(measures[0]?.difference.mean).toBeGreaterThan(0);
  });
});

test('rows that are left out and weights of 0 are not learnt from', async () => {
  const wrong = new Map(Array.from(right.changed.keys(), (row) => [row, 'rule' as const]));
  const asBefore = { ...right, labels: noisy, changed: new Map() };
  const dropped = await compareLabels({ ...options, corrections: { ...asBefore, dropped: wrong } });
  const weights = Float64Array.from(noisy, (_label, row) => (wrong.has(row) ? 0 : 1));
  const weighted = await compareLabels({ ...options, corrections: { ...asBefore, weights } });
  for (const { gain } of [dropped, weighted]) {
    expect(gain.before).toBe(first.gain.before);
    expect((gain.difference.interval as readonly [number, number])[0]).toBeGreaterThan(0);
  }
  expect(dropped.rows.dropped).toBe(first.rows.changed);
});

test('there must be rows to test on', async () => {
  const none = compareLabels({ ...options, corrections: right, test: 0 });
  await expect(none).rejects.toThrow('testShare: expected rows to test on, received none');
});
