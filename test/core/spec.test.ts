import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decimalOf,
  parseDecimal,
  parseFlag,
  quoteValue,
  readSpec,
  specName,
  splitAtCommas,
  splitSpecs,
} from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';

const forms = {
  none: {},
  both: { keys: ['a', 'b'], bare: 2 },
  first: { keys: ['a', 'b'], bare: 1 },
  named: { keys: ['a', 'b'] },
  list: { keys: ['a'], list: true },
};

describe('readSpec', () => {
  test.each<[string, string, string[], Record<string, string>]>([
    ['none', 'none', [], {}],
    [' none ', 'none', [], {}],
    ['both:1', 'both', [], { a: '1' }],
    ['both:1,2', 'both', [], { a: '1', b: '2' }],
    ['both:b=1', 'both', [], { b: '1' }],
    ['both:a=1,2', 'both', [], { a: '1', b: '2' }],
    ['both:1,b=2', 'both', [], { a: '1', b: '2' }],
    ['first:1,b=2', 'first', [], { a: '1', b: '2' }],
    ['named', 'named', [], {}],
    ['named:b=2,a=1', 'named', [], { b: '2', a: '1' }],
    [' named : a = 1 , b = two words ', 'named', [], { a: '1', b: 'two words' }],
    ['list:1,2,3', 'list', ['1', '2', '3'], {}],
    ['list:1,a=2,3', 'list', ['1', '3'], { a: '2' }],
    // only the first colon and the first = separate
    ['named:a=C:x=y', 'named', [], { a: 'C:x=y' }],
    // what stands in parentheses is left whole
    ['list:f(x,y),g(h(a=1,2),3)', 'list', ['f(x,y)', 'g(h(a=1,2),3)'], {}],
    ['list:a=f(b=1:2,c=3)', 'list', [], { a: 'f(b=1:2,c=3)' }],
  ])('%s', (text, name, positional, named) => {
    const spec = readSpec('thing', text, forms);
    expect({ ...spec, named: Object.fromEntries(spec.named) }).toEqual({
      name,
      where: `thing ${name}`,
      positional,
      named,
    });
  });

  const known = 'none, both, first, named, list';
  const among = 'expected key=value with a key among a, b';
  const piece = 'expected a value or key=value';
  test.each([
    ['', `thing: expected one of ${known}, received ""; try none`],
    ['other:1', `thing: expected one of ${known}, received "other"; try none`],
    ['nome:1', `thing: expected one of ${known}, received "nome"; did you mean "none"?`],
    ['toString', `thing: expected one of ${known}, received "toString"; try none`],
    [':a=1', `thing: expected one of ${known}, received ""; try none`],
    ['none(x):1', `thing: expected one of ${known}, received "none(x):1"; try none`],
    ['none:1', 'thing none: expected no parameters, received "1" in "none:1"'],
    ['none:a=1', 'thing none: expected no parameters, received "a=1" in "none:a=1"'],
    ['both:1,2,3', `thing both: ${among}, received "3" in "both:1,2,3"`],
    ['first:1,2', `thing first: ${among}, received "2" in "first:1,2"`],
    ['named:1', `thing named: ${among}, received "1" in "named:1"`],
    ['named:c=1', `thing named: ${among}, received "c=1" in "named:c=1"`],
    ['named:=1', `thing named: ${among}, received "=1" in "named:=1"`],
    ['list:b=1', 'thing list: expected key=value with a key among a, received "b=1" in "list:b=1"'],
    ['named:a=1,a=1', 'thing named: expected a once, received "a=1" in "named:a=1,a=1"'],
    ['both:1,a=2', 'thing both: expected a once, received "a=2" in "both:1,a=2"'],
    ['both:b=1,2', 'thing both: expected b once, received "2" in "both:b=1,2"'],
    ['none:', `thing none: ${piece}, received "" in "none:"`],
    ['list: ', `thing list: ${piece}, received "" in "list:"`],
    ['list:1,,2', `thing list: ${piece}, received "" in "list:1,,2"`],
    ['list:1,', `thing list: ${piece}, received "" in "list:1,"`],
    ['named:a= ', `thing named: ${piece}, received "a=" in "named:a="`],
    ['list:(', 'thing: expected balanced parentheses, received "list:("'],
    ['list:f(x))', 'thing: expected balanced parentheses, received "list:f(x))"'],
    ['list:)(', 'thing: expected balanced parentheses, received "list:)("'],
    ['list:())(()', 'thing: expected balanced parentheses, received "list:())(()"'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => readSpec('thing', text, forms, 'try none'))).toBe(message);
  });
});

test.each([
  ['gce', 'gce'],
  [' gce : q=0.7', 'gce'],
  ['matrix:C:/x.csv', 'matrix'],
  ['f(a:1)', 'f(a:1)'],
  ['', ''],
])('the name in %j is %j', (text, name) => {
  expect(specName(text)).toBe(name);
});

test('reads parentheses as deep as they come', () => {
  const nested = `${'('.repeat(40_000)}x${')'.repeat(40_000)}`;
  expect(readSpec('thing', `list:${nested}`, forms).positional).toEqual([nested]);
});

describe('values in quotes', () => {
  test.each<[string, string[], Record<string, string>]>([
    ['both:"1,2"', [], { a: '1,2' }],
    ['both:"a=b"', [], { a: 'a=b' }],
    ['both:"(",b=")"', [], { a: '(', b: ')' }],
    ['both:b=" x "', [], { b: ' x ' }],
    ['both:"say ""yes"""', [], { a: 'say "yes"' }],
    ['list:"1,2",3', ['1,2', '3'], {}],
    ['both:a"b"', [], { a: 'a"b"' }], // elsewhere a quote is a character like others
  ])('%j', (text, positional, named) => {
    const reading = readSpec('thing', text, forms);
    expect(reading.positional).toEqual(positional);
    expect(Object.fromEntries(reading.named)).toEqual(named);
  });

  test.each([
    ['both:"1', 'thing: expected balanced parentheses and quotes, received "both:\\"1"'],
    ['both:"1"2', 'thing both: expected nothing after a value in quotes, received'],
    ['both:""', 'thing both: expected a value or key=value, received'],
  ])('refuses %j', (text, message) => {
    expect(messageOf(() => readSpec('thing', text, forms))).toContain(message);
  });

  test('any value can be written, and stands in lists as one', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), (value) => {
        const text = `both:a=${quoteValue(value)},b=${quoteValue(value)}`;
        const { named } = readSpec('thing', text, forms);
        expect(Object.fromEntries(named)).toEqual({ a: value, b: value });
        expect(splitAtCommas(`${text},1`)).toHaveLength(3);
      }),
    );
  });
});

test('a text that is too long is refused', () => {
  expect(messageOf(() => readSpec('thing', `both:${'x'.repeat(1e6)}`, forms))).toBe(
    'thing: expected a text of at most 100000 characters, received one of 1000005',
  );
});

describe('parseDecimal', () => {
  test.each([
    ['0', 0],
    ['12', 12],
    ['+1.5', 1.5],
    ['-.5', -0.5],
    ['5.', 5],
    ['1e-3', 0.001],
    ['2.5E+2', 250],
    ['007', 7],
  ])('%s is %f', (text, value) => {
    expect(parseDecimal('rate', text)).toBe(value);
  });

  test('reads back every finite number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseDecimal('rate', `${value}`)).toBe(Number(`${value}`));
      }),
      { seed: 1 },
    );
  });

  test.each(['', ' ', '.', '-', 'e3', '1e', '0x1', '0b1', '1_000', '1,5', '1 2', '40%', '0.5x'])(
    'refuses %j',
    (text) => {
      expect(messageOf(() => parseDecimal('rate', text))).toBe(
        `rate: expected a number in (-∞, ∞), received ${JSON.stringify(text)}`,
      );
    },
  );

  test.each([
    ['NaN', '"NaN"'],
    ['Infinity', '"Infinity"'],
    ['1e999', 'Infinity'],
    ['1.5', '1.5'],
    ['0', '0'],
  ])('refuses %s in (0, 1]', (text, received) => {
    const range = { min: 0, openMin: true, max: 1 };
    expect(messageOf(() => parseDecimal('rate', text, range))).toBe(
      `rate: expected a number in (0, 1], received ${received}`,
    );
  });
});

test('parseFlag', () => {
  expect([parseFlag('flag', 'true'), parseFlag('flag', 'false')]).toEqual([true, false]);
  for (const text of ['', 'yes', '1', 'True']) {
    expect(messageOf(() => parseFlag('flag', text))).toBe(
      `flag: expected one of true, false, received "${text}"`,
    );
  }
});

test.each([
  ['', ['']],
  ['a', ['a']],
  [' a , b,', ['a', 'b', '']],
  ['f(a,b),c', ['f(a,b)', 'c']],
  ['f(g(a,b),c),(d,e)', ['f(g(a,b),c)', '(d,e)']],
])('splitAtCommas of %j', (text, pieces) => {
  expect(splitAtCommas(text)).toEqual(pieces);
});

test.each([
  ['ce', ['ce']],
  ['ce, gce:q=0.7,minProb=0,mae', ['ce', 'gce:q=0.7,minProb=0', 'mae']],
  ['symmetrize(gce:q=0.7,minProb=0),b=1', ['symmetrize(gce:q=0.7,minProb=0),b=1']],
  ['q=1,ce', ['q=1', 'ce']],
  ['', ['']],
])('splitSpecs of %j', (list, specs) => {
  expect(splitSpecs(list)).toEqual(specs);
});

describe('decimal numbers', () => {
  test.each<[string, number | undefined]>([
    ['-1.5e3', -1500],
    ['+.5', 0.5],
    ['5.', 5],
    ['-0', 0],
    ['', undefined],
    ['.', undefined],
    ['0x10', undefined],
    ['Infinity', undefined],
    ['1e', undefined],
  ])('%j is %j', (text, value) => {
    expect(decimalOf(text)).toBe(value);
  });

  test('take time in proportion to their length', () => {
    const digits = '9'.repeat(1_000_000); // the square of which nobody would wait for
    for (const text of [`${digits}x`, `1.${digits}x`, `1e${digits}x`]) {
      expect(decimalOf(text)).toBeUndefined();
    }
  });
});
