import type { DataConfig, TrainingConfig } from './config.ts';

/** Settings of the training that an entry of a grid gives; the others come from the entries above it. */
export type GridTraining = Readonly<Partial<TrainingConfig>>;

/** A loss, or one with settings of its own. */
export interface GridLoss {
  readonly loss: string;
  /** What readers of the file call it. */
  readonly name?: string | undefined;
  readonly training?: GridTraining | undefined;
  /** Where its parameters are from. */
  readonly source?: string | undefined;
}

/** Data, with models, noises and settings of their own where they are given. */
export type GridData = Readonly<Partial<DataConfig>> &
  Pick<DataConfig, 'source'> & {
    readonly name?: string | undefined;
    readonly model?: string | undefined;
    readonly models?: readonly string[] | undefined;
    readonly training?: GridTraining | undefined;
    readonly noises?: readonly string[] | undefined;
  };

/**
 * A grid as its YAML file says it: every combination of data, models, noises, losses and seeds is a
 * run. `grid.training` gives way to the data's `training`, and that to the loss's.
 */
export interface Grid {
  readonly name: string;
  readonly description?: string | undefined;
  /** The publication that it follows. */
  readonly source?: string | undefined;
  readonly data: readonly GridData[];
  readonly models?: readonly string[] | undefined;
  readonly noises?: readonly string[] | undefined;
  readonly losses: readonly (string | GridLoss)[];
  /** How many, from 1, or which. */
  readonly seeds: number | readonly number[];
  readonly training: GridTraining;
}
