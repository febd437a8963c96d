import {
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobs, folders, quick, symloss, writeLines } from './run.ts';

const folder = folders('outputs');
const cwd = folder();
const rows = blobs(60);
const text = (...path: string[]) => readFileSync(join(...path), 'utf8');

beforeAll(async () => {
  const names = { a: '=1+1', b: '-1', c: '@SUM(A1)' };
  writeLines(cwd, 'formulas.csv', ['x,y,kind', ...blobs(60, (kind) => names[kind])]);
  writeLines(cwd, 'data.csv', ['x,y,kind', ...rows]);
  for (const [data, out] of [
    ['data.csv', 'model'],
    ['formulas.csv', 'formulas'],
  ] as const) {
    const made = await symloss(['train', data, '--label', 'kind', ...quick, '--out', out], cwd);
    if (made.code !== 0) throw new Error(made.stderr);
  }
});

describe('predict', () => {
  const contents = () => [text(cwd, 'data.csv'), text(cwd, 'model', 'model.json')];

  test('never writes over its data or its model, by whatever name', async () => {
    const before = contents();
    linkSync(join(cwd, 'data.csv'), join(cwd, 'hard.csv'));
    const places = [
      'data.csv',
      './data.csv',
      join(cwd, 'data.csv'),
      'model/../data.csv',
      'hard.csv',
    ];
    if (process.platform !== 'win32') {
      symlinkSync('data.csv', join(cwd, 'soft.csv'));
      places.push('soft.csv');
    }
    for (const out of [...places, 'model/model.json', 'model/model.onnx']) {
      const args = ['predict', 'model', 'data.csv', '--out', out, '--overwrite'];
      const { code, stderr } = await symloss(args, cwd);
      expect(stderr).toMatch(
        /^symloss: option --out: expected another file than "[^"]+", which is read, received "[^\n]+\n$/,
      );
      expect(code).toBe(2);
    }
    expect(contents()).toEqual(before);
  });

  test('replaces an earlier file only with --overwrite', async () => {
    writeFileSync(join(cwd, 'notes.csv'), 'mine');
    const args = ['predict', 'model', 'data.csv', '--out', 'notes.csv'];
    expect(await symloss(args, cwd)).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'symloss: notes.csv: expected no such file yet, received an earlier one; choose another with --out, or add --overwrite\n',
    });
    expect(text(cwd, 'notes.csv')).toBe('mine');
    expect((await symloss([...args, '--overwrite'], cwd)).code).toBe(0);
    expect(text(cwd, 'notes.csv')).toMatch(/^row,label,probability\n/);
  });

  test('writes no live formulas, and numbers as they are', async () => {
    const { stdout } = await symloss(['predict', 'formulas', 'formulas.csv', '--probs'], cwd);
    const [heading, ...lines] = parse(stdout) as string[][];
    expect(heading?.slice(3)).toEqual(['prob_-1', 'prob_=1+1', 'prob_@SUM(A1)']);
    expect(new Set(lines.map(([, label]) => label))).toEqual(new Set(["'=1+1", '-1', "'@SUM(A1)"]));
    expect(stdout).not.toMatch(/(^|,)[=@]/m);
  });
});

test('corrupt keeps the labels as they are, and its input whole', async () => {
  const base = ['corrupt', 'formulas.csv', '--label', 'kind', '--noise', 'symmetric:0.2'];
  const { code } = await symloss([...base, '--out', 'noisy.csv'], cwd);
  expect(code).toBe(0);
  expect(text(cwd, 'noisy.csv')).toMatch(/,=1\+1(,|\n)/);
  const before = text(cwd, 'formulas.csv');
  linkSync(join(cwd, 'formulas.csv'), join(cwd, 'same.csv'));
  const over = await symloss([...base, '--out', 'same.csv', '--overwrite'], cwd);
  expect([over.code, over.stderr]).toEqual([
    2,
    'symloss: option --out: expected another file than "formulas.csv", which is read, received "same.csv"\n',
  ]);
  expect(text(cwd, 'formulas.csv')).toBe(before);
});

const grid = (losses: string) => [
  '# my own grid',
  'name: small',
  'data: [{ source: data.csv, label: kind }]',
  'models: [linear]',
  'noises: [none]',
  `losses: [${losses}] # and why`,
  'seeds: 1',
  'training: { epochs: 1 }',
];

describe('bench', () => {
  const make = (losses = 'ce') => {
    const own = folder();
    writeLines(own, 'data.csv', ['x,y,kind', ...rows]);
    writeLines(own, 'grid.yaml', grid(losses));
    return own;
  };
  const bench = (own: string, ...args: string[]) => symloss(['bench', ...args, '--jobs', '1'], own);

  test('in the folder of its grid: the grid stays as it is, also when it is run again', async () => {
    const own = make();
    const before = text(own, 'grid.yaml');
    for (const _ of ['first', 'again']) {
      const { code, stderr } = await bench(own, 'grid.yaml', '--out', '.');
      expect(code, stderr).toBe(0);
      expect(text(own, 'grid.yaml')).toBe(before);
    }
    expect(existsSync(join(own, 'report.html'))).toBe(true);
  });

  test.each(['report.html', 'summary.csv'])(
    'does not replace a %s that was there before any record',
    async (name) => {
      const own = make();
      writeFileSync(join(own, name), 'mine');
      const { code, stderr } = await bench(own, 'grid.yaml', '--out', '.');
      expect(stderr.replaceAll('\\', '/')).toBe(
        `symloss: ${name}: expected no such file yet, received an earlier one; choose another folder with --out, or take it away\n`,
      );
      expect(code).toBe(2);
      expect(text(own, name)).toBe('mine');
      expect(readdirSync(own).sort()).toEqual(['data.csv', 'grid.yaml', name].sort());
    },
  );

  test('goes on in its own folder without a flag; comments that were added to the grid there stay', async () => {
    const own = make();
    expect((await bench(own, 'grid.yaml', '--out', 'results')).code).toBe(0);
    writeLines(own, 'grid.yaml', grid('ce, mae'));
    const more = await bench(own, 'grid.yaml', '--out', 'results');
    expect([more.code, more.stderr.split('\n')[0]]).toEqual([
      0,
      expect.stringMatching(/^\[2\/2\] mae/),
    ]);
    const file = join(own, 'results', 'grid.yaml');
    expect(text(file)).toContain('- mae\n');
    const edited = `${text(file)}# keep this\n`;
    writeFileSync(file, edited);
    expect((await bench(own, 'results/grid.yaml', '--out', 'results')).code).toBe(0);
    expect(text(file)).toBe(edited);
    const other = await bench(own, 'grid.yaml', '--out', 'results');
    expect(other.stderr.replaceAll('\\', '/')).toBe(
      'symloss: results/grid.yaml: expected no such file yet, or one as symloss wrote it, received another one; give it as the grid, choose another folder with --out, or take it away\n',
    );
    expect([other.code, text(file)]).toEqual([2, edited]);
  });

  test('goes on where it was killed before the first record', async () => {
    const own = make();
    expect((await bench(own, 'grid.yaml', '--out', 'results')).code).toBe(0);
    for (const name of readdirSync(join(own, 'results'))) {
      if (name !== 'grid.yaml') rmSync(join(own, 'results', name));
    }
    writeLines(own, 'grid.yaml', grid('mae'));
    expect((await bench(own, 'grid.yaml', '--out', 'results')).code).toBe(0);
  });

  test('does not take the folder of train', async () => {
    const own = make();
    writeLines(own, 'grid.yaml', grid('ce'));
    const before = readdirSync(join(cwd, 'model')).sort();
    const { code, stderr } = await bench(own, 'grid.yaml', '--out', join(cwd, 'model'));
    expect(stderr).toContain('expected a folder of symloss bench, received one of symloss train');
    expect([code, readdirSync(join(cwd, 'model')).sort()]).toEqual([2, before]);
  });

  test('does not write over data of that name', async () => {
    const own = make();
    writeLines(own, 'summary.csv', ['x,y,kind', ...rows]);
    writeLines(
      own,
      'grid.yaml',
      grid('ce').map((line) => line.replace('data.csv', 'summary.csv')),
    );
    const { code, stderr } = await bench(own, 'grid.yaml', '--out', '.');
    expect(stderr).toContain(
      'option --out: expected another file than "summary.csv", which is read',
    );
    expect(code).toBe(2);
  });
});

describe('sweep and tune', () => {
  const own = folder();
  const losses = ['--losses', 'ce', '--noises', 'none', '--model', 'linear', '--epochs', '1'];
  beforeAll(() => {
    writeLines(own, 'data.csv', ['x,y,kind', ...rows]);
    for (const name of ['report.html', 'tuned.yaml', 'trials.json']) {
      mkdirSync(join(own, name[0] as string), { recursive: true });
      writeFileSync(join(own, name[0] as string, name), 'mine');
    }
  });

  test.each([
    ['sweep', ['--parameter', 'weightDecay', '--values', '0,0.1'], 'r', 'report.html'],
    ['tune', ['--trials', '1'], 't', 'tuned.yaml'],
  ])('%s does not replace foreign files', async (name, args, out, file) => {
    const data = ['data.csv', '--label', 'kind', '--seeds', '101,', '--jobs', '1'];
    const { code, stderr } = await symloss([name, ...data, ...losses, ...args, '--out', out], own);
    expect(stderr.replaceAll('\\', '/')).toMatch(
      new RegExp(`^symloss: ${out}/${file}: expected no such file yet`),
    );
    expect([code, text(own, out, file)]).toEqual([2, 'mine']);
  });
});

describe('train', () => {
  test.each(['model.onnx', 'report.html', 'records.jsonl'])(
    'does not replace a foreign %s',
    async (name) => {
      const own = folder();
      writeLines(own, 'data.csv', ['x,y,kind', ...rows]);
      writeFileSync(join(own, name), 'mine');
      const args = ['train', 'data.csv', '--label', 'kind', ...quick, '--out', '.'];
      const { code, stderr } = await symloss(args, own);
      expect(stderr).toBe(
        `symloss: .: expected a folder without an earlier run, received ${name}; choose another with --out, or add --overwrite\n`,
      );
      expect([code, text(own, name)]).toEqual([2, 'mine']);
      expect(readdirSync(own).sort()).toEqual(['data.csv', name].sort());
    },
  );

  test('does not write over the configuration and the data that it reads, not even with --overwrite', async () => {
    const own = folder();
    writeLines(own, 'metrics.json', ['x,y,kind', ...rows]);
    writeLines(own, 'config.json', ['{ "epochs": 1,   "model": "linear" }']);
    const config = text(own, 'config.json');
    for (const args of [
      ['digits', '--config', 'config.json'],
      ['metrics.json', '--label', 'kind'],
    ]) {
      const all = ['train', ...args, ...quick, '--out', '.', '--overwrite'];
      const { code, stderr } = await symloss(all, own);
      expect(stderr).toMatch(
        /^symloss: option --out: expected another file than "[^"]+", which is read, /,
      );
      expect(code).toBe(2);
    }
    expect(text(own, 'config.json')).toBe(config);
    expect(readdirSync(own).sort()).toEqual(['config.json', 'metrics.json']);
  });

  test('says before the training that a folder stands where a file goes', async () => {
    const own = folder();
    mkdirSync(join(own, 'symloss-run', 'records.jsonl'), { recursive: true });
    const { code, stderr } = await symloss(['train', ...quick, '--overwrite'], own);
    expect(stderr.replaceAll('\\', '/')).toBe(
      'symloss: symloss-run/records.jsonl: expected a place to write to, received a folder; choose another place\n',
    );
    expect(code).toBe(1);
  });
});
