import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { loadModel } from '../../src/model/node/index.ts';
import { folders, quick, readJson, symloss, writeLines } from './run.ts';

const cwd = folders('units')();
/** Cells as a person may write them: a share, a price, a height and a decimal comma; the label follows from the first. */
const cells = Array.from({ length: 120 }, (_, i) => ({
  share: `${(i * 37) % 101}%`,
  price: `$1,${100 + ((i * 7) % 90)}.00`,
  height: `${150 + ((i * 11) % 40)} cm`,
  weight: `${(i * 13) % 90},5`,
  label: (i * 37) % 101 < 50 ? 'low' : 'high',
}));
const names = ['share', 'price', 'height', 'weight'] as const;
type Row = Record<(typeof names)[number], string | number>;

beforeAll(async () => {
  const line = (row: (typeof cells)[number]) =>
    `${names.map((name) => row[name]).join(';')};${row.label}`;
  writeLines(cwd, 'data.csv', [`${names.join(';')};label`, ...cells.map(line)]);
  const { code, stdout } = await symloss(
    ['train', 'data.csv', '--label', 'label', ...quick, '--out', 'run'],
    cwd,
  );
  expect([code, stdout]).toEqual([0, expect.stringContaining('"share": "0%" is 0')]);
});

test('the model knows the units of its columns, and what a comma was', () => {
  const { columns } = readJson<{ columns: object[] }>(cwd, 'run', 'model.json');
  expect(columns).toMatchObject([
    { name: 'share', unit: '%' },
    { name: 'price', unit: '$', comma: 'thousands' },
    { name: 'height', unit: 'cm' },
    { name: 'weight', comma: 'decimal' },
  ]);
  expect(columns.map((own) => 'comma' in own)).toEqual([false, true, false, true]);
  expect('unit' in (columns[3] as object)).toBe(false);
});

/** Probabilities that the command writes for rows in a file. */
async function predicted(file: string): Promise<string[]> {
  const args = ['predict', 'run', file, '--out', 'made.csv', '--overwrite'];
  expect((await symloss(args, cwd)).code).toBe(0);
  const lines = readFileSync(join(cwd, 'made.csv'), 'utf8').trimEnd().split('\n');
  return lines.slice(1);
}

test('numbers that are written in another way mean the same, in the command and the library', async () => {
  const forms: Row[] = [
    { share: '5%', price: '$1,150.00', height: '170 cm', weight: '7,5' },
    { share: 0.05, price: 1150, height: 170, weight: 7.5 },
    { share: '5 %', price: '$1150', height: '170CM', weight: '7,50' },
    { share: '0.05', price: '1,150', height: '170', weight: '7.5' },
  ];
  const model = await loadModel(join(cwd, 'run'));
  const { probs } = await model.predict(forms);
  for (const row of probs) expect(row).toEqual(probs[0]);
  const percent = await model.predict([{ ...forms[0], share: 5 }] as Row[]);
  expect(percent.probs[0]).not.toEqual(probs[0]); // 5 is 500 %
  await model.dispose();

  const first: string[] = [];
  for (const [i, row] of forms.entries()) {
    writeLines(cwd, `rows${i}.jsonl`, [JSON.stringify(row)]);
    first.push(...(await predicted(`rows${i}.jsonl`)));
  }
  writeLines(cwd, 'rows.csv', [names.join(';'), names.map((name) => forms[0]?.[name]).join(';')]);
  first.push(...(await predicted('rows.csv')));
  expect(first).toEqual(Array(5).fill(first[0]));
  const [, low] = /,([\d.]+)$/.exec(first[0] as string) ?? [];
  expect(Array.from(probs[0] ?? [], (p) => p.toFixed(3))).toContain(Number(low).toFixed(3));
});

test.each<[Partial<Row>, string]>([
  [{ height: '1.7 m' }, 'column "height": expected a number in cm'],
  [{ price: '€1150' }, 'column "price": expected a number in $'],
  [{ share: '$5' }, 'column "share": expected a number in %'],
])('%j is refused by both', async (other, message) => {
  const row = { share: '5%', price: '$1,150.00', height: '170 cm', weight: '7,5', ...other };
  writeLines(cwd, 'other.jsonl', [JSON.stringify(row)]);
  const args = ['predict', 'run', 'other.jsonl', '--out', 'none.csv'];
  const { code, stderr } = await symloss(args, cwd);
  expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  const model = await loadModel(join(cwd, 'run'));
  await expect(model.predict([row])).rejects.toThrow(message);
  await model.dispose();
});
