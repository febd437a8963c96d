import { describe, expect, test } from 'vitest';
import { Rng, stream } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { tolerances } from '../tolerances.ts';

const n = 60_000;

const draw = (count: number, next: () => number) => Array.from({ length: count }, next);

const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

/** How many standard deviations the mean of independent values is from what it should be. */
function deviationsOf(values: readonly number[], expected: number, variance: number): number {
  return Math.abs(mean(values) - expected) / Math.sqrt(variance / values.length);
}

/** xoroshiro128+ (Blackman and Vigna 2018; 24, 16, 37) in 64-bit integers: the low 32 bits. */
function plainWords(state: readonly number[], count: number): number[] {
  const join = (high = 0, low = 0) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);
  const rotate = (x: bigint, by: bigint) => BigInt.asUintN(64, (x << by) | (x >> (64n - by)));
  let [s0, s1] = [join(state[0], state[1]), join(state[2], state[3])];
  return draw(count, () => {
    const word = Number(BigInt.asUintN(32, s0 + s1));
    const x = s0 ^ s1;
    s0 = rotate(s0, 24n) ^ x ^ BigInt.asUintN(64, x << 16n);
    s1 = rotate(x, 37n);
    return word;
  });
}

describe('streams', () => {
  test('the same seed and name give the same numbers, another seed or name others', () => {
    const first = (seed: number, name: string) => {
      const rng = stream(seed, name);
      return draw(4, () => rng.uniform()).join();
    };
    expect(first(1, 'noise')).toBe(first(1, 'noise'));
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    const names = ['', 'a', 'b', 'ab', 'ba', 'shuffle', 'noise'];
    const all = seeds.flatMap((seed) => names.map((name) => first(seed, name)));
    expect(new Set(all).size).toBe(seeds.length * names.length);
  });

  test('drawing from one does not move another', () => {
    const alone = stream(1, 'b');
    const expected = draw(5, () => alone.uniform());
    const [a, b] = [stream(1, 'a'), stream(1, 'b')];
    const between = draw(5, () => {
      a.shuffle([1, 2, 3, 4]);
      return b.uniform();
    });
    expect(between).toEqual(expected);
  });

  test.each([
    ['names', stream(1, 'a'), stream(1, 'b')],
    ['seeds', stream(1, 'a'), stream(2, 'a')],
    ['seeds that share their low 32 bits', stream(1, 'a'), stream(1 + 2 ** 32, 'a')],
  ])('of different %s do not correlate', (_, a, b) => {
    const products = draw(n, () => (a.uniform() - 1 / 2) * (b.uniform() - 1 / 2));
    expect(deviationsOf(products, 0, 1 / 144)).toBeLessThan(tolerances.deviations);
  });

  test('nor do the first numbers of neighbouring seeds', () => {
    const firsts = draw(n, () => 0).map((_, seed) => stream(seed, 'a').uniform() - 1 / 2);
    const products = firsts.slice(1).map((u, seed) => u * firsts[seed]!);
    expect(deviationsOf(firsts, 0, 1 / 12)).toBeLessThan(tolerances.deviations);
    expect(deviationsOf(products, 0, 1 / 144)).toBeLessThan(tolerances.deviations);
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 53])('refuse the seed %f', (seed) => {
    expect(messageOf(() => stream(seed, 'a'))).toBe(
      `seed: expected an integer from 0 to 2^53 - 1, received ${seed}`,
    );
  });
});

describe('the numbers are those of xoroshiro128+', () => {
  test('uniform: 26 and 27 bits of two words', () => {
    const rng = stream(3, 'words');
    const words = plainWords(rng.state(), 2 * 100);
    const expected = draw(100, () => 0).map((_, i) => {
      const [high, low] = [words[2 * i]! % 2 ** 26, words[2 * i + 1]! % 2 ** 27];
      return (high * 2 ** 27 + low) * 2 ** -53;
    });
    expect(draw(100, () => rng.uniform())).toEqual(expected);
  });

  test('fillUniform: the upper 24 bits of a word', () => {
    const rng = stream(3, 'mask');
    const expected = plainWords(rng.state(), 100).map((word) => Math.floor(word / 256) / 2 ** 24);
    const out = new Float32Array(100);
    rng.fillUniform(out);
    expect(Array.from(out)).toEqual(expected);
  });
});

test('a restored state goes on with the same numbers', () => {
  const rng = stream(5, 'checkpoint');
  rng.permutation(7);
  const state = rng.state();
  const take = (from: Rng) => [from.uniform(), from.normal(), from.integer(10), from.uniform()];
  const expected = take(rng);
  expect(take(new Rng(state))).toEqual(expected);
  expect(take(new Rng(JSON.parse(JSON.stringify(state)) as number[]))).toEqual(expected);
  expect(rng.state()).not.toEqual(state);
});

describe('distributions by their moments', () => {
  test('uniform in [0, 1)', () => {
    const rng = stream(1, 'uniform');
    const values = draw(n, () => rng.uniform());
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(deviationsOf(values, 1 / 2, 1 / 12)).toBeLessThan(tolerances.deviations);
    const squares = values.map((u) => (u - 1 / 2) ** 2);
    expect(deviationsOf(squares, 1 / 12, 1 / 180)).toBeLessThan(tolerances.deviations);
    const neighbours = squares.slice(1).map((_, i) => (values[i]! - 0.5) * (values[i + 1]! - 0.5));
    expect(deviationsOf(neighbours, 0, 1 / 144)).toBeLessThan(tolerances.deviations);
  });

  test('fillUniform in [0, 1)', () => {
    const out = new Float32Array(n);
    stream(1, 'fill').fillUniform(out);
    const values = Array.from(out);
    expect(values.every((u) => u >= 0 && u < 1)).toBe(true);
    expect(deviationsOf(values, 1 / 2, 1 / 12)).toBeLessThan(tolerances.deviations);
    const squares = values.map((u) => (u - 1 / 2) ** 2);
    expect(deviationsOf(squares, 1 / 12, 1 / 180)).toBeLessThan(tolerances.deviations);
  });

  // E zᵖ of a standard normal, and the variance of zᵖ
  test.each([
    [1, 0, 1],
    [2, 1, 2],
    [3, 0, 15],
    [4, 3, 96],
  ])('normal, power %i', (power, expected, variance) => {
    const rng = stream(1, 'normal');
    const powers = draw(n, () => rng.normal() ** power);
    expect(deviationsOf(powers, expected, variance)).toBeLessThan(tolerances.deviations);
  });

  test.each([1, 2, 6, 10, 1000])('integer below %i: all equally often', (k) => {
    const rng = stream(1, 'integer');
    const counts = new Array<number>(k).fill(0);
    for (let i = 0; i < n; i++) counts[rng.integer(k)]! += 1;
    expect(counts.reduce((sum, count) => sum + count)).toBe(n); // so none was out of range
    const spread = Math.sqrt((n / k) * (1 - 1 / k));
    const furthest = Math.max(...counts.map((count) => Math.abs(count - n / k)));
    expect(furthest).toBeLessThanOrEqual(tolerances.deviations * spread);
  });
});

describe('shuffle', () => {
  test('is in place, and loses and doubles nothing', () => {
    const items = [5, 1, 4, 1, 3];
    expect(stream(1, 'shuffle').shuffle(items)).toBe(items);
    expect([...items].sort((a, b) => a - b)).toEqual([1, 1, 3, 4, 5]);
    const labels = Int32Array.of(2, 0, 1, 2);
    expect(stream(1, 'shuffle').shuffle(labels)).toBe(labels);
    expect(Array.from(labels).sort((a, b) => a - b)).toEqual([0, 1, 2, 2]);
  });

  test('gives every order equally often', () => {
    const rng = stream(2, 'shuffle');
    const counts = new Map<string, number>();
    for (let i = 0; i < n; i++) {
      const order = rng.shuffle(['a', 'b', 'c']).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual(['abc', 'acb', 'bac', 'bca', 'cab', 'cba']);
    const spread = Math.sqrt((n / 6) * (5 / 6));
    for (const count of counts.values()) {
      expect(Math.abs(count - n / 6)).toBeLessThanOrEqual(tolerances.deviations * spread);
    }
  });

  test('draws nothing for no items or one', () => {
    const rng = stream(1, 'shuffle');
    const state = rng.state();
    expect([rng.shuffle([]), rng.shuffle(['a'])]).toEqual([[], ['a']]);
    expect(rng.state()).toEqual(state);
  });

  test('permutation is a shuffle of 0 to n − 1', () => {
    const order = stream(4, 'order').permutation(50);
    const range = draw(50, () => 0).map((_, i) => i);
    expect(Array.from(order).sort((a, b) => a - b)).toEqual(range);
    expect(Array.from(order)).not.toEqual(range);
    expect(Array.from(order)).toEqual(stream(4, 'order').shuffle(range));
  });
});
