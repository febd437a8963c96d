import { stringify } from 'csv-stringify/sync';
import { SymlossError } from '../core/index.ts';
import type { Missing, OpenRowsOptions } from '../data/node/index.ts';
import { readRows } from '../data/node/index.ts';
import { writeWhole } from '../io/index.ts';
import type { Predictions, Predictor } from '../model/index.ts';
import { loadModel } from '../model/node/index.ts';
import { optionName } from './config.ts';
import { imageRows } from './predict-images.ts';

export interface PredictOptions
  extends Pick<OpenRowsOptions, 'folder' | 'part' | 'imageColumn' | 'badImages'> {
  readonly model: string;
  readonly data: string;
  readonly out?: string | undefined;
  readonly missing?: Missing | undefined;
  /** Add a column with the probability of each class. */
  readonly probs: boolean;
}

/** Predictions, and which rows of the source they are for. */
export interface PredictedRows {
  readonly predictions: Predictions;
  readonly kept: Uint32Array;
  readonly paths?: readonly string[] | undefined;
  readonly notices: readonly string[];
}

interface Streams {
  readonly out: { write(text: string): unknown };
  readonly err: { write(text: string): unknown };
  readonly signal?: AbortSignal;
}

/**
 * Predicts the rows of a CSV file, or images, and writes `row` (from 1; of a CSV file below the
 * header), for a folder of images `path`, `label` and `probability` as CSV, to a file or to standard
 * output.
 */
export async function runPredict(
  options: PredictOptions,
  { out, err, signal }: Streams,
): Promise<void> {
  const model = await loadModel(options.model);
  const rows = model.card.featureShape.length === 3 ? imageRows : tableRows;
  const { predictions, kept, paths, notices } = await rows(model, options, signal).finally(() =>
    model.dispose(),
  );
  for (const notice of notices) err.write(`${notice}\n`);
  const { labels, indices, probs } = predictions;
  signal?.throwIfAborted();
  const heading = ['row', ...(paths ? ['path'] : []), 'label', 'probability'];
  const lines = labels.map((label, i) => {
    const own = probs[i] as Float32Array;
    const place = [(kept[i] as number) + 1, ...(paths ? [paths[i]] : [])];
    const base = [...place, label, own[indices[i] as number]];
    return options.probs ? [...base, ...own] : base;
  });
  const head = options.probs ? [...heading, ...model.classes.map((c) => `prob_${c}`)] : heading;
  const text = stringify([head, ...lines]);
  if (options.out === undefined) {
    out.write(text);
  } else {
    await writeWhole(options.out, text);
    err.write(`${labels.length} predictions: ${options.out}\n`);
  }
}

async function tableRows(model: Predictor, options: PredictOptions): Promise<PredictedRows> {
  const { columns } = model.card;
  if (columns === undefined) {
    throw new SymlossError(
      options.model,
      'a model of images, or of tables with named columns',
      'one of tables without',
    );
  }
  for (const key of ['part', 'imageColumn', 'badImages'] as const) {
    if (options[key] !== undefined) {
      throw new SymlossError(optionName(key), 'nothing, for a model of tables', options[key]);
    }
  }
  const { missing } = options;
  const rows = await readRows(options.data, columns, missing === undefined ? {} : { missing });
  return { ...rows, predictions: await model.predict(rows.features) };
}
