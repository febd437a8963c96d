import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Parameters, ValuesOf } from '../../src/core/index.ts';
import {
  checkValue,
  completeValues,
  describeParameter,
  form,
  formatForm,
  namesOf,
  parseForm,
  readForm,
} from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';

const parameters = {
  q: { kind: 'number', default: 0.7, range: { min: 0, openMin: true, max: 1 }, about: 'power' },
  count: { kind: 'number', range: { min: 1 }, integer: true, about: 'pieces' },
  mode: { kind: 'choice', default: 'slow', options: ['slow', 'fast'], about: 'speed' },
  flag: { kind: 'flag', default: false, about: 'switch' },
  title: { kind: 'text', default: 'x', about: 'title' },
  file: { kind: 'text', optional: true, about: 'file' },
} as const satisfies Parameters;

const list = {
  kind: 'number',
  name: 'width',
  integer: true,
  range: { min: 1, max: 9 },
  about: 'units',
} as const;

const given = { q: 0.7, count: 2, mode: 'slow', flag: false, title: 'x', file: undefined } as const;

const forms = {
  all: form({ parameters, example: 'all:count=2', build: (values) => JSON.stringify(values) }),
  none: form({ parameters: {}, build: () => 'none' }),
  first: form({
    parameters: { a: parameters.q, b: parameters.flag },
    bare: 1,
    build: ({ a, b }) => `${a} ${b}`,
  }),
  list: form({
    parameters: { flag: parameters.flag },
    list,
    build: ({ flag }, widths) => `${flag} ${widths.join('+')}`,
  }),
};

test('values have the types of their parameters', () => {
  expectTypeOf<ValuesOf<typeof parameters>>().toEqualTypeOf<{
    readonly q: number;
    readonly count: number;
    readonly mode: 'slow' | 'fast';
    readonly flag: boolean;
    readonly title: string;
    readonly file: string | undefined;
  }>();
  expectTypeOf(checkValue('x', parameters.mode, 'fast')).toEqualTypeOf<'slow' | 'fast'>();
  expectTypeOf(checkValue('x', parameters.q, 1)).toEqualTypeOf<number>();
  expectTypeOf(checkValue('x', parameters.file, 'f')).toEqualTypeOf<string>();
});

describe('parseForm', () => {
  test.each([
    ['none', 'none'],
    ['first', '0.7 false'],
    ['first:0.5', '0.5 false'],
    ['first:0.5,b=true', '0.5 true'],
    [' first : b = true , a = 1 ', '1 true'],
    ['list:3,4', 'false 3+4'],
    ['list:3,flag=true,4', 'true 3+4'],
    ['list', 'false '],
    ['all:count=3', '{"q":0.7,"count":3,"mode":"slow","flag":false,"title":"x"}'],
    // without `bare`, every parameter has a place
    [
      'all:0.5,3,fast,true,y,f',
      '{"q":0.5,"count":3,"mode":"fast","flag":true,"title":"y","file":"f"}',
    ],
  ])('%s builds %s', (text, built) => {
    expect(parseForm('thing', text, forms)).toBe(built);
  });

  test.each([
    ['other', 'thing: expected one of all, none, first, list, received "other"; e.g. all:count=2'],
    ['all', 'thing all, count: expected an integer of at least 1, received none; e.g. all:count=2'],
    ['all:count=0', 'thing all, count: expected an integer of at least 1, received 0'],
    ['all:count=1.5', 'thing all, count: expected an integer of at least 1, received 1.5'],
    ['all:count=many', 'thing all, count: expected an integer of at least 1, received "many"'],
    ['all:q=0,count=1', 'thing all, q: expected a number in (0, 1], received 0'],
    ['all:count=1,mode=x', 'thing all, mode: expected one of slow, fast, received "x"'],
    ['all:count=1,flag=1', 'thing all, flag: expected one of true, false, received "1"'],
    ['none:1', 'thing none: expected no parameters, received "1" in "none:1"'],
    [
      'first:1,true',
      'thing first: expected key=value with a key among a, b, received "true" in "first:1,true"',
    ],
    ['list:3,10', 'thing list, width: expected an integer from 1 to 9, received 10'],
    ['list:2.5', 'thing list, width: expected an integer from 1 to 9, received 2.5'],
    ['list:few', 'thing list, width: expected an integer from 1 to 9, received "few"'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => parseForm('thing', text, forms))).toBe(message);
  });
});

test('readForm gives the parts, and the row', () => {
  expect(readForm('thing', 'list:4,flag=true', forms)).toEqual({
    name: 'list',
    form: forms.list,
    values: { flag: true },
    list: [4],
  });
  expect(messageOf(() => readForm('thing', 'x', forms, 'try none'))).toBe(
    'thing: expected one of all, none, first, list, received "x"; try none',
  );
  expect(messageOf(() => readForm('thing', 'x', { none: forms.none }))).toBe(
    'thing: expected one of none, received "x"',
  );
  expect(messageOf(() => readForm('thing', 'x', { a: { parameters: {}, example: 'a' } }))).toBe(
    'thing: expected one of a, received "x"; e.g. a',
  );
});

describe('completeValues', () => {
  test('fills in defaults, in the order of the parameters', () => {
    const values = completeValues('thing', parameters, { file: undefined, count: 2 });
    expect(values).toEqual(given);
    expect(Object.keys(values)).toEqual(Object.keys(parameters));
  });

  test.each([
    [{}, 'thing, count: expected an integer of at least 1, received none; e.g. all:2'],
    [{ count: '2' }, 'thing, count: expected an integer of at least 1, received "2"'],
    [{ count: 2, q: Number.NaN }, 'thing, q: expected a number in (0, 1], received NaN'],
    [{ count: 2, flag: 1 }, 'thing, flag: expected true or false, received 1'],
    [{ count: 2, title: '' }, 'thing, title: expected a string, received ""'],
    [{ count: 2, file: 1 }, 'thing, file: expected a string, received 1'],
    [
      { count: 2, toString: 1 },
      'thing: expected parameters among q, count, mode, flag, title, file, received "toString"',
    ],
  ])('refuses %j', (values, message) => {
    expect(messageOf(() => completeValues('thing', parameters, values, 'all:2'))).toBe(message);
  });

  test('says what a string stands for', () => {
    const file = { kind: 'text', domain: 'a .csv file', about: 'matrix' } as const;
    expect(messageOf(() => completeValues('thing', { file }, {}))).toBe(
      'thing, file: expected a .csv file, received none',
    );
    expect(messageOf(() => completeValues('thing', {}, { file: 'f' }))).toBe(
      'thing: expected no parameter, received "file"',
    );
  });
});

describe('formatForm', () => {
  test.each([
    [{}, [], 'thing:count=2'],
    [
      { q: 0.1, mode: 'fast', flag: true, title: 'y' },
      [],
      'thing:q=0.1,count=2,mode=fast,flag=true,title=y',
    ],
    [{ file: 'f' }, [5, 6], 'thing:5,6,count=2,file=f'],
  ])('%j', (values, items, text) => {
    expect(formatForm('thing', parameters, { ...given, ...values }, items)).toBe(text);
  });

  test('shows what is always shown, with its key or bare', () => {
    const shown = {
      a: { ...parameters.q, shown: 'bare' },
      b: { ...parameters.flag, shown: 'always' },
      c: { ...parameters.file, shown: 'bare' },
    } as const satisfies Parameters;
    expect(formatForm('thing', shown, { a: 0.7, b: false })).toBe('thing:0.7,b=false');
    expect(formatForm('thing', shown, { a: 1, b: true, c: '(x=1)' })).toBe('thing:1,b=true,(x=1)');
    // read back without its key, the file would be `y` for the parameter `x`
    expect(formatForm('thing', { c: shown.c }, { c: 'x=y' })).toBe('thing:c=x=y');
    expect(readForm('thing', 'thing:c=x=y', { thing: { parameters: shown } }).values['c']).toBe(
      'x=y',
    );
  });

  test('is read back', () => {
    const table = { thing: { parameters } };
    const values = fc.record({
      q: fc.double({ min: 0, minExcluded: true, max: 1, noNaN: true }),
      count: fc.nat({ max: 2 ** 31 - 2 }).map((n) => n + 1),
      mode: fc.constantFrom('slow', 'fast'),
      flag: fc.boolean(),
      title: fc.stringMatching(/^[\w.:=/-]+$/),
      file: fc.option(fc.stringMatching(/^[\w.:=/-]+$/), { nil: undefined }),
    });
    fc.assert(
      fc.property(values, (some) => {
        const text = formatForm('thing', parameters, some);
        expect(readForm('thing', text, table).values).toEqual(some);
      }),
      { seed: 1 },
    );
  });
});

test('parameters as listings show them', () => {
  expect(Object.entries(parameters).map(([name, one]) => describeParameter(name, one))).toEqual([
    'q in (0, 1], default 0.7',
    'count in [1, ∞)',
    'mode one of slow, fast, default slow',
    'flag true or false, default false',
    'title a string, default x',
    'file a string',
  ]);
});

test('the names of a table', () => {
  expect(namesOf(forms)).toEqual(['all', 'none', 'first', 'list']);
  expectTypeOf(namesOf(forms)).toEqualTypeOf<readonly ('all' | 'none' | 'first' | 'list')[]>();
});
