import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Decision } from '../../src/review/index.ts';
import {
  appendDecision,
  contentHash,
  openAuditedData,
  readAuditFolder,
  readDecisions,
} from '../../src/review/index.ts';
import type { Step } from '../helpers/pty.ts';
import { onTerminal, withoutTerminal } from '../helpers/pty.ts';
import { blobs, folders, symloss, writeLines } from './run.ts';

const folder = folders('review');
const cwd = folder();

/** Three classes; the labels of some rows are those of another one, and probabilities that know better. */
const names = { a: 'ant', b: 'bee', c: 'cat' };
const right = blobs(60, (kind) => names[kind]);
const classOf = (row: string) => row.slice(row.lastIndexOf(',') + 1);
const wrong = [7, 20, 33, 41];
const given = right.map((row, i) => {
  if (!wrong.includes(i)) return classOf(row);
  return classOf(row) === 'bee' ? 'cat' : 'bee';
});
const lines = right.map((row, i) => `k${i},${row.slice(0, row.lastIndexOf(','))},${given[i]}`);
const probs = right.map((row) =>
  Object.values(names).map((name) => (name === classOf(row) ? 0.9 : 0.05)),
);

beforeAll(async () => {
  writeLines(cwd, 'data.csv', ['key,x,y,label', ...lines]);
  writeLines(cwd, 'probs.csv', [Object.values(names).join(), ...probs.map((row) => row.join())]);
  const data = ['data.csv', '--label', 'label', '--id', 'key', '--probs', 'probs.csv'];
  const { code, stderr } = await symloss(['audit', ...data, '--out', 'audit'], cwd);
  expect([code, stderr]).toEqual([0, '']);
});

const log = () => join(cwd, 'audit', 'review.jsonl');
const start = { wait: 'q quit' };
const fresh = () => rmSync(log(), { force: true });
const suggestedOf = (row: number) => classOf(right[row - 1] as string);
const answerOf = (own: Decision) => (own.action === 'label' ? own.label : own.action);

async function answers() {
  const { decisions } = await readDecisions(log());
  return decisions.map((own) => [own.row, own.author, answerOf(own)]);
}

/** Why these tests are skipped is in their name. */
const title =
  withoutTerminal === '' ? 'on a terminal' : `on a terminal (skipped: ${withoutTerminal})`;

describe.skipIf(withoutTerminal !== '')(title, { timeout: 120_000 }, () => {
  const run = (steps: readonly Step[], args: readonly string[] = [], env = {}) =>
    onTerminal(['review', 'audit', '--author', 'ann', ...args], steps, { cwd, env });

  test('suspects are shown and decided, and the terminal is as before', async () => {
    fresh();
    const { output, code, isRestored } = run([
      { ...start, keys: 'a' },
      { ...start, keys: 'k' },
      { ...start, keys: 'o' },
      { wait: 'class: _', keys: 'cat\r' },
      { ...start, keys: 'x' },
      { wait: 'nothing is left', keys: 'q' },
    ]);
    expect([code, isRestored]).toEqual([0, true]);
    const made = await answers();
    const rows = made.map(([row]) => row as number);
    expect(rows.toSorted((a, b) => a - b)).toEqual(wrong.map((i) => i + 1));
    const [first = 0, second = 0] = rows;
    expect(made.map(([, , answer]) => answer)).toEqual([
      ...[suggestedOf(first), given[second - 1]],
      ...['cat', 'exclude'],
    ]);
    const [shown = ''] = output.split('0 of 4 decided');
    const cells = lines[first - 1]?.split(',') ?? [];
    expect(shown.replaceAll('\r', '').split('\n').slice(0, 8)).toEqual([
      ...['', `suspect 1: row ${first}, key ${cells[0]}`, ''],
      ...[`x = ${Number(cells[1])}`, `y = ${Number(cells[2])}`, ''],
      ...[`given      ${cells[3]}`, `suggested  ${suggestedOf(first)}`],
    ]);
    expect(shown).toMatch(
      new RegExp(
        `the probabilities say: ${suggestedOf(first)} \\d+\\.\\d %, ${cells[3]} \\(as given\\) \\d\\.\\d %`,
      ),
    );
    expect(output.replaceAll('\r', '')).toMatch(
      /\n4 of 4 decided; \d of 4 labels (?:was|were) wrong, \d+\.0 % \(\d+\.\d % to \d+\.\d %\)\ndecisions: audit\/review\.jsonl\n$/,
    );
  });

  test('decided suspects are asked about again only where that is asked for', async () => {
    fresh();
    run([
      { ...start, keys: 'a' },
      { ...start, keys: 's' },
      { ...start, keys: 'q' },
    ]);
    const [first, second] = (await answers()) as [[number], [number]];
    const again = run([{ ...start, keys: 'q' }]).output;
    expect(again).toContain('suspect 2:');
    expect(again).not.toContain('suspect 1:');
    expect(run([{ ...start, keys: 'q' }], ['--again']).output).toContain('suspect 1:');
    run([
      { ...start, keys: 'u' },
      { wait: `taken back: row ${second[0]}`, keys: 'u' },
      { ...start, keys: 'q' },
    ]);
    expect((await answers()).slice(2)).toEqual([
      [second[0], 'ann', 'undo'],
      [first[0], 'ann', 'undo'],
    ]);
  });

  test('a kill at any moment loses nothing that was decided', async () => {
    fresh();
    for (const [i, key] of ['a', 'k', 'x'].entries()) {
      const wait = `${i + 1} of 4 decided`;
      const { code } = run([
        { ...start, keys: key },
        { wait, signal: 9 },
      ]);
      expect(code).toBe(-9);
      expect(await answers()).toHaveLength(i + 1);
    }
    // as a kill in the middle of a line would leave it
    const whole = readFileSync(log(), 'utf8');
    writeFileSync(log(), whole.slice(0, -30));
    const { output } = run([
      { ...start, keys: 'a' },
      { ...start, keys: 'a' },
      { wait: 'nothing', keys: 'q' },
    ]);
    expect(output).toContain('the last line was cut short, as by a crash, and is left out');
    expect(await answers()).toHaveLength(4);
  });

  test('what is pressed before a suspect is shown decides nothing', async () => {
    fresh();
    const { output, code } = run([
      { wait: '', keys: 'aax\x04' },
      { ...start, keys: 'k' },
      { ...start, keys: 'q' },
    ]);
    expect(code).toBe(0);
    expect(output).toContain('1 of 4 decided');
    expect((await answers()).map(([, , answer]) => answer)).toEqual(['bee']);
  });

  test.each([
    ['Ctrl-C', { keys: '\x03' }, 130],
    ['SIGTERM', { signal: 15 }, 130],
    ['Ctrl-D', { keys: '\x04' }, 0],
  ])('%s ends it with the terminal as before', (_name, step, code) => {
    const result = run([{ ...start, ...step }], ['--again']);
    expect([result.code, result.isRestored]).toEqual([code, true]);
  });

  test('a decision that cannot be written ends it with the terminal as before', () => {
    rmSync(log(), { force: true, recursive: true });
    const blocked = join(cwd, 'blocked');
    cpSync(join(cwd, 'audit'), blocked, { recursive: true });
    const steps = [{ ...start, keys: 'a' }];
    // no file may grow beyond 0 bytes
    const limited = ['-c', 'ulimit -f 0; trap "" XFSZ; exec "$0" "$@"'];
    const result = onTerminal(['review', 'blocked'], steps, { cwd, before: ['bash', ...limited] });
    expect([result.code, result.isRestored]).toEqual([1, true]);
    expect(result.output).toContain(
      'blocked/review.jsonl: expected a file to add a decision to, received file too large',
    );
  });
});

test('without a terminal it says what to do instead', async () => {
  const { code, stderr } = await symloss(['review', 'audit'], cwd);
  expect([code, stderr]).toEqual([
    2,
    'symloss: standard input: expected a terminal, to ask on, received none; without one decide elsewhere: --export writes the suspects for Label Studio or Argilla, --decisions reads what was decided\n',
  ]);
});

describe('another program', () => {
  interface Task {
    readonly meta: { readonly row: number };
    readonly predictions: readonly object[];
  }
  const tasksOf = (file: string) => JSON.parse(readFileSync(join(cwd, file), 'utf8')) as Task[];

  test('gets the suspects that are not decided, and what was decided there is added once', async () => {
    fresh();
    const exported = ['review', 'audit', '--export', 'label-studio', '--out', 'to/tasks.json'];
    const { code, stdout } = await symloss(exported, cwd);
    expect([code, stdout]).toEqual([
      0,
      'suspects: to/tasks.json (4)\nlabelling configuration: to/tasks.xml\n',
    ]);
    expect(readFileSync(join(cwd, 'to/tasks.xml'), 'utf8')).toContain('<Choice value="bee"/>');
    const tasks = tasksOf('to/tasks.json');
    expect(tasks.map(({ meta }) => meta.row)).toEqual(
      (await readAuditFolder(join(cwd, 'audit'))).rows
        .filter(({ rank }) => rank !== null)
        .toSorted((a, b) => (a.rank as number) - (b.rank as number))
        .map(({ row }) => row),
    );
    const done = tasks.slice(0, 3).map(({ predictions, ...task }, i) => ({
      ...{ id: i, ...task },
      annotations: predictions.map((own) => ({
        ...{ ...own, completed_by: { email: 'bob' }, updated_at: '2026-03-01T10:00:00Z' },
      })),
    }));
    writeFileSync(join(cwd, 'done.json'), JSON.stringify(done));
    const add = ['review', 'audit', '--decisions', 'done.json'];
    const added = await symloss(add, cwd);
    expect([added.code, added.stdout]).toEqual([
      0,
      '3 decisions added\n3 of 4 decided; 3 of 3 labels were wrong, 100.0 % (43.9 % to 100.0 %)\ndecisions: audit/review.jsonl\n',
    ]);
    expect((await symloss(add, cwd)).stdout).toMatch(/^0 decisions added; 3 were there already\n/);
    expect((await answers()).map(([row, author, answer]) => [row, author, answer])).toEqual(
      tasks.slice(0, 3).map(({ meta }) => [meta.row, 'bob', suggestedOf(meta.row)]),
    );
    const left = await symloss([...exported.slice(0, -1), 'left.json'], cwd);
    expect(left.stdout).toMatch(/^suspects: left\.json \(1\)\n/);
    expect((await symloss([...exported, '--again'], cwd)).code).toBe(2); // the file is there
    const all = await symloss([...exported, '--again', '--overwrite'], cwd);
    expect(all.stdout).toMatch(/^suspects: to\/tasks\.json \(4\)\n/);
  });

  test('adds nothing where one task is wrong', async () => {
    fresh();
    await symloss(['review', 'audit', '--export', 'argilla', '--out', 'records.json'], cwd);
    const records = JSON.parse(readFileSync(join(cwd, 'records.json'), 'utf8')) as object[];
    const values = ['ant', 'bee', 'cow'];
    const done = values.map((value, i) => ({
      ...records[i],
      responses: { label: [{ value, user_id: 'u' }] },
    }));
    writeFileSync(join(cwd, 'answered.json'), JSON.stringify(done));
    const { code, stderr } = await symloss(
      ['review', 'audit', '--decisions', 'answered.json'],
      cwd,
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /^symloss: answered\.json, record \d+: expected a class of the audit, received "cow"; its classes are "ant", "bee", "cat"\n$/,
    );
    expect(existsSync(log())).toBe(false);
  });

  test.each([
    [['--out', 'x.json'], 'option --out: expected --export beside it, received nothing'],
    [['--export', 'argilla'], 'option --out: expected a file to export to, received nothing'],
    [
      ['--export', 'argilla', '--out', 'x.json', '--decisions', 'x.json'],
      'option --decisions: expected nothing beside --export, received both',
    ],
    [['--decisions', 'none.json'], 'none.json: expected an export of Label Studio or Argilla'],
    [
      ['--export', 'label-studio', '--out', './x.xml', '--overwrite'],
      'option --out: expected another file than "x.xml", which is written beside it, received "./x.xml"; take x.json',
    ],
    [
      ['--export', 'label-studio', '--out', 'x.xml'],
      'option --out: expected another file than "x.xml", which is written beside it, received "x.xml"; take x.json',
    ],
    [
      ['--export', 'argilla', '--out', 'data.csv', '--overwrite'],
      'option --out: expected another file than "data.csv", which is read',
    ],
  ])('is refused with %j', async (args, message) => {
    const { code, stderr } = await symloss(['review', 'audit', ...args], cwd);
    expect(code).toBe(2);
    expect(stderr).toContain(`symloss: ${message}`);
  });
});

describe('an audit that cannot be reviewed', () => {
  const exported = ['--export', 'argilla', '--out', 'never.json'];
  const refusal = async (at: string, name = 'audit') => {
    const { code, stderr } = await symloss(['review', name, ...exported], at);
    expect([code, existsSync(join(at, 'never.json'))]).toEqual([2, false]);
    return stderr;
  };
  /** A copy of the folder in which the data were changed. */
  const changed = (change: (text: string) => string) => {
    const copy = folder();
    cpSync(cwd, copy, { recursive: true });
    const file = join(copy, 'data.csv');
    writeFileSync(file, change(readFileSync(file, 'utf8')));
    return copy;
  };

  test('is one whose data have changed', async () => {
    const more = changed((text) =>
      text.replace(lines[3] as string, `${lines[3]}`.replace('.', '9.')),
    );
    expect(await refusal(more)).toBe(
      'symloss: data.csv: expected the data that were audited, received others; they have changed since: audit them again\n',
    );
  });

  test('is one a class of which has another name by now', async () => {
    const renamed = changed((text) => text.replaceAll('bee', 'bug'));
    const row = given.indexOf('bee') + 1;
    expect(await refusal(renamed)).toBe(
      `symloss: data.csv: expected the data that were audited, received row ${row} labelled "bug", not "bee"; they have changed since: audit them again\n`,
    );
  });

  test('is one whose data are not found from here', async () => {
    const elsewhere = folder();
    const { code, stderr } = await symloss(['review', join(cwd, 'audit'), ...exported], elsewhere);
    expect([code, stderr]).toEqual([
      2,
      'symloss: data.csv: expected a CSV file, received no such file; paths are as the audit was told them: start symloss in the folder that it was made in\n',
    ]);
  });

  test('is a folder that is none', async () => {
    expect(await refusal(cwd, 'to')).toBe(
      'symloss: to/audit.json: expected the estimates of an audit, as symloss audit writes them, received no such file\n',
    );
  });

  test('is told of when it is made, where decisions of an earlier one lie in its folder', async () => {
    const copy = changed((text) => text);
    const again = async () => {
      const args = ['--label', 'label', '--id', 'key', '--probs', 'probs.csv', '--overwrite'];
      const { stdout } = await symloss(['audit', 'data.csv', ...args, '--out', 'audit'], copy);
      return stdout.split('\n').filter((line) => line.includes('review.jsonl'));
    };
    rmSync(join(copy, 'audit/review.jsonl'), { force: true });
    expect(await again()).toEqual([]);
    const { config, rows } = await readAuditFolder(join(copy, 'audit'));
    const { data } = await openAuditedData({ ...config, source: join(copy, 'data.csv') });
    const made: Decision = {
      ...{ row: 8, given: rows[7]?.given ?? '', content: contentHash(data, 7) },
      ...{ action: 'exclude', time: '2026-03-01T10:00:00Z', author: 'ann' },
    };
    await appendDecision(join(copy, 'audit/review.jsonl'), made);
    expect(await again()).toEqual([
      'audit/review.jsonl of an earlier review is kept: 1 decision counts here, too',
    ]);
    const file = join(copy, 'data.csv');
    writeFileSync(file, readFileSync(file, 'utf8').replaceAll(/^(k\d+),/gm, '$1,1'));
    expect(await again()).toEqual([
      'warning: audit/review.jsonl has decisions of an earlier audit that do not fit this one: take it away before you review',
    ]);
  });

  test('is one with decisions for another', async () => {
    const copy = changed((text) => text);
    const other = { row: 3, given: 'owl', action: 'exclude', content: '0'.repeat(16) };
    const line = { ...other, time: '2026-03-01T10:00:00Z', author: 'bob' };
    writeFileSync(join(copy, 'audit/review.jsonl'), `${JSON.stringify(line)}\n`);
    expect(await refusal(copy)).toBe(
      `symloss: audit/review.jsonl, decision 1: expected the label of row 3 in the audit, "${given[2]}", received "owl"; it was decided for another audit, or the data have changed since: take audit/review.jsonl away, to begin anew\n`,
    );
  });
});
