import type { LabelledDifference } from '../experiments/results/aggregate.ts';
import type { Spread } from '../experiments/results/statistics.ts';

export type { Spread };

/**
 * What the page's charts are drawn from, as embedded JSON: written by `summary.ts`, read by the
 * scripts in `client/`, so this file holds types only. Shares are in [0, 1].
 */
export interface PageData {
  /** What a chart holds fixed: a data set and a network. */
  readonly tasks: readonly string[];
  readonly noises: readonly NoiseLevel[];
  /** The lines: losses, or a loss with the settings that tell its lines apart. */
  readonly series: readonly string[];
  readonly cells: readonly Cell[];
  readonly sweeps: readonly Sweep[];
  /** What test accuracies and memorised shares are of: see `keptOf`. */
  readonly kept: 'last epoch' | 'kept model';
}

export interface NoiseLevel {
  /** `symmetric:0.4` */
  readonly spec: string;
  /** The spec without its rate: `symmetric`; levels of one kind share an axis. */
  readonly kind: string;
  /** Nominal rate; 0 for `none`, absent for labels that bring their own noise. */
  readonly rate?: number;
  /** Mean share of wrong labels among training and validation rows, where there is no rate. */
  readonly realised?: number;
}

/** The runs that differ only in their seed. */
export interface Cell {
  /** Indices in `tasks`, `noises` and `series`. */
  readonly task: number;
  readonly noise: number;
  readonly series: number;
  /** Runs that ended, runs that diverged, and runs that failed otherwise. */
  readonly done: number;
  readonly diverged: number;
  readonly failed: number;
  /** Its models are averages of networks, and its curves means over them. */
  readonly isAverage?: true;
  /** And the share of the largest class. */
  readonly values: { readonly [Q in Quantity | 'majority']?: Spread };
  readonly curves: { readonly [Q in CurveQuantity]?: Curve };
  /** Mean time of a run, in seconds. */
  readonly seconds?: number;
  /** Marks and comparisons of the test accuracy, as in `ResultRow`. */
  readonly isBest: boolean;
  readonly isBestBaseline: boolean;
  readonly againstCe?: LabelledDifference;
  readonly againstBaseline?: LabelledDifference;
}

/** Test accuracy of the model that is kept and after the epoch chosen on noisy labels; mean recall of the classes; memorised share. */
export type Quantity = 'last' | 'chosen' | 'balanced' | 'memorised';
export type CurveQuantity = 'test' | 'memorised';

/** Columns of equal length. */
export interface Curve {
  readonly epoch: readonly number[];
  readonly n: readonly number[];
  readonly mean: readonly number[];
  readonly std: readonly (number | null)[];
}

/** Lines that differ in one number only. */
export interface Sweep {
  readonly task: number;
  /** `gce: q` */
  readonly label: string;
  readonly parameter: string;
  readonly points: readonly { readonly value: number; readonly series: number }[];
}
