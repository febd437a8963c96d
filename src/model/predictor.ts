/// <reference lib="esnext.disposable" preserve="true" />
import { SymlossError, show } from '../core/index.ts';
import type { Numbers } from '../data/array-source.ts';
import { checkIsDataset } from '../data/dataset.ts';
import type { Dataset, Embedder, OpenRows } from '../data/index.ts';
import { memoryRows } from '../data/index.ts';
import type { RecordOf } from '../data/record-of.ts';
import type { Executable } from '../runtime/portable.ts';
import type { ModelDescription } from './card.ts';
import type { CellRows, ColumnArrays, RecordRows, RecordValue } from './cells.ts';
import { cellTable } from './cells.ts';
import { embedFeatureRows, rowsToEmbed } from './embedded-rows.ts';
import type { ModelEvaluation } from './evaluation.ts';
import { evaluatePredictions } from './evaluation.ts';
import type { FeatureRows } from './feature-rows.ts';
import { labelsFor } from './feature-rows.ts';
import type { Predictions } from './predictions.ts';
import type { RawRows } from './raw-rows.ts';
import type { RowSource } from './rows.ts';
import { datasetRows, givenRows } from './rows.ts';

/** Rows that are run at once: at most this many, and about this many numbers. */
const mostRows = 1024;
const mostNumbers = 2 ** 20;

/** A trained model, ready for raw feature rows. */
export class Predictor implements AsyncDisposable {
  readonly card: ModelDescription;
  readonly #openRows: OpenRows;
  readonly #running = new Set<Promise<unknown>>();
  readonly #embedder: Embedder | undefined;
  #executable: Executable | undefined;

  /**
   * @param openRows reads rows of datasets. Default: those in memory only.
   * @param embedder makes the vectors of texts and images that the model takes. Default: rows have them already.
   */
  constructor(
    card: ModelDescription,
    executable: Executable,
    openRows: OpenRows = memoryRows,
    embedder?: Embedder,
  ) {
    this.card = card;
    this.#executable = executable;
    this.#openRows = openRows;
    this.#embedder = embedder;
  }

  get classes(): readonly string[] {
    return this.card.classes;
  }

  /**
   * Predicts rows of raw features. Of a table, columns are found by name: in any order, others are not looked at. Missing
   * cells (NaN, null, '') and values that training has not seen are predicted for, too. Texts and images that a pretrained
   * model made vectors of are embedded; or rows have the vectors, as columns `text[0]`, `text[1]`, ….
   * @param rows see `RawRows`; for images, [n, c, h, w], bytes or the same as numbers
   * @throws SymlossError if a column is not there, a row has another number of features, a cell is of the wrong kind or
   * infinite, or after `dispose`
   */
  async predict<T extends RecordOf<T, RecordValue>>(
    rows: RawRows | readonly T[],
  ): Promise<Predictions> {
    return this.#run('predict', () => this.#sourceOf(rows as RawRows));
  }

  /**
   * Predicts rows of a dataset, which may lie in a file; its labels are not looked at.
   * @param rows which ones, and in which order. Default: all
   * @throws SymlossError if its features are not those of the model, as `predict`, if it has no such row, or if rows
   * cannot be read
   */
  async predictDataset(dataset: FeatureRows, rows?: ArrayLike<number>): Promise<Predictions> {
    const where = 'predictDataset';
    checkIsDataset(where, dataset, ['features', 'featureShape']);
    if (rows !== undefined && !Array.isArray(rows) && !ArrayBuffer.isView(rows)) {
      throw new SymlossError(`${where}, rows`, 'a list of row numbers', show(rows));
    }
    return this.#run(where, () => this.#datasetRows(where, dataset, rows));
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
    const predictions = await this.#run(where, () => this.#datasetRows(where, dataset));
    return evaluatePredictions(predictions, { ...known, classes: this.classes });
  }

  /** Waits for predictions under way and frees the session; the model cannot predict afterwards. */
  async dispose(): Promise<void> {
    const executable = this.#executable;
    this.#executable = undefined;
    await Promise.allSettled(this.#running);
    await this.#embedder?.dispose();
    await executable?.dispose();
  }

  /** `await using model = await loadModel('…')` */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  async #datasetRows(
    where: string,
    dataset: FeatureRows,
    rows?: ArrayLike<number>,
  ): Promise<RowSource> {
    const embedded = await embedFeatureRows(where, dataset, this.card, this.#embedder);
    return datasetRows(where, embedded, this.card, this.#openRows, rows);
  }

  async #sourceOf(rows: RawRows): Promise<RowSource> {
    const where = 'predict';
    if (typeof rows !== 'object' || rows === null)
      throw new SymlossError(where, 'rows', show(rows));
    const { card } = this;
    const toEmbed = card.embeddings && rowsToEmbed(where, asLists(rows), card);
    return toEmbed === undefined
      ? sourceOf(where, rows, card, this.#openRows)
      : this.#datasetRows(where, toEmbed);
  }

  async #run(where: string, open: () => RowSource | Promise<RowSource>): Promise<Predictions> {
    const executable = this.#executable;
    if (executable === undefined) throw disposedModel(where);
    const work = Promise.resolve(open()).then((source) =>
      predictSource(executable, this.card, source),
    );
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

function sourceOf(
  where: string,
  rows: RawRows,
  card: ModelDescription,
  openRows: OpenRows,
): RowSource {
  const isMatrix = ArrayBuffer.isView(rows) || (Array.isArray(rows) && isNumbers(rows[0]));
  const takesMatrix = card.inputs === undefined || card.inputs[0]?.name === 'features';
  if (isMatrix && takesMatrix) return givenRows(where, rows as Numbers[] | Float32Array, card);
  if (card.columns === undefined || ArrayBuffer.isView(rows)) {
    const expected = card.columns ? 'records, columns or lists of cells' : 'rows of numbers';
    throw new SymlossError(where, expected, ArrayBuffer.isView(rows) ? 'one array' : show(rows));
  }
  const table = cellTable(where, asLists(rows) as RecordRows | ColumnArrays | CellRows, card);
  return datasetRows(where, table, card, openRows);
}

/** Rows that are typed arrays as lists of cells; others as they are. */
function asLists(rows: RawRows): RawRows {
  if (!Array.isArray(rows) || !ArrayBuffer.isView(rows[0])) return rows;
  return (rows as Numbers[]).map((row) => Array.from(row));
}

/** Whether a row is a list; an empty list of rows may be one of lists. */
function isNumbers(row: unknown): boolean {
  return row === undefined || Array.isArray(row) || ArrayBuffer.isView(row);
}

async function predictSource(
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
      const outputs = await executable.run(source.feeds(start, end));
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
