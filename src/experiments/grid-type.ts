import type { z } from 'zod';
import type { dataConfigSchema, TrainingConfig } from './config.ts';

/** Settings of the training that an entry of a grid gives; the others come from the entries above it. */
export type SomeTraining = { [K in keyof TrainingConfig]?: TrainingConfig[K] | undefined };

/** A noise, or one with settings of its own. */
export type NoiseEntry =
  | string
  | { noise: string; name?: string | undefined; training?: SomeTraining | undefined };

/** A loss, or one with settings of its own. */
export type LossEntry =
  | string
  | {
      loss: string;
      /** What filters may call it. */
      name?: string | undefined;
      training?: SomeTraining | undefined;
      /** Where its parameters are from. */
      source?: string | undefined;
    };

/** Data, with models, noises and settings of their own where they are given. */
export type DataEntry = z.input<typeof dataConfigSchema> & {
  name?: string | undefined;
  model?: string | undefined;
  models?: string[] | undefined;
  noises?: NoiseEntry[] | undefined;
  training?: SomeTraining | undefined;
};

/**
 * A grid as its YAML file says it: every combination of data, models, noises, losses and seeds is a
 * run. Settings of a loss go before those of its noise, these before the data's, these before the grid's.
 */
export interface Grid {
  name: string;
  description?: string | undefined;
  /** The publication that it follows. */
  source?: string | undefined;
  data: DataEntry[];
  models?: string[] | undefined;
  noises?: NoiseEntry[] | undefined;
  losses: LossEntry[];
  /** How many, from 1 on, or which. */
  seeds: number | number[];
  training?: SomeTraining | undefined;
}
