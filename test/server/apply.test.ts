import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ApplyResult, Fault, GainState } from '../../src/server/api/types.ts';
import { makeAudit, makeSite, openLab, temporaryFolder, wrongRows } from './lab.ts';

const folder = temporaryFolder();
const audit = await makeAudit(folder);
const { get, post } = await openLab(audit, { site: makeSite(folder), within: folder });
const data = readFileSync(join(folder, 'data.csv'), 'utf8');
const [first, second] = [...wrongRows.keys()] as [number, number];
const faultOf = ({ text }: { text: string }) => (JSON.parse(text) as Fault).error.message;

test('without decisions there is no gain to measure', async () => {
  const answer = await post('/api/gain', {});
  expect([answer.status, faultOf(answer)]).toEqual([
    400,
    expect.stringContaining('expected decisions in review.jsonl'),
  ]);
  expect(await get<GainState>('/api/gain')).toEqual({ state: 'none' });
});

test('writes the data with the labels as decided, and every other byte as it was', async () => {
  await post('/api/decisions', {
    ...{ row: first, author: 'ann', answer: { action: 'label', label: 'ant' } },
  });
  await post('/api/decisions', { row: second, author: 'ann', answer: { action: 'exclude' } });
  const answer = await post('/api/apply', { out: 'corrected.csv' });
  expect(answer.status).toBe(200);
  const lines = data.split('\n');
  const given = lines[first]?.split(',').at(-1) as string;
  lines[first] = `${lines[first]?.split(',').slice(0, 3).join()},ant`;
  lines.splice(second, 1);
  expect(readFileSync(join(folder, 'corrected.csv'), 'utf8')).toBe(lines.join('\n'));
  expect(JSON.parse(answer.text) as ApplyResult).toEqual({
    ...{ out: join(folder, 'corrected.csv'), rows: 60, reviewed: 2, relabelled: 1, dropped: 1 },
    ...{ notices: [], changes: [{ given, label: 'ant', rows: 1 }] },
  });
});

test('rules are for the other rows', async () => {
  const answer = await post('/api/apply', { out: 'ruled.csv', relabel: 0.5 });
  const { relabelled, dropped } = JSON.parse(answer.text) as ApplyResult;
  expect([relabelled, dropped]).toEqual([wrongRows.size - 1, 1]);
});

mkdirSync(join(folder, 'site', 'inner'));
symlinkSync('/', join(folder, 'out'));

test.each([
  ['data.csv', 'another file than'],
  ['audit/rows.parquet', 'expected'],
  ['audit/review.jsonl', 'expected'],
  ['corrected.csv', 'expected no such file yet, received an earlier one'],
  ['../corrected.csv', 'expected a file in a folder that is there, below'],
  ['/tmp/corrected.csv', 'expected a file in a folder that is there, below'],
  ['none/corrected.csv', 'expected a file in a folder that is there, below'],
  ['out/tmp/corrected.csv', 'expected a file in a folder that is there, below'],
])('nothing is written to %s', async (out, message) => {
  const answer = await post('/api/apply', { out });
  expect(answer.status).toBe(400);
  expect(faultOf(answer)).toContain(message);
  expect(readFileSync(join(folder, 'data.csv'), 'utf8')).toBe(data);
  expect(existsSync('/tmp/corrected.csv')).toBe(false);
});
