import { describe, expect, test } from 'vitest';
import type { Tensor } from '../../src/core/index.ts';
import { toNumbers } from '../../src/core/index.ts';
import {
  factorCode,
  fitFactor,
  fitSize,
  numberCode,
  sizeCode,
  typescript,
  typescriptHelpers,
  unify,
  writeElements,
} from '../../src/graph/emit/index.ts';
import type { Op } from '../../src/graph/index.ts';
import { interpret } from '../../src/graph/index.ts';
import { importText } from '../helpers/emitted.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { feedsOf, opCases, programOf } from './cases.ts';

const sizes = [
  { n: 89, k: 3 },
  { n: 83, k: 5 },
  { n: 101, k: 8 },
  { n: 73, k: 17 },
  { n: 113, k: 43 },
];
const numerals = { log: 'log', expm1: 'expm1', infinity: 'inf' };

test('sizes as expressions of n and k', () => {
  const text = (f: (n: number, k: number) => number) => {
    const size = fitSize(
      sizes,
      sizes.map(({ n, k }) => f(n, k)),
    );
    return size && sizeCode(size).text;
  };
  expect(text(() => 1)).toBe('1');
  expect(text((n) => n)).toBe('n');
  expect(text((_, k) => k)).toBe('k');
  expect(text((_, k) => 2 * k + 1)).toBe('2 * k + 1');
  expect(text((_, k) => k - 1)).toBe('k - 1');
  expect(text((n, k) => n + k)).toBe('n + k');
  expect(text((n, k) => n * k)).toBe(undefined);
  expect(text((_, k) => k * k)).toBe(undefined);
  expect(text((_, k) => Math.floor(k / 2))).toBe(undefined);
});

test('numbers as expressions of n and k', () => {
  const text = (f: (n: number, k: number) => number) => {
    const factor = fitFactor(
      sizes,
      sizes.map(({ n, k }) => f(n, k)),
    );
    return factor && factorCode(factor, numerals).text;
  };
  expect(text(() => 0.3)).toBe('0.3');
  expect(text((_, k) => 1 / k)).toBe('1 / k');
  expect(text((n, k) => 1 / (n * k))).toBe('1 / (n * k)');
  expect(text((_, k) => -0.5 * Math.log(k))).toBe('-0.5 * log(k)');
  expect(text((_, k) => 5 / Math.log(k))).toBe('5 / log(k)');
  expect(text((_, k) => k ** 0.7)).toBe('k ** 0.7');
  expect(text((_, k) => 2 * k ** -0.25)).toBe('2 / k ** 0.25');
  expect(text((_, k) => (k - 1) / k)).toBe('(k - 1) / k');
  expect(text((_, k) => 1 - k)).toBe('-(k - 1)');
  expect(text((_, k) => 0.5 * k - 3)).toBe('0.5 * k - 3');
  expect(text((_, k) => Math.sqrt(k + 1))).toBe(undefined);
  expect(text((_, k) => (k > 10 ? 2 : 1))).toBe(undefined);
  // one rounding of float32 off is another number
  expect(text((_, k) => Math.fround(1 / k))).toBe(undefined);
});

test('numbers are written as people write them, with exactly their value', () => {
  const text = (x: number) => numberCode(x, numerals).text;
  const cases: readonly (readonly [number, string])[] = [
    [0.7, '0.7'],
    [-2, '-2'],
    [1e-7, '1e-7'],
    [1e30, '1e30'],
    [123456, '123456'],
    [1 / 3, '1 / 3'],
    [1 - 0.7, '1 - 0.7'],
    [1.2 - 1, '1 - 0.8'],
    [Math.log(1e-7), 'log(1e-7)'],
    [-Math.log(1e-4), '-log(1e-4)'],
    [Math.log1p(100000), 'log(100001)'],
    [Math.expm1(-0.01), 'expm1(-0.01)'],
    [Math.PI, '3.141592653589793'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
  ];
  for (const [x, expected] of cases) expect(text(x)).toBe(expected);
  const evaluate = (code: string) => new Map(cases.map(([x, expected]) => [expected, x])).get(code);
  for (const [x] of cases) expect(Object.is(evaluate(text(x)), x)).toBe(true);
});

/** Operations on images and texts, which no loss has. */
const refused: readonly Op[] = [
  ...(['conv2d', 'conv2dInputGrad', 'conv2dWeightGrad', 'maxPool', 'maxPoolGrad'] as const),
  ...(['avgPool', 'channelAffine', 'channelDot', 'channelMoments'] as const),
  ...(['categoryIndex', 'termCounts'] as const),
];
const written = (Object.keys(opCases) as Op[]).filter((op) => !refused.includes(op));

/** What has no text that is short for every size: tables of numbers, and reshapes but for axes of size 1. */
const long = ['constant: tensor', 'reshape: flat', 'reshape: split'];

describe('TypeScript of every operation gives what the interpreter does', () => {
  const all = written
    .flatMap((op) => opCases[op].map((c) => ({ title: `${op}: ${c.name}`, c })))
    .filter(({ title }) => !long.includes(title));

  test.each(all)('$title', async ({ c }) => {
    const program = programOf(c, 'float64');
    const feeds = feedsOf(c, 'float64') as Record<string, Tensor>;
    const expected = interpret(program, feeds, { exact: true }).y!;
    const unified = unify(
      c.name,
      sizes.map((size) => ({ ...size, program })),
    );
    const inputs = Object.fromEntries(Object.keys(feeds).map((name) => [name, name]));
    const { batch } = writeElements(unified, typescript, { batch: inputs, row: {} }, ['y']);
    const helpers = Object.values(typescriptHelpers).map(({ text }) => text);
    const { f } = await importText<{ f: (inputs: unknown) => unknown }>(
      [
        `export function f({ ${Object.keys(inputs).join(', ')} }) {`,
        ...batch.lines,
        `return ${batch.outputs.y!.whole().text};`,
        '}',
        ...helpers,
      ].join('\n'),
    );
    const nested = Object.entries(feeds).map(([name, { shape, data }]) => [
      name,
      nest(Array.from(data, Number), shape),
    ]);
    const found = [f(Object.fromEntries(nested))].flat(Number.POSITIVE_INFINITY).map(Number);
    expect(firstDifference(found, toNumbers(expected), tolerances.float64)).toBe(-1);
  });
});

test.each(long)('%s is refused', (title) => {
  const [op, name] = title.split(': ') as [Op, string];
  const program = programOf(opCases[op].find((c) => c.name === name)!, 'float64');
  const unified = unify(
    op,
    sizes.map((size) => ({ ...size, program })),
  );
  const inputs = { x0: 'x0' };
  const write = () => {
    const { batch } = writeElements(unified, typescript, { batch: inputs, row: {} }, ['y']);
    return batch.outputs.y!.whole();
  };
  expect(write).toThrow('emit: expected a loss whose constants are single numbers');
});

test.each(refused)('%s is refused', (op) => {
  const program = programOf(opCases[op][0]!, 'float32');
  const unified = unify(
    op,
    sizes.map((size) => ({ ...size, program })),
  );
  const write = () => writeElements(unified, typescript, { batch: {}, row: {} }, ['y']);
  expect(write).toThrow('emit: expected operations on scores, received');
});

/** Numbers as arrays of arrays of a shape. */
function nest(values: readonly number[], shape: readonly number[]): unknown {
  const [size, ...rest] = shape;
  if (size === undefined) return values[0];
  const step = values.length / size;
  return Array.from({ length: size }, (_, i) => nest(values.slice(i * step, (i + 1) * step), rest));
}
