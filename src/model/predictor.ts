/// <reference lib="esnext.disposable" preserve="true" />
import { SymlossError } from '../core/index.ts';
import type { Dataset, OpenRows } from '../data/index.ts';
import { memoryRows } from '../data/index.ts';
import type { Executable } from '../runtime/index.ts';
import type { ModelDescription } from './card.ts';
import type { ModelEvaluation } from './evaluation.ts';
import { evaluatePredictions } from './evaluation.ts';
import type { Predictions } from './predictions.ts';
import type { FeatureRows, RawRows, RowSource } from './rows.ts';
import { checkFinite, datasetRows, givenRows, labelsFor } from './rows.ts';

/** Rows that are run at once: at most this many, and about this many numbers. */
const mostRows = 1024;
const mostNumbers = 2 ** 20;

/** A trained model, ready for raw feature rows. */
export class Predictor implements AsyncDisposable {
  readonly card: ModelDescription;
  readonly #openRows: OpenRows;
  readonly #running = new Set<Promise<unknown>>();
  #executable: Executable | undefined;

  /** @param openRows reads rows of datasets. Default: those in memory only. */
  constructor(card: ModelDescription, executable: Executable, openRows: OpenRows = memoryRows) {
    this.card = card;
    this.#executable = executable;
    this.#openRows = openRows;
  }

  get classes(): readonly string[] {
    return this.card.classes;
  }

  /**
   * Predicts rows of raw features, in the order of the card's columns; NaN is a missing value.
   * @param rows n rows of numbers, or the same row-major in one array; for images, [n, c, h, w],
   * bytes or the same as numbers
   * @throws SymlossError if a row has another number of features or an infinite one, or after
   * `dispose`
   */
  async predict(rows: RawRows): Promise<Predictions> {
    return this.#run('predict', () => givenRows('predict', rows, this.card));
  }

  /**
   * Predicts rows of a dataset, which may lie in a file; its labels are not looked at.
   * @param rows which ones, and in which order. Default: all
   * @throws SymlossError if its features are not those of the model, as `predict`, or if rows cannot
   * be read
   */
  async predictDataset(dataset: FeatureRows, rows?: ArrayLike<number>): Promise<Predictions> {
    const where = 'predictDataset';
    return this.#run(where, () => datasetRows(where, dataset, this.card, this.#openRows, rows));
  }

  /**
   * Measures the model on labelled rows: against the true labels where the dataset has them, else
   * against its labels.
   * @throws SymlossError if the features are not those of the model, or a label is of a class that
   * the model does not know
   */
  async evaluate(dataset: Dataset): Promise<ModelEvaluation> {
    const where = 'evaluate';
    const known = labelsFor(where, dataset, this.classes);
    const predictions = await this.#run(where, () =>
      datasetRows(where, dataset, this.card, this.#openRows),
    );
    return evaluatePredictions(predictions, { ...known, classes: this.classes });
  }

  /** Waits for predictions under way and frees the session; the model cannot predict afterwards. */
  async dispose(): Promise<void> {
    const executable = this.#executable;
    this.#executable = undefined;
    await Promise.allSettled(this.#running);
    await executable?.dispose();
  }

  /** `await using model = await loadModel('…')` */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #run(where: string, open: () => RowSource): Promise<Predictions> {
    if (this.#executable === undefined) throw disposedModel(where);
    const work = predictSource(where, this.#executable, this.card, open());
    this.#running.add(work);
    try {
      return await work;
    } finally {
      this.#running.delete(work);
    }
  }
}

/** The error of a model that is used after `dispose`. */
export function disposedModel(where: string): SymlossError {
  return new SymlossError(where, 'a model in use', 'one that was disposed', {
    hint: 'dispose it after its last prediction, or load it again',
  });
}

async function predictSource(
  where: string,
  executable: Executable,
  card: ModelDescription,
  source: RowSource,
): Promise<Predictions> {
  const { count: n, size } = source;
  const k = card.classes.length;
  const batchSize = Math.min(mostRows, Math.max(1, Math.floor(mostNumbers / size)));
  const indices = new Int32Array(n);
  const probs = new Float32Array(n * k);
  try {
    for (let start = 0; start < n; start += batchSize) {
      const end = Math.min(n, start + batchSize);
      const data = new Float32Array((end - start) * size);
      source.read(start, end, data);
      if (!source.isBytes) checkFinite(where, data, start, card);
      const shape = [end - start, ...card.featureShape];
      const outputs = await executable.run({ features: { dtype: 'float32', shape, data } });
      probs.set(outputs.probs?.data as Float32Array, start * k);
      indices.set(Array.from(outputs.label?.data as BigInt64Array, Number), start);
    }
  } finally {
    source.close();
  }
  return {
    labels: Array.from(indices, (index) => card.classes[index] as string),
    indices,
    probs: Array.from(indices, (_, row) => probs.subarray(row * k, (row + 1) * k)),
  };
}
