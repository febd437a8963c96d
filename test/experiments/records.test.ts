import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { RecordStore } from '../../src/experiments/index.ts';
import { folders } from '../cli/run.ts';
import { done, failed, plan } from './records-of.ts';

const folder = folders('records');
const [first, second, third] = plan([1, 2, 3]) as [
  ReturnType<typeof plan>[0],
  ReturnType<typeof plan>[0],
  ReturnType<typeof plan>[0],
];
const linesOf = (path: string) =>
  readFileSync(join(path, 'records.jsonl'), 'utf8').split('\n').slice(0, -1);

async function messageOf(act: Promise<unknown>): Promise<string> {
  return act.then(
    () => 'nothing was thrown',
    (error: Error) => error.message,
  );
}

describe('records', () => {
  test('come back as they were written, one line each', async () => {
    const path = join(folder(), 'new');
    const store = await RecordStore.open(path);
    const records = [done(first, [0.5, 0.75]), failed(second, 'diverged', true)];
    await Promise.all(records.map((record) => store.append(record)));
    expect(linesOf(path).map((line) => JSON.parse(line))).toEqual(records);
    expect((await RecordStore.open(path)).all()).toEqual(records);
  });

  test('of runs that are done or diverged stand; others are made again, and the last one counts', async () => {
    const path = folder();
    const store = await RecordStore.open(path);
    await store.append(done(first, [0.5]));
    await store.append(failed(second, 'diverged', true));
    await store.append(failed(third, 'no such file', false));
    const has = (from: RecordStore) => [first, second, third].map(({ id }) => from.has(id));
    expect(has(store)).toEqual([true, true, false]);
    await store.append(done(third, [0.25]));
    const again = await RecordStore.open(path);
    expect(has(again)).toEqual([true, true, true]);
    expect(linesOf(path)).toHaveLength(4);
    expect(again.all()).toEqual([
      done(first, [0.5]),
      failed(second, 'diverged', true),
      done(third, [0.25]),
    ]);
  });

  test('a torn last line is left out, told, and cut off before the next one', async () => {
    const path = folder();
    const file = join(path, 'records.jsonl');
    await (await RecordStore.open(path)).append(done(first, [0.5]));
    const whole = readFileSync(file, 'utf8');
    appendFileSync(file, whole.slice(0, 40).replace(first.id, second.id));
    const store = await RecordStore.open(path);
    expect(store.notices).toEqual([
      `${file}: the last line was cut short, as by a crash, and is left out; its run is made again`,
    ]);
    expect(store.all()).toEqual([done(first, [0.5])]);
    await store.append(done(second, [0.75]));
    expect(readFileSync(file, 'utf8')).toBe(`${whole}${JSON.stringify(done(second, [0.75]))}\n`);
    expect((await RecordStore.open(path)).notices).toEqual([]);
  });

  const { config: _, ...withoutConfig } = done(first, [0.5]);

  test.each([
    ['no JSON', 'expected a record of a run, received no JSON', 'nonsense'],
    ['other JSON', 'expected a record of a run, received JSON of another kind', '{"a":1}'],
    [
      'another version',
      'expected a record of version 1, received 2',
      JSON.stringify({ ...done(first, [0.5]), version: 2 }),
    ],
    [
      'a wrong value',
      'expected a number of at most 1, received 1.5',
      JSON.stringify(done(first, [1.5])),
    ],
    [
      'no config',
      'expected an object with settings, received nothing',
      JSON.stringify(withoutConfig),
    ],
  ])('a whole line with %s is refused by file and line', async (_name, expected, line) => {
    const path = folder();
    const file = join(path, 'records.jsonl');
    await (await RecordStore.open(path)).append(done(second, [0.5]));
    appendFileSync(file, `${line}\n`);
    const message = await messageOf(RecordStore.open(path));
    expect(message).toContain(`${file}, line 2`);
    expect(message).toContain(expected);
  });

  test.each(['garbage', '{"a": 1}', '\0x'])(
    'a last line that no record begins with is not cut off: %j',
    async (text) => {
      const path = folder();
      const file = join(path, 'records.jsonl');
      writeFileSync(file, text);
      expect(await messageOf(RecordStore.open(path))).toBe(
        `${file}, line 1: expected a record of a run, received text of another kind; take the file away, or choose another folder`,
      );
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  test('zeros, which a power cut may leave, are cut off', async () => {
    const path = folder();
    await (await RecordStore.open(path)).append(done(first, [0.5]));
    appendFileSync(join(path, 'records.jsonl'), '\0'.repeat(50));
    const store = await RecordStore.open(path);
    expect(store.notices).toHaveLength(1);
    await store.append(done(second, [0.75]));
    expect((await RecordStore.open(path)).all()).toEqual([
      done(first, [0.5]),
      done(second, [0.75]),
    ]);
  });

  test('an append that fails says so and leaves the store as it was', async () => {
    const path = folder();
    const store = await RecordStore.open(path);
    const blocked = join(path, 'file');
    writeFileSync(blocked, '');
    const inFile = await messageOf(RecordStore.open(join(blocked, 'in')));
    expect(inFile).toContain('expected a place to write to');
    await store.append(done(first, [0.5]));
    expect(store.has(first.id)).toBe(true);
  });
});
