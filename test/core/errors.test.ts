import { describe, expect, test } from 'vitest';
import { internalError, invariant, SymlossError } from '../../src/core/index.ts';

describe('SymlossError', () => {
  test('says where, what was expected and what was received', () => {
    const error = new SymlossError('rate', 'a number', '"x"');
    expect(error.message).toBe('rate: expected a number, received "x"');
    expect(String(error)).toBe('SymlossError: rate: expected a number, received "x"');
    expect(error).toBeInstanceOf(Error);
    const { where, expected, received, hint, kind, cause } = error;
    expect({ where, expected, received, hint, kind, cause }).toEqual({
      where: 'rate',
      expected: 'a number',
      received: '"x"',
      hint: undefined,
      kind: 'usage',
      cause: undefined,
    });
  });

  test('is one line, and turns no terminal over', () => {
    const error = new SymlossError('a\nb', 'c\u001b[2J', '\u202ed\u0085\u2028e\t', { hint: 'f\r' });
    expect(error.message).toBe(
      'a\\nb: expected c\\u001b[2J, received \\u202ed\\u0085\\u2028e\\t; f\\r',
    );
    expect(error.where).toBe('a\nb');
  });

  test('ends with its hint, and carries kind and cause', () => {
    const cause = new Error('disk full');
    const error = new SymlossError('out', 'space', 'none', {
      hint: 'free some',
      kind: 'failure',
      cause,
    });
    expect(error.message).toBe('out: expected space, received none; free some');
    expect([error.hint, error.kind]).toEqual(['free some', 'failure']);
    expect(error.cause).toBe(cause);
  });
});

test('own faults say so, and are no SymlossErrors', () => {
  const error = internalError('lost count');
  expect(error.message).toBe('internal: lost count');
  expect(error).not.toBeInstanceOf(SymlossError);
  expect(() => invariant(false, 'lost count')).toThrow(error);
  expect(invariant(true, 'lost count')).toBe(undefined);
});
