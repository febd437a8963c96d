import type { Shape } from '../core/index.ts';
import { stream } from '../core/index.ts';
import type { Augmentation, RowFile } from '../data/index.ts';
import type { SparseRows, StoredRows } from '../features/index.ts';
import type { Precision } from '../graph/index.ts';
import type { Device } from '../runtime/portable.ts';
import type { EpochMetrics } from './epoch-metrics.ts';
import type { Slot } from './slot.ts';
import type { TrainingStep } from './step.ts';

/** Which epoch's network a run ends with. */
export const keeps = ['last', 'best'] as const;
export type Keep = (typeof keeps)[number];

/** Rows of bytes: plain data, since the bytes themselves are shared between threads, or in a file. */
export interface ImageRows {
  readonly source: Uint8Array | RowFile;
  /** [n], which rows of the source. */
  readonly rows: Uint32Array;
}

/** How bytes become the network's numbers. */
export interface Images {
  /** [c, 256], the standardised value of every byte in each channel. */
  readonly tables: Float32Array;
  /** Of training batches; default: none. */
  readonly augmentation?: Augmentation;
}

/** Labelled rows ready for the network. */
export interface Part {
  /** [n, …], encoded rows of a table, or standardised numbers; bytes are standardised when they are read. */
  readonly features: Float32Array | SparseRows | ImageRows | StoredRows;
  /** [n] as given: what is trained on, or validated against. */
  readonly labels: Int32Array;
  /** [n] when known. */
  readonly trueLabels?: Int32Array;
  /** [n, k], soft labels to train on instead of `labels`. */
  readonly targets?: Float32Array;
}

/** Whether features are rows of a table in a file. */
export function isStoredRows(features: Part['features']): features is StoredRows {
  return 'stored' in features;
}

/** Whether features are rows of bytes. */
export function isImageRows(features: Part['features']): features is ImageRows {
  return 'source' in features;
}

export interface Parts {
  readonly train: Part;
  /** Labels as noisy as those of the training part. */
  readonly validation?: Part;
  readonly test?: Part;
  /** Those training rows on which accuracy is measured, where not on all. */
  readonly measured?: Part;
  /** Rows that the network is applied to for each report; their labels mean nothing. */
  readonly probe?: Part;
}

/**
 * One run as plain data, so that it can be handed to another thread: the compiled graphs, the
 * first values, the rows and the settings.
 */
export interface Job {
  readonly stepModel: Uint8Array;
  readonly forwardModel: Uint8Array;
  readonly slots: readonly {
    readonly name: string;
    readonly shape: Shape;
    readonly role: Slot['role'];
    readonly averages?: Slot['averages'];
    readonly values: Float32Array;
  }[];
  readonly uniforms: TrainingStep['uniforms'];
  readonly parts: Parts;
  /** Where the parts are bytes. */
  readonly images?: Images;
  /** Weights of the training rows. */
  readonly weights?: Float32Array;
  readonly featureShape: Shape;
  readonly k: number;
  readonly batchSize: number;
  /** Views of each row that a step takes, two for some losses: rows are read, and images augmented, that many times. Default: 1. */
  readonly views?: 1 | 2;
  readonly forwardBatchSize: number;
  readonly epochs: number;
  /** One per step. */
  readonly learningRates: Float32Array;
  /** Measure accuracies after every so many epochs, and after the last. */
  readonly evaluateEvery: number;
  /** Whether `JobResult.trainingProbs` are kept: all training rows are measured then. */
  readonly trainingProbs?: boolean;
  /** Whether `JobResult.rowMemory` is kept. */
  readonly rowMemory?: boolean;
  /** The epoch whose network is the result: the last one, or that of the best validation accuracy. */
  readonly keep?: Keep;
  readonly seed: number;
  readonly threads: number;
  readonly device?: Device;
  /** Of the step. Default: `single`. */
  readonly precision?: Precision;
  /** How the graphs were lowered, where there was a choice; a checkpoint fits one choice only. */
  readonly lowering?: string;
  /** The settings that it was made from, so that a checkpoint of others can name what differs. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

export interface JobResult {
  /** The variables of the trained network by slot name, of the epoch that was kept. */
  readonly values: Readonly<Record<string, Float32Array>>;
  /** The epoch that was kept. */
  readonly kept: number;
  /** Whether the run was told to stop before its last epoch. */
  readonly stopped: boolean;
  readonly epochs: readonly EpochMetrics[];
  /** Working time of the run before it was resumed. */
  readonly secondsBefore: number;
  /** [n, k], of the training rows while they are trained on: the mean over the epochs that were measured. */
  readonly trainingProbs?: Float32Array | undefined;
  /** [n, m], what a loss with a memory remembers of the training rows after the last step, whichever epoch is kept. */
  readonly rowMemory?: Float32Array | undefined;
  /** On a device other than the CPU: why the state of the training was copied from and to it at every step, where it was. */
  readonly stateCopied?: string;
  /** Scores [n, k] of the trained model, by part. */
  readonly scores: { readonly validation?: Float32Array; readonly test?: Float32Array };
}

/** What has to be compared before a job trusts its device: a key. */
export function checkOf({ device = 'cpu', precision = 'single' }: Job): string {
  return `${device} ${precision}`;
}

/** The first values of a step's slots: each drawn from its own stream, `init/<name>`. */
export function initialValues(step: TrainingStep, seed: number): Job['slots'] {
  return step.slots.map(({ name, shape, role, averages, initialise }) => ({
    ...{ name, shape, role },
    ...(averages !== undefined && { averages }),
    values: initialise(stream(seed, `init/${name}`)),
  }));
}
