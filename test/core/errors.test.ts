import { describe, expect, test } from 'vitest';
import type { FieldNames } from '../../src/core/index.ts';
import { either, field, internalError, invariant, SymlossError } from '../../src/core/index.ts';

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

describe('messages are one line that does nothing to a terminal', () => {
  const controls = 'a\nb\r\t\u001b[31m\u0000\u007f\u0085\u2028\u202e';
  const escaped = 'a\\nb\\r\\t\\u001b[31m\\u0000\\u007f\\u0085\\u2028\\u202e';

  test.each(['where', 'expected', 'received', 'hint'] as const)('%s', (part) => {
    const texts = { where: 'w', expected: 'x', received: 'r', hint: 'h', [part]: controls };
    const error = new SymlossError(texts.where, texts.expected, texts.received, {
      hint: texts.hint,
    });
    expect([error[part], error.parts[part]]).toEqual([escaped, escaped]);
    expect(error.message).toContain(escaped);
  });

  test('however long the input is that they quote', () => {
    const error = new SymlossError('file', 'x', `start${'é'.repeat(2 ** 20)}end`);
    expect(error.received).toMatch(/^starté+…$/);
    expect(error.message.length).toBeLessThan(1100);
  });

  test('names of fields in them are still replaced', () => {
    const error = new SymlossError(field('missing'), 'x', 'a\nb', {
      hint: field('missing', 'mean'),
    });
    expect(error.field).toBe('missing');
    expect(error.describe((name, value) => `--${name} ${value ?? ''}`)).toBe(
      '--missing : expected x, received a\\nb; --missing mean',
    );
  });
});

describe('ways to mend it', () => {
  const hintOf = (hint: string) => new SymlossError('w', 'x', 'r', { hint });
  const ways = either(`raise ${field('limit')}`, `leave it out (${field('ignore', 'a')})`, 'wait');
  const only =
    (...known: string[]): FieldNames =>
    (name, value = '') =>
      known.includes(name) ? `[${name}${value}]` : undefined;

  test('are all named where nothing is said of fields', () => {
    const error = hintOf(`${ways}; then go on`);
    expect(error.hint).toBe('raise limit, leave it out (ignore: a), or wait; then go on');
    expect(error.message).toBe(`w: expected x, received r; ${error.hint}`);
  });

  test.each([
    [['limit', 'ignore'], '; raise [limit], leave it out ([ignorea]), or wait'],
    [['ignore'], '; leave it out ([ignorea]), or wait'],
    [[], '; wait'],
  ])('that refer to fields which cannot be set are left out: only %j can', (known, end) => {
    expect(hintOf(ways).describe(only(...known))).toBe(`w: expected x, received r${end}`);
  });

  test.each([`set ${field('limit')}`, `too much: ${either(`set ${field('limit')}`)}`])(
    'of which none is left are no hint',
    (hint) => {
      expect(hintOf(hint).describe(only())).toBe('w: expected x, received r');
      expect(hintOf(hint).describe(only('limit'))).toContain('set [limit]');
    },
  );

  test('a field that is at fault keeps its plain name where there is no other', () => {
    expect(new SymlossError(field('epochs'), 'x', 'r').describe(only())).toBe(
      'epochs: expected x, received r',
    );
  });
});

test('own faults say so, and are no SymlossErrors', () => {
  const error = internalError('lost count');
  expect(error.message).toBe('internal: lost count');
  expect(error).not.toBeInstanceOf(SymlossError);
  expect(() => invariant(false, 'lost count')).toThrow(error);
  expect(invariant(true, 'lost count')).toBe(undefined);
});
