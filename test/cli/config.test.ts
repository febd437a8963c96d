import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, readConfig, trainConfigSchema } from '../../src/cli/train-config.ts';
import { optionNames } from '../../src/cli/ui/options.ts';
import { SymlossError } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { folders } from './run.ts';

const folder = folders('config');

test('no setting at all gives the defaults', () => {
  expect(checkConfig({})).toEqual({
    loss: 'auto',
    model: 'auto',
    epochs: 60,
    seeds: 1,
    seed: 1,
    out: 'symloss-run',
  });
});

test('settings are kept as they are, and a whole configuration is its own', () => {
  const whole = {
    source: 'data.csv',
    label: 'kind',
    trueLabel: 'truth',
    annotator: 'who',
    softLabels: 'prob_',
    consensus: 'majority',
    features: ['x', 'y, up'],
    numeric: ['x'],
    categorical: [],
    text: ['t'],
    words: ['s'],
    embed: { note: 'models/tiny' },
    date: ['d'],
    dayFirst: ['e'],
    ignore: [],
    id: ['row'],
    weight: 'w',
    group: 'g',
    columns: { 'a b': 'ignore' },
    embedding: { emb: 'vectors.npy' },
    missing: 'drop',
    imageColumn: 'img',
    imageSize: [32, 48],
    badImages: 'skip',
    labelsFile: 'labels.npy',
    test: 'test.csv',
    testLabelsFile: 'test-labels.npy',
    testEmbedding: { emb: 'test-vectors.npy' },
    testShare: 0,
    validation: 0.25,
    rows: 900,
    loss: 'ce',
    model: 'linear',
    noise: 'symmetric:0.4',
    seed: 0,
    effort: 'thorough',
    epochs: 7,
    batchSize: 64,
    optimizer: 'adamw',
    learningRate: 0.5,
    weightDecay: 0,
    schedule: 'constant',
    warmup: 0.5,
    clipNorm: 2,
    scores: 'batch',
    scoreScale: 4,
    augment: 'crop:2',
    classWeights: 'balanced',
    metric: 'balanced-accuracy',
    ema: 0.9,
    trainingPrecision: 'mixed',
    keep: 'best',
    evaluateEvery: 2,
    measuredRows: 500,
    threads: 2,
    device: 'cuda',
    folder: 'data',
    memoryLimit: 0.5,
    cache: 'cache',
    compare: ['mae', 'gce:q=0.7'],
    seeds: 3,
    jobs: 2,
    checkpointEvery: 5,
    out: 'run',
  };
  expect(checkConfig(whole)).toEqual(whole);
  expect(Object.keys(whole)).toEqual(Object.keys(trainConfigSchema.shape));
});

/** `[[[…]]]`, as JSON.parse gives it. */
const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

const integers = 'expected an integer from 1 to 100000';

describe('messages', () => {
  const settings: [string, unknown, string][] = [
    ['epochs', '3', 'expected an integer from 1 to 100000, received "3"'],
    ['epochs', 1.5, 'expected an integer from 1 to 100000, received 1.5'],
    ['epochs', 0, 'expected an integer from 1 to 100000, received 0'],
    ['epochs', Number.POSITIVE_INFINITY, 'expected an integer from 1 to 100000, received Infinity'],
    ['seeds', 1001, 'expected an integer from 1 to 1000, received 1001'],
    ['epochs', 1_000_000_000, 'expected an integer from 1 to 100000, received 1000000000'],
    ['jobs', 1e9, 'expected an integer from 1 to 1024, received 1000000000'],
    ['seed', -1, 'expected an integer from 0 to 9007199254740991, received -1'],
    [
      'epochs',
      nested(100_000),
      `${integers}, received a value that is nested too deep, or holds itself`,
    ],
    ['epochs', 'x'.repeat(100_000), `${integers}, received "${'x'.repeat(57)}…"`],
    ['testShare', 1, 'expected a number below 1, received 1'],
    ['testShare', -0.1, 'expected a number of at least 0, received -0.1'],
    ['learningRate', 0, 'expected a number above 0, received 0'],
    ['ema', 1, 'expected a number below 1, received 1'],
    ['clipNorm', null, 'expected a number, received null'],
    ['loss', 3, 'expected a text, received 3'],
    ['label', '', 'expected a text that is not empty, received ""'],
    ['features', [], 'expected a list that is not empty, received []'],
    ['features', 'x,y', 'expected a list, received "x,y"'],
    ['missing', 'skip', 'expected one of impute, error, drop, drop-unlabelled, received "skip"'],
    ['scores', 'l1', 'expected one of none, l2, batch, received "l1"'],
  ];

  test.each(settings)('%s, case %#', (key, value, message) => {
    expect(messageOf(() => checkConfig({ [key]: value }, 'run.json'))).toBe(
      `run.json, ${key}: ${message}`,
    );
    expect(messageOf(() => checkConfig({ [key]: value }))).toBe(`${key}: ${message}`);
  });

  test('a place within a list', () => {
    const config = { compare: ['ce', 7] };
    expect(messageOf(() => checkConfig(config, 'run.json'))).toBe(
      'run.json, compare[1]: expected a text, received 7',
    );
    expect(messageOf(() => checkConfig(config))).toBe('compare[1]: expected a text, received 7');
  });

  test('unknown settings are named, the known ones listed', () => {
    const known = Object.keys(trainConfigSchema.shape).join(', ');
    expect(messageOf(() => checkConfig({ epoch: 3, epochs: 3, lr: 1 }, 'run.json'))).toBe(
      `run.json: expected settings among ${known}, received epoch, lr; did you mean epochs?`,
    );
  });

  test.each([
    [null, 'null'],
    [[1], '[1]'],
    ['text', '"text"'],
    [undefined, 'nothing'],
  ])('%j in place of an object', (config, shown) => {
    expect(messageOf(() => checkConfig(config, 'run.json'))).toBe(
      `run.json: expected an object with settings, received ${shown}`,
    );
  });
});

test.each([
  ['label', undefined, '--label'],
  ['trueLabel', '<column>', '--true-label <column>'],
  ['missing', 'impute', '--missing impute'],
  ['folder', undefined, '--data'],
  ['compare[1]', undefined, '--compare'],
  ['source', undefined, 'data'],
  ['featureShape', undefined, 'featureShape'],
])('the command line calls %s, %s: %s', (key, value, name) => {
  expect(optionNames(key, value)).toBe(name);
});

describe('readConfig', () => {
  const written = (content: object) => {
    const file = join(folder(), 'config.json');
    writeFileSync(file, JSON.stringify(content));
    return file;
  };
  const defaults = checkConfig({});

  test('reads what a run wrote', async () => {
    const file = written({ format: 'symloss-train', version: 2, epochs: 3, compare: ['ce'] });
    expect(await readConfig(file)).toEqual({ ...defaults, epochs: 3, compare: ['ce'] });
  });

  test('reads what version 1 wrote, which called two fields otherwise', async () => {
    const file = written({ data: 'a.csv', dataFolder: 'here', label: 'y', seeds: 2 });
    const read = { source: 'a.csv', folder: 'here', label: 'y', seeds: 2 };
    expect(await readConfig(file)).toEqual({ ...defaults, ...read });
  });

  test('refuses a newer version, and the file of another program', async () => {
    const newer = written({ format: 'symloss-train', version: 3, epochs: 3 });
    await expect(readConfig(newer)).rejects.toThrow(
      `${newer}: expected a configuration of symloss train, version 2, received symloss-train, version 3`,
    );
    const other = written({ architectures: ['Bert'] });
    await expect(readConfig(other)).rejects.toThrow('received architectures');
  });

  const deep = (open: string, inner: string, close: string) =>
    `${open.repeat(100_000)}${inner}${close.repeat(100_000)}`;
  const tooDeep = 'received a value that is nested too deep, or holds itself';

  test.each([
    [deep('[', '', ']'), 'expected an object with settings, received'],
    [
      `{"epochs": ${deep('[', '', ']')}}`,
      `epochs: expected an integer from 1 to 100000, ${tooDeep}`,
    ],
    [`{"compare": ${deep('[', '', ']')}}`, `compare[0]: expected a text, ${tooDeep}`],
    [`{"columns": ${deep('{"a":', '1', '}')}}`, 'columns.a: expected one of numeric, '],
    [deep('{"a":', '1', '}'), 'expected settings among '],
  ])('nested 100,000 deep: case %#', async (content, message) => {
    const head = '{"format": "symloss-train", "version": 2, ';
    const file = written({});
    writeFileSync(file, content.replace(/^\{(?=")/, head));
    const received = await readConfig(file).catch((error: unknown) => error);
    expect(received).toBeInstanceOf(SymlossError);
    expect((received as SymlossError).message).toContain(message);
    expect((received as SymlossError).message.length).toBeLessThan(1000);
  });

  test.each([
    [undefined, 'expected a readable configuration file, received no such file'],
    ['', 'expected JSON, received text with a fault (Unexpected end of JSON input)'],
    ['epochs = 3', "expected JSON, received text with a fault (Unexpected token 'e'"],
  ])('the content %j', async (content, message) => {
    const file = join(folder(), 'config.json');
    if (content !== undefined) writeFileSync(file, content);
    const error: unknown = await readConfig(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SymlossError);
    const { message: received, kind, cause } = error as SymlossError;
    expect(received.startsWith(`${file}: ${message}`)).toBe(true);
    expect(kind).toBe('usage');
    expect(cause).toBeInstanceOf(Error);
  });
});
