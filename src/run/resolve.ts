import { z } from 'zod';
import { field, SymlossError } from '../core/index.ts';
import type { Augmentation } from '../data/index.ts';
import { parseAugmentation } from '../data/index.ts';
import type { ClassLoss, Penalty, ScoreNormalisation } from '../losses/index.ts';
import { parseLoss } from '../losses/index.ts';
import type { Model } from '../nn/index.ts';
import { parseModel } from '../nn/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { Device } from '../runtime/index.ts';
import type { Optimizer } from '../train/optimizers.ts';
import { parseOptimizer } from '../train/optimizers.ts';
import type { Schedule } from '../train/schedules.ts';
import { parseSchedule } from '../train/schedules.ts';
import { parsed } from './faults.ts';
import type { Field, FieldOptions } from './fields.ts';
import { fields, namesOf } from './fields.ts';
import { readNoise } from './noise-files.ts';

/**
 * How to train; everything has a default, see `fields`. Specs are texts, or what they stand for: a loss
 * as a function from scores to the loss value of each class, a model, a noise, an optimizer, a schedule.
 */
export type Settings = FieldOptions<'axis' | 'training'> &
  Pick<FieldOptions<'machine'>, 'threads' | 'device'>;

/** Settings with their defaults filled in and their specs read. */
export interface Resolved {
  readonly loss: {
    readonly spec: string;
    readonly classLoss: ClassLoss;
    readonly penalties: readonly Penalty[];
  };
  readonly model: Model;
  readonly scores: ScoreNormalisation;
  readonly scoreScale: number;
  readonly noise: LabelNoise | undefined;
  readonly optimizer: Optimizer;
  readonly augment: Augmentation;
  readonly learningRate: number;
  /** Absent where an optimiser object carries its own. */
  readonly weightDecay: number | undefined;
  readonly schedule: { readonly spec: string; readonly at: Schedule };
  readonly warmup: number;
  readonly clipNorm: number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly seed: number;
  readonly threads: number;
  readonly device: Device;
  readonly evaluateEvery: number;
  /** Absent: by the kind of the data. */
  readonly measuredRows: number | undefined;
}

/** Below this many training rows, smaller batches give more steps an epoch. */
const smallData = 10_000;

/** Rows of a step, by the number of training rows. */
export const defaultBatchSize = (rows: number): number => (rows < smallData ? 32 : 128);

/**
 * Reads the specs and fills in the defaults, those that depend on the data included. The values are
 * taken as checked by the schemas of their fields.
 * @param rows the number of training rows
 * @throws SymlossError naming the first spec that is wrong
 */
export function resolve(settings: Settings, rows: number): Resolved {
  const get = <K extends keyof Settings & DefaultName>(name: K) =>
    (settings[name] ?? fields[name].default) as NonNullable<Settings[K]>;
  const [loss, model, noise] = [get('loss'), get('model'), get('noise')];
  const [optimizer, augment] = [get('optimizer'), get('augment')];
  const schedule = get('schedule');
  const isAdam = (typeof optimizer === 'string' ? optimizer : optimizer.spec).startsWith('adamw');
  const weightDecay = resolveWeightDecay(settings, isAdam, rows);
  const resolvedLoss = resolveLoss(loss);
  return {
    loss: resolvedLoss,
    model: typeof model === 'string' ? parseModel(model) : model,
    scores: settings.scores ?? resolvedLoss.defaultScores,
    scoreScale: get('scoreScale'),
    noise: noise === 'unknown' ? undefined : typeof noise === 'string' ? readNoise(noise) : noise,
    optimizer: typeof optimizer === 'string' ? parseOptimizer(optimizer, weightDecay) : optimizer,
    augment: typeof augment === 'string' ? parseAugmentation(augment) : augment,
    learningRate: settings.learningRate ?? (isAdam ? 1e-3 : 0.05),
    weightDecay,
    schedule:
      typeof schedule === 'string'
        ? { spec: schedule, at: parseSchedule(schedule) }
        : { spec: 'custom', at: schedule },
    warmup: get('warmup'),
    clipNorm: get('clipNorm'),
    epochs: get('epochs'),
    batchSize: Math.min(rows, settings.batchSize ?? defaultBatchSize(rows)),
    seed: get('seed'),
    threads: settings.threads ?? 1,
    device: get('device'),
    evaluateEvery: get('evaluateEvery'),
    measuredRows: settings.measuredRows,
  };
}

type DefaultName = {
  [K in keyof typeof fields]: (typeof fields)[K] extends { default: unknown } ? K : never;
}[keyof typeof fields];

/** Checks settings before any data are read. @throws SymlossError naming the first that is wrong */
export function checkSettings(settings: Settings): void {
  parsed(settingsSchema, settings);
  resolve(settings, 1);
}

/** What `Settings` may be, in plain JavaScript too. */
export const settingsSchema = z.strictObject(librarySettings());

/** Schemas of the fields, those of specs with what they stand for. */
function librarySettings() {
  const names = [...namesOf('axis', 'training'), 'threads', 'device'] as const;
  return Object.fromEntries(
    names.map((name) => {
      const one: Field = fields[name];
      const schema = one.object === undefined ? one.schema : z.union([one.schema, one.object]);
      return [name, schema.optional()];
    }),
  );
}

/** The settings as plain data, for files and listings. */
export function describeSettings(s: Resolved): Record<string, string | number> {
  return {
    loss: s.loss.spec,
    model: s.model.spec,
    scores: s.scores,
    scoreScale: s.scoreScale,
    noise: s.noise?.spec ?? 'unknown',
    optimizer: s.optimizer.spec,
    augment: s.augment.spec,
    learningRate: s.learningRate,
    ...(s.weightDecay !== undefined && { weightDecay: s.weightDecay }),
    schedule: s.schedule.spec,
    warmup: s.warmup,
    clipNorm: s.clipNorm,
    epochs: s.epochs,
    batchSize: s.batchSize,
    seed: s.seed,
    threads: s.threads,
    device: s.device,
  };
}

function resolveWeightDecay(
  { optimizer, weightDecay }: Settings,
  isAdam: boolean,
  rows: number,
): number | undefined {
  if (optimizer !== undefined && typeof optimizer !== 'string') {
    if (weightDecay === undefined) return undefined;
    throw new SymlossError(field('weightDecay'), 'the one in the optimizer', `${weightDecay}`, {
      hint: 'give it to the optimizer, or name the optimizer by its spec',
    });
  }
  return weightDecay ?? (isAdam ? 0.01 : sgdWeightDecay(rows));
}

/** Two significant digits, so that listings stay readable. */
function sgdWeightDecay(rows: number): number {
  return Number(Math.min(0.01, Math.max(1e-4, 10 / rows)).toPrecision(2));
}

function resolveLoss(loss: string | ClassLoss) {
  return typeof loss === 'string'
    ? parseLoss(loss)
    : { spec: 'custom', classLoss: loss, penalties: [], defaultScores: 'none' as const };
}
