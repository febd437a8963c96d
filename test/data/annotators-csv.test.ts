import { describe, expect, test } from 'vitest';
import { openDataset, readCsv } from '../../src/data/formats/index.ts';
import { annotatedLabels } from '../../src/data/index.ts';
import { messageOf } from '../messages.ts';
import { testFolder } from './files.ts';

const folder = testFolder('annotators-csv');
/** What reading ends in, without the words on how rows are counted. */
async function fault(work: Promise<unknown>): Promise<string> {
  return (await folder.fault(work)).replace(' (counting data rows from 1)', '');
}

const wide = folder.save(
  'wide.csv',
  'x,ann,bob,cy,truth\n1,cat,cat,,cat\n2,dog,NA,dog,dog\n3,cat,dog,cat,cat\n4,dog,dog,dog,dog\n5.5,,dog,,eel\n',
);
const codes = [0, 0, -1, 1, -1, 1, 0, 1, 0, 1, 1, 1, -1, 1, -1];

describe('a column of labels of each annotator', () => {
  test('is read with gaps, and is no feature', async () => {
    const data = await readCsv(wide, { label: 'ann,bob, cy', trueLabel: 'truth' });
    expect(data.columns).toEqual(['x']);
    expect(data.classes).toEqual(['cat', 'dog', 'eel']);
    expect(data.annotations).toEqual({
      annotators: ['ann', 'bob', 'cy'],
      labels: Int32Array.from(codes),
    });
    expect([...data.labels]).toEqual([0, 1, 0, 1, 1]);
    expect([...(data.trueLabels ?? [])]).toEqual([0, 1, 0, 1, 2]);
    expect(data.softLabels).toHaveLength(15);
    const at = data.notices.findIndex((line) => line.startsWith('3 annotators: '));
    expect(data.notices.slice(at + 1, at + 5).map((line) => line.split(/ {2,}/)[1])).toEqual([
      ...['annotator', 'ann', 'bob', 'cy'],
    ]);
  });

  test('numbers are one class by their value, over all annotators', async () => {
    const path = folder.save('numbers.csv', 'x,a,b\n1,1,1.0\n2,2,2\n3.5,1.0,\n');
    const data = await readCsv(path, { label: 'a,b', consensus: 'majority' });
    expect(data.classes).toEqual(['1', '2']);
    expect([...data.labels]).toEqual([0, 1, 0]);
    expect(data.softLabels).toBeUndefined();
    expect(data.notices.at(-1)).toBe('"1", "1.0" are one class: the same number');
  });

  test('rows without any label are dropped where that is asked for', async () => {
    const path = folder.save('gaps.csv', 'x,a,b\n1,u,\n2,,\n3.5,,v\n');
    expect(await fault(readCsv(path, { label: 'a,b' }))).toBe(
      'gaps.csv, row 2: expected a label by one of "a", "b", received none; drop such rows (missing: drop-unlabelled), or all with a missing cell (missing: drop), or delete them',
    );
    const data = await readCsv(path, { label: 'a,b', missing: 'drop' });
    expect([...(data.annotations?.labels ?? [])]).toEqual([0, -1, -1, 1]);
    expect([...data.features]).toEqual([1, 3.5]);
  });

  test('are tested on the true labels, where the test file has these only', async () => {
    const truth = folder.save('truth.csv', 'truth,x\ncat,2\ndog,3\n');
    const options = { label: 'ann,bob,cy', trueLabel: 'truth', consensus: 'majority' } as const;
    const { test: tested } = await openDataset(wide, { ...options, test: truth });
    expect([...(tested?.labels ?? [])]).toEqual([0, 1]);
    const same = await openDataset(wide, { ...options, test: wide });
    expect([...(same.test?.annotations?.labels ?? [])]).toEqual(codes);
  });

  test.each([
    [
      { label: 'ann,bib' },
      'label column: expected one of "x", "ann", "bob", "cy", "truth", received "bib"; did you mean "bob"?',
    ],
    [
      { label: 'ann,bob,ann' },
      'label columns: expected label columns that differ, received "ann" twice',
    ],
    [
      { label: 'ann,truth', trueLabel: 'truth' },
      'true-label column: expected another column than the label, received the same',
    ],
    [
      { label: 'ann,bob', features: ['bob'] },
      'feature column "bob": expected a column of its own, received a label column',
    ],
    [
      { label: 'truth', consensus: 'majority' },
      'consensus: expected the labels of several annotators, received one label column; name their columns with label, with commas between them',
    ],
    [
      { label: 'ann,bob', annotator: 'cy' },
      'label columns: expected one label column beside annotator, received 2',
    ],
  ] as const)('%j', async (options, message) => {
    expect(await fault(readCsv(wide, options as never))).toContain(message);
  });
});

describe('a row for each label', () => {
  const long = folder.save(
    'long.csv',
    'item,who,label,x,truth\nb,ann,dog,1,dog\na,ann,cat,2.5,cat\nb,bob,,1,dog\na,bob,dog,7,cat\nb,cy,dog,1,dog\nc,cy,cat,4,dog\n',
  );
  const options = { label: 'label', annotator: 'who', id: ['item'] } as const;

  test('becomes a row for each item, with the features of its first', async () => {
    const data = await readCsv(long, { ...options, trueLabel: 'truth' });
    expect(data.columns).toEqual(['x']);
    expect([...data.features]).toEqual([1, 2.5, 4]);
    expect(data.classes).toEqual(['cat', 'dog']);
    expect(data.annotations).toEqual({
      annotators: ['ann', 'bob', 'cy'],
      labels: Int32Array.of(1, -1, 1, 0, 1, -1, -1, -1, 0),
    });
    expect([...(data.trueLabels ?? [])]).toEqual([1, 0, 1]);
    expect(data.notices).toContain('6 labels of 3 items');
  });

  test('of many items and annotators exceed a memory limit before they are held', async () => {
    const rows = Array.from(
      { length: 2000 },
      (_, i) => `${i % 500},w${i % 400},${i % 2},${i % 500}`,
    );
    const path = folder.save('wide.csv', `item,who,label,x\n${rows.join('\n')}\n`);
    const reading = readCsv(path, { ...options, memoryLimit: 500_000 });
    expect(await folder.fault(reading)).toBe(
      'wide.csv: expected at most 125,000 items times annotators, received 500 items of 400 annotators; ' +
        'raise the memory limit (memoryLimit), or take a part of the rows',
    );
  });

  test('weights are those of the first row', async () => {
    const path = folder.save(
      'weights.csv',
      'item,who,label,x,w\n1,a,u,1,2\n2,a,v,2.5,3\n1,b,u,1,9\n',
    );
    const data = await readCsv(path, { ...options, weight: 'w' });
    expect([...(data.sampleWeights ?? [])]).toEqual([2, 3]);
  });

  test.each([
    [
      'item,who,label,x\n1,a,u,1\n2,a,v,2\n1,a,v,3\n',
      {},
      'row 3: expected the label that this annotator gave the item before, or none, received another one; keep one of the two rows',
    ],
    [
      'item,who,label,x\n1,a,u,1\n2,,v,2\n',
      {},
      'row 2, column "who": expected the annotator, received a missing cell',
    ],
    [
      'item,who,label,x\n1,a,u,1\n2,a,v,2\n3,b,,2\n',
      {},
      'row 3, column "label": expected a label of item "3" in one of its rows, received none; drop such rows',
    ],
    [
      'item,who,label,x\n1,a,u,1\n2,a,v,2\n',
      { id: [] },
      'annotator: expected the column that says which rows are of one item (id), received none',
    ],
    [
      'item,who,label,x\n1,a,u,1\n2,a,v,2\n',
      { annotator: 'label' },
      'annotator column: expected another column than those of labels, received "label"',
    ],
    [
      'item,who,label,x\n1,a,u,1\n2,a,u,2\n',
      {},
      'column "label": expected at least 2 classes, received only "u" in 2 rows',
    ],
  ])('%j with %j', async (text, changed, message) => {
    const path = folder.save('bad.csv', text);
    expect(await fault(readCsv(path, { ...options, ...changed }))).toContain(message);
  });
});

describe('shares of classes', () => {
  const soft = folder.save(
    'soft.csv',
    'x,prob_dog,prob_cat,truth\n1,0.25,0.75,cat\n2.5,1,0,dog\n3,0.5,0.5,cat\n',
  );

  test('in columns with a common prefix are soft labels', async () => {
    const data = await readCsv(soft, { softLabels: 'prob_', trueLabel: 'truth' });
    expect(data.columns).toEqual(['x']);
    expect(data.classes).toEqual(['dog', 'cat']);
    expect([...(data.softLabels ?? [])]).toEqual([0.25, 0.75, 1, 0, 0.5, 0.5]);
    expect([...data.labels]).toEqual([1, 0, 0]);
    expect([...(data.trueLabels ?? [])]).toEqual([1, 0, 1]);
    expect(data.notices.filter((notice) => notice.includes('rounding'))).toEqual([]);
  });

  test('that were rounded are divided by their sum, and a notice counts the rows', async () => {
    const text = 'x,prob_a,prob_b,prob_c\n1,0.333,0.333,0.333\n2,0.2,0.2,0.61\n3,0.5,0.25,0.25\n';
    const data = await readCsv(folder.save('thirds.csv', text), { softLabels: 'prob_' });
    expect([...(data.softLabels ?? [])]).toEqual(
      [
        ...[1 / 3, 1 / 3, 1 / 3],
        ...[0.2 / 1.01, 0.2 / 1.01, 0.61 / 1.01],
        ...[0.5, 0.25, 0.25],
      ].map(Math.fround),
    );
    expect(data.notices).toContain(
      'shares of the classes of 2 rows sum to 1 up to rounding: divided by their sum',
    );
  });

  test.each([
    [
      'x,prob_a,prob_b\n1,0.5,0.5\n2,0.5,0.489\n',
      {},
      'row 2, softLabels: expected shares of the classes that sum to 1, received a sum of 0.989',
    ],
    [
      'x,prob_a,prob_b\n1,0.5,0.5\n2,0.5,\n',
      {},
      'row 2, column "prob_b": expected the share of a class, a number, received another cell, or none',
    ],
    [
      'x,prob_a,prob_b\n1,0.5,0.5\n2,0.5,high\n',
      {},
      'row 2, column "prob_b": expected the share of a class, a number, received another cell, or none',
    ],
    [
      'x,prob_a,prob_b\n1,0.5,0.5\n2,0.5,0.2\n',
      {},
      'row 2, softLabels: expected shares of the classes that sum to 1, received a sum of 0.7',
    ],
    [
      'x,prob_a,y\n1,0.5,0.5\n',
      {},
      'softLabels: expected columns prob_… of at least 2 classes, or one of lists, received "prob_a"',
    ],
    [
      'x,prob_a,prob_b,y\n1,0.5,0.5,a\n',
      { label: 'y' },
      'softLabels: expected nothing beside label, received "prob_"',
    ],
    [
      'x,prob_a,prob_b,y\n1,0.5,0.5,c\n2,1,0,a\n',
      { trueLabel: 'y' },
      'row 1, column "y": expected one of a, b, received "c"',
    ],
  ])('%j with %j', async (text, options, message) => {
    const path = folder.save('bad-soft.csv', text);
    expect(await fault(readCsv(path, { softLabels: 'prob_', ...options }))).toContain(message);
  });
});

test('shares of classes may be a column of lists', async () => {
  const rows = [
    '{"x":1,"p":[0.2,0.8],"q":5}',
    '{"x":2.5,"p":[1,0],"q":7}',
    '{"x":4,"p":[0.5,0.5],"q":2}',
  ];
  const path = folder.save('lists.jsonl', `${rows.join('\n')}\n`);
  const { data } = await openDataset(path, { softLabels: 'p' });
  expect(data.columns).toEqual(['x', 'q']);
  expect(data.classes).toEqual(['0', '1']);
  expect([...(data.softLabels ?? [])].map((share) => share.toFixed(3))).toEqual([
    ...['0.200', '0.800', '1.000', '0.000', '0.500', '0.500'],
  ]);
  expect([...data.labels]).toEqual([1, 0, 0]);
  expect(await fault(openDataset(path, { softLabels: 'q' }))).toContain(
    'column "q": expected a list with the share of each class, received no list',
  );
});

describe('soft labels that exceed the memory limit are refused', () => {
  const refusal = (limit: number, received: string) =>
    `expected soft labels within the memory limit of ${limit} bytes, received ${received}; raise the limit (memoryLimit), or take a part of the rows`;

  test('of arrays: 4 GiB, of 12 bytes for each row and class', () => {
    const labels = new Int32Array(2 ** 18);
    const annotations = { annotators: ['a', 'b'], labels };
    expect(messageOf(() => annotatedLabels(annotations, 4096, 'dawid-skene', 'big.csv'))).toBe(
      `big.csv: ${refusal(2 ** 32, '131072 rows of 4096 classes, 6442450944 bytes')}`,
    );
  });

  /** 400 items that three annotators give one of 100 classes each. */
  const label = (item: number, annotator: number) => `c${(item + annotator) % 100}`;
  const items = Array.from({ length: 400 }, (_, item) => item);
  const by = [0, 1, 2];
  const wideRows = items.map((i) => `${i % 7},${by.map((a) => label(i, a)).join()}`);
  const longRows = items.flatMap((i) => by.map((a) => `i${i},${i % 7},p${a},${label(i, a)}`));
  const needed = 12 * 400 * 100;

  test.each([
    ['a column for each annotator', ['x,p,q,r', ...wideRows], { label: 'p,q,r' }],
    [
      'a row for each label',
      ['id,x,who,label', ...longRows],
      { label: 'label', annotator: 'who', id: ['id'] },
    ],
  ])('of a table with %s', async (_, rows, options) => {
    const path = folder.save('soft.csv', rows.join('\n'));
    expect(await fault(openDataset(path, { ...options, memoryLimit: needed - 1 }))).toBe(
      `soft.csv: ${refusal(needed - 1, `400 rows of 100 classes, ${needed} bytes`)}`,
    );
    const { data } = await openDataset(path, { ...options, memoryLimit: needed });
    expect(data.softLabels?.length).toBe(400 * 100);
  });

  test('of a table with a column of shares for each class', async () => {
    const classes = Array.from({ length: 100 }, (_, c) => c);
    const rows = items.map((i) => [i % 7, ...classes.map((c) => Number(c === i % 100))].join());
    const heading = ['x', ...classes.map((c) => `prob_${c}`)].join();
    const path = folder.save('shares.csv', [heading, ...rows].join('\n'));
    const held = 20 * 400 * 100; // the cells beside them may lie in a file of rows
    expect(await fault(openDataset(path, { softLabels: 'prob_', memoryLimit: held - 1 }))).toBe(
      `shares.csv, softLabels: expected a table within the memory limit of ${held - 1} bytes, received a larger one; raise the limit (memoryLimit), leave columns out (ignore), or take a part of the rows`,
    );
    const { data } = await openDataset(path, { softLabels: 'prob_', memoryLimit: held });
    expect(data.softLabels?.length).toBe(400 * 100);
  });
});

test('no label at all is an error that names the option', async () => {
  expect(await fault(readCsv(wide, {}))).toBe(
    'label: expected the column of the labels, received nothing; name it with label: one of "item", "who", "label", "x"',
  );
});
