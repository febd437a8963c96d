import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tolerances } from '../tolerances.ts';
import { blobs, folders, quick, readJson, symloss, tableOf, writeLines } from './run.ts';
import type { Metrics } from './train-run.ts';
import { percent, table } from './train-run.ts';

const folder = folders('train');
const heading = [
  ...['scores', 'rate', 'decay', 'test accuracy', 'balanced', 'largest class', 'memorised', 'time'],
];

describe('without data', () => {
  test.each([
    ['ce', ['ce']],
    ['ce+mae', ['ce + mae', 'ce']],
  ])('--loss %s is trained beside %j', async (loss, losses) => {
    const cwd = folder();
    const { code, stderr } = await symloss(['train', ...quick, '--loss', loss], cwd);
    expect(code, stderr).toBe(0);
    expect(readJson<Metrics>(cwd, 'symloss-run', 'metrics.json').losses).toEqual(losses);
  });

  test('a loss that is named twice is still refused', async () => {
    const args = ['train', ...quick, '--loss', 'ce', '--compare', 'ce'];
    const { code, stderr } = await symloss(args, folder());
    expect([code, stderr]).toEqual([
      2,
      'symloss: losses: expected each once, received ce twice; leave it out of --compare\n',
    ]);
  });

  test('the digits with 40 % wrong labels are trained on, beside cross-entropy', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await symloss(['train', ...quick], cwd);
    expect(code).toBe(0);

    const out = join(cwd, 'symloss-run');
    expect(readdirSync(cwd)).toEqual(['symloss-run']);
    expect(readdirSync(out).sort()).toEqual([
      'config.json',
      'metrics.json',
      'model.json',
      'model.onnx',
      'records.jsonl',
      'report.html',
    ]);
    const { losses, runs } = readJson<Metrics>(out, 'metrics.json');
    const [main, ce] = runs as [Metrics['runs'][0], Metrics['runs'][0]];
    expect(losses).toEqual(['sgce:q=0.7', 'ce']);
    expect(runs.map(({ loss, seed, epochs }) => [loss, seed, epochs.length])).toEqual([
      ['sgce:q=0.7', 1, 2],
      ['ce', 1, 2],
    ]);
    expect(main.rows).toEqual({ train: 1294, validation: 144, test: 359 });
    expect(main.settings).toMatchObject({
      loss: 'sgce:q=0.7',
      model: 'linear',
      noise: 'symmetric:0.4',
      epochs: 2,
      weightDecay: 0.0077,
    });
    // two epochs of a linear model; a class at random is right in 10 % of the rows
    expect(main.final.testAccuracy).toBeGreaterThan(0.3);
    const deviation = Math.sqrt((0.4 * 0.6) / (1294 + 144)); // of the share among as many rows
    const distance = Math.abs((main.wrongShare ?? 0) - 0.4);
    expect(distance).toBeLessThan(tolerances.deviations * deviation);

    const lines = stdout.split('\n');
    expect(lines.slice(0, 4)).toEqual([
      'digits: 1797 rows, 64 features, 10 classes (UCI, Alpaydin and Kaynak, CC BY 4.0)',
      '1,294 training, 144 validation and 359 test rows',
      `${percent(main.wrongShare)} of the training and validation labels are wrong`,
      'test accuracy is measured on true labels',
    ]);
    const { temperature, testError } = main.calibration;
    expect(lines[4]).toBe(
      `probabilities of sgce:q=0.7: temperature ${temperature.toPrecision(3)} fitted with the known noise; ` +
        `calibration error ${percent(testError)} on the test part`,
    );
    const row = ({ final, evaluation, seconds }: Metrics['runs'][0]) => [
      'none',
      '0.05',
      '0.0077',
      percent(final.testAccuracy),
      percent(evaluation.balancedAccuracy),
      '10.3 %', // 37 of 359
      percent(final.memorised),
      `${seconds.toFixed(1)} s`,
    ];
    expect([...tableOf(stdout)]).toEqual([
      ['loss', heading],
      ['sgce:q=0.7', row(main)],
      ['ce', row(ce)],
    ]);
    expect(stdout).toMatch(/\n\nmodel of sgce:q=0.7, seed 1: symloss-run\/model.onnx\n$/);

    expect(readJson(out, 'config.json')).toEqual({
      format: 'symloss-train',
      version: 2,
      loss: 'sgce:q=0.7',
      compare: ['ce'],
      noise: 'symmetric:0.4',
      model: 'linear',
      epochs: 2,
      seed: 1,
      seeds: 1,
      out: 'symloss-run',
    });
    expect(readJson(out, 'model.json')).toMatchObject({
      classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
      columns: Array.from({ length: 64 }, (_, i) => ({ name: `p${i}` })),
      loss: 'sgce:q=0.7',
      temperature,
      settings: main.settings,
    });

    // progress: plain lines, one per run, in the order in which they ended
    const progress = stderr.trimEnd().split('\n');
    expect(progress.map((line) => line.slice(0, 6))).toEqual(['[1/2] ', '[2/2] ']);
    for (const { loss, final, seconds } of runs) {
      const facts =
        `${loss}, seed 1: loss ${final.loss.toPrecision(4)}, test ${percent(final.testAccuracy)}, ` +
        `memorised ${percent(final.memorised)} in ${seconds.toFixed(1)} s`;
      const told = progress.map((line) => line.slice(6).replace(/, [^,]* left$/, ''));
      expect(told).toContain(facts);
    }
    for (const control of ['\r', '\x1b']) expect(stdout + stderr).not.toContain(control);
  });
});

describe('a table of your own', () => {
  test('quotes in names and classes; an id is left out with a notice', async () => {
    const cwd = folder();
    const names = { a: '"ant, red"', b: '"bee ""b"""', c: 'cat' };
    const rows = blobs(60, (kind, i) => `${names[kind]},"n""${i}"`);
    writeLines(cwd, 'my data.csv', ['"width, mm","height ""h""",kind,note', ...rows]);
    const { code, stdout } = await symloss(
      ['train', 'my data.csv', '--label', 'kind', ...quick],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout.split('\n').slice(0, 4)).toEqual([
      'my data.csv: 60 rows, 2 features, 3 classes: "ant, red", "bee \\"b\\"", "cat"',
      'left out as id-like: "note"',
      '43 training, 5 validation and 12 test rows',
      'test accuracy is measured on the labels as given, which may be wrong',
    ]);
    expect(stdout).toContain(' fitted with the estimated noise; ');
    expect([...tableOf(stdout).keys()]).toEqual(['loss', 'sgce:q=0.7']);
    expect(tableOf(stdout).get('sgce:q=0.7')?.[6]).toBe('–'); // nothing is known to be wrong
    expect(readJson(cwd, 'symloss-run', 'model.json')).toMatchObject({
      classes: ['ant, red', 'bee "b"', 'cat'],
      columns: [{ name: 'width, mm' }, { name: 'height "h"' }],
    });
  });

  test('--compare with seeds: the table holds mean and deviation of what metrics.json holds', async () => {
    const cwd = folder();
    const { code, stdout, stderr } = await symloss(
      [
        ...['train', table(cwd), '--label', 'kind', '--noise', 'symmetric:0.3', '--seeds', '2'],
        ...[...quick, '--seed', '5', '--loss', 'mae', '--compare', 'gce:q=0.5,minProb=0,ce'],
      ],
      cwd,
    );
    expect(code).toBe(0);
    const { losses, runs } = readJson<Metrics>(cwd, 'symloss-run', 'metrics.json');
    const [mae = '', gce = '', ce = ''] = losses;
    expect([mae, gce.split(':')[0], ce]).toEqual(['mae', 'gce', 'ce']);
    expect(runs.map(({ loss, seed }) => [loss, seed])).toEqual([
      [mae, 5],
      [mae, 6],
      [gce, 5],
      [gce, 6],
      [ce, 5],
      [ce, 6],
    ]);
    const cell = (a = Number.NaN, b = Number.NaN) => {
      // of two values, the deviation with n − 1 is |a − b|/√2
      const deviation = Math.abs(a - b) / Math.SQRT2;
      return `${(50 * (a + b)).toFixed(1)} ± ${(100 * deviation).toFixed(1)} %`;
    };
    for (const loss of losses) {
      const [first, second] = runs.filter((run) => run.loss === loss).map(({ final }) => final);
      const cells = tableOf(stdout).get(loss);
      expect(cells?.[3]).toBe(cell(first?.testAccuracy, second?.testAccuracy));
      expect(cells?.[6]).toBe(cell(first?.memorised, second?.memorised));
    }
    // the model that validation prefers, the first of equal ones
    const [a, b] = runs.filter((run) => run.loss === mae).map(({ final }) => final);
    const isSecond = (b?.validationAccuracy ?? 0) > (a?.validationAccuracy ?? 0);
    expect(stdout).toContain(`model of mae, seed ${isSecond ? 6 : 5}: `);
    expect(readJson(cwd, 'symloss-run', 'model.json')).toMatchObject({
      settings: { seed: isSecond ? 6 : 5 },
    });
    expect(stderr.trimEnd().split('\n').length).toBe(6);
    // one seed, one noise, whatever the loss
    const shares = runs.map(({ wrongShare }) => wrongShare);
    expect(shares).toEqual([...shares.slice(0, 2), ...shares.slice(0, 2), ...shares.slice(0, 2)]);
  });

  test('--test: a file with fewer classes in another order is measured by name', async () => {
    const cwd = folder();
    table(cwd);
    // c comes first and a is absent; every fifth label is wrong
    const rows = blobs(30, (kind, i) => ((kind === 'b') === i % 5 > 0 ? 'b' : 'c'));
    const turned = rows.reverse().map((row) => {
      const [x, y, kind] = row.split(',');
      return `${kind},text,${y},${x}`;
    });
    writeLines(cwd, 'test.csv', ['kind,extra,y,x', ...turned]);
    const { code, stdout } = await symloss(
      ['train', 'data.csv', '--label', 'kind', '--test', 'test.csv', ...quick, '--epochs', '8'],
      cwd,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('test.csv: 30 rows, 2 features, 2 classes: "b", "c"\n');
    expect(stdout).toContain(
      'warning: 30 of the 30 test rows are the same in every column as rows to train on: what is measured on them was seen before\n',
    );
    expect(stdout).toContain('54 training, 6 validation and 30 test rows\n');
    const predicted = await symloss(['predict', 'symloss-run', 'test.csv'], cwd);
    expect(predicted.code).toBe(0);
    const labels = predicted.stdout
      .split('\n')
      .slice(1, -1)
      .map((line) => line.split(',')[1]);
    const given = turned.map((row) => row.split(',')[0]);
    expect(given[0]).toBe('c');
    const right = labels.filter((label, i) => label === given[i]).length;
    expect(right).toBeGreaterThan(0);
    expect(right).toBeLessThan(30);
    const { runs } = readJson<Metrics>(cwd, 'symloss-run', 'metrics.json');
    expect(runs[0]?.final.testAccuracy).toBe(right / 30);
    expect(tableOf(stdout).get('sgce:q=0.7')?.[3]).toBe(percent(right / 30));
  });

  test('--true-label: the share of wrong labels is known, accuracy is measured on the true ones', async () => {
    const cwd = folder();
    const next = { a: 'b', b: 'c', c: 'a' } as const;
    const rows = blobs(60, (kind, i) => `${kind},${i % 4 === 0 ? next[kind] : kind}`);
    writeLines(cwd, 'data.csv', ['x,y,kind,given', ...rows]);
    const args = ['train', 'data.csv', '--label', 'given', '--true-label', 'kind', ...quick];
    const all = await symloss([...args, '--test-share', '0'], cwd);
    expect(all.code).toBe(0);
    expect(all.stdout.split('\n').slice(1, 4)).toEqual([
      '54 training, 6 validation and 0 test rows',
      '25.0 % of the training and validation labels are wrong',
      expect.stringMatching(
        /^probabilities of .*; calibration error [\d.]+ % on the validation part$/,
      ),
    ]);
    const [run] = readJson<Metrics>(cwd, 'symloss-run', 'metrics.json').runs;
    expect(run?.wrongShare).toBe(0.25);
    expect(tableOf(all.stdout).get('sgce:q=0.7')?.slice(3, 5)).toEqual([
      '–',
      percent(run?.final.memorised),
    ]);
    const tested = await symloss([...args, '--out', 'tested'], cwd);
    expect(tested.stdout).toContain('test accuracy is measured on true labels\n');
  });

  test('--features chooses columns and their order, --ignore leaves some out', async () => {
    const cwd = folder();
    const rows = blobs(60, (kind, i) => `${kind},${i},${60 - i}`);
    writeLines(cwd, 'data.csv', ['x,y,kind,id,rank', ...rows]);
    const args = ['train', 'data.csv', '--label', 'kind', ...quick];
    const chosen = await symloss([...args, '--features', 'y, x', '--out', 'chosen'], cwd);
    expect(chosen.code).toBe(0);
    const columns = (out: string) =>
      readJson<{ columns: { name: string }[] }>(cwd, out, 'model.json').columns.map(
        ({ name }) => name,
      );
    expect(columns('chosen')).toEqual(['y', 'x']);
    const ignored = await symloss([...args, '--ignore', 'id,x', '--out', 'ignored'], cwd);
    expect(ignored.code).toBe(0);
    expect(columns('ignored')).toEqual(['y', 'rank']);
  });

  test('--missing impute keeps rows with a gap, drop leaves them out, of the test file too', async () => {
    const cwd = folder();
    const gaps = blobs(60).map((row, i) => (i % 10 === 3 ? row.replace(/^[^,]*/, 'NA') : row));
    table(cwd, 'data.csv', gaps);
    table(cwd, 'test.csv', gaps.slice(0, 30));
    const args = ['train', 'data.csv', '--label', 'kind', ...quick];
    const kept = await symloss([...args, '--missing', 'impute', '--out', 'kept'], cwd);
    expect(kept.code).toBe(0);
    expect(kept.stdout).toContain('\n6 missing cells in 1 column ("x": 6)\n');
    expect(kept.stdout).toContain('\n43 training, 5 validation and 12 test rows\n');
    const drop = await symloss([...args, '--missing', 'drop', '--test', 'test.csv'], cwd);
    expect(drop.code).toBe(0);
    expect(drop.stdout.split('\n').slice(0, 6)).toEqual([
      'data.csv: 54 rows, 2 features, 3 classes: "a", "b", "c"',
      '6 of 60 rows dropped: a cell is missing',
      'test.csv: 27 rows, 2 features, 3 classes: "a", "b", "c"',
      '3 of 30 rows dropped: a cell is missing',
      'warning: 27 of the 27 test rows are the same in every column as rows to train on: what is measured on them was seen before',
      '49 training, 5 validation and 27 test rows',
    ]);
  });
});

test('copies of rows that are tested on are told, unless they are one group', async () => {
  const cwd = folder();
  const rows = blobs(40).map((row, i) => `${row},${i}`);
  writeLines(cwd, 'copies.csv', ['x,y,kind,origin', ...rows, ...rows, ...rows]);
  const args = ['train', 'copies.csv', '--label', 'kind', ...quick, '--epochs', '1'];
  const told =
    /^warning: 18 of the 24 test rows are the same in every column as rows to train on: .*; remove repeated rows, or keep rows of one origin in one part \(--group\)$/m;
  const mixed = await symloss([...args, '--ignore', 'origin'], cwd);
  expect(mixed.stdout).toMatch(told);
  const apart = await symloss([...args, '--group', 'origin', '--out', 'apart'], cwd);
  expect([apart.code, apart.stdout.includes('warning: ')]).toEqual([0, false]);
});

test('--help and --version go to stdout with code 0', async () => {
  const cwd = folder();
  const help = await symloss(['train', '--help'], cwd);
  expect([help.code, help.stderr]).toEqual([0, '']);
  expect(help.stdout).toContain('Usage: symloss train [options] [data]');
  const { version } = readJson<{ version: string }>(import.meta.dirname, '../../package.json');
  expect(await symloss(['--version'], cwd)).toEqual({
    code: 0,
    stdout: `${version}\n`,
    stderr: '',
  });
  expect(readdirSync(cwd)).toEqual([]);
});
