import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { nearestRows } from '../../src/audit/index.ts';
import { openDataset } from '../../src/data/formats/index.ts';
import { appendDecision, decisionOf, openReview, readDecisions } from '../../src/review/index.ts';
import type {
  AuditSummary,
  Decided,
  Fault,
  Neighbours,
  RowDetails,
  Suspects,
} from '../../src/server/api/types.ts';
import { makeAudit, makeSite, openLab, temporaryFolder, wrongRows } from './lab.ts';

const folder = temporaryFolder();
const site = makeSite(folder);
const audit = await makeAudit(folder);
const log = join(audit, 'review.jsonl');
const open = () => openLab(audit, { site, within: folder });
const client = await open();
const { get, post } = client;
const rows = [...wrongRows.keys()];
const [first, second, third] = rows as [number, number, number];
const label = (name: string) => ({ action: 'label', label: name }) as const;
const decide = (row: number, answer: object, author = 'ann', seen?: string) =>
  post('/api/decisions', { row, answer, author, ...(seen && { seen }) });
const parse = <T>({ text }: { text: string }) => JSON.parse(text) as T;
const faultOf = (answer: { text: string }) => parse<Fault>(answer).error;

beforeEach(() => rmSync(log, { force: true }));

describe('suspects', () => {
  test('are those of the audit, most suspect first, with their reasons', async () => {
    const { suspects } = await openReview(audit);
    const { total, items } = await get<Suspects>('/api/suspects');
    expect(total).toBe(wrongRows.size);
    expect(items).toEqual(
      suspects.map(({ row, rank, given, suggested, pWrong, pSuggested, reason }) => ({
        ...{ row, rank, given, suggested, pWrong, pSuggested, reason },
      })),
    );
    expect(new Set(items.map(({ row }) => row))).toEqual(new Set(rows));
    for (const { row, suggested } of items) expect(suggested).toBe(wrongRows.get(row));
  });

  test('come by pages, with what is decided', async () => {
    const all = (await get<Suspects>('/api/suspects')).items;
    const list = async (query: string) => {
      const { total, items } = await get<Suspects>(`/api/suspects?${query}`);
      return [total, items.map(({ row }) => row)];
    };
    const rowsOf = (own: typeof all) => own.map(({ row }) => row);
    expect(await list('offset=1&limit=2')).toEqual([4, rowsOf(all.slice(1, 3))]);
    await decide(first, label('ant'), 'ann');
    await decide(second, { action: 'exclude' }, 'bob');
    await decide(third, { action: 'skip' }, 'bob');
    const { items } = await get<Suspects>('/api/suspects');
    expect(items.find(({ row }) => row === first)?.verdict).toMatchObject({
      ...{ action: 'label', label: 'ant', author: 'ann' },
    });
    expect(items.find(({ row }) => row === third)?.isSkipped).toBe(true);
  });

  test.each(['limit=501', 'limit=x', 'offset=-1', 'other=1'])(
    'are not listed by %s',
    async (query) => {
      const { status, text } = await client.ask(`/api/suspects?${query}`, {
        headers: { cookie: client.cookie },
      });
      expect([status, faultOf({ text }).message]).toEqual([
        400,
        expect.stringMatching(/^query.*: expected /),
      ]);
    },
  );
});

test('a summary has the numbers of the audit, and what the review found so far', async () => {
  const { estimated, suspects } = JSON.parse(readFileSync(join(audit, 'audit.json'), 'utf8'));
  await decide(first, label(wrongRows.get(first) as string));
  const summary = await get<AuditSummary>('/api/audit?author=ann');
  expect(summary).toMatchObject({
    ...{ folder: audit, rows: 60, shownAs: 'cells', classes: ['ant', 'bee', 'cat'] },
    wrongShare: estimated.wrongShare,
    wrongShareInterval: estimated.wrongShareInterval,
    health: estimated.confidentLearning.health,
    transition: estimated.transition,
    expectedPrecision: suspects.expectedPrecision,
    precisionInterval: suspects.precisionInterval,
    tally: { suspects: 4, decided: 1, wrong: 1 },
    authors: ['ann'],
    conflicts: 0,
    undoes: first,
  });
  expect(summary.pairs.reduce((sum, pair) => sum + pair.suspects, 0)).toBe(4);
});

test('a summary of noise of one rate has the rate, and nothing of single pairs', async () => {
  const other = temporaryFolder();
  const own = await makeAudit(other);
  const file = join(own, 'audit.json');
  const { estimated, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...rest, estimated: { ...estimated, noiseRate: 0.156 } }));
  const { get: getOwn } = await openLab(own, { site, within: other });
  const summary = await getOwn<AuditSummary>('/api/audit');
  expect(summary.noiseRate).toBe(0.156);
  expect(summary).not.toHaveProperty('transition');
});

test('a summary is not sent again while nothing was decided', async () => {
  const headers = { cookie: client.cookie };
  const { etag = '' } = (await client.ask('/api/audit', { headers })).headers;
  const again = { headers: { ...headers, 'if-none-match': etag } };
  const same = await client.ask('/api/audit', again);
  expect([same.status, same.text]).toEqual([304, '']);
  await decide(first, { action: 'skip' });
  expect((await client.ask('/api/audit', again)).status).toBe(200);
});

describe('rows', () => {
  test('have their id, their values, and the nearest other rows with their labels', async () => {
    const lines = readFileSync(join(folder, 'data.csv'), 'utf8').split('\n');
    const [key, x, y] = (lines[first] ?? '').split(',');
    const details = await get<RowDetails>(`/api/rows/${first}`);
    expect(details).toMatchObject({ row: first, ids: [{ name: 'key', text: key }] });
    const values = details.cells?.map(({ name, parts }) => [name, parts.map(({ text }) => text)]);
    expect(values).toEqual([
      ['x', [String(Number(x))]],
      ['y', [String(Number(y))]],
    ]);
    const { items = [] } = await get<Neighbours>(`/api/rows/${first}/neighbours`);
    const { data } = await openDataset(join(folder, 'data.csv'), { label: 'label', id: ['key'] });
    const { classes, labels } = data;
    expect(items).toHaveLength(10);
    for (const { row, label: own } of items) expect(own).toBe(classes[labels[row - 1] as number]);
    // standardised as networks get them: near rows are of the cloud that the row is in
    const inCloud = items.filter(({ row }) => row % 3 === first % 3);
    expect(inCloud.length).toBe(10);
    expect(items.map(({ distance }) => distance)).toEqual(
      items.map(({ distance }) => distance).sort((a, b) => a - b),
    );
  });

  test.each([
    ['/api/rows/0', 400],
    ['/api/rows/x', 400],
    ['/api/rows/61', 404],
    ['/api/rows/61/neighbours', 404],
    [`/api/rows/${7}/picture`, 404],
  ])('%s is none: %i', async (path, status) => {
    const answer = await client.ask(path, { headers: { cookie: client.cookie } });
    expect(answer.status).toBe(status);
  });
});

test('neighbours of some rows are those of all rows', () => {
  const dense = Float32Array.from({ length: 40 }, (_, i) => (i * 7919) % 101);
  const all = nearestRows({ dense, width: 2 }, { count: 3 });
  const some = nearestRows({ dense, width: 2 }, { count: 3, of: Uint32Array.of(5, 17) });
  expect([...some.rows]).toEqual([...all.rows.subarray(15, 18), ...all.rows.subarray(51, 54)]);
});

describe('decisions', () => {
  test('are lines of review.jsonl as the terminal writes them', async () => {
    const before = Date.now();
    const answer = await decide(first, label('ant'));
    expect(answer.status).toBe(200);
    const { item, tally } = parse<Decided>(answer);
    expect([item.row, item.verdict?.label, tally.decided]).toEqual([first, 'ant', 1]);
    const { decisions } = await readDecisions(log);
    const review = await openReview(audit);
    expect(decisions).toEqual([
      {
        ...{ row: first, given: item.given, action: 'label', label: 'ant', author: 'ann' },
        ...{ content: review.contentOf(first), time: item.verdict?.time },
      },
    ]);
    expect(Date.parse(item.verdict?.time ?? '')).toBeGreaterThanOrEqual(before);
  });

  test('are there after the server was started again', async () => {
    await decide(first, { action: 'exclude' });
    const again = await open();
    const { tally } = await again.get<AuditSummary>('/api/audit');
    expect(tally).toMatchObject({ decided: 1, wrong: 1 });
    await again.lab.close();
  });

  test('are taken back by their author, the last one first, with lines of their own', async () => {
    await decide(first, label('ant'));
    await decide(second, label('bee'), 'bob');
    await decide(third, { action: 'exclude' });
    const undo = async () => {
      const answer = await post('/api/undo', { author: 'ann' });
      return answer.status === 200 ? parse<Decided>(answer).item : faultOf(answer).message;
    };
    expect(await undo()).toMatchObject({ row: third });
    expect(await undo()).toMatchObject({ row: first });
    expect(await undo()).toBe('nothing to take back of ann');
    const { decisions } = await readDecisions(log);
    expect(decisions.map(({ row, action }) => [row, action])).toEqual([
      ...[
        [first, 'label'],
        [second, 'label'],
        [third, 'exclude'],
      ],
      ...[
        [third, 'undo'],
        [first, 'undo'],
      ],
    ]);
    expect((await get<AuditSummary>('/api/audit')).tally.decided).toBe(1);
  });

  test('of a terminal are seen, and none of either is lost when both decide at once', async () => {
    const review = await openReview(audit);
    const others = rows.map(async (row) => {
      const given = review.suspects.find((own) => own.row === row)?.given as string;
      const options = { author: 'terminal', decisions: [] };
      const own = decisionOf(review, { row, given }, { action: 'skip' }, options);
      await appendDecision(log, own);
    });
    const answers = await Promise.all(
      rows.map((row) => decide(row, label(wrongRows.get(row) as string))),
    );
    await Promise.all(others);
    expect(answers.map(({ status }) => status)).toEqual(rows.map(() => 200));
    const { decisions, notices } = await readDecisions(log);
    expect(notices).toEqual([]);
    const by = (author: string) =>
      decisions
        .filter((own) => own.author === author)
        .map(({ row }) => row)
        .sort((a, b) => a - b);
    const all = [...rows].sort((a, b) => a - b);
    expect([by('ann'), by('terminal')]).toEqual([all, all]);
    expect((await get<AuditSummary>('/api/audit')).authors).toEqual(['ann', 'terminal']);
  });

  test('of two servers are not lost, and seen by both', async () => {
    const other = await open();
    await Promise.all([
      decide(first, label('ant')),
      other.post('/api/decisions', { row: second, answer: label('bee'), author: 'bob' }),
    ]);
    for (const own of [client, other]) {
      expect((await own.get<AuditSummary>('/api/audit')).tally.decided).toBe(2);
    }
    await other.lab.close();
  });

  test('on a row that somebody decided meanwhile are refused once', async () => {
    const { verdict } = parse<Decided>(await decide(first, label('bee'), 'bob')).item;
    const refused = await decide(first, label('ant'));
    expect([refused.status, faultOf(refused)]).toEqual([
      409,
      { message: `bob decided on row ${first} meanwhile: "bee"`, decided: verdict },
    ]);
    const anyway = await decide(first, label('ant'), 'ann', verdict?.time);
    expect(anyway.status).toBe(200);
    expect((await get<AuditSummary>('/api/audit')).conflicts).toBe(1);
    // what is one's own is changed without being asked
    expect((await decide(first, label('cat'))).status).toBe(200);
  });

  test.each([
    [
      { row: 1, answer: { action: 'skip' }, author: 'ann' },
      404,
      'row 1 is no suspect of the audit',
    ],
    [{ row: 8, answer: label('dog'), author: 'ann' }, 400, 'no class of the audit is called "dog"'],
    [{ row: 8, answer: { action: 'undo' }, author: 'ann' }, 400, 'request: answer.action'],
    [{ row: 8, answer: { action: 'skip' }, author: ' ' }, 400, 'request: author'],
    [{ row: 8, answer: { action: 'skip' } }, 400, 'request: author'],
    [{ row: 8, answer: { action: 'skip' }, author: 'ann', time: 'x' }, 400, 'request: time'],
  ])('%j is refused', async (request, status, message) => {
    const answer = await post('/api/decisions', request);
    expect([answer.status, faultOf(answer).message]).toEqual([
      status,
      expect.stringContaining(message.split(': ').at(-1) as string),
    ]);
    expect(existsSync(log)).toBe(false);
  });

  test('are refused when the data have changed since they were opened', async () => {
    const other = temporaryFolder();
    const own = await openLab(await makeAudit(other), { site });
    appendFileSync(join(other, 'data.csv'), 'k60,0,0,ant\n');
    const answer = await own.post('/api/decisions', {
      ...{ row: first, answer: { action: 'skip' }, author: 'ann' },
    });
    expect([answer.status, faultOf(answer).message]).toEqual([
      409,
      expect.stringMatching(/^.*data\.csv has changed since it was opened: /),
    ]);
    expect(existsSync(join(other, 'audit', 'review.jsonl'))).toBe(false);
  });

  test('a damaged file of decisions is named, and nothing is added to it', async () => {
    writeFileSync(log, 'no decision\n');
    utimesSync(log, 1, 1);
    const answer = await decide(first, { action: 'skip' });
    expect([answer.status, faultOf(answer).message]).toEqual([
      400,
      `${log}, line 1: expected a decision, received no JSON; mend the line, or take the file away`,
    ]);
    expect(readFileSync(log, 'utf8')).toBe('no decision\n');
  });
});
