import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { readCsv } from '../../src/data/formats/index.ts';
import { loadModel, train } from '../train/package.ts';

const folder = mkdtempSync(join(tmpdir(), 'symloss-spelling-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A table whose column `flag` alone says the label; every twentieth row has another value there. */
async function tableOf(name: string, n: number, values: readonly string[], odd?: string) {
  const rows = Array.from({ length: n }, (_, i) => {
    const flag = odd !== undefined && i % 20 === 3 ? odd : values[i % 2];
    return `${flag},${(i % 7) + 0.5},${i % 2 === 0 ? 'yes' : 'no'}`;
  });
  const file = join(folder, `${name}.csv`);
  writeFileSync(file, `flag,v,y\n${rows.join('\n')}\n`);
  return await readCsv(file, { label: 'y', categorical: ['flag'] });
}

/** How programs write the same codes, and which other cell stands among them; how a record has the first two. */
const cases = [
  { name: 'true and false', values: ['TRUE', 'FALSE'], odd: 'unknown', cells: [true, false] },
  { name: 'codes', values: ['1.0', '2.0'], odd: 'X', cells: [1, 2] },
] as const;

describe.each(cases)('$name are known', ({ name, values, odd, cells }) => {
  test.each([
    ['with another value among the training rows only', odd, undefined],
    ['with another value among the new rows only', undefined, odd],
  ])('%s', async (where, inTraining, inNew) => {
    const data = await tableOf(`${name} ${where} a`, 200, values, inTraining);
    const other = await tableOf(`${name} ${where} b`, 60, values, inNew);
    const settings = { loss: 'ce', model: 'linear', epochs: 15, seed: 1 } as const;
    const model = await train({ data, test: other, ...settings });
    // of the other value the model knows nothing: 3 of 60 rows
    const least = inNew === undefined ? 1 : 0.95;
    expect(model.metrics.final.testAccuracy).toBeGreaterThanOrEqual(least);
    expect((await model.evaluate(other)).accuracy).toBeGreaterThanOrEqual(least);
    const texts = values.map((flag) => ({ flag, v: 1 }));
    const own = cells.map((flag) => ({ flag, v: 1 }));
    expect((await model.predict([...texts, ...own])).labels).toEqual(['yes', 'no', 'yes', 'no']);
    const path = join(folder, `${name} ${where}`);
    await model.save(path);
    await model.dispose();
    const saved = await loadModel(path);
    expect((await saved.evaluate(other)).accuracy).toBeGreaterThanOrEqual(least);
    expect((await saved.predict({ flag: [...values], v: [1, 1] })).labels).toEqual(['yes', 'no']);
    await saved.dispose();
  });
});

test('labels are those of the model, however another file writes them', async () => {
  const file = (name: string, label: (i: number) => string) => {
    const path = join(folder, name);
    const rows = Array.from({ length: 200 }, (_, i) => `${(i % 2) + (i % 7) / 10},${label(i)}`);
    writeFileSync(path, `x,y\n${rows.join('\n')}\n`);
    return readCsv(path, { label: 'y' });
  };
  const data = await file('true.csv', (i) => ['false', 'true'][i % 2] as string);
  const other = await file('TRUE.csv', (i) => ['FALSE', 'TRUE'][i % 2] as string);
  const settings = { loss: 'ce', model: 'linear', epochs: 15 } as const;
  const model = await train({ data, ...settings });
  expect((await model.evaluate(other)).accuracy).toBe(1);
  await model.dispose();
});
