import { stream } from '../../src/core/index.ts';
import type { Dataset } from '../../src/data/index.ts';
import { tableOf } from '../features/table.ts';

const n = 240;
const rng = stream(1, 'mixed');
const kinds = ['tea', 'coffee', 'water'];
const words = ['good', 'bad', 'hot', 'cold', 'Überraschend', '茶'];

/** Rows whose label follows from a category, a word and a number together. */
export function mixedTable(): Dataset {
  const label: string[] = [];
  const rows = Array.from({ length: n }, (_, i) => {
    const drink = kinds[rng.integer(3)] as string;
    const text = [words[rng.integer(6)], words[rng.integer(6)], `n${i}`].join(' ');
    const age = 20 + 50 * rng.uniform();
    label.push(/good/.test(text) || (drink === 'tea' && age > 40) ? 'yes' : 'no');
    return { drink, text, age, day: 18_000 + i / 4, code: rng.integer(3), gap: i % 3 === 0 };
  });
  const table = tableOf({
    age: ['numeric', rows.map(({ age, gap }) => (gap ? undefined : age))],
    drink: ['categorical', rows.map(({ drink }, i) => (i % 11 === 0 ? undefined : drink))],
    day: ['date', rows.map(({ day }) => day)],
    text: ['text', rows.map(({ text }, i) => (i % 13 === 0 ? undefined : text))],
    code: ['categorical', rows.map(({ code }) => code)],
    'v[0]': ['embedding', rows.map(() => rng.uniform())],
    'v[1]': ['embedding', rows.map(() => rng.uniform())],
  });
  const { d, n: _, ...columns } = table;
  const classes = ['no', 'yes'];
  const labels = Int32Array.from(label, (name) => classes.indexOf(name));
  return { name: 'mixed', ...columns, featureShape: [d], labels, classes, notices: [] };
}

/** A row as records have it. */
export const record = {
  age: 50,
  drink: 'tea',
  day: 18_000,
  text: 'cold good',
  code: 1,
  'v[0]': 0,
  'v[1]': 1,
};
