import { describe, expect, test } from 'vitest';
import { consensus } from '../../src/audit/index.ts';
import type { ArraySource } from '../../src/data/index.ts';
import {
  alignClasses,
  annotatedLabels,
  annotatorQuality,
  checkDataset,
  fromArrays,
  labelsByItem,
  selectRows,
} from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

const labels = [
  ['cat', 'cat', null],
  ['dog', undefined, 'dog'],
  ['cat', 'dog', 'cat'],
  ['dog', 'dog', 'dog'],
  [null, 'dog', null],
];
const features = [[1], [2], [3], [4], [5]];
const annotators = ['ann', 'bob', 'cy'];
const pets = fromArrays({ name: 'pets', features, annotations: { labels, annotators } });

describe('arrays with several annotators', () => {
  test('have the consensus as labels, and as soft labels what it leaves open', () => {
    const codes = Int32Array.of(0, 0, -1, 1, -1, 1, 0, 1, 0, 1, 1, 1, -1, 1, -1);
    const found = consensus(codes, annotators, 2);
    expect(pets.classes).toEqual(['cat', 'dog']);
    expect(pets.annotations).toEqual({ annotators, labels: codes });
    expect([...pets.labels]).toEqual([0, 1, 0, 1, 1]);
    expect(pets.labels).toEqual(found.labels);
    expect(pets.softLabels).toEqual(Float32Array.from(found.posterior));
  });

  test('have the shares of votes by majority', () => {
    const voted = fromArrays({ features, annotations: { labels, consensus: 'majority' } });
    expect(voted.annotations?.annotators).toEqual(['annotator 1', 'annotator 2', 'annotator 3']);
    expect(
      firstDifference(
        voted.softLabels ?? [],
        [1, 0, 0, 1, 2 / 3, 1 / 3, 0, 1, 0, 1],
        tolerances.float32Op,
      ),
    ).toBe(-1);
  });

  test('have hard labels where all agree by majority, and those of one annotator', () => {
    const agreed = {
      labels: [
        ['a', 'a'],
        ['b', 'b'],
      ],
      consensus: 'majority',
    } as const;
    expect('softLabels' in fromArrays({ features: [[1], [2]], annotations: agreed })).toBe(false);
    const one = fromArrays({ features: [[1], [2]], annotations: { labels: [['b'], ['a']] } });
    expect([...one.labels]).toEqual([1, 0]);
    expect('softLabels' in one).toBe(false);
  });

  test('know classes and true labels by name, numbers by their value', () => {
    const named = fromArrays({
      features: [[1], [2]],
      annotations: {
        labels: [
          [2, '2.0'],
          [1, null],
        ],
      },
      trueLabels: ['2', '3'],
      classes: ['1', '2', '3'],
    });
    expect([...(named.annotations?.labels ?? [])]).toEqual([1, 1, 0, -1]);
    expect([...(named.trueLabels ?? [])]).toEqual([1, 2]);
  });

  test('say how good the annotators are', () => {
    expect(pets.notices[0]).toMatch(
      /^3 annotators: a label equals \d\d\.\d % of the others of its row, on average over 4 rows with two labels or more \(Krippendorff's α 0\.\d{3}\); consensus by Dawid–Skene$/,
    );
    expect(pets.notices[1]).toBe('  annotator  labels  est. accuracy  as the consensus');
    expect(pets.notices[3]).toMatch(/^ {2}bob +4 +\d\d\.\d % +75\.0 %$/);
    const { annotators: quality, agreement } = annotatorQuality(pets);
    expect(quality.map(({ name, labels: count }) => [name, count])).toEqual([
      ['ann', 4],
      ['bob', 4],
      ['cy', 3],
    ]);
    expect(agreement.rows).toBe(4);
  });

  test.each<[string, number, (row: number) => string[], boolean]>([
    ['of another question', 30, (row) => ['ab'[row % 2]!, 'xyz'[row % 3]!], true],
    [
      'against each other',
      30,
      (row) => ['ab'[row % 2]!, 'ab'[(row % 5 ? row + 1 : row) % 2]!],
      true,
    ],
    ['of a few rows', 19, (row) => ['ab'[row % 2]!, 'xyz'[row % 3]!], false],
    ['that agree somewhat', 30, (row) => ['ab'[row % 2]!, row % 3 ? 'ab'[row % 2]! : 'a'], false],
  ])('warn of labels %s', (_, n, labelsOf, isWarned) => {
    const rows = Array.from({ length: n }, (_, row) => row);
    const annotations = { labels: rows.map(labelsOf) };
    const { notices } = fromArrays({ features: rows.map((row) => [row]), annotations });
    expect(notices.filter((line) => line.startsWith('warning'))).toEqual(
      isWarned
        ? [
            'warning: they agree no more often than by chance: are these labels of the same rows, and of the same question?',
          ]
        : [],
    );
  });

  test.each<[Partial<ArraySource>, string]>([
    [
      { annotations: { labels: [['a'], [null]] } },
      'fromArrays, annotations, row 1: expected a label by some annotator, received none; leave the row out',
    ],
    [
      { annotations: { labels: [['a', 'b'], ['a']] } },
      'fromArrays, annotations, row 1: expected 2 labels, one by each annotator, received 1',
    ],
    [
      {
        annotations: {
          labels: [
            ['a', 'b'],
            ['a', ''],
          ],
        },
      },
      'fromArrays, annotations, row 1, annotator "annotator 2": expected a text or a finite number, received ""',
    ],
    [
      {
        annotations: {
          labels: [
            ['a', 'b'],
            ['a', 'c'],
          ],
        },
        classes: ['a', 'b'],
      },
      'fromArrays, annotations, row 1: expected one of the classes "a", "b", received "c"',
    ],
    [
      {
        annotations: {
          labels: [
            ['a', 'b'],
            ['a', 'b'],
          ],
          annotators: ['x', 'x'],
        },
      },
      'fromArrays, annotations: expected annotators whose names differ, received "x" twice',
    ],
    [
      { annotations: { labels: [['a'], ['b']] }, labels: ['a', 'b'] },
      'fromArrays, labels: expected nothing beside annotations, received labels',
    ],
  ])('refuses %j', (source, message) => {
    expect(messageOf(() => fromArrays({ features: [[1], [2]], ...source }))).toBe(message);
  });
});

test('rows are selected with their annotations', () => {
  const some = selectRows(pets, [2, 1, 2]);
  expect([...(some.annotations?.labels ?? [])]).toEqual([0, 1, 0, 1, -1, 1, 0, 1, 0]);
  checkDataset('some', some);
});

test('other numbers of classes are those of the annotations, too', () => {
  const aligned = alignClasses(pets, ['dog', 'eel', 'cat']);
  expect([...(aligned.annotations?.labels ?? [])].slice(0, 6)).toEqual([2, 2, -1, 0, -1, 0]);
  checkDataset('aligned', aligned);
});

test('annotations that do not fit the dataset are refused', () => {
  const other = (changed: object) =>
    messageOf(() =>
      checkDataset('pets', {
        ...pets,
        annotations: { annotators, labels: new Int32Array(15), ...changed },
      }),
    );
  expect(other({ labels: new Int32Array(14) })).toBe(
    'pets, annotations: expected 15 labels, 3 for each row, received 14',
  );
  expect(other({ labels: new Int32Array(15).fill(2, 7) })).toBe(
    'pets, annotations, row 2, annotator "bob": expected a label from 0 to 1, or -1, received 2',
  );
  expect(other({ annotators: [] })).toBe(
    'pets, annotations: expected at least one annotator, received none',
  );
});

test('a dataset without annotations has no quality of annotators', () => {
  const plain = fromArrays({ name: 'plain', features: [[1], [2]], labels: ['a', 'b'] });
  expect(messageOf(() => annotatorQuality(plain))).toBe(
    'plain, annotations: expected labels of several annotators, received none',
  );
});

test('of many annotators those with the most labels are listed', () => {
  const m = 15;
  const codes = Int32Array.from({ length: 20 * m }, (_, i) =>
    i % m < 3 && i >= 5 * m ? -1 : (i >> 4) % 2,
  );
  const names = Array.from({ length: m }, (_, a) => `a${a}`);
  const { notices } = annotatedLabels({ annotators: names, labels: codes }, 2, 'dawid-skene');
  expect(notices).toHaveLength(15);
  expect(notices[2]).toMatch(/^ {2}a3 /);
  expect(notices[14]).toBe('  … and 3 with fewer labels');
});

describe('labels one below the other', () => {
  const long = {
    items: Int32Array.of(0, 1, 0, 2, 1, 1),
    annotators: Int32Array.of(0, 0, 1, 1, 1, 0),
    labels: Int32Array.of(3, 2, -1, 0, 1, 2),
  };
  const placeOf = (row: number) => `file, row ${row + 1}`;
  const how = { m: 2, memoryLimit: 24, placeOf };

  test('become a row of each item', () => {
    const { firstRows, labels: wide } = labelsByItem('file', long, how);
    expect([...firstRows]).toEqual([0, 1, 3]);
    expect([...wide]).toEqual([3, -1, 2, 1, -1, 0]);
  });

  test('keep to the memory limit: that of all who label nearly nothing is a large table', () => {
    expect(messageOf(() => labelsByItem('file', long, { ...how, memoryLimit: 23 }))).toBe(
      'file: expected at most 5 items times annotators, received 3 items of 2 annotators; ' +
        'raise the memory limit (memoryLimit), or take a part of the rows',
    );
  });

  test('must not contradict each other', () => {
    const other = { ...long, labels: Int32Array.of(3, 2, -1, 0, 1, 1) };
    expect(messageOf(() => labelsByItem('file', other, how))).toBe(
      'file, row 6: expected the label that this annotator gave the item before, or none, received another one; keep one of the two rows',
    );
  });
});
