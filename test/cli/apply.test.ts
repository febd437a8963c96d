import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, test } from 'vitest';
import type { AuditConfig, AuditedRow, Decision } from '../../src/review/index.ts';
import {
  appendDecisions,
  contentHash,
  openAuditedData,
  readAuditFolder,
} from '../../src/review/index.ts';
import { blobs, folders, symloss, writeLines } from './run.ts';

const folder = folders('apply');
const cwd = folder();

/** Three clouds of points with names that mean something to spreadsheets, JavaScript and pages; some labels are wrong. */
const names = { a: '=cmd()', b: '__proto__', c: '<script>' };
const points = blobs(150, (kind) => names[kind]).map((row) => row.split(','));
const truth = points.map(([, , label]) => label as string);
const wrong = new Set([4, 20, 47, 71, 110, 125]);
const given = truth.map((label, i) =>
  wrong.has(i) ? (label === '__proto__' ? '<script>' : '__proto__') : label,
);
const header = 'x,"the, note" ,label,y,truth';
const cells = points.map(([x, y], i) => ({ x, y, note: `n "${i}"`, truth: truth[i] as string }));
/** A line with this label. */
const line = (i: number, label: string) => {
  const { x, y, note, truth: own } = cells[i]!;
  return `${x}, "${note.replaceAll('"', '""')}" ,"${label}",${y},${own}`;
};
writeLines(cwd, 'data.csv', [header, ...given.map((label, i) => line(i, label))]);
const quick = ['--model', 'mlp:16', '--epochs', '30', '--folds', '3', '--repeats', '1'];
const base = ['--label', 'label', '--features', 'x,y', ...quick];

const audit = await symloss(['audit', 'data.csv', ...base, '--out', 'found'], cwd);
expect(audit.code).toBe(0);
const { rows, config } = await readAuditFolder(join(cwd, 'found'));
const apply = (...args: string[]) => symloss(['apply', 'found', ...args], cwd);
const read = (name: string) => readFileSync(join(cwd, name), 'utf8');

/** What rules make of the rows of an audit, and the number of them. */
const ruled = (own: readonly AuditedRow[], relabel: number, drop: number) =>
  own.map(({ given: label, suggested, pSuggested, pWrong }) => {
    if (pSuggested >= relabel) return { label: suggested, weight: pSuggested, how: 'relabelled' };
    return { label, weight: 1 - pWrong, how: pWrong >= drop ? 'dropped' : 'kept' };
  });

describe('rules', () => {
  test('write the data with every other byte as it was, and print what became of them', async () => {
    const unsure = rows.filter(({ pSuggested }) => pSuggested < 0.8).map(({ pWrong }) => pWrong);
    const drop = unsure.sort((a, b) => b - a)[1] as number; // two rows
    const { code, stdout, stderr } = await apply(
      ...['--relabel', '0.8', '--drop', String(drop), '--weights', 'how sure', '--out', 'made.csv'],
    );
    expect([code, stderr]).toEqual([0, '']);
    const made = ruled(rows, 0.8, drop);
    const lines = made.flatMap(({ label, weight, how }, i) =>
      how === 'dropped' ? [] : [`${line(i, label)},${Number(weight.toPrecision(6))}`],
    );
    expect(read('made.csv')).toBe(`${[`${header},how sure`, ...lines].join('\n')}\n`);
    const count = (how: string) => made.filter((row) => row.how === how).length;
    expect(count('relabelled')).toBe(wrong.size);
    expect(count('dropped')).toBe(2);
    expect(stdout.split('\n')).toEqual([
      `relabelled: ${wrong.size} rows of 150: 0 by reviewers, ${wrong.size} by rule`,
      'left out: 2 rows: 0 by reviewers, 2 by rule',
      'weighted: 148 rows by the probability that the label is right',
      '',
      expect.stringMatching(/^given +now +rows$/),
      ...Array.from({ length: stdout.split('\n').length - 9 }, () => expect.anything()),
      '',
      'written: made.csv',
      "train on it: symloss train made.csv --label label --features x,y --weight 'how sure' --model mlp:16 --epochs 30",
      '',
    ]);
    const args = '--label label --features x,y --model mlp:16 --epochs 2'.split(' ');
    const trained = await symloss(
      ['train', 'made.csv', ...args, '--weight', 'how sure', '--loss', 'ce', '--out', 'run'],
      cwd,
    );
    expect(trained.code).toBe(0);
  });
});

/** A decision on a row of the audit, from 1. */
async function decisionOn(
  own: AuditConfig,
  row: number,
  what: { action: 'exclude' } | { action: 'label'; label: string },
): Promise<Decision> {
  const { data } = await openAuditedData({ ...own, source: join(cwd, own.source) });
  const content = contentHash(data, row - 1);
  const time = '2026-03-01T10:00:00Z';
  return { row, given: given[row - 1] as string, content, time, author: 'ann', ...what };
}

describe('decisions of a review', () => {
  test('stand before rules, in data that have changed since, too', async () => {
    await symloss(['audit', 'data.csv', ...base, '--out', 'reviewed'], cwd);
    const decisions = [
      await decisionOn(config, 5, { action: 'label', label: '__proto__' }),
      await decisionOn(config, 21, { action: 'label', label: given[20] as string }),
      await decisionOn(config, 48, { action: 'exclude' }),
    ];
    const { time: _, ...other } = await decisionOn(config, 5, { action: 'exclude' });
    decisions.push({ ...other, time: '2026-02-01T10:00:00Z', author: 'bob' });
    await appendDecisions(join(cwd, 'reviewed', 'review.jsonl'), decisions);
    const args = ['apply', 'reviewed', '--out', 'reviewed.csv'];
    const { code, stdout } = await symloss(args, cwd);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(
        'reviewers decided differently on 1 row: the latest decision counts\nreviewed: 3 rows\nrelabelled: 1 row of 150: 1 by reviewers, 0 by rule\nleft out: 1 row: 1 by reviewers',
      ),
    ]);
    const expected = (first: number) =>
      given.flatMap((label, i) =>
        i < first || i === 47 ? [] : [line(i, i === 4 ? '__proto__' : label)],
      );
    expect(read('reviewed.csv')).toBe(`${[header, ...expected(0)].join('\n')}\n`);

    const ruledToo = await symloss([...args, '--relabel', '0.8', '--overwrite'], cwd);
    expect(ruledToo.stdout).toContain(`by reviewers, ${wrong.size - 3} by rule`);

    const before = read('data.csv');
    const more = line(0, given[0] as string).replace(/^[\d.]+/, '7.5');
    writeLines(cwd, 'data.csv', [...before.trimEnd().split('\n').slice(0, 48), more]);
    try {
      const changed = await symloss([...args, '--overwrite'], cwd);
      expect([changed.code, changed.stdout]).toEqual([
        0,
        expect.stringContaining(
          'row 48 has changed since it was reviewed; the decision does not count\nreviewed: 2 rows\n',
        ),
      ]);
      const refused = await symloss([...args, '--overwrite', '--relabel', '0.8'], cwd);
      expect([refused.code, refused.stderr]).toEqual([
        2,
        'symloss: option --relabel: expected the data that reviewed is an audit of, received other data; they have changed since: audit them again; decisions on rows that are as they were hold without it\n',
      ]);
    } finally {
      writeFileSync(join(cwd, 'data.csv'), before);
    }
  });
});

describe('other formats', () => {
  test('JSON lines', async () => {
    const object = (i: number, label: string) => {
      const { x, y, note } = cells[i]!;
      return `{ "x": ${x}, "note":${JSON.stringify(note)}, "label" : ${JSON.stringify(label)},"y":${y}}`;
    };
    writeLines(
      cwd,
      'data.jsonl',
      given.map((label, i) => object(i, label)),
    );
    await symloss(['audit', 'data.jsonl', ...base, '--out', 'found-jsonl'], cwd);
    const args = ['--relabel', '0.8', '--out', 'made.jsonl'];
    const { code, stderr } = await symloss(['apply', 'found-jsonl', ...args], cwd);
    expect([code, stderr]).toEqual([0, '']);
    expect(read('made.jsonl')).toBe(`${truth.map((label, i) => object(i, label)).join('\n')}\n`);
  });

  test('Parquet', async () => {
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const csv = join(cwd, 'data.csv');
    const table = `(SELECT x::FLOAT AS x, y::DECIMAL(9, 3) AS y, label, truth, NULL::DATE AS "when" FROM read_csv('${csv}', header = true))`;
    const path = join(cwd, 'data.parquet');
    await connection.run(`COPY ${table} TO '${path}' (FORMAT parquet)`);
    await symloss(['audit', 'data.parquet', ...base, '--out', 'found-parquet'], cwd);
    const args = ['--relabel', '0.8', '--weights', '--out', 'made.parquet'];
    const { code, stderr } = await symloss(['apply', 'found-parquet', ...args], cwd);
    expect([code, stderr]).toEqual([0, '']);
    const all = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJson();
    const made = join(cwd, 'made.parquet');
    expect(await all(`SELECT * EXCLUDE weight FROM '${made}'`)).toEqual(
      await all(`SELECT * REPLACE (truth AS label) FROM '${path}'`),
    );
    const types = (file: string) =>
      all(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '${file}')`);
    expect(await types(made)).toEqual([...(await types(path)), ['weight', 'DOUBLE']]);
    const parquet = await readAuditFolder(join(cwd, 'found-parquet'));
    expect(await all(`SELECT weight FROM '${made}'`)).toEqual(
      ruled(parquet.rows, 0.8, 2).map(({ weight }) => [Number(weight.toPrecision(6))]),
    );
    connection.closeSync();
    instance.closeSync();
  });
});

test('--retrain names a gain, what it is measured against and which row is circular; nothing is written', async () => {
  const args = ['--relabel', '0.8', '--retrain', '--seeds', '2', '--epochs', '5', '--loss', 'ce'];
  const { code, stdout } = await apply(...args);
  expect(code).toBe(0);
  expect(stdout).toContain(
    'trained with 2 seeds on 120 rows, loss ce, with the labels before and after: ',
  );
  expect(stdout).toContain('tested on the other 30 rows\n');
  expect(stdout).toMatch(/^test labels as given +30 .* %/m);
  expect(stdout).toMatch(
    /^gain: [+-]\d+\.\d points of accuracy on the test labels as given, which no correction touched/m,
  );
  expect(stdout).toMatch(/^about \d+\.\d % of the test labels look wrong \(estimated\)/m);
  const isCircular = /^test labels as corrected \*/m.test(stdout);
  expect(stdout.includes('* circular: models like these made those labels')).toBe(isCircular);
  const own = await apply(...args, '--test', 'data.csv');
  expect(own.stdout).toContain(
    'tested on 150 rows of data.csv\nwarning: 150 of the 150 test rows are the same in every column as rows to train on: ',
  );
  expect(stdout).not.toContain('warning');
  expect(own.stdout).toContain('the labels of data.csv were not audited, and may be wrong, too\n');
});

test('--retrain trains nothing where nothing changes', async () => {
  cpSync(join(cwd, 'found'), join(cwd, 'kept'), { recursive: true });
  const kept = await decisionOn(config, 5, { action: 'label', label: given[4] as string });
  await appendDecisions(join(cwd, 'kept', 'review.jsonl'), [kept]);
  const { code, stdout } = await symloss(['apply', 'kept', '--retrain'], cwd);
  expect([code, stdout]).toEqual([
    0,
    'reviewed: 1 row\nrelabelled: 0 rows of 150\nnothing changes, so that there is nothing to measure\n',
  ]);
});

describe('refused', () => {
  test.each([
    [
      ['--relabel', '0.8', '--retrain', '--test-share', '0', '--out', 'no.csv'],
      'option --test-share: expected rows to test on, a share above 0, received 0; --retrain measures on them',
    ],
    [
      ['--out', 'no.csv'],
      'found: expected decisions in review.jsonl, or a rule for rows that nobody decided on, received none; review the suspects (symloss review found), take the suggested classes (--relabel 0.95), leave rows out (--drop 0.9), or weight them (--weights)',
    ],
    [
      ['--relabel', '0.8'],
      'option --out: expected a file to write, received nothing; or measure without writing: --retrain',
    ],
    [
      ['--relabel', '0.8', '--out', 'no.csv', '--loss', 'ce'],
      'option --loss: expected --retrain beside it, received nothing; without it nothing is trained',
    ],
    [
      ['--relabel', '0.8', '--out', 'data.csv', '--overwrite'],
      'option --out: expected another file than "data.csv", which is read, received "data.csv"',
    ],
    [
      ['--relabel', '0.8', '--out', 'found/suspects.csv', '--overwrite'],
      'option --out: expected another file than "found/suspects.csv", which is read, received "found/suspects.csv"',
    ],
    [
      ['--relabel', '0.8', '--out', 'no.parquet'],
      'option --out: expected a file that ends in .csv or .tsv, as data.csv is a CSV or TSV file, received "no.parquet"',
    ],
    [
      ['--weights', 'truth', '--out', 'no.csv'],
      'data.csv, column of weights: expected a name that no column has, received "truth"; choose another (--weights)',
    ],
    [
      ['--relabel', '95', '--out', 'no.csv'],
      'option --relabel: expected a number of at most 1, received 95',
    ],
  ])('%j', async (args, message) => {
    const before = read('data.csv');
    const { code, stdout, stderr } = await apply(...args);
    expect([code, stdout, stderr]).toEqual([2, '', `symloss: ${message}\n`]);
    expect(read('data.csv')).toBe(before);
    expect(existsSync(join(cwd, 'no.csv'))).toBe(false);
  });

  test('an earlier file without --overwrite, and labels with noise that was added', async () => {
    writeLines(cwd, 'earlier.csv', ['mine']);
    const earlier = await apply('--relabel', '0.8', '--out', 'earlier.csv');
    expect(earlier.stderr).toContain(
      'earlier.csv: expected no such file yet, received an earlier one',
    );
    expect(read('earlier.csv')).toBe('mine\n');
    const noise = ['--noise', 'symmetric:0.1', '--out', 'noisy'];
    await symloss(['audit', 'data.csv', ...base, ...noise], cwd);
    const args = ['apply', 'noisy', '--relabel', '0.8', '--out', 'no.csv'];
    const { code, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([
      2,
      'symloss: option --out: expected nothing: the labels of the audit are those of the data with noise (symmetric:0.1), which no file holds, received "no.csv"; measure without writing (--retrain), or audit a file that symloss corrupt wrote\n',
    ]);
  });

  test('labels of several annotators, shares of classes, and weights beside weights, with what to do', async () => {
    const rows = blobs(90, (kind, i) => {
      const isA = (kind === 'a') !== (i % 10 === 3);
      const label = isA ? 'a' : 'b';
      return [label, i % 7 === 0 ? 'a' : label, isA ? '1,0' : '0.1,0.9', (i % 3) + 1].join();
    });
    writeLines(cwd, 'more.csv', ['x,y,ann,bob,p_a,p_b,w', ...rows]);
    const fast = ['--features', 'x,y', ...quick];
    const out = 'audit 2';
    const labels = {
      annotators: ['--label', 'ann,bob'],
      shares: ['--soft-labels', 'p_'],
      weighted: ['--label', 'ann', '--weight', 'w'],
    };
    const refused = async (given: string[], ...args: string[]) => {
      const made = ['audit', 'more.csv', ...given, ...fast, '--out', out, '--overwrite'];
      const { code, stdout } = await symloss(made, cwd);
      expect(code).toBe(0);
      const { stderr } = await symloss(['apply', out, '--out', 'no.csv', ...args], cwd);
      const review = ['review', out, '--export', 'argilla', '--out', 'a.json', '--overwrite'];
      const warned = /^warning: .*$/m.exec((await symloss(review, cwd)).stdout)?.[0];
      return { stderr, warned, next: /^next: .*$/m.exec(stdout)?.[0] };
    };
    const given = `is the column "given" of ${join(out, 'rows.parquet')}: add it to the data as a column, and audit that\n`;
    const start = `symloss: ${out}: expected an audit of labels, one for each row, received`;
    const ask = `next: symloss review '${out}' asks about them one by one`;
    const warning =
      'warning: what is decided here cannot be applied (symloss apply), as the data have';
    const recipe =
      'next: to review or correct labels, add the column "given" of rows.parquet to the data, and audit that column';
    expect(await refused(labels.annotators, '--relabel', '0.9')).toEqual({
      stderr: `${start} labels of several annotators; their consensus ${given}`,
      warned: `${warning} labels of several annotators: their consensus ${given.trimEnd()}`,
      next: recipe,
    });
    expect(await refused(labels.shares, '--relabel', '0.9')).toEqual({
      stderr: `${start} shares of classes; the most probable class of each row ${given}`,
      warned: `${warning} shares of classes: the most probable class of each row ${given.trimEnd()}`,
      next: recipe,
    });
    expect(await refused(labels.weighted, '--weights', 'weight')).toEqual({
      stderr:
        'symloss: option --weights: expected data without weights of their own, received the weights "w"; leave it out, or audit the data without these weights first\n',
      next: `${ask}, symloss apply '${out}' --relabel 0.95 --out <file> corrects the sure ones`,
    });
    writeLines(cwd, 'columns.yaml', ['w: weight']);
    const byFile = ['--label', 'ann', '--columns', 'columns.yaml'];
    const { stderr } = await refused(byFile, '--weights', 'weight');
    expect(stderr).toContain('received the weights "w"; leave it out');
  });
});
