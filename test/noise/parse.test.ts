import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SymlossError } from '../../src/core/index.ts';
import { noiseNames, parseNoise, symmetricNoise } from '../../src/noise/index.ts';

describe('parseNoise', () => {
  it.each([
    ['none', 'none'],
    [' unknown', 'unknown'],
    ['symmetric:0.4', 'symmetric:0.4'],
    ['symmetric:rate=0.4', 'symmetric:0.4'],
    ['symmetric:rate=0.40,mode=per-row', 'symmetric:0.4'],
    ['symmetric:0.4,mode=exact', 'symmetric:0.4,mode=exact'],
    ['symmetric:rate=0.4,mode=exact', 'symmetric:0.4,mode=exact'],
    ['symmetric:mode=exact,rate=.4', 'symmetric:0.4,mode=exact'],
    [' symmetric : 4e-1 , mode = exact ', 'symmetric:0.4,mode=exact'],
    ['symmetric:0', 'symmetric:0'],
    ['symmetric:1', 'symmetric:1'],
    ['asymmetric:rate=.30', 'asymmetric:0.3'],
    ['asymmetric:0.3, map = cifar10', 'asymmetric:0.3,map=cifar10'],
    ['asymmetric:0.3,map=(2>1, 0 > 1)', 'asymmetric:0.3,map=(0>1,2>1)'],
    ['pair:rate=0.3', 'pair:0.3'],
    ['instance:rate=0.20', 'instance:0.2'],
  ])('%s is %s', (spec, canonical) => {
    expect(parseNoise(spec).spec).toBe(canonical);
    expect(parseNoise(canonical).spec).toBe(canonical);
  });

  it('builds the model that the spec names', () => {
    expect(noiseNames).toEqual([
      ...['none', 'unknown', 'symmetric', 'asymmetric', 'pair', 'matrix', 'instance', 'column'],
    ]);
    expect(parseNoise('none').kind).toBe('none');
    expect(parseNoise('unknown').kind).toBe('unknown');
    expect(parseNoise('symmetric:0.5').kind).toBe('symmetric');
    expect([...(parseNoise('symmetric:0.5').transition(2) ?? [])]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('reads back the spec of any symmetric noise', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom('per-row' as const, 'exact' as const),
        (rate, mode) => {
          const { spec } = symmetricNoise(rate, mode);
          expect(parseNoise(spec).spec).toBe(spec);
        },
      ),
      { seed: 1 },
    );
  });

  it.each([
    [
      '',
      'noise: expected one of none, unknown, symmetric, asymmetric, pair, matrix, instance, column, received ""; e.g. symmetric:0.4',
    ],
    ['uniform:0.4', 'received "uniform"; e.g. symmetric:0.4'],
    ['symmetric', 'noise symmetric, rate: expected a number in [0, 1], received none'],
    ['symmetric:', 'noise symmetric: expected a value or key=value, received "" in "symmetric:"'],
    ['none:', 'noise none: expected a value or key=value, received "" in "none:"'],
    ['symmetric:mode=exact', 'noise symmetric, rate: expected a number in [0, 1], received none'],
    ['symmetric:rate=', 'noise symmetric: expected a value or key=value, received "rate="'],
    ['symmetric:1.5', 'noise symmetric, rate: expected a number in [0, 1], received 1.5'],
    ['symmetric:-0.1', 'noise symmetric, rate: expected a number in [0, 1], received -0.1'],
    ['symmetric:40%', 'noise symmetric, rate: expected a number in [0, 1], received "40%"'],
    ['symmetric:0x1', 'noise symmetric, rate: expected a number in [0, 1], received "0x1"'],
    ['symmetric:0.4,mode=all', 'mode: expected one of per-row, exact, received "all"'],
    [
      'symmetric:0.4,k=3',
      'noise symmetric: expected key=value with a key among rate, mode, received "k=3"',
    ],
    ['symmetric:0.4,exact', 'expected key=value with a key among rate, mode, received "exact"'],
    [
      'symmetric:0.4,rate=0.3',
      'expected rate once, received "rate=0.3" in "symmetric:0.4,rate=0.3"',
    ],
    ['pair', 'noise pair, rate: expected a number in [0, 1], received none; e.g. pair:0.4'],
    ['pair:2', 'noise pair, rate: expected a number in [0, 1], received 2'],
    ['matrix', 'noise matrix, file: expected a .csv or .json file, received none'],
    [
      'asymmetric:0.3,map=svhn',
      'map: expected cifar10, mnist, cifar100, a .json file or (0>1,2>1)',
    ],
    [
      'asymmetric:0.3,map=(0>0)',
      'noise asymmetric, map: expected pairs of class numbers such as 0>1',
    ],
    ['asymmetric:0.3,map=(0>1,0>2)', 'each class once on the left, received "0>2"'],
    ['asymmetric:0.3,map=()', 'expected pairs of class numbers such as 0>1'],
    ['none:0.4', 'noise none: expected no parameters, received "0.4"'],
  ])('refuses %j', (spec, message) => {
    expect(() => parseNoise(spec)).toThrow(SymlossError);
    expect(() => parseNoise(spec)).toThrow(message);
  });
});
