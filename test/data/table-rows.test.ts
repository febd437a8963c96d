import { describe, expect, test } from 'vitest';
import type { OpenOptions } from '../../src/data/formats/index.ts';
import { openDataset, readRows } from '../../src/data/formats/index.ts';
import type { Table } from '../../src/data/index.ts';
import { csvFiles } from './csv-files.ts';
import { cellsOf, csv, kindsOf, sentence, words } from './made-tables.ts';

const { save, fault } = csvFiles();

describe('test data', () => {
  const training = csv({
    code: (i) => (i % 5) + 1,
    size: (i) => i % 9,
    kind: (i) => words[i % 5],
    review: sentence,
    when: (i) => `${(i % 28) + 1}/02/2024`,
    no: (i) => i,
  });
  const open = async (test: string, options: OpenOptions = {}) =>
    openDataset(await save(training), {
      label: 'y',
      test: await save(test, 'test.csv'),
      ...options,
    });

  test('are read as the training data were, whatever their own cells look like', async () => {
    const { data, test } = await open(
      'when,kind,extra,review,y,size,code\n03/04/2024,new,1,one,u,?,NA\n05/06/2024,the,2,two,v,1.5,7\n',
    );
    expect(kindsOf(data as Table)).toEqual({
      ...{
        code: 'categorical',
        size: 'numeric',
        kind: 'categorical',
        review: 'text',
        when: 'date',
      },
    });
    expect(test?.columns).toEqual(data.columns);
    expect(test?.kinds).toEqual(data.kinds);
    const rows = (name: string) => cellsOf(test as Table, name, 2);
    expect(rows('code')).toEqual([Number.NaN, '7']);
    expect(rows('size')).toEqual([Number.NaN, 1.5]);
    expect(rows('kind')).toEqual(['new', 'the']);
    expect(rows('review')).toEqual(['one', 'two']);
    expect(rows('when')).toEqual([
      Date.parse('2024-04-03') / 86_400_000,
      Date.parse('2024-06-05') / 86_400_000,
    ]);
  });

  test.each([
    [
      'no label',
      'code,size,kind,review,when\n1,1,the,a,1/2/2024\n',
      ', label column: expected one of',
    ],
    [
      'no feature',
      'code,size,kind,when,y\n1,1,the,1/2/2024,u\n',
      ': expected the column "review" of the training data, received "code", "size", "kind", "when", "y"',
    ],
    [
      'a feature with another name',
      'code,size,kind,Review,when,y\n1,1,the,a,1/2/2024,u\n',
      ': expected the column "review" of the training data, received "code", "size", "kind", "Review", "when", "y"; is "Review" "review"?',
    ],
    [
      'a text for a number',
      'code,size,kind,review,when,y\n1,x,the,a,1/2/2024,u\n',
      ', row 1 (counting data rows from 1), column "size": expected a number, received "x"',
    ],
  ])('%s: refused', async (_, text, message) => {
    expect(await fault(open(text))).toContain(`test.csv${message}`);
  });
});

describe('rows to predict for', () => {
  const columns = [
    { name: 'when', kind: 'date', dayFirst: true },
    { name: 'kind', kind: 'categorical' },
    { name: 'size', kind: 'numeric' },
    { name: 'review', kind: 'text' },
  ] as const;

  test('are read by name and kind, with their ids', async () => {
    const path = await save(
      'review,id,kind,more,size,when\nfine,7,3,x,?,01/02/2024\n,8,,y,"1,500",unknown\n',
    );
    const rows = await readRows(path, columns, { id: ['id', 'more'] });
    expect(rows.columns).toEqual(['when', 'kind', 'size', 'review']);
    expect(rows.kinds).toEqual(['date', 'categorical', 'numeric', 'text']);
    expect(rows.texts).toEqual([undefined, ['3'], undefined, ['fine']]);
    const day = Date.parse('2024-02-01') / 86_400_000;
    expect([...rows.features]).toEqual([
      day,
      0,
      Number.NaN,
      0,
      ...[Number.NaN, Number.NaN, 1500, Number.NaN],
    ]);
    expect(rows.ids).toEqual([
      { name: 'id', values: ['7', '8'] },
      { name: 'more', values: ['x', 'y'] },
    ]);
  });

  test('may lack no column', async () => {
    const path = await save('review,kind,when\nfine,3,2024-01-01\n', 'lacks.csv');
    expect(await fault(readRows(path, columns))).toContain(
      'lacks.csv: expected the column "size" of the model, received "review", "kind", "when"',
    );
    expect(await fault(readRows(path, ['kind', 'review'], { ids: ['x'] } as object))).toBe(
      'readRows: expected fields among missing, id, memoryLimit, signal, received "ids"; did you mean "id"?',
    );
  });
});
