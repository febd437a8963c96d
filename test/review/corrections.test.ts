import { describe, expect, test } from 'vitest';
import { fromArrays } from '../../src/data/index.ts';
import type { AuditedRow, Decision } from '../../src/review/index.ts';
import { contentHash, correctLabels, labelChanges } from '../../src/review/index.ts';
import { messageOf } from '../messages.ts';
import { decision, exclude, label, skip } from './decided.ts';

/** Rows 0, 1, 3, 4, 5 of a source of six. */
const data = {
  ...fromArrays({
    features: [[0], [1], [3], [4], [5]],
    labels: ['cat', 'dog', 'dog', 'cat', 'eel'],
  }),
  sourceRows: Uint32Array.of(0, 1, 3, 4, 5),
};
const [cat, dog, eel] = [0, 1, 2];

const audited = (
  row: number,
  pWrong: number,
  pSuggested: number,
  suggested: string,
): AuditedRow => ({
  ...{ row, given: 'dog', suggested, pWrong, pSuggested, rank: null },
});
const audit = {
  folder: 'found',
  sha256: 'abc',
  rows: [
    audited(1, 0.125, 0.125, 'dog'),
    audited(2, 1, 0.96, 'cat'),
    audited(4, 0.95, 0.5, 'cat'),
    audited(5, 0.97, 0.95, 'dog'),
    audited(6, 0.25, 0.25, 'dog'),
  ],
};
const input = { audit, data, sha256: 'abc', decisions: [] as Decision[] };
/** A decision on a row of the source as it is. */
const on = (row: number, what: Parameters<typeof decision>[2], given = 'dog') => ({
  ...decision(row, row, what),
  given,
  content: contentHash(data, [1, 2, 4, 5, 6].indexOf(row)),
});

describe('rules', () => {
  test('relabel from a probability on, leave out of the others, weight the rest', () => {
    const made = correctLabels({ ...input, relabel: 0.95, drop: 0.9, weights: true });
    expect([...made.labels]).toEqual([cat, cat, dog, dog, eel]);
    expect([...made.changed]).toEqual([
      [1, 'rule'],
      [3, 'rule'],
    ]);
    expect([...made.dropped]).toEqual([[2, 'rule']]);
    const [, , left, ...rest] = made.weights as Float64Array;
    expect([made.weights?.[0], made.weights?.[1], ...rest]).toEqual([0.875, 0.96, 0.95, 0.75]);
    expect(left).toBeCloseTo(0.05, 12);
    expect(labelChanges(data, made)).toEqual([
      { given: 'dog', label: 'cat', rows: 1 },
      { given: 'cat', label: 'dog', rows: 1 },
    ]);
  });

  test('do nothing by themselves', () => {
    const made = correctLabels({ ...input, drop: 1 });
    expect([[...made.changed], [...made.dropped], made.weights]).toEqual([
      [],
      [[1, 'rule']],
      undefined,
    ]);
  });

  test('do not touch what people decided on; a skip is no decision', () => {
    const decisions = [
      on(2, label('dog')),
      on(4, label('eel')),
      on(5, exclude, 'cat'),
      on(6, skip, 'eel'),
    ];
    const made = correctLabels({ ...input, decisions, relabel: 0.9, drop: 0.2, weights: true });
    expect([...made.labels]).toEqual([cat, dog, eel, cat, eel]);
    expect([...made.changed]).toEqual([[2, 'reviewer']]);
    expect([...made.dropped]).toEqual([
      [3, 'reviewer'],
      [4, 'rule'],
    ]);
    expect([...made.reviewed]).toEqual([1, 2, 3]);
    expect([...(made.weights as Float64Array)]).toEqual([0.875, 1, 1, 1, 0.75]);
  });
});

describe('data that have changed', () => {
  test('hold the decisions on rows that are as they were', () => {
    const decisions = [
      { ...on(1, label('dog')), given: 'cat' },
      on(2, exclude, 'eel'),
      on(3, exclude),
      { ...on(4, label('cat')), content: '0'.repeat(32) },
      on(5, label('cat'), 'eel'),
      decision(9, 1, exclude),
    ];
    const made = correctLabels({ ...input, sha256: 'other', decisions });
    expect([[...made.labels], [...made.dropped]]).toEqual([[dog, dog, dog, cat, eel], []]);
    expect(made.notices).toEqual([
      'row 2 was labelled "eel" when it was reviewed, and is labelled "dog" now; the decision does not count',
      'row 3 was reviewed, but the data have no such row now; the decision does not count',
      'row 4 has changed since it was reviewed; the decision does not count',
      'row 9 was reviewed, but the data have no such row now; the decision does not count',
    ]);
    expect([...made.reviewed]).toEqual([0, 3]); // row 5 has been corrected in the data already
  });

  test('hold the decisions on rows that moved, found by what is in them', () => {
    const { sourceRows: _, ...rest } = data;
    // the first row was deleted, and rows 5 and 6 changed places
    const now = {
      ...rest,
      features: Float32Array.of(1, 3, 5, 4),
      labels: Int32Array.of(dog, dog, eel, cat),
    };
    const decisions = [
      { ...on(1, exclude), given: 'cat' },
      on(2, label('cat')),
      on(5, label('dog'), 'cat'),
    ];
    const made = correctLabels({ ...input, data: now, sha256: 'other', decisions });
    expect([...made.labels]).toEqual([cat, dog, eel, dog]);
    expect(made.notices).toEqual([
      'row 1 has changed since it was reviewed; the decision does not count',
    ]);
  });

  test('do not move a decision to one of several rows that are the same', () => {
    const { sourceRows: _, ...rest } = data;
    const now = { ...rest, features: Float32Array.of(9, 0, 0, 4, 5) };
    const decisions = [{ ...on(1, exclude), given: 'cat' }, on(6, exclude, 'eel')];
    const made = correctLabels({ ...input, data: now, sha256: 'other', decisions });
    expect([...made.dropped.keys()]).toEqual([4]); // row 6 is the fifth now
    expect(made.notices).toHaveLength(1);
  });

  test('are refused where no decision holds', () => {
    const decisions = [{ ...on(4, exclude), content: '0'.repeat(32) }, decision(9, 1, exclude)];
    expect(messageOf(() => correctLabels({ ...input, sha256: 'other', decisions }))).toBe(
      'found: expected decisions that hold for the data as they are now, received none of 2: row 4 has changed since it was reviewed; the decision does not count; audit the data again, or apply to the data as they were',
    );
  });

  test.each([{ relabel: 0.9 }, { drop: 0.9 }, { weights: true }])('are refused for %j', (rule) => {
    expect(messageOf(() => correctLabels({ ...input, sha256: 'other', ...rule }))).toBe(
      `${Object.keys(rule)[0]}: expected the data that found is an audit of, received other data; they have changed since: audit them again; decisions on rows that are as they were hold without it`,
    );
  });
});

test.each([
  [
    {},
    'found: expected decisions in review.jsonl, or a rule for rows that nobody decided on, received none; review the suspects (symloss review found), take the suggested classes (relabel: 0.95), leave rows out (drop: 0.9), or weight them (weights)',
  ],
  [{ relabel: 1.5 }, 'relabel: expected a number in [0, 1], received 1.5'],
  [
    { decisions: [on(2, label('horse'))] },
    'review.jsonl, row 2: expected a class of the data, such as "cat", "dog", "eel", received "horse"; decide on the row again',
  ],
  [
    { audit: { ...audit, folder: 'Prüfung 1' } },
    "Prüfung 1: expected decisions in review.jsonl, or a rule for rows that nobody decided on, received none; review the suspects (symloss review 'Prüfung 1'), take the suggested classes (relabel: 0.95), leave rows out (drop: 0.9), or weight them (weights)",
  ],
])('refused: %j', (given, message) => {
  expect(messageOf(() => correctLabels({ ...input, ...given }))).toBe(message);
});
