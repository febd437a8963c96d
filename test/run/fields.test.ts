import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { describe, expect, expectTypeOf, onTestFinished, test } from 'vitest';
import { stringify } from 'yaml';
import { trainConfigSchema } from '../../src/cli/train-config.ts';
import { addFields, fieldOption, fieldsOf } from '../../src/cli/ui/options.ts';
import { gridSchema } from '../../src/experiments/index.ts';
import { digits, train } from '../../src/index.ts';
import { checkSettings } from '../../src/run/check-settings.ts';
import { dataConfigSchema, trainingConfigSchema } from '../../src/run/config.ts';
import type { Field, FieldName, Scope } from '../../src/run/fields.ts';
import { fieldNames, fields } from '../../src/run/fields.ts';
import type { Settings } from '../../src/run/resolve.ts';
import { settingsSchema } from '../../src/run/resolve.ts';
import { messageOf } from '../messages.ts';

const names = Object.keys(fields) as FieldName[];
const rows = names.map((name) => [name, fields[name] as Field] as const);

/** A value that each field takes. */
const values: { readonly [K in FieldName]: unknown } = {
  source: 'a.csv',
  label: 'kind',
  trueLabel: 'truth',
  annotator: 'worker',
  softLabels: 'prob_',
  consensus: 'majority',
  features: ['x', 'y'],
  numeric: ['x'],
  categorical: ['c'],
  text: ['t'],
  words: ['u'],
  embed: { t: 'folder/model' },
  date: ['d'],
  dayFirst: ['e'],
  ignore: ['id'],
  id: ['name'],
  weight: 'w',
  group: 'g',
  columns: { x: 'numeric', 'a b': 'ignore' },
  embedding: { emb: 'a=b.npy', 'f g': 'c.npy' },
  missing: 'impute',
  imageColumn: 'img',
  imageSize: [32, 48],
  badImages: 'skip',
  labelsFile: 'labels.npy',
  test: 'test.csv',
  testLabelsFile: 'test.npy',
  testEmbedding: { emb: 'test.npy' },
  testShare: 0.25,
  validation: 0.15,
  rows: 500,
  loss: 'ce',
  model: 'linear',
  noise: 'pair:0.2',
  seed: 7,
  effort: 'quick',
  epochs: 3,
  batchSize: 16,
  optimizer: 'adamw',
  learningRate: 0.01,
  weightDecay: 0.1,
  schedule: 'constant',
  warmup: 0.5,
  clipNorm: 2,
  scores: 'l2',
  scoreScale: 3,
  augment: 'flip',
  classWeights: 'balanced',
  metric: 'balanced-accuracy',
  ema: 0.99,
  trainingPrecision: 'mixed',
  keep: 'best',
  evaluateEvery: 2,
  measuredRows: 100,
  threads: 2,
  device: 'cpu',
  folder: 'data',
  memoryLimit: 0.5,
  cache: 'cache',
};

describe.each(rows)('%s', (name, field) => {
  test('takes its default and the values to sweep, and has one line of help', () => {
    const { schema, sweep = [], help, otherwise = 'x' } = field;
    const known = [...(field.default === undefined ? [] : [field.default]), ...sweep];
    for (const value of [...known, values[name]]) expect(schema.parse(value)).toEqual(value);
    for (const text of [help, otherwise]) expect(text).toMatch(/^\S([^\n]*[^.\s])?$/);
  });

  test('has an option that reads its value', () => {
    if (name === 'source') return; // an argument
    const command = addFields(new Command(), [field.scope]);
    const { long = '' } = fieldOption(name);
    const value = values[name];
    command.parse(
      textsOf(name).flatMap((text) => [long, text]),
      { from: 'user' },
    );
    expect(fieldsOf(command.opts())).toEqual({ [name]: value });
  });
});

/** A value as the command line takes it; several texts where its option is given several times. */
function textsOf(name: FieldName): string[] {
  const value = values[name];
  if (name === 'imageSize') return ['32x48'];
  if (name === 'columns') return [columnsFile(value)];
  if (name !== 'embed' && name !== 'embedding' && name !== 'testEmbedding') return [String(value)];
  return Object.entries(value as Record<string, string>).map(([key, file]) => `${key}=${file}`);
}

function columnsFile(value: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'symloss-columns-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'columns.yaml');
  writeFileSync(file, stringify(value));
  return file;
}

const given = (...scopes: Scope[]) =>
  Object.fromEntries(fieldNames(...scopes).map((name) => [name, values[name]]));

test('a configuration, a grid and the library take every field of their scopes', () => {
  expect(trainConfigSchema.parse(values)).toMatchObject(values);
  expect(dataConfigSchema.parse(given('data'))).toEqual(given('data'));
  expect(trainingConfigSchema.parse(given('training'))).toEqual(given('training'));
  const { loss, model, noise } = fields;
  const grid = {
    name: 'all',
    data: [{ ...given('data'), training: given('training'), folder: 'data' }],
    models: [model.default],
    noises: [{ noise: noise.default, training: given('training') }],
    losses: [{ loss: loss.default, training: given('training') }],
    seeds: 1,
    training: given('training'),
  };
  expect(gridSchema.parse(grid)).toEqual({ ...grid, data: [{ ...grid.data[0] }] });
  const settings = given('axis', 'training');
  expect(settingsSchema.parse(settings)).toEqual(settings);
});

describe('settings in plain JavaScript', () => {
  const refused = (settings: object) => messageOf(() => checkSettings(settings));

  test('name what is unknown, and what may have been meant', () => {
    const known = [...fieldNames('axis', 'training'), 'threads', 'device'].join(', ');
    expect(refused({ zz: 0.1 })).toBe(`options: expected settings among ${known}, received zz`);
    expect(refused({ lr: 0.1 })).toContain('received lr; did you mean learningRate?');
    expect(refused({ epoch: 3 })).toContain('received epoch; did you mean epochs?');
  });

  test.each([
    [{ epochs: 1.5 }, 'epochs: expected an integer from 1 to 100000, received 1.5'],
    [{ learningRate: 0 }, 'learningRate: expected a number above 0, received 0'],
    [{ scores: 'l1' }, 'scores: expected one of none, l2, batch, received "l1"'],
    [{ loss: 'cee' }, 'loss: expected one of '],
    [{ optimizer: 'sdg' }, 'optimizer: expected one of sgd, adamw, received "sdg"'],
    [{ device: 'gpu' }, 'device: expected one of cpu, '],
  ])('%j', (settings, message) => {
    expect(refused(settings)).toContain(message);
  });

  test('their types name what specs begin with, so that editors suggest it, and take any text', () => {
    type Named<K extends keyof Settings, N extends string> = Extract<NonNullable<Settings[K]>, N>;
    expectTypeOf<Named<'loss', 'auto' | 'sgce' | 'js'>>().toEqualTypeOf<'auto' | 'sgce' | 'js'>();
    expectTypeOf<Named<'loss', 'nce+rce' | 'sgcee'>>().toEqualTypeOf<'nce+rce'>();
    expectTypeOf<Named<'model', 'mlp' | 'cnn'>>().toEqualTypeOf<'mlp'>();
    expectTypeOf<Named<'noise', 'unknown' | 'pair'>>().toEqualTypeOf<'unknown' | 'pair'>();
    expectTypeOf<Named<'optimizer', 'adamw'>>().toEqualTypeOf<'adamw'>();
    expectTypeOf<Named<'augment', 'none' | 'crop'>>().toEqualTypeOf<'none' | 'crop'>();
    expectTypeOf<'sgce:q=0.4' | 'my-loss'>().toExtend<NonNullable<Settings['loss']>>();
  });

  test('take functions and objects in place of specs', () => {
    expect(() =>
      checkSettings({ loss: (scores) => scores, schedule: { spec: 'flat', at: () => 1 } }),
    ).not.toThrow();
    expect(() => checkSettings({ classWeights: [1, 0.5] })).not.toThrow();
    expect(refused({ classWeights: 'even' })).toMatch(
      /^classWeights: expected .*balanced.*, received "even"$/,
    );
    expect(refused({ loss: 3 })).toBe('loss: expected a text or a function, received 3');
  });
});

test('a network that cannot be trained is refused before its weights are drawn', async () => {
  await expect(train({ data: await digits(), model: 'mlp:65536,65536,65536' })).rejects.toThrow(
    /^model: expected a network of at most 536870912 numbers, those of the optimizer included, received \d+; take/,
  );
});

test('a run of too many steps is refused', async () => {
  await expect(
    train({ data: await digits(), loss: 'ce', epochs: 100_000, batchSize: 1 }),
  ).rejects.toThrow('epochs: expected at most 50000000 steps in all, received 129400000 steps');
});
