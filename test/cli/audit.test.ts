import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { readParquetColumns } from '../../src/data/formats/index.ts';
import { lockFolder } from '../../src/io/index.ts';
import { readAuditFolder } from '../../src/review/index.ts';
import { npy } from '../data/files.ts';
import { isClose, tolerances } from '../tolerances.ts';
import { blobs, folders, readJson, scatter, symloss, writeLines } from './run.ts';

const folder = folders('audit');
const cwd = folder();

/** Three clouds of points; the labels of some rows are those of another cloud. */
const names = { a: '=ant', b: 'bee', c: 'cat' };
const rows = blobs(240, (kind) => names[kind]);
const wrong = [4, 20, 47, 71, 110, 155, 189, 231];
const labelOf = (row: string) => row.slice(row.lastIndexOf(',') + 1);
const noisy = rows.map((row, i) => {
  if (!wrong.includes(i)) return `k${i},${row},${labelOf(row)}`;
  const other = labelOf(row) === 'bee' ? 'cat' : 'bee';
  return `k${i},${row.slice(0, row.lastIndexOf(','))},${other},${labelOf(row)}`;
});
writeLines(cwd, 'data.csv', ['key,x,y,label,truth', ...noisy]);

interface AuditFile {
  readonly format: string;
  readonly version: number;
  readonly config: { readonly seed: number };
  readonly settings: { readonly seed: number };
  readonly data: { readonly rows: number; readonly classes: readonly string[] };
  readonly estimated: {
    readonly classWrongShares: number[];
    readonly confidentLearning: { readonly confidentJoint: number[][] };
  };
  readonly suspects: { readonly rows: number };
  readonly measured?: { readonly precision: number };
}

const base = ['audit', 'data.csv', '--label', 'label', '--id', 'key'];
const quick = ['--ignore', 'truth', '--model', 'mlp:16', '--epochs', '40', '--repeats', '2'];
const read = (file: string) =>
  parse(readFileSync(join(cwd, file)), { columns: true }) as Record<string, string>[];

describe('the list', () => {
  test('has the wrong labels with their rows, ids and the right class', async () => {
    const { code, stdout, stderr } = await symloss([...base, ...quick, '--out', 'found'], cwd);
    // on a slow machine there is a line of progress
    expect([code, stderr.replace(/^fold .*\n/gm, '')]).toEqual([0, '']);
    expect(stdout).toMatch(
      /^about \d+\.\d % of the 240 labels look wrong \(95 % interval \d+\.\d % to \d+\.\d %\): an estimate, from models/m,
    );
    expect(stdout).not.toContain('measured');
    expect(stdout).toMatch(/\nnext: symloss review found asks .*, symloss apply found --relabel /);
    const listed = read('found/suspects.csv');
    const byRow = listed.sort((a, b) => Number(a['row']) - Number(b['row']));
    expect(byRow.map((line) => [line['row'], line['key'], line['suggested']])).toEqual(
      wrong.map((i) => [String(i + 1), `k${i}`, labelOf(rows[i]!).replace('=ant', "'=ant")]),
    );
    for (const { reason, pWrong, nearestGiven, nearestSuggested, givenInTraining } of listed) {
      expect(Number(nearestSuggested)).toBeGreaterThan(Number(nearestGiven));
      expect(reason).toMatch(
        /^models trained without this row, and its nearest rows, say: .* \d+\.\d %, .* \(as given\) \d+\.\d %; models trained with it say: .* \d+\.\d %, on average over their epochs; \d+ of the 10 nearest rows are labelled .*; estimated: /,
      );
      expect(Number(givenInTraining)).toBeLessThan(0.5);
      expect(Number(pWrong)).toBeGreaterThan(0.5);
    }
    const { format, version, config, settings, data, suspects, estimated } = readJson<AuditFile>(
      ...[cwd, 'found/audit.json'],
    );
    expect([format, version, data.rows, suspects.rows]).toEqual(['symloss-audit', 1, 240, 8]);
    expect([config.seed, settings.seed]).toEqual([1, 1]); // not that of the last repeat
    expect(data.classes).toEqual(['=ant', 'bee', 'cat']);
    expect(estimated.confidentLearning.confidentJoint.length).toBe(3);

    const all = await readAuditFolder(join(cwd, 'found'));
    expect(all.classes).toEqual(data.classes);
    expect(all.rows.map(({ row, given }) => [row, given])).toEqual(
      noisy.map((row, i) => [i + 1, row.split(',')[3]]),
    );
    for (const [c, name] of data.classes.entries()) {
      const own = all.rows.filter(({ given }) => given === name).map(({ pWrong }) => pWrong);
      const mean = own.reduce((sum, p) => sum + p, 0) / own.length;
      const share = estimated.classWrongShares[c] as number;
      expect(isClose(share, mean, tolerances.float64)).toBe(true);
    }
    const ranked = all.rows.filter(({ rank }) => rank !== null);
    ranked.sort((a, b) => (a.rank as number) - (b.rank as number));
    expect(ranked.map(({ row, pWrong }) => [row, pWrong])).toEqual(
      read('found/suspects.csv').map(({ row, pWrong }) => [Number(row), Number(pWrong)]),
    );
    const parquet = join(cwd, 'found/suspects.parquet');
    const [keys, suggested] = await readParquetColumns(parquet, ['key', 'suggested']);
    expect(keys).toEqual(ranked.map(({ row }) => `k${row - 1}`));
    expect(suggested).toEqual(ranked.map((row) => row.suggested));

    const page = readFileSync(join(cwd, 'found/report.html'), 'utf8');
    expect(page).toContain('<title>Audit of data.csv</title>');
    const cards = page.split('<li class="card"').slice(1, 9);
    const rowOf = (card: string) => Number(/<h3>row (\d+) · k\d+<\/h3>/.exec(card)?.[1]);
    expect(cards.map(rowOf).sort((a, b) => a - b)).toEqual(wrong.map((i) => i + 1));
    expect(stdout).toContain(`report: ${join('found', 'report.html')}\n`);
  });

  test('is followed by what can be done with it', async () => {
    const nextOf = async (args: readonly string[]) => {
      const { code, stdout, stderr } = await symloss([...args, '--overwrite'], cwd);
      return code === 0 ? /^next: .*$/m.exec(stdout)?.[0] : stderr;
    };
    const some = ['--model', 'mlp:16', '--epochs', '20', '--repeats', '1', '--out', 'next'];
    const gain =
      'next: symloss review next asks about them one by one, symloss apply next --relabel 0.95 --retrain measures what correcting the sure ones gains';
    // no file holds labels with noise, and the digits cannot be written with other labels
    expect(await nextOf(['audit', 'digits', '--noise', 'symmetric:0.2', ...some])).toBe(gain);
    const noisyTable = [...base, '--ignore', 'truth', '--noise', 'symmetric:0.2'];
    expect(await nextOf([...noisyTable, ...some])).toBe(gain);
    const crowd = ['audit', 'data.csv', '--label', 'label,truth', '--consensus', 'crowd'];
    expect(await nextOf([...crowd, ...some])).toBe(
      "symloss: option '--consensus <rule>' argument 'crowd' is invalid. Allowed choices are dawid-skene, majority; see symloss audit --help\n",
    );
  });

  test('says beside it what the loss remembers of the rows, where it has a memory', async () => {
    const own = [...base, ...quick.slice(0, -2), '--folds', '3', '--repeats', '1'];
    const { code } = await symloss([...own, '--loss', 'elr', '--out', 'remembered'], cwd);
    expect(code).toBe(0);
    const listed = read('remembered/suspects.csv').filter(({ row }) =>
      wrong.includes(Number(row) - 1),
    );
    expect(listed).toHaveLength(wrong.length);
    for (const { row, memoryClass, memoryProb, reason } of listed) {
      const truth = labelOf(rows[Number(row) - 1]!);
      expect(memoryClass).toBe(truth.replace('=ant', "'=ant"));
      expect(Number(memoryProb)).toBeGreaterThan(0.5);
      const share = `${(100 * Number(memoryProb)).toFixed(1)} %`;
      expect(reason).toContain(
        `, on average over their epochs; by the memory of their loss they came to say: ${truth} ${share}; `,
      );
    }
    for (const { given, memoryClass, reason } of read('remembered/suspects.csv')) {
      expect(reason?.includes('the memory of their loss kept the label: ')).toBe(
        given === memoryClass,
      );
    }
    // where a review takes its reasons from
    const parquet = join(cwd, 'remembered/suspects.parquet');
    const all = await readParquetColumns(parquet, ['row', 'memoryProb', 'reason']);
    const columns = read('remembered/suspects.csv').map((line) => [
      ...[Number(line['row']), Number(line['memoryProb']), line['reason']],
    ]);
    expect(columns).toEqual(columns.map((_, i) => all.map((values) => values[i])));
    expect(readFileSync(join(cwd, 'remembered/report.html'), 'utf8')).toContain(
      'by the memory of their loss they came to say: ',
    );
    expect(Object.keys(read('found/suspects.csv')[0]!)).not.toContain('memoryClass');
    expect(readFileSync(join(cwd, 'found/suspects.csv'), 'utf8')).not.toContain('memory');
  });

  test('is measured against a column of true labels, named as such', async () => {
    const own = [...quick.slice(2), '--true-label', 'truth', '--out', 'measured'];
    const { stdout } = await symloss([...base, ...own], cwd);
    expect(stdout).toContain(
      'measured against the true labels of truth: 8 labels are wrong; precision 100.0 %, recall 100.0 % of the list; average precision 100.0 % of the ranking',
    );
    expect(readJson<AuditFile>(cwd, 'measured/audit.json').measured?.precision).toBe(1);
  });

  test('is measured against noise that is added', async () => {
    const args = [...quick, '--noise', 'pair:0.1', '--out', 'added'];
    const { stdout } = await symloss([...base, ...args], cwd);
    expect(stdout).toMatch(/^measured against the added noise, pair:0.1: \d+ labels are wrong/m);
  });
});

describe('a saved model', () => {
  const halfOf = (part: number) => noisy.filter((_, i) => i % 2 === part);
  const audited = ['audit', 'new.csv', '--label', 'label', '--saved-model', 'trained'];

  beforeAll(async () => {
    const heading = 'key,x,y,label,truth';
    writeLines(cwd, 'old.csv', [heading, ...halfOf(0)]);
    writeLines(cwd, 'new.csv', [heading, ...halfOf(1)]);
    const settings = ['--model', 'mlp:16', '--loss', 'sgce:q=0.7', '--epochs', '40'];
    const ignored = ['--label', 'label', '--ignore', 'truth,key', '--out', 'trained'];
    const { code } = await symloss(['train', 'old.csv', ...ignored, ...settings], cwd);
    expect(code).toBe(0);
  });

  test('predicts rows that it was not trained on, and their nearest rows count, too', async () => {
    const { code, stdout } = await symloss([...audited, '--out', 'by-model'], cwd);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining('from the model in trained, and the labels of the nearest rows'),
    ]);
    const found = read('by-model/suspects.csv');
    const own = wrong.filter((i) => i % 2 === 1).map((i) => String((i - 1) / 2 + 1));
    expect(new Set(found.map(({ row }) => row))).toEqual(new Set(own));
    expect(found[0]?.['reason']).toMatch(/^the model in trained says: /);
  });

  test.each([
    [
      'rows that it was trained on',
      ['old.csv'],
      /^symloss: option --saved-model: expected a model that was not trained on these rows, received that in trained, which was; /,
    ],
    [
      'classes that it does not know',
      ['elk.csv'],
      /^symloss: option --saved-model: expected labels of the 3 classes of the model in trained, received "elk"\n$/,
    ],
    [
      'columns that are not there',
      ['without.csv'],
      /^symloss: without\.csv: expected the column "x" of the model, received /,
    ],
    [
      'settings of a training',
      ['new.csv', '--epochs', '3'],
      /^symloss: option --epochs: expected nothing beside --saved-model, received 3; /,
    ],
    [
      'probabilities beside it',
      ['new.csv', '--probs', 'new.csv'],
      /^symloss: option --probs: expected nothing beside --saved-model, /,
    ],
  ])('refuses %s', async (_, [source = '', ...more], message) => {
    const rename = (lines: readonly string[], from: string, to: string) =>
      lines.map((line) => line.replace(from, to));
    writeLines(cwd, 'elk.csv', rename(['key,x,y,label,truth', ...halfOf(1)], 'bee', 'elk'));
    writeLines(cwd, 'without.csv', ['key,z,y,label,truth', ...halfOf(1)]);
    const ignored = source === 'old.csv' ? ['--ignore', 'truth,key'] : [];
    const args = ['audit', source, ...audited.slice(2), ...ignored, ...more, '--out', 'none'];
    const { code, stderr } = await symloss(args, cwd);
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)]);
    expect(existsSync(join(cwd, 'none'))).toBe(false);
  });
});

describe('findings', () => {
  // rows 1 and 2 of the table twice more, the copy of row 2 with another label
  const [first, second] = noisy as [string, string];
  const relabelled = second.replace('bee', 'cat');
  writeLines(cwd, 'same.csv', ['key,x,y,label,truth', ...noisy, first, relabelled]);
  writeLines(cwd, 'test.csv', ['key,x,y,label,truth', 'a,9,9,cat,cat', second]);
  const own = ['audit', 'same.csv', ...base.slice(2), ...quick, '--test', 'test.csv'];

  test('tell rows that are the same, differently labelled ones and those of the test part', async () => {
    const { code, stdout } = await symloss([...own, '--out', 'same'], cwd);
    expect(code).toBe(0);
    expect(stdout).toContain(
      '4 rows in 2 groups are the same; 2 of them, in 1 group, have different labels: at least 1 label is wrong, or the columns do not decide the class',
    );
    expect(stdout).toContain('2 rows are in the test part, too (1 there)');
    const { findings } = readJson<{ findings: Record<string, { listed?: unknown }> }>(
      ...[cwd, 'same/audit.json'],
    );
    expect(findings['duplicates']?.listed).toEqual([
      { rows: [2, 242], testRows: [2], conflicts: 1 },
      { rows: [1, 241], conflicts: 0 },
    ]);
    const given = [...noisy, first, relabelled].map((line) => line.split(',')[3]);
    const counts = ['=ant', 'bee', 'cat'].map((name) => given.filter((own) => own === name).length);
    expect(findings['classSizes']).toMatchObject({
      rows: counts,
      imbalance: Math.max(...counts) / Math.min(...counts),
    });
  });

  test('tell annotators who disagree with everybody', async () => {
    const lines = rows.map((row, i) => {
      const label = labelOf(row);
      const others = [names.a, names.b, names.c];
      return `${row},${label},${label},${others[Math.floor(3 * scatter(i * i))]},${i % 5 === 0 ? names.a : label},${names.c}`;
    });
    writeLines(cwd, 'crowd.csv', ['x,y,ann,bob,cy,di,ed,flo', ...lines]);
    const { code, stdout } = await symloss(
      [
        'audit',
        'crowd.csv',
        '--label',
        'ann,bob,cy,di,ed,flo',
        ...quick.slice(2),
        '--out',
        'crowd',
      ],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('annotators who agree with the others no more than by chance: "di"\n');
    expect(stdout).toContain(
      'annotators who gave one class only, on rows to which others gave several: "flo" ("cat")\n',
    );
    expect(stdout).not.toContain('are the same');
  });
});

describe('probabilities of one’s own', () => {
  const probs = rows.map((row) =>
    [names.c, names.a, names.b].map((name) => (name === labelOf(row) ? 0.9 : 0.05)).join(','),
  );
  const args = ['--ignore', 'truth', '--out'];

  test.each([
    ['by the names of the classes', 'cat,=ant,bee'],
    ['as predict writes them', 'prob_cat,prob_=ant,prob_bee'],
  ])('in a table, %s', async (title, heading) => {
    const out = `own ${title.length}`;
    writeLines(cwd, 'probs.csv', [heading, ...probs]);
    const { code, stdout } = await symloss([...base, '--probs', 'probs.csv', ...args, out], cwd);
    expect([code, stdout]).toEqual([0, expect.stringContaining('the probabilities in probs.csv')]);
    const found = read(`${out}/suspects.csv`).map((line) => Number(line['row']));
    expect(found.sort((a, b) => a - b)).toEqual(wrong.map((i) => i + 1));
  });

  test('in another order, by the ids, and rounded', async () => {
    const lines = probs.map((line, i) => `${line.replace('0.9', '0.89')},k${i}`).reverse();
    writeLines(cwd, 'turned.csv', ['cat,=ant,bee,key', ...lines]);
    const own = [...base, '--probs', 'turned.csv', ...args, 'turned'];
    const { code, stdout } = await symloss(own, cwd);
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining(
        'turned.csv: shares of the classes of 240 rows sum to 1 up to rounding: divided by their sum',
      ),
    ]);
    const found = read('turned/suspects.csv').map((line) => Number(line['row']));
    expect(found.sort((a, b) => a - b)).toEqual(wrong.map((i) => i + 1));

    // rows of other data among them
    writeLines(cwd, 'turned.csv', ['cat,=ant,bee,key', '0.2,0.3,0.5,other', ...lines]);
    expect((await symloss([...own, '--overwrite'], cwd)).code).toBe(0);
    expect(
      read('turned/suspects.csv')
        .map(({ row }) => Number(row) - 1)
        .sort((a, b) => a - b),
    ).toEqual(wrong);

    writeLines(cwd, 'turned.csv', ['cat,=ant,bee,key', ...lines.slice(1), `${lines[1]}x`]);
    const { stderr } = await symloss([...own, '--overwrite'], cwd);
    expect(stderr).toBe(
      'symloss: turned.csv: expected a row for key "k239", row 240 of the data, received none\n',
    );
  });

  test.each(['<f4', '<f8'])('in an array of %s, by the order of the classes', async (descr) => {
    const order = [names.a, names.b, names.c].sort();
    const numbers = rows.flatMap((row) =>
      order.map((name) => (name === labelOf(row) ? 0.9 : 0.05)),
    );
    const values = descr === '<f4' ? Float32Array.from(numbers) : Float64Array.from(numbers);
    const bytes = new Uint8Array(values.buffer);
    writeFileSync(join(cwd, 'probs.npy'), npy(descr, [rows.length, 3], bytes));
    const out = `array ${descr.slice(1)}`;
    const { code, stderr } = await symloss([...base, '--probs', 'probs.npy', ...args, out], cwd);
    expect([code, stderr]).toEqual([0, '']);
    const found = read(`${out}/suspects.csv`).map((line) => Number(line['row']));
    expect(found.sort((a, b) => a - b)).toEqual(wrong.map((i) => i + 1));
  });

  test('an array of more classes is refused', async () => {
    const bytes = new Uint8Array(Float32Array.from({ length: 240 * 4 }, () => 0.25).buffer);
    writeFileSync(join(cwd, 'four.npy'), npy('<f4', [240, 4], bytes));
    const own = [...base, '--probs', 'four.npy', ...args, 'four'];
    const { code, stderr } = await symloss(own, cwd);
    expect([code, stderr]).toEqual([
      2,
      'symloss: four.npy: expected rows of 3 numbers, one for each class of the data ("=ant", "bee", "cat"), received 4 numbers\n',
    ]);
  });

  test.each([
    [
      'too few rows',
      ['cat,=ant,bee', ...probs.slice(1)],
      [],
      'bad.csv: expected 240 rows, one for each row of the data, received 239',
    ],
    [
      'a row that sums to more than 1',
      ['cat,=ant,bee', '0.5,0.5,0.5', ...probs.slice(1)],
      [],
      'bad.csv, row 1: expected shares of the classes that sum to 1, received a sum of 1.5; divide each row by its sum; scores (logits) need a softmax',
    ],
    [
      'a class more, which has a share',
      [
        'cat,other,=ant,bee',
        '0.5,0.06,0.2,0.24',
        ...probs.slice(1).map((line) => line.replace(',', ',0,')),
      ],
      [],
      'bad.csv, row 1: expected shares of the classes that sum to 1, received a sum of 0.94; columns that name no class of the data are not read: "other"; divide each row by its sum; scores (logits) need a softmax',
    ],
    [
      'a missing cell',
      ['prob_cat,prob_=ant,prob_bee', ...probs.slice(0, 4), '0.1,,0.9', ...probs.slice(5)],
      [],
      'bad.csv, row 5, column "prob_=ant": expected a probability, a number of at least 0, received no number; every row needs one for every class',
    ],
    [
      'scores',
      ['cat,=ant,bee', '0.5,0.5,0', '-0.25,2,0.5', ...probs.slice(2)],
      [],
      'bad.csv, row 2, column "cat": expected a probability, a number of at least 0, received -0.25; scores (logits) need a softmax',
    ],
    [
      'a setting of a training',
      ['cat,=ant,bee', ...probs],
      ['--epochs', '3'],
      'option --epochs: expected nothing beside --probs, received 3; with probabilities or a model of your own nothing is trained',
    ],
  ])('refused: %s', async (_, lines, more, message) => {
    writeLines(cwd, 'bad.csv', lines);
    const { code, stderr } = await symloss(
      [...base, '--probs', 'bad.csv', ...more, ...args, 'bad'],
      cwd,
    );
    expect([code, stderr]).toEqual([2, `symloss: ${message}\n`]);
    expect(existsSync(join(cwd, 'bad'))).toBe(false);
  });
});

test('files of two audits are not mixed: one waits while another writes', async () => {
  const probs = rows.map((row) =>
    [names.a, names.b, names.c].map((name) => (name === labelOf(row) ? 0.9 : 0.05)).join(','),
  );
  writeLines(cwd, 'own.csv', [[names.a, names.b, names.c].join(','), ...probs]);
  const out = join(cwd, 'busy');
  const lock = await lockFolder(out);
  const own = [...base, '--probs', 'own.csv', '--ignore', 'truth', '--out', 'busy', '--overwrite'];
  const audit = symloss(own, cwd);
  await delay(4000);
  expect(readdirSync(out).filter((name) => !name.startsWith('lock.json'))).toEqual([]);
  lock.release();
  expect((await audit).code).toBe(0);
  expect(readdirSync(out).sort()).toEqual([
    ...['audit.json', 'report.html', 'rows.parquet', 'suspects.csv', 'suspects.parquet'],
  ]);
});

describe('refused', () => {
  test('an earlier audit, unless it may be replaced, and what is read', async () => {
    for (const name of ['kept', 'in']) mkdirSync(join(cwd, name));
    writeLines(cwd, 'kept/audit.json', ['mine']);
    const earlier = await symloss([...base, ...quick, '--out', 'kept'], cwd);
    expect([earlier.code, earlier.stderr]).toEqual([
      2,
      `symloss: ${join('kept', 'audit.json')}: expected no such file yet, received an earlier one; choose another with --out, or add --overwrite\n`,
    ]);
    writeLines(cwd, 'in/suspects.csv', ['key,x,y,label,truth', ...noisy]);
    const own = ['audit', 'in/suspects.csv', '--label', 'label', '--overwrite', '--out', 'in'];
    const { code, stderr } = await symloss(own, cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('option --out: expected another file than "in/suspects.csv"');
  });

  test.each([
    [['--folds', '1'], '--folds: expected an integer of at least 2, received 1'],
    [['--precision', '80'], '--precision: expected a number of at most 1, received 80'],
  ])('%s', async (more, message) => {
    const { code, stderr } = await symloss([...base, ...more], cwd);
    expect([code, stderr]).toEqual([2, `symloss: option ${message}\n`]);
  });
});
