import { expect, test } from 'vitest';
import { nearestRows } from '../../src/audit/index.ts';
import { finish, stream } from '../../src/core/index.ts';
import { fromRecords } from '../../src/data/formats/index.ts';
import { fromArrays } from '../../src/data/index.ts';
import { rowVectors } from '../../src/run/row-vectors.ts';
import { firstDifference, tolerances } from '../tolerances.ts';

test('vectors of a table are what the first layer of a network gets: scaled and clipped numbers, categories, terms', async () => {
  const records = [0, 10, 20, 30, 1000].map((x, i) => ({
    x,
    kind: i % 2 ? 'a' : 'b',
    text:
      i < 2 ? 'red fox jumps over the lazy dog today' : 'grey cat sleeps on a warm roof all day',
    label: i % 2 ? 'yes' : 'no',
  }));
  const data = await fromRecords(records, {
    label: 'label',
    columns: { kind: 'categorical', text: 'text' },
  });
  const { dense, width, sparse } = finish(rowVectors(data, 1))!;
  expect(width).toBe(3); // the number, and two categories
  // median 20, quartiles 10 and 30: z = (x − 20)/20, then z/√(1 + (z/3)²)
  const clipped = [-1, -0.5, 0, 0.5, 49].map((z) => z / Math.sqrt(1 + (z / 3) ** 2));
  const numbers = clipped.map((_, row) => dense[row * 3]!);
  expect(firstDifference(numbers, clipped, tolerances.float32Op)).toBe(-1);
  const category = (row: number) => Array.from(dense.subarray(row * 3 + 1, row * 3 + 3));
  expect([category(0), category(2)]).toEqual([category(2), category(4)]);
  expect(category(1)).toEqual(category(0).reverse());
  expect(sparse?.starts.length).toBe(6);
  const terms = nearestRows({ dense: new Float32Array(), width: 0, sparse: sparse! }, { count: 1 });
  expect([terms.rows[0], terms.rows[1]]).toEqual([1, 0]);
});

test('wide vectors are projected, and nearly keep their distances', () => {
  const [n, d] = [40, 3000];
  const rng = stream(1, 'wide');
  const features = Float32Array.from({ length: n * d }, () => rng.normal());
  const labels = Int32Array.from({ length: n }, (_, row) => row % 2);
  const data = fromArrays({ features, featureShape: [1, 50, 60], labels, classes: ['0', '1'] });
  const { dense, width } = finish(rowVectors(data, 1))!;
  expect(width).toBeLessThan(d);
  const distance = (values: Float32Array, size: number, a: number, b: number) => {
    let sum = 0;
    for (let i = 0; i < size; i++) sum += (values[a * size + i]! - values[b * size + i]!) ** 2;
    return Math.sqrt(sum);
  };
  const ratios: number[] = [];
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) {
      ratios.push(distance(dense, width, a, b) / distance(features, d, a, b));
    }
  }
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const spread = Math.sqrt(
    ratios.reduce((sum, ratio) => sum + (ratio - mean) ** 2, 0) / ratios.length,
  );
  // a chi-square of `width` degrees: its root has a relative deviation of 1/√(2·width)
  expect(spread / mean).toBeLessThan(2 / Math.sqrt(2 * width));
  expect(mean).toBeGreaterThan(1 - 2 / Math.sqrt(2 * width));
});

test('small images are standardised numbers', () => {
  const features = Uint8Array.of(0, 10, 20, 30, 40, 50, 60, 70);
  const data = fromArrays({
    ...{ features, featureShape: [1, 2, 2], classes: ['0', '1'] },
    labels: Int32Array.of(0, 1),
  });
  const { dense, width } = finish(rowVectors(data, 1))!;
  expect(width).toBe(4);
  const deviation = Math.sqrt((8 * 8 - 1) / 12) * 10;
  const expected = Array.from(features, (x) => (x - 35) / deviation);
  expect(firstDifference(Array.from(dense), expected, tolerances.float32Op)).toBe(-1);
});
