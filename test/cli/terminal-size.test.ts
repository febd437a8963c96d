import { expect, test } from 'vitest';
import { terminalSize } from '../../src/cli/ui/terminal-size.ts';

test.each([
  [{}, 80, 24],
  [{ columns: 0, rows: 0 }, 80, 24],
  [{ columns: 5, rows: 3 }, 20, 3],
  [{ columns: 200, rows: 50 }, 200, 50],
])('a terminal that says %j has %d columns and %d rows', (size, columns, rows) => {
  expect(terminalSize(size)).toEqual({ columns, rows });
});
