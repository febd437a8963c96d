import { expect, test } from 'vitest';
import type { SuspectItem } from '../../src/server/api/types.ts';
import { filtered, filterOf } from '../../web/rooms/review/filter.ts';

const verdict = (author: string) =>
  ({ action: 'label', label: 'cat', author, time: '2026-01-01T00:00:00.000Z' }) as const;
const said = (ann: string, bob: string) => [
  { annotator: 'ann', label: ann },
  { annotator: 'bob', label: bob },
];
const item = (row: number, given: string, more: Partial<SuspectItem> = {}): SuspectItem => ({
  ...{ row, rank: row, given, suggested: 'cat', pWrong: 0.9, pSuggested: 0.9 },
  ...more,
});
const items = [
  item(9, 'dog'),
  item(4, 'cow', { verdict: verdict('ann') }),
  item(7, 'dog', { verdict: verdict('bob'), annotations: said('dog', 'cat') }),
  item(2, 'cow', { isSkipped: true, annotations: said('cow', 'cow') }),
];

test.each([
  [{}, [9, 2]],
  [{ state: 'all' }, [9, 4, 7, 2]],
  [{ state: 'all', order: 'row' }, [2, 4, 7, 9]],
  [{ state: 'decided' }, [4, 7]],
  [{ state: 'decided', author: 'bob' }, [7]],
  [{ state: 'skipped' }, [2]],
  [{ state: 'all', pair: 'dog → cat' }, [9, 7]],
  [{ state: 'all', annotator: 'ann' }, [7, 2]],
  [{ state: 'all', annotator: 'bob' }, [2]],
])('%o shows rows %j', (query: Readonly<Record<string, string>>, rows) => {
  expect(filtered(items, filterOf(query)).map(({ row }) => row)).toEqual(rows);
});
