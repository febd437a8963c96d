import { describe, expect, test } from 'vitest';
import type { Roles } from '../../web/rooms/train/columns.ts';
import { formatRoles, parseRoles, withRole } from '../../web/rooms/train/columns.ts';

describe('what is said of columns', () => {
  const said: Roles = [
    ['a=b&c', 'ignore'],
    ['__proto__', 'text'],
    ['größe', 'numeric'],
  ];

  test('is the same when it comes back from an address', () => {
    expect(parseRoles(formatRoles(said) ?? '')).toEqual(said);
    expect(formatRoles([])).toBeUndefined();
    expect(parseRoles('a=ignore&b=weight&c')).toEqual([['a', 'ignore']]);
  });

  test('is replaced by what is said later, and taken back', () => {
    expect(withRole(said, 'größe', 'date')).toEqual([...said.slice(0, 2), ['größe', 'date']]);
    expect(withRole(said, '__proto__', undefined)).toEqual([said[0], said[2]]);
    expect(withRole([], 'x', 'text')).toEqual([['x', 'text']]);
  });
});
