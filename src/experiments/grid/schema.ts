import { z } from 'zod';
import { dataConfigSchema, optionalShape } from '../../run/config.ts';
import { integer } from '../../run/faults.ts';
import { fields } from '../../run/fields.ts';

const text = z.string().min(1);
const seed = fields.seed.schema;

/** Settings of the training, any of them. */
const someTraining = z.strictObject(optionalShape('training'));

/** A list of names, or of names with settings of their own. */
const noiseEntry = z.union([
  text,
  z.strictObject({ noise: text, name: text.optional(), training: someTraining.optional() }),
]);

const lossEntry = z.union([
  text,
  z.strictObject({
    loss: text,
    /** What filters may call it. */
    name: text.optional(),
    training: someTraining.optional(),
    /** Where the settings come from. */
    source: text.optional(),
  }),
]);

const dataEntry = dataConfigSchema.extend({
  name: text.optional(),
  /** Instead of the grid's models. */
  model: text.optional(),
  models: z.array(text).min(1).optional(),
  /** Instead of the grid's noises. */
  noises: z.array(noiseEntry).min(1).optional(),
  training: someTraining.optional(),
});

/** Many runs: each of the data with each model, noise, loss and seed. */
export const gridSchema = z.strictObject({
  /** Also the name of the folder that the results go to. */
  name: z.string().regex(/^[\w.-]*\w[\w.-]*$/, 'a name of letters, digits, dots, hyphens and _'),
  description: text.optional(),
  /** What it follows: a citation. */
  source: text.optional(),
  /** Files that register losses of your own. */
  modules: z.array(text).min(1).optional(),
  data: z.array(dataEntry).min(1),
  models: z.array(text).min(1).optional(),
  noises: z.array(noiseEntry).min(1).optional(),
  losses: z.array(lossEntry).min(1),
  /** How many, from 1 on, or which. */
  seeds: z.union([integer(1, 1000), z.array(seed).min(1)]),
  training: someTraining.optional(),
});

/** A grid as it is written down; what is left out is its default. */
export type Grid = z.input<typeof gridSchema>;
export type DataEntry = Grid['data'][number];
export type LossEntry = Grid['losses'][number];
export type NoiseEntry = NonNullable<Grid['noises']>[number];
export type SomeTraining = NonNullable<Grid['training']>;

/** The spec of a noise, alone or with settings. */
export const noiseOf = (entry: NoiseEntry): string =>
  typeof entry === 'string' ? entry : entry.noise;

/** The noises of an entry of data: its own, else those of the grid, else labels as they are. */
export const noisesOf = (grid: Grid, { noises }: Partial<DataEntry> = {}): readonly NoiseEntry[] =>
  noises ?? grid.noises ?? [fields.noise.default];

/** The spec of a loss, alone or with settings. */
export const lossOf = (entry: LossEntry): string =>
  typeof entry === 'string' ? entry : entry.loss;

/** The seeds that a grid names, or so many from 1 on. */
export const seedsOf = (seeds: Grid['seeds']): readonly number[] =>
  typeof seeds === 'number' ? Array.from({ length: seeds }, (_, i) => i + 1) : seeds;
