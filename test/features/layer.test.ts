import { describe, expect, test } from 'vitest';
import { fromNumbers, toNumbers } from '../../src/core/index.ts';
import type { FeaturePipeline, TableRows } from '../../src/features/index.ts';
import {
  encodedInputs,
  encodedWidth,
  encodeRows,
  featureLayer,
  fillSparse,
  fitFeatures,
  tableInputs,
} from '../../src/features/index.ts';
import type { Feeds } from '../../src/graph/index.ts';
import { input, interpret, program } from '../../src/graph/index.ts';
import { Scope } from '../../src/nn/index.ts';
import { nodeRunner } from '../../src/runtime/index.ts';
import { firstDifference, tolerances } from '../tolerances.ts';
import { rowsTo, tableOf } from './table.ts';

const table = tableOf({
  age: ['numeric', [1, 2, undefined, 4, 100, 7]],
  job: ['categorical', ['nurse', 'cook', 'nurse', 'cook', 'cook', 'pilot']],
  size: ['numeric', [0, 0, 0, 8, 0, -1e30]],
  day: ['date', [0, 10.5, 20, 30, 40, undefined]],
  zone: ['categorical', [3, 3, 1, 1, undefined, 9]],
  'v[0]': ['embedding', [1, 2, 3, 4, 5, 6]],
  'v[1]': ['embedding', [1, 1, 3, 3, 3, undefined]],
  note: ['text', ['Good tea', 'good coffee', 'bad tea', 'GOOD tea!', '', 'tea, Good tea']],
});
const pipeline = fitFeatures(table, table.d, rowsTo(5));

function encoded(rows: TableRows & { readonly d: number }, count: number, own: FeaturePipeline) {
  const width = encodedWidth(own);
  const out = new Float32Array(count * width);
  const found = encodeRows(rows, rows.d, rowsTo(count), own);
  if (found instanceof Float32Array) out.set(found);
  else fillSparse(found, rowsTo(count), out);
  return fromNumbers('float32', [count, width], out);
}

/** The features of rows by the layer, in float64. */
function featuresOf(rows: TableRows & { readonly d: number; readonly n: number }, own = pipeline) {
  const x = input('features', [rows.n, encodedWidth(own)]);
  const layer = featureLayer(own)(x, new Scope('infer'));
  const { out } = interpret(program({ out: layer }), { features: encoded(rows, rows.n, own) });
  const width = layer.shape[1] as number;
  const values = toNumbers(out!);
  return Array.from({ length: rows.n }, (_, i) => [...values.subarray(i * width, (i + 1) * width)]);
}

const clip = (z: number) => z / Math.sqrt(1 + (z / 3) ** 2);
const turn = (days: number, period: number) => {
  const angle = 2 * Math.PI * (days / period - Math.floor(days / period));
  return [Math.sin(angle), Math.cos(angle)];
};

/** What the documentation of the layer says, for the table above. */
function reference(row: number): number[] {
  const age = [1, 2, 3, 4, 100, 7][row]!;
  const size = [0, 0, 0, 8, 0, -1e30][row]!;
  const day = [0, 10.5, 20, 30, 40, 20][row]!;
  const [v, w] = [[1, 2, 3, 4, 5, 6][row]!, [1, 1, 3, 3, 3, 2.2][row]!];
  const cycles = [turn(day, 7), turn(day, 365.2425), turn(day, 1)].flat();
  const idf = (rows: number) => Math.log(6 / (1 + rows)) + 1;
  // good and tea are in 3 rows, the pair in 2
  const counts = [
    ...[
      [1, 1, 1],
      [1, 0, 0],
      [0, 1, 0],
      [1, 1, 1],
      [0, 0, 0],
      [1, 2, 1],
    ],
  ][row]!;
  const weighted = counts.map((count, i) => Math.log(1 + count) * idf([3, 3, 2][i]!));
  const length = Math.hypot(...weighted);
  return [
    ...[clip((age - 3) / 26.25), clip(size / 4)],
    row === 2 ? 1 : 0,
    clip((day - 20) / 19.5),
    ...(row === 5 ? [0, 0, 0, 0, 0, 0] : cycles),
    ...[(v - 3) / Math.sqrt(2), row === 5 ? 0 : (w - 2.2) / Math.sqrt(0.96)],
    ...[
      [0, 1, 0],
      [1, 0, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
    ][row]!.slice(0, 2),
    ...[
      [0, 1, 0],
      [0, 1, 0],
      [1, 0, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 1],
    ][row]!,
    ...weighted.map((x) => (length === 0 ? 0 : (4 * x) / length)),
    ...charactersOf(row),
  ];
}

/** The weights of character n-grams, counted in the text with a blank for what is no letter of two training rows. */
function charactersOf(row: number): number[] {
  const column = pipeline.columns.at(-1);
  if (column?.kind !== 'text' || column.characters === undefined) throw new Error('no characters');
  const { forms, ids, terms, idf } = column.characters;
  const notes = ['good tea', 'good coffee', 'bad tea', 'good tea!', '', 'tea, good tea'];
  const text = ` ${notes[row]!.replace(/[^adegot]/g, ' ')} `;
  const weighted = terms.map((term, i) => {
    const wanted = term.map((id) => (id === 0 ? ' ' : forms[ids.indexOf(id)])).join('');
    let count = 0;
    for (let at = 0; at < text.length; at++) if (text.startsWith(wanted, at)) count++;
    return Math.log(1 + count) * idf[i]!;
  });
  const length = Math.hypot(...weighted);
  return weighted.map((x) => (length === 0 ? 0 : (4 * x) / length));
}

describe('the first layer of a table', () => {
  test('computes what its documentation says', () => {
    const found = featuresOf(table);
    for (const [row, values] of found.entries()) {
      expect(firstDifference(values, reference(row), tolerances.float32Steps)).toBe(-1);
    }
  });

  test('takes infinite numbers as missing ones', () => {
    const own = tableOf({ a: ['numeric', [1, 2, 3, undefined, 5, Infinity, -Infinity]] });
    const fitted = fitFeatures(own, 1, rowsTo(5));
    const rows = featuresOf(own, fitted);
    expect([rows[5], rows[6]]).toEqual([rows[3], rows[3]]);
    expect(rows[3]).toEqual([0, 1]);
  });

  test('tells many values apart; one that training has not seen is zeros', () => {
    const names = Array.from({ length: 80 }, (_, i) => `c${i % 40}`);
    const own = tableOf({ c: ['categorical', [...names, 'new']] });
    const rows = featuresOf(own, fitFeatures(own, 1, rowsTo(80)));
    expect(rows.map((row) => row.length)).toEqual(Array(81).fill(40));
    expect(rows.map((row) => row.indexOf(1))).toEqual([
      ...Array.from({ length: 80 }, (_, i) => [...new Set(names)].sort().indexOf(names[i]!)),
      -1,
    ]);
  });
});

describe('the inputs of a model', () => {
  const inputs = tableInputs(pipeline, ['day', 'probs']);

  test('are one for each column and vector, under names of their own', () => {
    expect(inputs.map(({ name, type, columns }) => [name, type, columns.length])).toEqual([
      ['age', 'float32', 1],
      ['job', 'string', 1],
      ['size', 'float32', 1],
      ['day_', 'float32', 1],
      ['zone', 'float32', 1],
      ['v', 'float32', 2],
      ['note', 'string', 1],
    ]);
  });

  test('are one matrix where all columns are numbers', () => {
    const own = tableOf({ a: ['numeric', [1, 2]], b: ['numeric', [3, 4]] });
    expect(tableInputs(fitFeatures(own, 2, rowsTo(2)))).toEqual([
      { name: 'features', type: 'float32', columns: ['a', 'b'], matrix: true },
    ]);
  });

  test('give the rows that training encodes, in the interpreter and in onnxruntime', async () => {
    const { n } = table;
    const feeds: Record<string, Feeds[string]> = {};
    for (const { name, type, columns, matrix } of inputs) {
      const cells = (column: string) => {
        const j = table.columns!.indexOf(column);
        return Array.from({ length: n }, (_, row) => table.features[row * table.d + j]!);
      };
      const first = cells(columns[0]!);
      const own = table.texts![table.columns!.indexOf(columns[0]!)];
      if (type === 'string') {
        const data = first.map((code) => (Number.isNaN(code) ? '' : own![code]!));
        feeds[name] = { dtype: 'string', shape: [n], data };
      } else if (matrix) {
        const all = columns.map(cells);
        const data = Float32Array.from({ length: n * all.length }, (_, i) => {
          return all[i % all.length]![Math.floor(i / all.length)]!;
        });
        feeds[name] = { dtype: 'float32', shape: [n, all.length], data };
      } else feeds[name] = { dtype: 'float32', shape: [n], data: Float32Array.from(first) };
    }
    const whole = program({ rows: encodedInputs(pipeline, inputs, n) });
    const expected = [...encoded(table, n, pipeline).data];
    const close = (found: Iterable<number>) =>
      firstDifference([...found], expected, tolerances.float32Steps);
    expect(close(toNumbers(interpret(whole, feeds).rows!))).toBe(-1);
    const executable = await nodeRunner().compile(whole);
    const { rows } = await executable.run(feeds);
    await executable.dispose();
    expect(close(toNumbers(rows!))).toBe(-1);
  });
});
