/// <reference lib="esnext.disposable" preserve="true" />
import type { Calibration } from '../calibration/index.ts';
import type { Dataset } from '../data/index.ts';
import type { RecordOf } from '../data/record-of.ts';
import type {
  ModelDescription,
  ModelEvaluation,
  ModelFiles,
  Predictions,
  Predictor,
  RawRows,
  RecordValue,
} from '../model/index.ts';
import { disposedModel, filesOf } from '../model/index.ts';
import type { EpochMetrics } from '../train/epoch-metrics.ts';
import type { RowSplit } from '../train/row-split.ts';
import type { AutoDecision } from './auto/decision.ts';
import type { RunEvaluation } from './evaluation.ts';
import type { Platform } from './platform.ts';

/** What was measured over a run. */
export interface RunMetrics {
  readonly epochs: readonly EpochMetrics[];
  /** The last epoch's measurements. */
  readonly final: EpochMetrics;
  /** The epoch that the model is of, from 1: `epochs[kept - 1]` measured it. */
  readonly kept: number;
  /** Whether `onEpoch` stopped the run before its last epoch. */
  readonly stopped: boolean;
  /** What was measured of the model itself: the epoch that was kept, with the test accuracy of the mean where it is one of several networks, and of what is predicted for balanced accuracy. */
  readonly model: EpochMetrics;
  readonly calibration: Calibration;
  /** On a device other than the CPU: why the state of the training was copied from and to it at every step, where it was. */
  readonly stateCopied?: string;
  /** How the loss was chosen, where it was. */
  readonly auto?: AutoDecision;
  /** The model on the test part, or on the validation part where there is no test part; absent without either. */
  readonly evaluation?: RunEvaluation;
  readonly rows: {
    readonly train: number;
    readonly validation: number;
    readonly test: number;
    /** Training rows that accuracy was measured on, where not on all. */
    readonly measured?: number;
  };
  /** Share of wrong labels among training and validation rows, where the true ones are known. */
  readonly wrongShare?: number;
  /** Wall time of the whole run, in seconds; of a resumed one with the training time before. */
  readonly seconds: number;
}

/** A finished run. */
export interface Trained extends AsyncDisposable {
  readonly classes: readonly string[];
  readonly metrics: RunMetrics;
  /** The settings used, defaults included. */
  readonly settings: Readonly<Record<string, string | number>>;
  /** Rows of the data in each part; the test part is empty where it was a dataset of its own. */
  readonly split: RowSplit;
  /**
   * [n, k], row-major, of the rows of `split.train`: the mean over the epochs of what the model said of each, as it was then and
   * not calibrated. Only where it was asked for.
   */
  readonly trainingProbs?: Float32Array | undefined;
  /**
   * [n, k], row-major, of the rows of `split.train`: what a loss with a memory came to say of each while it was trained, after the last epoch.
   * Of `elr` the average of its predictions that it remembers; of `sop` the label without what u and v take for its noise; equal
   * probabilities for a row that was in no step. Only where it was asked for, and the memory is about classes (that of `aldr-kl` is not).
   */
  readonly memoryProbs?: Float32Array | undefined;
  /** The model as ONNX: raw feature rows in, calibrated probabilities out. */
  readonly onnx: Uint8Array;
  /** Predicts raw feature rows, see `Predictor`. */
  predict<T extends RecordOf<T, RecordValue>>(rows: RawRows | readonly T[]): Promise<Predictions>;
  /** Predicts rows of a dataset, which may lie in a file. */
  predictDataset(dataset: Dataset, rows?: ArrayLike<number>): Promise<Predictions>;
  /** Measures the model on labelled rows, against the true labels where they are known. */
  evaluate(dataset: Dataset): Promise<ModelEvaluation>;
  /** `model.onnx` and `model.json`, as `save` writes them. */
  files(): Promise<ModelFiles>;
  /** Writes `model.onnx` and `model.json` into a folder. */
  save(folder: string): Promise<void>;
  /** Frees what predictions hold; afterwards the model can be saved, but predicts nothing. */
  dispose(): Promise<void>;
}

/** A model that is loaded when it is first used. */
export class TrainedModel implements Trained {
  readonly #platform: Platform;
  readonly #card: ModelDescription;
  #predictor: Promise<Predictor> | undefined;
  #isDisposed = false;

  readonly onnx: Uint8Array;
  readonly metrics: RunMetrics;
  readonly split: RowSplit;
  readonly trainingProbs: Float32Array | undefined;
  readonly memoryProbs: Float32Array | undefined;

  constructor(
    platform: Platform,
    card: ModelDescription,
    onnx: Uint8Array,
    {
      metrics,
      split,
      trainingProbs,
      memoryProbs,
    }: Pick<Trained, 'metrics' | 'split' | 'trainingProbs' | 'memoryProbs'>,
  ) {
    this.#platform = platform;
    this.#card = card;
    this.onnx = onnx;
    this.metrics = metrics;
    this.split = split;
    this.trainingProbs = trainingProbs;
    this.memoryProbs = memoryProbs;
  }

  get classes(): readonly string[] {
    return this.#card.classes;
  }

  get settings(): Trained['settings'] {
    return this.#card.settings as Trained['settings'];
  }

  async predict<T extends RecordOf<T, RecordValue>>(
    rows: RawRows | readonly T[],
  ): Promise<Predictions> {
    return (await this.#open('predict')).predict(rows);
  }

  async predictDataset(dataset: Dataset, rows?: ArrayLike<number>): Promise<Predictions> {
    return (await this.#open('predictDataset')).predictDataset(dataset, rows);
  }

  async evaluate(dataset: Dataset): Promise<ModelEvaluation> {
    return (await this.#open('evaluate')).evaluate(dataset);
  }

  files(): Promise<ModelFiles> {
    return filesOf(this.onnx, this.#card);
  }

  async save(folder: string): Promise<void> {
    await this.#platform.saveModel(folder, this.onnx, this.#card);
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    await (await this.#predictor)?.dispose();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  #open(where: string): Promise<Predictor> {
    if (this.#isDisposed) throw disposedModel(where);
    this.#predictor ??= this.#platform.openModel(this.onnx, this.#card);
    return this.#predictor;
  }
}
