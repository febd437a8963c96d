import { describe, expect, it } from 'vitest';
import { stream } from '../../src/core/index.ts';
import { publishedMaps } from '../../src/noise/class-maps.ts';
import type { ClassNoise } from '../../src/noise/index.ts';
import {
  asymmetricNoise,
  empiricalTransition,
  matrixNoise,
  pairNoise,
  parseNoise,
} from '../../src/noise/index.ts';
import { chiSquare, chiSquare999, countCells, cycle } from './chi-square.ts';

const matrix = Float64Array.of(0.7, 0.2, 0.1, 0.05, 0.9, 0.05, 0.3, 0.3, 0.4);
const cifar10 = parseNoise('asymmetric:0.3,map=cifar10') as ClassNoise;
const mnist = parseNoise('asymmetric:0.3,map=mnist') as ClassNoise;
const cifar100 = parseNoise('asymmetric:0.3,map=cifar100') as ClassNoise;

const models: readonly (readonly [ClassNoise, number, number])[] = [
  [cifar10, 10, 5],
  [mnist, 10, 5],
  [cifar100, 100, 100],
  [asymmetricNoise(0.8, { 7: 1, 2: 7, 5: 6, 6: 5, 3: 8 }), 10, 5],
  [pairNoise(0.3), 10, 10],
  [matrixNoise(matrix, 3), 3, 6],
];

describe.each(models.map((row) => [row[0].spec, ...row] as const))('%s', (_, noise, k, degrees) => {
  it('fits its matrix (χ²)', () => {
    const n = 10_000 * k;
    const labels = cycle(n, k);
    const { labels: noisy } = noise.corrupt(labels, k, stream(1, 'noise'));
    const expected = noise.transition(k).map((p) => (n / k) * p);
    const limit = chiSquare999[degrees] as number;
    expect(chiSquare(countCells(labels, noisy, k), expected)).toBeLessThan(limit);
  });

  it('repeats itself from the same seed, leaves its input alone and says what happened', () => {
    const labels = cycle(1000, k);
    const first = noise.corrupt(labels, k, stream(5, 'noise'));
    expect(labels).toEqual(cycle(1000, k));
    expect(noise.corrupt(labels, k, stream(5, 'noise'))).toEqual(first);
    expect(noise.corrupt(labels, k, stream(6, 'noise')).labels).not.toEqual(first.labels);
    const mask = Uint8Array.from(labels, (label, row) => (label === first.labels[row] ? 0 : 1));
    expect(first.mask).toEqual(mask);
    expect(first.noiseRate).toBe(mask.reduce((sum, bit) => sum + bit, 0) / 1000);
    expect(first.transition).toEqual(empiricalTransition(labels, first.labels, k));
  });

  it('takes no rows', () => {
    const { labels, noiseRate } = noise.corrupt(new Int32Array(0), k, stream(1, 'noise'));
    expect([labels.length, noiseRate]).toEqual([0, 0]);
  });
});

it.each([
  parseNoise('asymmetric:0,map=cifar10'),
  asymmetricNoise(0, { 0: 1 }),
  pairNoise(0),
  matrixNoise(
    Float64Array.from({ length: 100 }, (_, cell) => (cell % 11 === 0 ? 1 : 0)),
    10,
  ),
])('$spec at rate 0 changes nothing', (noise) => {
  const { labels, noiseRate } = noise.corrupt(cycle(1000, 10), 10, stream(1, 'noise'));
  expect(labels).toEqual(cycle(1000, 10));
  expect(noiseRate).toBe(0);
});

it.each([
  ['pair', pairNoise(0.2), pairNoise(0.6)],
  ['asymmetric', asymmetricNoise(0.2, { 0: 1 }), asymmetricNoise(0.6, { 0: 1 })],
] as const)('%s: a higher rate keeps the changes of a lower', (_, less, more) => {
  const low = less.corrupt(cycle(2000, 4), 4, stream(3, 'noise'));
  const high = more.corrupt(cycle(2000, 4), 4, stream(3, 'noise'));
  expect(low.mask.every((bit, row) => bit === 0 || high.labels[row] === low.labels[row])).toBe(
    true,
  );
  expect(high.noiseRate).toBeGreaterThan(low.noiseRate);
});

describe('the matrices', () => {
  it('pair goes to the next class, the last to the first', () => {
    expect([...pairNoise(0.25).transition(3)]).toEqual([
      0.75, 0.25, 0, 0, 0.75, 0.25, 0.25, 0, 0.75,
    ]);
    expect(() => pairNoise(0.3).transition(1)).toThrow(
      'noise pair, k: expected an integer of at least 2',
    );
  });

  it('asymmetric moves the classes of the map only', () => {
    const expected = [1, 0, 0, 0.25, 0.75, 0, 0, 0, 1];
    expect([...asymmetricNoise(0.25, { 1: 0 }).transition(3)]).toEqual(expected);
    expect([...asymmetricNoise(0.25, Int32Array.of(0, 0, 2)).transition(3)]).toEqual(expected);
    expect([...(parseNoise('asymmetric:0.25,map=(1>0)').transition(3) ?? [])]).toEqual(expected);
  });

  it('matrix hands out copies', () => {
    const noise = matrixNoise(matrix, 3);
    noise.transition(3).fill(0);
    expect(noise.transition(3)).toEqual(matrix);
  });
});

/** Where the standard numbering's classes go, those that move: `from>to`. */
function moves(noise: ClassNoise, k: number, classes?: readonly string[]): string[] {
  const transition = noise.transition(k, { classes });
  return [...transition.entries()]
    .filter(([cell, p]) => p > 0 && Math.floor(cell / k) !== cell % k)
    .map(([cell]) => `${Math.floor(cell / k)}>${cell % k}`);
}

describe('published maps', () => {
  it('CIFAR-10 and MNIST by number', () => {
    expect(moves(cifar10, 10)).toEqual(['2>0', '3>5', '4>7', '5>3', '9>1']);
    expect(moves(mnist, 10)).toEqual(['2>7', '3>8', '5>6', '6>5', '7>1']);
  });

  it('CIFAR-100 goes round each superclass (indices of the standard numbering)', () => {
    const cycles = [
      ...[
        [4, 30, 55, 72, 95],
        [1, 32, 67, 73, 91],
        [54, 62, 70, 82, 92],
        [9, 10, 16, 28, 61],
      ],
      ...[
        [0, 51, 53, 57, 83],
        [22, 39, 40, 86, 87],
        [5, 20, 25, 84, 94],
        [6, 7, 14, 18, 24],
      ],
      ...[
        [3, 42, 43, 88, 97],
        [12, 17, 37, 68, 76],
        [23, 33, 49, 60, 71],
        [15, 19, 21, 31, 38],
      ],
      ...[
        [34, 63, 64, 66, 75],
        [26, 45, 77, 79, 99],
        [2, 11, 35, 46, 98],
        [27, 29, 44, 78, 93],
      ],
      ...[
        [36, 50, 65, 74, 80],
        [47, 52, 56, 59, 96],
        [8, 13, 48, 58, 90],
        [41, 69, 81, 85, 89],
      ],
    ];
    expect(cycles.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    const expected = cycles.flatMap((five) =>
      five.map((from, i) => `${from}>${five[(i + 1) % 5]}`),
    );
    expect(new Set(moves(cifar100, 100))).toEqual(new Set(expected));
  });

  it('finds classes by name in any order, and data by their names without a map', () => {
    const turned = [...publishedMaps.cifar10.classes].reverse();
    const expected = ['0>8', '4>6', '5>2', '6>4', '7>9'];
    expect(moves(cifar10, 10, turned)).toEqual(expected);
    expect(moves(parseNoise('asymmetric:0.3') as ClassNoise, 10, turned)).toEqual(expected);
    const digits = Array.from({ length: 10 }, (_, i) => String(i));
    expect(moves(cifar10, 10, digits)).toEqual(moves(cifar10, 10));
    expect(moves(mnist, 9, digits.slice(1))).toEqual(['1>6', '2>7', '4>5', '5>4', '6>0']);
  });

  it('refuses other data', () => {
    expect(() => cifar10.transition(3, { classes: ['a', 'b', 'c'] })).toThrow(
      'noise asymmetric, map=cifar10: expected the 10 classes of CIFAR-10 ("airplane", ',
    );
    expect(() => cifar10.transition(9)).toThrow('received 9 classes; give a map of your own');
    expect(() => parseNoise('asymmetric:0.3').transition(2, { classes: ['a', 'b'] })).toThrow(
      'noise asymmetric, map: expected a class map, received none for "a", "b"; add map=cifar10',
    );
  });
});

describe('refusals', () => {
  it.each([
    [() => asymmetricNoise(1.2, { 0: 1 }), 'noise asymmetric, rate: expected a number in [0, 1]'],
    [() => asymmetricNoise(0.2, {}), 'expected a map that moves a class, received none that does'],
    [
      () => asymmetricNoise(0.2, { 0: -1 }),
      'noise asymmetric, map: expected an integer of at least 0',
    ],
    [
      () => asymmetricNoise(0.2, { 0: 3 }).transition(3),
      'expected an integer from 0 to 2, received 3',
    ],
    [
      () => asymmetricNoise(0.2, Int32Array.of(1, 0)).transition(3),
      'noise asymmetric, map: expected 3 classes, as many as the data, received 2',
    ],
    [
      () => matrixNoise(Float64Array.of(1, 0, 0.5, 0.6), 2),
      'row 1: expected a sum of 1, received 1.1',
    ],
    [() => matrixNoise(matrix, 2), 'noise matrix: expected 2 x 2 = 4 entries, received 9'],
    [
      () => matrixNoise(matrix, 3, 'm.csv').transition(4),
      'm.csv: expected a 4 x 4 matrix for 4 classes, received one of 3 x 3',
    ],
    [
      () => pairNoise(0.2).corrupt(Int32Array.of(0, 5), 3, stream(1, 'x')),
      'noise pair, labels, row 1: expected a label from 0 to 2, received 5',
    ],
  ])('%# says what is wrong', (act, message) => {
    expect(act).toThrow(message);
  });
});
