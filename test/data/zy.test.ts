import { test } from 'vitest';
import { CsvTable } from '../../src/data/node/csv-table.ts';
test('time', async () => {
  for (const [f, n] of [['big', 50], ['wide', 3000]] as const) {
    let t = performance.now();
    const lap = (s: string) => { console.log(f, s, Math.round(performance.now() - t)); t = performance.now(); };
    const table = await CsvTable.open(`/tmp/dd/${f}.csv`); lap('open');
    const cols = Array.from({ length: n }, (_, i) => i);
    await table.stats(cols); lap('stats');
    await table.numbers(cols); lap('numbers');
    await table.texts(n-1); lap('texts');
    table.close();
  }
}, 100000);
