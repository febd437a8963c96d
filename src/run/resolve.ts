import { z } from 'zod';
import { field, SymlossError } from '../core/index.ts';
import type { Augmentation } from '../data/index.ts';
import { parseAugmentation } from '../data/index.ts';
import { checkedLoss } from '../losses/class-loss.ts';
import type { BatchTerm, ClassLoss, Penalty, RowMemory, TwoViewLoss } from '../losses/index.ts';
import { parseLoss } from '../losses/index.ts';
import type { DataSize, Model, ScoreNormalisation } from '../nn/index.ts';
import { parseModel } from '../nn/index.ts';
import type { LabelNoise } from '../noise/index.ts';
import { parseNoise } from '../noise/index.ts';
import type { Keep } from '../train/job.ts';
import type { ResolvedOptimizer } from '../train/optimizers/index.ts';
import { resolveOptimizer } from '../train/optimizers/index.ts';
import type { Schedule } from '../train/schedules/index.ts';
import { parseSchedule } from '../train/schedules/index.ts';
import type { Field, FieldOptions } from './fields.ts';
import { fieldNames, fields } from './fields.ts';
import { autoLoss } from './loss-spec.ts';

/**
 * How to train; everything has a default, see `fields`. Specs are texts, or what they stand for: a loss
 * as a function from scores to the loss value of each class, a model, a noise, an optimizer, a schedule.
 */
export type Settings = FieldOptions<'axis' | 'training'> &
  Pick<FieldOptions<'machine'>, 'threads' | 'device'>;

const settingNames = [...fieldNames('axis', 'training'), 'threads', 'device'] as const;

type SettingName = (typeof settingNames)[number];

/** Every setting as its schema has it; `undefined` where there is no default that is the same for all. */
type Plain = {
  readonly [K in SettingName]: (typeof fields)[K] extends { default: unknown }
    ? z.output<(typeof fields)[K]['schema']>
    : z.output<(typeof fields)[K]['schema']> | undefined;
};

/** Settings whose specs were read, or whose defaults depend on others. */
interface Read extends ResolvedOptimizer {
  readonly loss: {
    readonly spec: string;
    readonly classLoss: ClassLoss;
    readonly penalties: readonly Penalty[];
    readonly batchTerms: readonly BatchTerm[];
    readonly memory?: RowMemory | undefined;
    readonly views?: TwoViewLoss | undefined;
  };
  readonly model: Model;
  readonly noise: LabelNoise;
  readonly schedule: Schedule;
  readonly augment: Augmentation;
  readonly scores: ScoreNormalisation;
  readonly keep: Keep;
  readonly batchSize: number;
  readonly threads: number;
}

/** Settings with their defaults filled in and their specs read. */
export type Resolved = Omit<Plain, keyof Read> & Read;

/** Below this many training rows, smaller batches give more steps an epoch. */
const smallData = 10_000;

/** Rows of a step, by the number of training rows. */
export const defaultBatchSize = (rows: number): number => (rows < smallData ? 32 : 128);

/** What defaults depend on. */
export interface TrainingSize extends DataSize {
  /** Whether there are rows to validate on. */
  readonly hasValidation: boolean;
}

/**
 * Reads the specs and fills in the defaults, those that depend on the data included. The values are
 * taken as checked by the schemas of their fields.
 * @param readNoise reads a spec of noise. Default: those that name no file
 * @throws SymlossError naming the first spec that is wrong, or a warm-up that does not end
 */
export function resolve(
  settings: Settings,
  size: TrainingSize,
  readNoise: (spec: string) => LabelNoise = (spec) => parseNoise(spec),
): Resolved {
  const given = Object.fromEntries(
    settingNames.map((name) => [name, settings[name] ?? (fields[name] as Field).default]),
  ) as Omit<Plain, SpecName> & { readonly [K in SpecName]: SpecOf<Settings[K]> };
  checkWarmup(given);
  const { rows, hasValidation } = size;
  const loss = resolveLoss(given.loss);
  const asked = read(given.model, parseModel);
  const model = asked.sized?.(size) ?? asked;
  const own = model.training;
  return {
    ...given,
    loss,
    model,
    noise: read(given.noise, readNoise),
    ...resolveOptimizer(settings.optimizer ?? own?.optimizer ?? defaultOptimizer, {
      ...(settings.optimizer === undefined && own),
      ...givenOf(settings, ['learningRate', 'weightDecay']),
      rows,
    }),
    keep: given.keep ?? (hasValidation ? own?.keep : undefined) ?? 'last',
    schedule: read(given.schedule, parseSchedule),
    augment: read(given.augment, parseAugmentation),
    scores: given.scores ?? loss.defaultScores,
    batchSize: Math.min(rows, given.batchSize ?? own?.batchSize ?? defaultBatchSize(rows)),
    threads: given.threads ?? 1,
  };
}

function checkWarmup({ warmup, epochs }: Pick<Plain, 'warmup' | 'epochs'>): void {
  if (warmup <= epochs) return;
  const expected = `at most the ${epochs} epochs of the run`;
  throw new SymlossError(field('warmup'), expected, String(warmup), {
    hint: `the learning rate would never get to ${field('learningRate')}`,
  });
}

/** Where neither run nor model says another. */
const defaultOptimizer = 'sgd';

/** Those of some settings that are given. */
function givenOf<K extends keyof Settings>(settings: Settings, names: readonly K[]) {
  const entries = names.flatMap((name) =>
    settings[name] === undefined ? [] : [[name, settings[name]] as const],
  );
  return Object.fromEntries(entries) as Partial<Pick<Settings, K>>;
}

/** Settings that are specs, or what these stand for. */
type SpecName = 'loss' | 'model' | 'noise' | 'optimizer' | 'schedule' | 'augment';

/** A spec of any text, or what it stands for. */
type SpecOf<S> = string | Exclude<NonNullable<S>, string>;

/** What a spec stands for, or the object itself. */
function read<T extends object>(given: string | T, parse: (text: string) => T): T {
  return typeof given === 'string' ? parse(given) : given;
}

/** @param loss `auto` stands for those of its family, whose settings are checked alike */
function resolveLoss(loss: string | ClassLoss) {
  if (loss === autoLoss) return { ...parseLoss('ce'), spec: autoLoss };
  return typeof loss === 'string'
    ? parseLoss(loss)
    : {
        spec: 'custom',
        classLoss: checkedLoss(loss),
        penalties: [],
        batchTerms: [],
        defaultScores: 'none' as const,
      };
}

/** Schemas of the settings as the library takes them: specs, or what they stand for. */
export const settingsShape = Object.fromEntries(
  settingNames.map((name) => {
    const { schema, object }: Field = fields[name];
    return [name, (object === undefined ? schema : z.union([schema, object])).optional()];
  }),
);

/** What `Settings` may be, in plain JavaScript too. */
export const settingsSchema = z.strictObject(settingsShape);

/** The settings as plain data, for files and listings; those that are not known yet are left out. */
export function describeSettings(resolved: Resolved): Record<string, string | number> {
  const entries = settingNames.flatMap((name): [string, string | number][] => {
    const value = resolved[name];
    if (value === undefined) return [];
    if (typeof value !== 'object') return [[name, value]];
    return [[name, 'spec' in value ? value.spec : String(value)]]; // weights of classes: 1,2,0.5
  });
  return Object.fromEntries(entries);
}
