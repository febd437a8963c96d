import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { runPredict } from '../../src/cli/commands/predict.ts';
import { readParquetColumns } from '../../src/data/formats/index.ts';
import { folders, symloss } from './run.ts';

const folder = folders('predict-large');
const cwd = folder();

/** More rows than say what columns are. */
const n = 210_000;
const rowOf = (i: number) => {
  const [x, y] = [(i % 83) / 8, (i % 59) / 4];
  const label = x > y ? 'over' : 'under';
  return `${i % 3 === 0 ? `k${i}` : `=k${i}`},${i % 101 === 0 ? '' : x},${y},${['red', 'blue'][i % 2]},${label}`;
};
const header = 'key,x,y,colour,side';
const rows = Array.from({ length: n }, (_, i) => rowOf(i));
const write = (name: string, lines: readonly string[]) =>
  writeFileSync(join(cwd, name), `${header}\n${lines.join('\n')}\n`);

beforeAll(async () => {
  write('few.csv', rows.slice(0, 400));
  write('many.csv', rows);
  const args = ['--label', 'side', '--id', 'key', '--model', 'linear', '--loss', 'ce'];
  const { code, stderr } = await symloss(
    ['train', 'few.csv', ...args, '--epochs', '5', '--out', 'model'],
    cwd,
  );
  if (code !== 0) throw new Error(stderr);
}, 60_000);

const predict = (data: string, out: string, more: readonly string[] = []) =>
  symloss(['predict', 'model', data, '--out', out, ...more], cwd);

describe('a table of more rows than are read at once', () => {
  test('its predictions are those of its parts, as CSV and as Parquet', async () => {
    const parts = [rows.slice(0, n / 2), rows.slice(n / 2)];
    const all: string[] = [];
    for (const [i, part] of parts.entries()) {
      write('part.csv', part);
      const { code } = await predict('part.csv', 'part-out.csv', ['--probs', '--overwrite']);
      expect(code).toBe(0);
      const lines = readFileSync(join(cwd, 'part-out.csv'), 'utf8').trimEnd().split('\n').slice(1);
      for (const [j, line] of lines.entries()) {
        all.push(line.replace(/^\d+/, String((i * n) / 2 + j + 1)));
      }
    }
    const { code, stderr } = await predict('many.csv', 'many-out.csv', ['--probs']);
    expect(code).toBe(0);
    const gaps = Math.ceil(n / 101);
    expect(stderr).toContain(`${gaps} missing cells in 1 column ("x": ${gaps})\n`);
    expect(stderr).toContain(`${n.toLocaleString('en-US')} predictions: many-out.csv\n`);
    expect(stderr).toContain(`${n.toLocaleString('en-US')} rows have a label: accuracy `);
    const lines = readFileSync(join(cwd, 'many-out.csv'), 'utf8').trimEnd().split('\n');
    expect(lines[0]).toBe('row,key,label,probability,prob_over,prob_under');
    expect(lines.slice(1)).toEqual(all);

    expect((await predict('many.csv', 'many-out.parquet', ['--probs'])).code).toBe(0);
    const names = ['row', 'key', 'label', 'probability', 'prob_over', 'prob_under'];
    const columns = await readParquetColumns(join(cwd, 'many-out.parquet'), names);
    const cells = all.map((line) => line.split(','));
    expect(columns[0]).toEqual(cells.map(([row]) => Number(row)));
    expect(columns[1]).toEqual(cells.map(([, key = '']) => key.replace(/^'/, '')));
    expect(columns[2]).toEqual(cells.map(([, , label]) => label));
    for (const i of [3, 4, 5]) expect(columns[i]).toEqual(cells.map((row) => Number(row[i])));
  }, 120_000);

  test('a cell far below that cannot be read leaves no file', async () => {
    write('odd.csv', [...rows, `k${n},inf,1,red,over`]);
    for (const out of ['odd.csv.out.csv', 'odd-out.parquet']) {
      const { code, stderr } = await predict('odd.csv', out);
      expect([code, stderr]).toEqual([
        2,
        `symloss: odd.csv, row ${n + 1} (counting data rows from 1), column "x": expected a finite ` +
          'number (below 3.4e38), as the first rows have, received "inf"; correct or empty the cell\n',
      ]);
      expect(existsSync(join(cwd, out))).toBe(false);
    }
    expect(readdirSync(cwd).filter((name) => name.endsWith('.part'))).toEqual([]);
  }, 60_000);

  test('is interrupted between two pieces, and leaves no file', async () => {
    const stop = new AbortController();
    const data = join(cwd, 'many.csv');
    const out = join(cwd, 'stopped.csv');
    const work = runPredict(
      { model: join(cwd, 'model'), data, out, probs: false },
      { out: { write: () => true }, err: { write: () => true }, signal: stop.signal },
    );
    setTimeout(() => stop.abort(new Error('enough')), 300);
    await expect(work).rejects.toThrow('enough');
    expect(readdirSync(cwd).filter((name) => name.startsWith('stopped'))).toEqual([]);
  });

  test('a reader that takes its time is waited for, and one that leaves ends the work', async () => {
    const listeners = new Map<string, () => void>();
    let [waiting, most, written, leaves] = [0, 0, 0, false];
    const out = {
      write(text: string) {
        waiting++;
        most = Math.max(most, waiting);
        written += text.length;
        setTimeout(() => {
          waiting = 0;
          listeners.get(leaves ? 'error' : 'drain')?.();
        }, 1);
        return false;
      },
      once: (event: string, use: () => void) => void listeners.set(event, use),
      off: (event: string) => void listeners.delete(event),
    };
    const streams = { out, err: { write: () => true } };
    const options = { model: join(cwd, 'model'), data: join(cwd, 'many.csv'), probs: false };
    await runPredict(options, streams);
    expect(most).toBe(1);
    const all = written;
    [written, leaves] = [0, true];
    await runPredict(options, streams);
    expect(written).toBeGreaterThan(0);
    expect(written).toBeLessThan(all / 10);
  }, 60_000);
});

test('names that DuckDB takes for one get a number in Parquet', async () => {
  const lines = Array.from({ length: 40 }, (_, i) => `r${i},${i % 8},${i % 8 > 3 ? 'A' : 'a'}`);
  writeFileSync(join(cwd, 'cases.csv'), `LABEL,x,y\n${lines.join('\n')}\n`);
  const args = ['--label', 'y', '--id', 'LABEL', '--loss', 'ce', '--model', 'linear'];
  const trained = await symloss(
    ['train', 'cases.csv', ...args, '--epochs', '1', '--out', 'm'],
    cwd,
  );
  expect(trained.code).toBe(0);
  const out = join(cwd, 'cases.parquet');
  const { code } = await symloss(['predict', 'm', 'cases.csv', '--probs', '--out', out], cwd);
  expect(code).toBe(0);
  const [ids, labels] = await readParquetColumns(out, ['LABEL', 'label_2', 'prob_A', 'prob_a_2']);
  expect(ids).toEqual(lines.map((_, i) => `r${i}`));
  expect((labels as string[]).every((label) => ['A', 'a'].includes(label))).toBe(true);
});
