import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { blobs, folders, quick, symloss, writeLines } from './run.ts';

const folder = folders('errors');
const cwd = folder();
const rows = blobs(60);
const header = 'x,y,kind';
const inputs: Readonly<Record<string, readonly string[]>> = {
  'good.csv': [header, ...rows],
  'header.csv': [header],
  'one-class.csv': [header, ...blobs(30, () => 'a')],
  'ragged.csv': [header, ...rows.slice(0, 3), '1,2', ...rows.slice(4)],
  'text.csv': [header, ...rows.slice(0, 5), '1,many,a', ...rows.slice(6)],
  'gap.csv': [header, ...rows.slice(0, 8), '1,,a', ...rows.slice(9)],
  'no-label.csv': [header, ...rows.slice(0, 8), '1,2,', ...rows.slice(9)],
  'id.csv': [`${header},id`, ...rows.map((row, i) => `${row},n${i}`)],
  'other.csv': [header, ...rows.slice(0, 8), '1,2,d', ...rows.slice(9)],
  'narrow.csv': ['x,kind', ...rows.map((row) => row.replace(/,[^,]*/, ''))],
  'not.json': ['{"epochs": 3,'],
  'unknown.json': ['{"epoch": 3}'],
  'type.json': ['{"epochs": "3"}'],
  'range.json': ['{"testShare": 1.5}'],
  'effort.json': ['{"effort": "thorough"}'],
  file: ['not a folder'],
};

beforeAll(() => {
  for (const [name, lines] of Object.entries(inputs)) writeLines(cwd, name, lines);
  writeFileSync(join(cwd, 'empty.csv'), '');
});

interface Case {
  readonly name: string;
  readonly args: string;
  /** What the message names as its place. */
  readonly place: string;
  /** What else it must say: what is wrong, and what to do. */
  readonly says: readonly string[];
  readonly code?: number;
}

const train = (file: string, more = '') => `train ${file} --label kind ${quick.join(' ')} ${more}`;

const dataCases: readonly Case[] = [
  {
    name: 'a missing file',
    args: train('nowhere.csv'),
    place: 'nowhere.csv',
    says: ['expected a CSV file, received no such file'],
  },
  {
    name: 'an empty file',
    args: train('empty.csv'),
    place: 'empty.csv',
    says: ['expected a header line and rows, received an empty file'],
  },
  {
    name: 'a header without rows',
    args: train('header.csv'),
    place: 'header.csv',
    says: ['expected rows below the header'],
  },
  {
    name: 'a label column that is not there',
    args: train('good.csv', '--label Kin'),
    place: 'good.csv, label column',
    says: ['"x", "y", "kind"', 'received "Kin"', 'did you mean "kind"?'],
  },
  {
    name: 'no label',
    args: 'train good.csv',
    place: 'option --label',
    says: [
      'expected the column of the labels, received nothing',
      'name it with --label: one of "x", "y", "kind"',
    ],
  },
  {
    name: 'several losses',
    args: train('good.csv', '--loss ce,gce:q=0.5,minProb=0.1'),
    place: 'option --loss',
    says: ['expected one loss, received ce,gce:q=0.5,minProb=0.1', 'name the others in --compare'],
  },
  {
    name: 'an address',
    args: train('https://example.com/good.csv'),
    place: 'https://example.com/good.csv',
    says: ['expected a file or folder of this machine, received an address; download it first'],
  },
  {
    name: 'one class',
    args: train('one-class.csv'),
    place: 'one-class.csv, column "kind"',
    says: ['expected at least 2 classes, received only "a" in 30 rows'],
  },
  {
    name: 'a ragged row',
    args: train('ragged.csv'),
    place: 'ragged.csv, row 4 (counting data rows from 1)',
    says: ['expected 3 fields as in the header', 'received 2', 'correct the row'],
  },
  {
    name: 'text among numbers',
    args: train('text.csv', '--missing error'),
    place: 'text.csv, row 6 (counting data rows from 1), column "y"',
    says: ['received a missing cell', '--missing drop'],
  },
  {
    name: 'a missing cell',
    args: train('gap.csv', '--missing error'),
    place: 'gap.csv, row 9 (counting data rows from 1), column "y"',
    says: ['a missing cell', '--missing drop'],
  },
  {
    name: 'a missing label, though features may be missing',
    args: train('no-label.csv', '--missing impute'),
    place: 'no-label.csv, row 9 (counting data rows from 1), column "kind"',
    says: ['expected a label', 'drop such rows (--missing drop-unlabelled)'],
  },
  {
    name: 'a label column that is an id',
    args: train('id.csv', '--label id'),
    place: 'id.csv, column "id"',
    says: ['60 different values in 60 rows', 'is it an id?'],
  },
  {
    name: 'a feature that is not there',
    args: train('good.csv', '--features x,z'),
    place: 'good.csv, feature column',
    says: ['received "z"'],
  },
  {
    name: 'a column to ignore that is not there',
    args: train('good.csv', '--ignore kinds'),
    place: 'good.csv, column to ignore',
    says: ['did you mean "kind"?'],
  },
  {
    name: 'the label as true label',
    args: train('good.csv', '--true-label kind'),
    place: 'good.csv, true-label column',
    says: ['another column than the label'],
  },
  {
    name: 'a class of the test file that was not trained on',
    args: train('good.csv', '--test other.csv'),
    place: 'other.csv, classes',
    says: ['one of the 3 classes of the training data', 'received "d"', 'train on rows of every'],
  },
  {
    name: 'a test file without a feature',
    args: train('good.csv', '--test narrow.csv'),
    place: 'narrow.csv',
    says: ['expected the column "y" of the training data, received "x", "kind"'],
  },
];

const settingCases: readonly Case[] = [
  {
    name: 'an unknown loss',
    args: train('good.csv', '--loss cee'),
    place: 'loss',
    says: ['one of ce, mae, gce', 'received "cee"'],
  },
  {
    name: 'a parameter out of range',
    args: train('good.csv', '--compare gce:q=3'),
    place: 'loss gce, q',
    says: ['a number in (0, 1], received 3'],
  },
  {
    name: 'a loss trained twice',
    args: train('good.csv', '--loss sgce:0.7 --compare ce,sgce:q=0.70'),
    place: 'losses',
    says: ['expected each once, received sgce:q=0.7 twice', '--compare'],
  },
  {
    name: 'an unknown noise',
    args: train('good.csv', '--noise pears:0.3'),
    place: 'noise',
    says: ['one of none, unknown, symmetric', 'received "pears"'],
  },
  {
    name: 'noise on labels whose truth is known',
    args: 'train id.csv --label kind --true-label id --noise symmetric:0.3',
    place: 'option --noise',
    says: ['received symmetric:0.3', 'leave out the noise, or the true labels'],
  },
  {
    name: 'an unknown model',
    args: train('good.csv', '--model resnet'),
    place: 'model',
    says: [
      'one of auto, linear, mlp, cnn4, cnn8, resnet18, resnet34, resnet50, received "resnet"',
      'did you mean "resnet18"?',
    ],
  },
  {
    name: 'an unknown augmentation',
    args: train('good.csv', '--augment rotate'),
    place: 'augment',
    says: ['expected one of none, crop, flip, cutout, received "rotate"', 'e.g. crop:4,flip'],
  },
  {
    name: 'an augmentation of a table',
    args: train('good.csv', '--augment flip'),
    place: 'augment',
    says: ['expected none for data that are not images of bytes, received flip'],
  },
  {
    name: 'an unknown optimizer',
    args: train('good.csv', '--optimizer lion'),
    place: 'optimizer',
    says: ['one of sgd, adamw', 'received "lion"'],
  },
  {
    name: 'a share out of range',
    args: train('good.csv', '--test-share 1'),
    place: 'option --test-share',
    says: ['expected a number below 1, received 1'],
  },
  {
    name: 'a share to test on beside data to test on',
    args: train('good.csv', '--test good.csv --test-share 0.3'),
    place: 'option --test-share',
    says: ['expected nothing beside --test, received 0.3', 'the rows to test on are those data'],
  },
  {
    name: 'an effort for a loss that is named',
    args: train('good.csv', '--compare ce --effort quick'),
    place: 'option --effort',
    says: ['expected the loss auto, which it is for, received sgce:q=0.7', 'set --loss auto'],
  },
  {
    name: 'an effort in a configuration, for a loss that is named',
    args: train('good.csv', '--config effort.json'),
    place: 'option --effort',
    says: ['expected the loss auto, which it is for, received sgce:q=0.7', 'leave it out'],
  },
  {
    name: 'an effort of an audit by a loss that is named',
    args: 'audit good.csv --label kind --effort quick',
    place: 'option --effort',
    says: ['expected the loss auto, which it is for, received sgce:q=0.7', 'set --loss auto'],
  },
  ...['label', 'true-label', 'test'].map((option) => ({
    name: `--${option} without data`,
    args: `train --${option} x`,
    place: `option --${option}`,
    says: ['expected a data file before it', 'symloss train data.csv --label <column>'],
  })),
];

const fileCases: readonly Case[] = [
  {
    name: 'a configuration that is not there',
    args: 'train --config nowhere.json',
    place: 'nowhere.json',
    says: ['expected a readable configuration file', 'no such file', 'give the config.json'],
  },
  {
    name: 'a configuration that is not JSON',
    args: 'train --config not.json',
    place: 'not.json',
    says: ['expected JSON, received text with a fault ('],
  },
  {
    name: 'an unknown setting',
    args: 'train --config unknown.json',
    place: 'unknown.json',
    says: ['settings among source, label, trueLabel', 'received epoch'],
  },
  {
    name: 'a setting of the wrong type',
    args: 'train --config type.json',
    place: 'type.json, epochs',
    says: ['expected an integer from 1 to 100000, received "3"'],
  },
  {
    name: 'a setting out of range, though an option mends it',
    args: 'train --config range.json --test-share 0.2',
    place: 'range.json, testShare',
    says: ['expected a number below 1, received 1.5'],
  },
  {
    name: 'a folder below a file',
    args: train('good.csv', '--out file/below'),
    place: 'file/below',
    says: [
      'expected a place to write to',
      'received a place below a file;',
      'choose another place',
    ],
    code: 1,
  },
  {
    name: 'a file in place of the folder',
    args: train('good.csv', '--out file'),
    place: 'file',
    says: [
      'expected a place to write to',
      'received something of that name that is already there;',
      'choose another place',
    ],
    code: 1,
  },
];

describe.each([
  { about: 'data', cases: dataCases },
  { about: 'settings', cases: settingCases },
  { about: 'files', cases: fileCases },
])('$about', ({ cases }) => {
  test.concurrent.each(cases)('$name', async ({ args, place, says, code = 2 }) => {
    const out = args.includes('--out') ? [] : ['--out', `run${args.replace(/\W+/g, '-')}`];
    const result = await symloss([...args.trim().split(/ +/), ...out], cwd);
    expect(result.stderr).toMatch(/^symloss: [^\n]+\n$/);
    expect(result.stderr.slice('symloss: '.length)).toSatisfy((line: string) =>
      line.startsWith(`${place}: expected `),
    );
    for (const part of says) expect(result.stderr).toContain(part);
    expect(result.code).toBe(code);
    expect(result.stdout).not.toContain('training, '); // nothing was trained
  });

  test('nothing is written, not even an empty folder', () => {
    expect(readdirSync(cwd).sort()).toEqual(['empty.csv', ...Object.keys(inputs)].sort());
    expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('not a folder\n');
  });
});

describe('options that the program does not know', () => {
  const help = 'see symloss train --help';
  test.concurrent.each([
    [
      'train --epochs x',
      `option '--epochs <count>' argument 'x' is invalid. Expected a number; ${help}`,
    ],
    ['train --epochs', `option '--epochs <count>' argument missing; ${help}`],
    ['train --overwrit', "unknown option '--overwrit'; did you mean --overwrite?"],
    ['train --gpu', `unknown option '--gpu'; ${help}`],
    [
      'train --scores l1',
      `option '--scores <kind>' argument 'l1' is invalid. Allowed choices are none, l2, batch; ${help}`,
    ],
    [
      'train a.csv b.csv',
      `too many arguments for 'train'. Expected 1 argument but got 2; several files are read as one by a pattern in quotes: "parts/*.csv"`,
    ],
    [
      'bench a.yaml b.yaml',
      `too many arguments for 'bench'. Expected 1 argument but got 2; see symloss bench --help`,
    ],
    ['predict model', "missing required argument 'data'; see symloss predict --help"],
    ['predict train d --format x', "unknown option '--format'; see symloss predict --help"],
    ['trian', "unknown command 'trian'; did you mean train?"],
    ['xyzzy', "unknown command 'xyzzy'; see symloss --help, symloss train --help"],
    ['datasets --help', "unknown command 'datasets'; see symloss --help, symloss train --help"],
    ['help trian', "unknown command 'trian'; did you mean train?"],
    ['queue stats --help', "unknown command 'stats'; did you mean status?"],
  ])('symloss %s', async (args, message) => {
    expect(await symloss(args.split(' '), cwd)).toEqual({
      code: 2,
      stdout: '',
      stderr: `symloss: ${message}\n`,
    });
  });

  test('no command at all shows the help', async () => {
    const { code, stdout, stderr } = await symloss([], cwd);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^Usage: symloss \[options\] \[command\]\n/);
  });
});

describe('--debug shows where an error comes from', () => {
  test.concurrent.each([
    ['--debug train nowhere.csv --label kind --out debug1', 'SymlossError', 2],
    ['train nowhere.csv --label kind --out debug2 --debug', 'SymlossError', 2],
    ['train --epochs x --debug', 'CommanderError', 2],
    ['train --out file/below --debug', 'SymlossError', 1],
  ])('symloss %s', async (args, name, code) => {
    const result = await symloss(args.split(' '), cwd);
    expect(result.code).toBe(code);
    const [message, second, third] = result.stderr.split('\n');
    expect(message).toMatch(/^symloss: /);
    expect(second).toMatch(new RegExp(`^${name}: `));
    expect(third).toMatch(/^ {4}at .*\.js:\d+:\d+\)$/);
    const caused = /\ncaused by: Error: EN\w+: .*\n$/.test(result.stderr);
    expect(caused).toBe(name === 'SymlossError');
  });
});
