import { specName } from '../../core/index.ts';
import type { ModelForm } from '../../nn/index.ts';
import { modelForms } from '../../nn/index.ts';
import { fields } from '../../run/fields.ts';
import { defaultBatchSize } from '../../run/resolve.ts';
import type { DataEntry, Grid, LossEntry, NoiseEntry, SomeTraining } from './schema.ts';
import { noisesOf } from './schema.ts';

/** A forward pass costs about a third of a step. */
const forwardShare = 1 / 3;

/** No step is faster than this, however few rows it has. */
const leastStep = 0.3; // milliseconds

/** Compiling, calibrating and writing, per run. */
const overhead = 0.5; // seconds

/** Training accuracy is measured on this many images at most. */
const measuredRows = 10_000;

interface Size {
  /** Rows without the test part. */
  readonly rows: number;
  readonly test: number;
  readonly channels: 1 | 3;
  /** Of one side. */
  readonly pixels: number;
}

const grey = { channels: 1, pixels: 28 } as const;
const coloured = { channels: 3, pixels: 32 } as const;

/** Rows of data that are known by name; the digits are split by `testShare`. */
const sizes: Readonly<Record<string, Size>> = {
  digits: { rows: 1_437, test: 360, channels: 1, pixels: 8 },
  mnist: { rows: 60_000, test: 10_000, ...grey },
  'fashion-mnist': { rows: 60_000, test: 10_000, ...grey },
  cifar10: { rows: 50_000, test: 10_000, ...coloured },
  cifar10n: { rows: 50_000, test: 10_000, ...coloured },
  cifar100: { rows: 50_000, test: 10_000, ...coloured },
  'webvision-mini': { rows: 66_000, test: 2_500, channels: 3, pixels: 224 },
};

/** What data of unknown size are taken for. */
const unknownSize: Size = { rows: 50_000, test: 10_000, ...coloured };

const sizeOf = (source: string): Size | undefined =>
  Object.hasOwn(sizes, source) ? sizes[source] : undefined;

/** Rows to train and validate on of data that are known by name, `undefined` for others. */
export function knownRows(source: string): number | undefined {
  return sizeOf(source)?.rows;
}

/**
 * The seconds that a grid takes on two cores, roughly: a factor of two either way, for known data and
 * networks.
 */
export function estimateSeconds(grid: Grid): number {
  let total = 0;
  const seeds = typeof grid.seeds === 'number' ? grid.seeds : grid.seeds.length;
  for (const data of grid.data) {
    for (const model of modelsOf(grid, data)) {
      for (const noise of noisesOf(grid, data)) {
        for (const loss of grid.losses) {
          const training = trainingOf(grid, data, noise, loss);
          total += seeds * runSeconds(data, model, training);
        }
      }
    }
  }
  return total;
}

/** The models of an entry: its own, else those of the grid. */
export function modelsOf(grid: Grid, { model, models }: DataEntry): readonly string[] {
  return model === undefined ? (models ?? grid.models ?? []) : [model];
}

function trainingOf(grid: Grid, data: DataEntry, noise: NoiseEntry, loss: LossEntry): SomeTraining {
  const own = (entry: NoiseEntry | LossEntry) => (typeof entry === 'string' ? {} : entry.training);
  return { ...grid.training, ...data.training, ...own(noise), ...own(loss) };
}

function runSeconds(entry: DataEntry, model: string, training: SomeTraining): number {
  const size = sizeOf(entry.source) ?? unknownSize;
  const { rows: most, test } = size;
  const { validation = fields.validation.default } = entry;
  const rows = Math.min(entry.rows ?? Number.POSITIVE_INFINITY, most * (1 - validation));
  const {
    epochs = fields.epochs.default,
    batchSize = defaultBatchSize(rows),
    evaluateEvery = 1,
  } = training;
  const step = stepCost(model, size);
  const steps = Math.ceil(rows / batchSize) * Math.max(leastStep, (step * batchSize) / 128);
  const seen = Math.min(rows, measuredRows) + rows * validation + test;
  const evaluation = (step * forwardShare * seen) / 128;
  return overhead + (epochs * (steps + evaluation / evaluateEvery)) / 1000;
}

/** Milliseconds of 128 rows; an unknown model counts as the eight-layer network. */
function stepCost(model: string, { channels, pixels }: Size): number {
  const name = specName(model);
  const forms: Readonly<Record<string, ModelForm>> = modelForms;
  const { images, cost } = Object.hasOwn(forms, name)
    ? (forms[name] as ModelForm)
    : modelForms.cnn8;
  return (cost.milliseconds * pixels ** 2 * (images ? 1 : channels)) / cost.size;
}
