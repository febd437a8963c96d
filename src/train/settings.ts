import { checkInteger, checkNumber, checkOneOf, SymlossError } from '../core/index.ts';
import type { Augmentation } from '../data/index.ts';
import { parseAugmentation } from '../data/index.ts';
import type { ClassLoss, Penalty, ScoreNormalisation } from '../losses/index.ts';
import { parseLoss } from '../losses/index.ts';
import type { Model } from '../nn/index.ts';
import { parseModel } from '../nn/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import type { Device } from '../runtime/index.ts';
import { devices } from '../runtime/index.ts';
import type { Keep } from './job.ts';
import { keeps } from './job.ts';
import { readNoise } from './noise-files.ts';
import type { Optimizer } from './optimizers.ts';
import { parseOptimizer } from './optimizers.ts';
import type { Schedule } from './schedules.ts';
import { parseSchedule } from './schedules.ts';

/** How to train; everything has a default. Specs are strings, or what they stand for. */
export interface Settings {
  /** Default: `sgce:q=0.7`. */
  readonly loss?: string | ClassLoss;
  /** Default: `mlp:256`. */
  readonly model?: string | Model;
  /** Score normalisation. Default: what the loss needs, `l2` for unhinged, else `none`. */
  readonly scores?: ScoreNormalisation;
  /** What the scores are multiplied by after that, > 0. Default: 1. */
  readonly scoreScale?: number;
  /**
   * Noise to add to the training and validation labels, for experiments: the data's labels are then
   * taken as true. `none` says that they are right as they are. Default: they are taken as they
   * are, with unknown mistakes.
   */
  readonly noise?: string | LabelNoise;
  /** Default: `sgd`, with momentum 0.9. */
  readonly optimizer?: string | Optimizer;
  /** Random changes of training images, such as `crop:4,flip,cutout:8`. Default: `none`. */
  readonly augment?: string | Augmentation;
  /** Default: 0.05 for sgd, 0.001 for adamw. */
  readonly learningRate?: number;
  /**
   * Default: 0.01 for adamw; 10/n for sgd, at least 0.0001 and at most 0.01: a prior of fixed
   * strength against n training rows, which wrong labels need.
   */
  readonly weightDecay?: number;
  /** Default: `cosine`. */
  readonly schedule?: string | Schedule;
  /** Epochs of linear warm-up, may be a fraction. Default: 0. */
  readonly warmup?: number;
  /** Largest norm of the gradient. Default: 5. */
  readonly clipNorm?: number;
  /** Default: 60. */
  readonly epochs?: number;
  /** Default: 128, or 32 below 10,000 training rows; never more than there are rows. */
  readonly batchSize?: number;
  /** Default: 1. */
  readonly seed?: number;
  /** Threads of one operation. Default: 1. */
  readonly threads?: number;
  /** Where the training runs: `cpu`, `webgpu`, `cuda`, `coreml`, `dml`. Default: `cpu`. */
  readonly device?: Device;
  /**
   * The epoch whose model is the result: the last one, or the one of the best validation accuracy (on
   * the labels as given, the first of equal ones), among those that are measured. Default: `last`.
   */
  readonly keep?: Keep;
  /** Measure accuracies after every so many epochs. Default: 1. */
  readonly evaluateEvery?: number;
  /**
   * Measure training accuracy and memorised share on at most so many training rows, the same random
   * ones after every epoch. Default: all rows of a table, 10,000 images.
   */
  readonly measuredRows?: number;
}

/** Settings with their defaults filled in and their specs read. */
export interface ResolvedSettings {
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
  readonly keep: Keep;
  readonly evaluateEvery: number;
  /** Absent: by the kind of the data. */
  readonly measuredRows: number | undefined;
}

/** Below this many training rows, smaller batches give more steps an epoch. */
const smallData = 10_000;

/**
 * Reads the specs and fills in the defaults.
 * @param rows the number of training rows, which some defaults depend on
 * @throws SymlossError naming the first setting that is wrong
 */
export function resolveSettings(settings: Settings, rows: number): ResolvedSettings {
  const loss = resolveLoss(settings.loss ?? 'sgce:q=0.7');
  const { model = 'mlp:256', noise, schedule = 'cosine', optimizer = 'sgd' } = settings;
  const isAdam = (typeof optimizer === 'string' ? optimizer : optimizer.spec).startsWith('adamw');
  const weightDecay = resolveWeightDecay(settings, isAdam, rows);
  const batchSize = settings.batchSize ?? (rows < smallData ? 32 : 128);
  const { augment = 'none', measuredRows } = settings;
  const positive = { min: 0, openMin: true } as const;
  const count = { min: 1 } as const;
  return {
    loss,
    model: typeof model === 'string' ? parseModel(model) : model,
    scores: settings.scores ?? loss.defaultScores,
    scoreScale: checkNumber('score scale', settings.scoreScale ?? 1, positive),
    noise: typeof noise === 'string' ? readNoise(noise) : noise,
    optimizer: typeof optimizer === 'string' ? parseOptimizer(optimizer, weightDecay) : optimizer,
    augment: typeof augment === 'string' ? parseAugmentation(augment) : augment,
    learningRate: checkNumber(
      'learning rate',
      settings.learningRate ?? (isAdam ? 1e-3 : 0.05),
      positive,
    ),
    weightDecay,
    schedule:
      typeof schedule === 'string'
        ? { spec: schedule, at: parseSchedule(schedule) }
        : { spec: 'custom', at: schedule },
    warmup: checkNumber('warmup', settings.warmup ?? 0, { min: 0 }),
    clipNorm: checkNumber('clip norm', settings.clipNorm ?? 5, positive),
    epochs: checkInteger('epochs', settings.epochs ?? 60, count),
    batchSize: Math.min(rows, checkInteger('batch size', batchSize, count)),
    seed: checkInteger('seed', settings.seed ?? 1, { min: 0 }),
    threads: checkInteger('threads', settings.threads ?? 1, { min: 1, max: 1024 }),
    device: checkOneOf('device', settings.device ?? 'cpu', devices),
    keep: checkOneOf('keep', settings.keep ?? 'last', keeps),
    evaluateEvery: checkInteger('evaluateEvery', settings.evaluateEvery ?? 1, count),
    measuredRows:
      measuredRows === undefined ? undefined : checkInteger('measuredRows', measuredRows, count),
  };
}

/** Checks settings before any data are read. @throws SymlossError naming the first that is wrong */
export function checkSettings(settings: Settings): void {
  resolveSettings(settings, 1);
}

/** The settings as plain data, for files and listings. */
export function describeSettings(s: ResolvedSettings): Record<string, string | number> {
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
    keep: s.keep,
  };
}

function resolveWeightDecay(
  { optimizer, weightDecay }: Settings,
  isAdam: boolean,
  rows: number,
): number | undefined {
  if (optimizer !== undefined && typeof optimizer !== 'string') {
    if (weightDecay === undefined) return undefined;
    throw new SymlossError('weight decay', 'the one in the optimizer object', String(weightDecay), {
      hint: 'give it to the optimizer, or name the optimizer by its spec',
    });
  }
  const decay = weightDecay ?? (isAdam ? 0.01 : sgdWeightDecay(rows));
  return checkNumber('weight decay', decay, { min: 0 });
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
