import type { Shape } from '../core/index.ts';
import { stream } from '../core/index.ts';
import type { Augmentation, RowFile } from '../data/index.ts';
import type { Device } from '../runtime/index.ts';
import type { TrainingStep } from './step.ts';

/** Rows of bytes: plain data, since the bytes themselves are shared between threads, or in a file. */
export interface ImageRows {
  readonly source: Uint8Array<SharedArrayBuffer> | RowFile;
  /** [n], which rows of the source. */
  readonly rows: Uint32Array;
}

/** How bytes become the network's numbers. */
export interface Images {
  /** [c, 256]: the standardised value of every byte in each channel. */
  readonly tables: Float32Array;
  /** Of training batches; default: none. */
  readonly augmentation?: Augmentation;
}

/** Labelled rows ready for the network. */
export interface Part {
  /** [n, …] standardised; bytes are standardised when they are read. */
  readonly features: Float32Array | ImageRows;
  /** [n] as given: what is trained on, or validated against. */
  readonly labels: Int32Array;
  /** [n] when known. */
  readonly trueLabels?: Int32Array;
}

export interface Parts {
  readonly train: Part;
  /** Labels as noisy as those of the training part. */
  readonly validation?: Part;
  readonly test?: Part;
  /** Those training rows on which accuracy is measured, where not on all. */
  readonly measured?: Part;
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
  readonly forwardBatchSize: number;
  readonly epochs: number;
  /** One per step. */
  readonly learningRates: Float32Array;
  /** Measure accuracies after every so many epochs, and after the last. */
  readonly evaluateEvery: number;
  readonly seed: number;
  readonly threads: number;
  readonly device?: Device;
  /** How the graphs were lowered, where there was a choice; a checkpoint fits one choice only. */
  readonly lowering?: string;
  /** The settings that it was made from, so that a checkpoint of others can name what differs. */
  readonly settings?: Readonly<Record<string, string | number>>;
}

/** What is known after an epoch; accuracies are shares in [0, 1]. */
export interface EpochMetrics {
  /** From 1. */
  readonly epoch: number;
  /** Mean objective over the epoch's steps. */
  readonly loss: number;
  /** Learning rate of the epoch's last step. */
  readonly learningRate: number;
  /** Against the labels as given, of all training rows or of the sample that is measured. */
  readonly trainAccuracy?: number;
  /** Against the validation part's labels as given. */
  readonly validationAccuracy?: number;
  /** Against the test part's labels: the true ones where known. */
  readonly testAccuracy?: number;
  /** Of these rows with a wrong label, the share for which the model predicts that label. */
  readonly memorised?: number;
  /** For images: the share of the epoch's training time that was spent waiting for batches. */
  readonly waitShare?: number;
  /** Since the start of the run. */
  readonly seconds: number;
}

export interface JobResult {
  /** The trained variables and optimiser state by slot name. */
  readonly values: Readonly<Record<string, Float32Array>>;
  readonly epochs: readonly EpochMetrics[];
  /** Working time of the run before it was resumed. */
  readonly secondsBefore: number;
  /** Scores [n, k] of the trained model, by part. */
  readonly scores: { readonly validation?: Float32Array; readonly test?: Float32Array };
}

/** The first values of a step's slots: each drawn from its own stream, `init/<name>`. */
export function initialValues(step: TrainingStep, seed: number): Job['slots'] {
  return step.slots.map(({ name, shape, initialise }) => ({
    name,
    shape,
    values: initialise(stream(seed, `init/${name}`)),
  }));
}
