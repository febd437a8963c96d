import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkConfig, optionName, readConfig, trainConfigSchema } from '../../src/cli/config.ts';
import { SymlossError } from '../../src/core/index.ts';
import { messageOf } from '../messages.ts';
import { folders } from './run.ts';

const folder = folders('config');

test('no setting at all gives the defaults', () => {
  expect(checkConfig({})).toEqual({
    testShare: 0.2,
    validation: 0.1,
    loss: 'sgce:q=0.7',
    model: 'mlp:256',
    epochs: 60,
    seeds: 1,
    seed: 1,
    threads: 1,
    out: 'symloss-run',
  });
});

test('settings are kept as they are, and a whole configuration is its own', () => {
  const whole = {
    data: 'data.csv',
    label: 'kind',
    trueLabel: 'truth',
    features: ['x', 'y, up'],
    ignore: [],
    missing: 'drop',
    dataFolder: 'data',
    imageColumn: 'img',
    imageSize: [32, 48],
    badImages: 'skip',
    labelsFile: 'labels.npy',
    memoryLimit: 0.5,
    cache: 'cache',
    test: 'test.csv',
    testLabelsFile: 'test-labels.npy',
    testShare: 0,
    validation: 0.25,
    noise: 'symmetric:0.4',
    loss: 'ce',
    compare: ['mae', 'gce:q=0.7'],
    model: 'linear',
    scores: 'batch',
    scoreScale: 4,
    optimizer: 'adamw',
    augment: 'crop:2',
    learningRate: 0.5,
    weightDecay: 0,
    schedule: 'constant',
    warmup: 0.5,
    clipNorm: 2,
    epochs: 7,
    batchSize: 64,
    seeds: 3,
    seed: 0,
    jobs: 2,
    threads: 2,
    device: 'cuda',
    checkpointEvery: 5,
    out: 'run',
  };
  expect(checkConfig(whole)).toEqual(whole);
  expect(Object.keys(whole)).toEqual(Object.keys(trainConfigSchema.shape));
});

describe('messages', () => {
  const settings: [string, unknown, string][] = [
    ['epochs', '3', 'expected a number, received "3"'],
    ['epochs', 1.5, 'expected an integer, received 1.5'],
    ['epochs', 0, 'expected a number of at least 1, received 0'],
    ['epochs', Number.POSITIVE_INFINITY, 'expected a number, received Infinity'],
    ['seeds', 1001, 'expected a number of at most 1000, received 1001'],
    ['testShare', 1, 'expected a number below 1, received 1'],
    ['testShare', -0.1, 'expected a number of at least 0, received -0.1'],
    ['learningRate', 0, 'expected a number above 0, received 0'],
    ['clipNorm', null, 'expected a number, received null'],
    ['loss', 3, 'expected a text, received 3'],
    ['label', '', 'expected a text that is not empty, received ""'],
    ['features', [], 'expected a list that is not empty, received []'],
    ['features', 'x,y', 'expected a list of texts, received "x,y"'],
    ['missing', 'skip', 'expected one of error, mean, drop, received "skip"'],
    ['scores', 'l1', 'expected one of none, l2, batch, received "l1"'],
  ];

  test.each(settings)('%s %j', (key, value, message) => {
    expect(messageOf(() => checkConfig({ [key]: value }, 'run.json'))).toBe(
      `run.json, ${key}: ${message}`,
    );
    expect(messageOf(() => checkConfig({ [key]: value }))).toBe(`${optionName(key)}: ${message}`);
  });

  test('a place within a list', () => {
    const config = { compare: ['ce', 7] };
    expect(messageOf(() => checkConfig(config, 'run.json'))).toBe(
      'run.json, compare, 1: expected a text, received 7',
    );
    expect(messageOf(() => checkConfig(config))).toBe(
      'option --compare: expected a text, received 7',
    );
  });

  test('unknown settings are named, the known ones listed', () => {
    const known = Object.keys(trainConfigSchema.shape).join(', ');
    expect(messageOf(() => checkConfig({ epoch: 3, epochs: 3, lr: 1 }, 'run.json'))).toBe(
      `run.json: expected settings among ${known}, received epoch, lr`,
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
  ['label', 'option --label'],
  ['trueLabel', 'option --true-label'],
  ['clipNorm', 'option --clip-norm'],
  ['data', 'data file'],
])('%s is named %s', (key, name) => {
  expect(optionName(key)).toBe(name);
});

describe('readConfig', () => {
  test('reads what a run wrote', async () => {
    const file = join(folder(), 'config.json');
    writeFileSync(file, '{"epochs": 3, "compare": ["ce"]}\n');
    expect(await readConfig(file)).toEqual({ epochs: 3, compare: ['ce'] });
  });

  test.each([
    [undefined, 'expected a readable configuration file, received ENOENT: no such file'],
    ['', 'expected JSON, received text with a fault (Unexpected end of JSON input)'],
    ['epochs = 3', "expected JSON, received text with a fault (Unexpected token 'e')"],
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
