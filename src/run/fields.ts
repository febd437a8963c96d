import { z } from 'zod';
import type { Spec } from '../core/index.ts';
import { consensusRules, missingRules } from '../data/formats/reading-rules.ts';
import { columnRoles } from '../data/formats/table/column-role.ts';
import type { Augmentation } from '../data/index.ts';
import { augmentationForms } from '../data/index.ts';
import type { ClassLoss, LossName } from '../losses/index.ts';
import type { Model } from '../nn/index.ts';
import { modelForms, scoreNormalisationNames } from '../nn/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import { noiseForms } from '../noise/index.ts';
import { devices } from '../runtime/portable.ts';
import { keeps } from '../train/job.ts';
import type { Optimizer } from '../train/optimizers/index.ts';
import { optimizerForms } from '../train/optimizers/index.ts';
import type { Schedule } from '../train/schedules/index.ts';
import { scheduleForms } from '../train/schedules/index.ts';
import { efforts } from './auto/plans.ts';
import { integer } from './faults.ts';

/**
 * What a field is about:
 * - `data`: which rows a run learns from, is validated and tested on;
 * - `axis`: what a grid varies: model, noise, loss, seed;
 * - `training`: how the network is trained;
 * - `machine`: where and how fast. It decides nothing about the result but its last bits.
 */
export type Scope = 'data' | 'axis' | 'training' | 'machine';

/** One field of a run. Whatever describes a run, or takes its description, follows from these. */
export interface Field {
  readonly scope: Scope;
  /** Of the value as files and the command line write it: plain data. */
  readonly schema: z.ZodType;
  /** One line for listings, without a full stop. */
  readonly help: string;
  /** What the value is, in the listing of options: `rate`, `rows`. */
  readonly value: string;
  /** Used where nothing is given. */
  readonly default?: string | number;
  /** The default in words, where it depends on other things: `by the number of rows`. */
  readonly otherwise?: string;
  /** What the library takes beside plain data: a function or an object that a spec may stand for. */
  readonly object?: z.ZodType;
  /** The name of its option, where that is not its own name. */
  readonly flag?: string;
  /** Written into the configuration of every run, at its default too, as a part of the run's id. */
  readonly written?: true;
  /** It names a file or folder, data that may be one, or files by names: from a queue only below the worker's folders. */
  readonly path?: true;
  /** Values to try in a sweep that names none. */
  readonly sweep?: readonly (number | string)[];
}

const text = z.string().min(1);
/** A spec, of which the types name what it may begin with. */
const spec = <N extends string>() => text as z.ZodType<Spec<N>, Spec<N>>;
const share = z.number().min(0).lt(1);
const positive = z.number().positive();
const atLeast0 = z.number().min(0);
const count = integer(1);

/** What predictions may be best in: see `ModelParts.classShares`. */
const metrics = ['accuracy', 'balanced-accuracy'] as const;

/** Every epoch leaves a row in records and reports. */
const mostEpochs = 100_000;

/** Of an image, in pixels: beyond it one has gigabytes. */
const side = integer(1, 16_384);

/** The names of a table, for help. */
const listed = (forms: object): string => Object.keys(forms).join(', ');
const rates = Object.entries(optimizerForms).map(
  ([name, form]) => `${form.learningRate} for ${name}`,
);

/** A function or object of the library; plain data cannot be one. */
const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const functionOf = <T>() =>
  z.custom<T>((value) => typeof value === 'function', { error: 'a function' });
const objectWith = <T>(key: string) =>
  z.custom<T>((value) => isObject(value) && !Array.isArray(value) && key in (value as object), {
    error: `an object with ${key}`,
  });

/**
 * All fields of a run, in the order of listings. A new option is a row here, and the code that uses it.
 * The order of keys, their schemas and defaults are part of the format of configurations; a field that is
 * `written` is part of the id of every run.
 */
export const fields = {
  source: {
    scope: 'data',
    schema: text,
    path: true,
    value: 'data',
    help: 'file, folder or name of the data',
  },
  label: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'column of the labels; several with commas between them are those of several annotators',
  },
  trueLabel: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'column of the true labels, to measure against',
  },
  annotator: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'who gave the label of the row, where the rows of one id are labels of one item',
  },
  softLabels: {
    scope: 'data',
    schema: text,
    value: 'prefix',
    help: 'instead of a label: columns with the share of each class, prob_ for prob_cat and prob_dog',
  },
  consensus: {
    scope: 'data',
    schema: z.enum(consensusRules),
    value: 'rule',
    help: 'how the labels of several annotators become one; crowd asks a classifier as well',
    otherwise: 'dawid-skene',
  },
  features: {
    scope: 'data',
    schema: z.array(text).min(1),
    value: 'columns',
    help: 'columns to learn from, separated by commas',
    otherwise: 'all but labels, ids and constant ones',
  },
  numeric: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of numbers, separated by commas',
    otherwise: 'by their cells',
  },
  categorical: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of names or codes',
    otherwise: 'by their cells',
  },
  text: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of texts in a language',
    otherwise: 'by their cells',
  },
  words: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of texts of which only words and pairs of words are counted, no character n-grams',
  },
  embed: {
    scope: 'data',
    schema: z.record(text, text),
    value: 'column=model',
    help: 'make vectors of a column of texts, or of images (image=model), by a pretrained model: its folder or id',
  },
  date: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of dates, times or both',
    otherwise: 'by their cells',
  },
  dayFirst: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns of dates such as 03/04/2024 in which the day comes first',
    otherwise: 'by their cells',
  },
  ignore: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns to leave out, separated by commas',
  },
  id: {
    scope: 'data',
    schema: z.array(text),
    value: 'columns',
    help: 'columns that say which row it is: not learnt from, kept beside predictions',
  },
  weight: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'column of the weights of rows',
    otherwise: 'all weigh the same',
  },
  group: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'column whose equal values are never in two parts of the data',
    otherwise: 'every row by itself',
  },
  columns: {
    scope: 'data',
    schema: z.record(text, z.enum(columnRoles)),
    value: 'file',
    help: `what columns are, in YAML: lines of column: ${columnRoles.join(' | ')}`,
  },
  embedding: {
    scope: 'data',
    schema: z.record(text, text),
    path: true,
    value: 'name=file',
    help: 'column of vectors, one for each row of the table, in a .npy file [n, d]; again for another',
  },
  missing: {
    scope: 'data',
    schema: z.enum(missingRules),
    value: 'rule',
    help: 'missing cells: replaced by the model, an error, or leave the row out; or only the rows without a label',
    otherwise: 'impute',
  },
  imageColumn: {
    scope: 'data',
    schema: text,
    value: 'column',
    help: 'column of the images in a Parquet file',
    otherwise: 'image or img',
  },
  imageSize: {
    scope: 'data',
    schema: z.union([side, z.tuple([side, side])]),
    value: 'size',
    help: 'scale and crop images to 32 × 32 (32) or 32x48',
  },
  badImages: {
    scope: 'data',
    schema: z.enum(['fail', 'skip']),
    value: 'rule',
    help: 'images that cannot be decoded: an error, or left out',
    otherwise: 'fail',
  },
  labelsFile: {
    scope: 'data',
    schema: text,
    path: true,
    value: 'file',
    help: 'labels (.npy, IDX) for a .npy or IDX file',
  },
  test: {
    scope: 'data',
    schema: text,
    path: true,
    value: 'data',
    help: 'data to test on',
    otherwise: 'their own test part, else a share of the rows',
  },
  testLabelsFile: {
    scope: 'data',
    schema: text,
    path: true,
    value: 'file',
    help: 'labels for test data of a .npy or IDX file',
  },
  testEmbedding: {
    scope: 'data',
    schema: z.record(text, text),
    path: true,
    value: 'name=file',
    help: 'the vectors of --embedding for the rows of the test data',
  },
  testShare: {
    scope: 'data',
    schema: share,
    default: 0.2,
    written: true,
    value: 'share',
    help: 'share of the rows to test on, 0 for none',
  },
  validation: {
    scope: 'data',
    schema: share,
    default: 0.1,
    written: true,
    value: 'share',
    help: 'share of the other rows to validate and calibrate on, 0 for none; with the loss auto all are predicted out of fold instead',
  },
  rows: {
    scope: 'data',
    schema: count,
    value: 'count',
    help: 'train on this many rows, the same share of every class',
    otherwise: 'all',
  },
  loss: {
    scope: 'axis',
    schema: spec<LossName | 'auto'>(),
    object: functionOf<ClassLoss>(),
    default: 'auto',
    value: 'spec',
    help: 'loss: auto chooses one for the data; ce, sgce:q=0.7, symmetrize(…); see symloss losses',
  },
  model: {
    scope: 'axis',
    schema: spec<keyof typeof modelForms>(),
    object: objectWith<Model>('network'),
    default: 'auto',
    value: 'spec',
    help: `network: ${listed(modelForms)}; with parameters ${modelForms.mlp.example}`,
  },
  noise: {
    scope: 'axis',
    schema: spec<keyof typeof noiseForms | 'unknown'>(),
    object: objectWith<LabelNoise>('corrupt'),
    default: 'unknown',
    value: 'spec',
    help: `noise to add to labels that are right: ${listed(noiseForms)}; unknown takes labels as they are`,
  },
  seed: {
    scope: 'axis',
    schema: integer(0, Number.MAX_SAFE_INTEGER),
    default: 1,
    value: 'seed',
    help: 'seed of splits, noise, first weights and batches',
  },
  effort: {
    scope: 'training',
    schema: z.enum(efforts),
    value: 'effort',
    help: 'time that the loss auto takes to choose: quick (3 trainings), normal (7) or thorough (19)',
    otherwise: 'normal; quick for images, and beyond 50,000 rows',
  },
  epochs: {
    scope: 'training',
    schema: integer(1, mostEpochs),
    default: 60,
    written: true,
    value: 'count',
    help: 'passes over the data',
  },
  batchSize: {
    scope: 'training',
    schema: count,
    value: 'rows',
    help: 'rows of a step',
    otherwise: '128; below 10,000 training rows 32, or 64 for the model auto on tables',
  },
  optimizer: {
    scope: 'training',
    schema: spec<keyof typeof optimizerForms>(),
    object: objectWith<Optimizer>('update'),
    value: 'spec',
    help: `${listed(optimizerForms)}; with parameters ${optimizerForms.sgd.example}`,
    otherwise: 'adamw for the model auto on tables and few images, else sgd',
  },
  learningRate: {
    scope: 'training',
    schema: positive,
    value: 'rate',
    help: 'learning rate at its highest',
    otherwise: `${rates.join(', ')}; 0.002 for the model auto on tables, unless an optimizer is named, be it adamw`,
    sweep: [0.003, 0.01, 0.03, 0.1, 0.3, 1],
  },
  weightDecay: {
    scope: 'training',
    schema: atLeast0,
    value: 'decay',
    help: 'weight decay',
    otherwise:
      '10 / training rows, from 0.0001 to 0.01, for sgd, 0.01 for adamw; 0.02 for the model auto on tables, unless an optimizer is named, be it adamw',
    sweep: [1e-4, 1e-3, 3e-3, 1e-2, 3e-2, 1e-1],
  },
  schedule: {
    scope: 'training',
    schema: spec<keyof typeof scheduleForms>(),
    object: objectWith<Schedule>('at'),
    default: 'cosine',
    value: 'spec',
    help: `learning rate over the run: ${listed(scheduleForms)}; with parameters ${scheduleForms.step.example}`,
  },
  warmup: {
    scope: 'training',
    schema: atLeast0.max(mostEpochs),
    default: 0,
    value: 'epochs',
    help: 'epochs over which the learning rate rises, may be a fraction',
  },
  clipNorm: {
    scope: 'training',
    schema: positive,
    default: 5,
    value: 'norm',
    help: 'largest norm of the gradient',
  },
  scores: {
    scope: 'training',
    schema: z.enum(scoreNormalisationNames),
    value: 'kind',
    help: 'score normalisation',
    otherwise: 'what the loss needs',
    sweep: scoreNormalisationNames,
  },
  scoreScale: {
    scope: 'training',
    schema: positive,
    default: 1,
    value: 'factor',
    help: 'what normalised scores are multiplied by',
    sweep: [1, 2, 5, 10, 20],
  },
  augment: {
    scope: 'training',
    schema: spec<keyof typeof augmentationForms | 'none'>(),
    object: objectWith<Augmentation>('spec'),
    default: 'none',
    value: 'steps',
    help: `random changes of training images: ${listed(augmentationForms)}; such as crop:4,flip`,
  },
  classWeights: {
    scope: 'training',
    schema: z.enum(['balanced']),
    object: z.custom<readonly number[]>((value) => Array.isArray(value), { error: 'a list' }),
    value: 'rule',
    help: 'balanced: rows weigh the more, the fewer there are of their class',
    otherwise: 'all rows weigh the same',
  },
  metric: {
    scope: 'training',
    schema: z.enum(metrics),
    value: 'metric',
    help: 'what predictions are best in: balanced-accuracy, the mean recall of the classes, predicts rare classes more often',
    default: 'accuracy',
  },
  ema: {
    scope: 'training',
    schema: share,
    value: 'decay',
    help: 'take an exponential moving average of the weights as the model: its decay per step, such as 0.99; 0 for none',
    otherwise: '0',
    sweep: [0, 0.9, 0.99, 0.999],
  },
  trainingPrecision: {
    scope: 'training',
    schema: z.enum(['single', 'mixed']),
    value: 'precision',
    help: 'mixed: compute matrix products and convolutions in float16, on a device that has it',
    otherwise: 'single, float32',
  },
  keep: {
    scope: 'training',
    schema: z.enum(keeps),
    value: 'epoch',
    help: 'epoch whose model is kept: the last, or that of the best accuracy on validation labels',
    otherwise:
      'best with the loss auto, and for the model auto on tables and few images with a validation part; else last',
  },
  evaluateEvery: {
    scope: 'training',
    schema: count,
    default: 1,
    written: true,
    value: 'epochs',
    help: 'measure accuracies after every so many epochs, and after the last',
  },
  measuredRows: {
    scope: 'training',
    schema: count,
    value: 'rows',
    help: 'measure training accuracy on at most so many training rows',
    otherwise: 'all rows of a table, 10,000 images; 2,000 of each fold with the loss auto',
  },
  threads: {
    scope: 'machine',
    schema: integer(1, 1024),
    value: 'count',
    help: 'threads of one run; with the loss auto, trainings at the same time',
    otherwise: '1',
  },
  device: {
    scope: 'machine',
    schema: z.enum(devices),
    default: 'cpu',
    value: 'name',
    help: 'where to train',
  },
  folder: {
    scope: 'machine',
    schema: text,
    path: true,
    value: 'folder',
    flag: 'data',
    help: 'where a data set that is given by name lies',
  },
  memoryLimit: {
    scope: 'machine',
    schema: atLeast0,
    value: 'GiB',
    help: 'larger images and tables stay in a file',
    otherwise: '4',
  },
  cache: {
    scope: 'machine',
    schema: text,
    path: true,
    value: 'folder',
    help: 'where such files go',
    otherwise: '.symloss-cache beside the data',
  },
} as const satisfies Readonly<Record<string, Field>>;

export type FieldName = keyof typeof fields;

export type NamesOf<S extends Scope> = {
  [K in FieldName]: (typeof fields)[K]['scope'] extends S ? K : never;
}[FieldName];

/** The values of fields as plain data. */
export type FieldValues<S extends Scope = Scope> = {
  readonly [K in NamesOf<S>]?: z.output<(typeof fields)[K]['schema']> | undefined;
};

/** The values of fields as the library takes them: plain data, or what a spec stands for. */
export type FieldOptions<S extends Scope = Scope> = {
  readonly [K in NamesOf<S>]?:
    | z.output<(typeof fields)[K]['schema']>
    | ((typeof fields)[K] extends { object: infer O extends z.ZodType } ? z.output<O> : never)
    | undefined;
};

/** The fields of some scopes, in order. */
export function fieldNames<S extends Scope>(...scopes: readonly S[]): NamesOf<S>[] {
  const all = Object.keys(fields) as FieldName[];
  return all.filter((name) => scopes.some((scope) => scope === fields[name].scope)) as NamesOf<S>[];
}
